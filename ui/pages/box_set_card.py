"""The card of one setting: what is set now, read when it is opened, and a small form under it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from selfcare.app.guide_codes import GUIDES
from selfcare.i18n import Catalogue
from selfcare.model.box import Absent, Wish
from ui.box_set_forms import Wrong, called
from ui.box_set_present import Present, absent, present
from ui.box_set_state import Seen, Setting
from ui.box_state import Trouble
from ui.box_words import trouble_text
from ui.pages.box_set_fields import KeyLine, Line, column_of
from ui.rows import Rows, direction, marked
from ui.theme import Size, Theme
from ui.widgets import Button, Card, Rule, announce, clear, text

_ICONS = {
    Setting.GUEST: "person", Setting.WIFI: "wifi", Setting.PARENTAL: "lock", Setting.FORWARD: "link",
    Setting.RESERVATION: "pc", Setting.REBOOT: "back",
}  # fmt: skip


_GUIDES = {
    Setting.GUEST: "guest-network", Setting.WIFI: "wifi-name-key", Setting.PARENTAL: "parental-control",
    Setting.FORWARD: "port-forwarding", Setting.RESERVATION: "dhcp-reservation", Setting.REBOOT: "box-restart",
}  # fmt: skip
"""Where one is led step by step; a guide that is not there has no button."""


class ToldKey(QWidget):
    """A Wi-Fi key that the box told: its words are dots until somebody asks to see it."""

    def __init__(self, theme: Theme, catalogue: Catalogue, label: str, key: str) -> None:
        super().__init__()
        self._key, self._catalogue = key, catalogue
        self.words = text(theme, "")
        self.button = Button(theme, "", "chip")
        self.button.setCheckable(True)
        self.button.setAccessibleName(catalogue.text("ui.set.key.reveal.name", what=label))
        self.button.toggled.connect(self._show)
        row = QHBoxLayout()
        row.setSpacing(theme.space(3))
        row.addWidget(self.words, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        column = column_of(self, theme, 0)
        column.addWidget(text(theme, label, tone="muted"))
        column.addLayout(row)
        self._show(False)

    def _show(self, shown: bool) -> None:
        say = self._catalogue.text
        self.words.setText(_breakable(self._key) if shown else "•" * 10)
        self.words.setAccessibleName(self._key if shown else say("ui.set.key.hidden"))
        self.button.setText(say("ui.set.key.hide" if shown else "ui.set.key.show"))


class SettingCard(Card):
    """Closed at first. ``opened`` asks for a reading; ``wished`` carries a wish and whom it is about, in words.

    A kind of setting fills ``form`` in ``build`` and makes its wish in ``wish``.
    """

    setting: Setting
    sends = "ui.set.send"
    opened = Signal(object)
    closed = Signal(object)
    drawn = Signal()
    """Something was made late: Tab should find it where it stands."""
    wished = Signal(object, object, str)
    guide = Signal(str)

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        self.theme, self.catalogue, self._tight = theme, catalogue, False
        self._seen: Seen | Trouble | None = None
        self.names: dict[str, str] = {}
        title = catalogue.text(f"ui.set.title.{self.setting}")
        self.button = Button(theme, catalogue.text("ui.set.open"))
        self.button.setCheckable(True)
        self.button.setAccessibleName(catalogue.text("ui.set.open.name", what=title))
        self.button.toggled.connect(self._on_toggled)
        lead = text(theme, catalogue.text(f"ui.set.lead.{self.setting}"), tone="muted")
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.setSpacing(theme.space(3))
        self.title = text(theme, title, Size.LEAD, bold=True)
        self._head.addLayout(marked(theme, _ICONS[self.setting], "accent", self.title, lead), 1)
        self._head.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.body = QWidget()
        self.body.setVisible(False)
        column = column_of(self.body, theme, 3)
        column.addWidget(Rule())
        self.note = text(theme, "", tone="muted")
        self.rows = Rows(theme)
        self.keys = QVBoxLayout()
        self.form = QWidget()
        self.fields = column_of(self.form, theme, 3)
        self.send = Button(theme, catalogue.text(self.sends), "second")
        self.send.setAccessibleName(catalogue.text("ui.set.send.name", action=catalogue.text(self.sends), what=title))
        self.send.clicked.connect(self._on_send)
        self.problem = text(theme, "", tone="fault")
        for part in (self.note, self.rows, self.keys, self.form, self.problem):
            if isinstance(part, QWidget):
                column.addWidget(part)
            else:
                column.addLayout(part)
        column.addWidget(self.send, 0, Qt.AlignmentFlag.AlignLeft)
        self.to_guide = self._way_to_guide(title)
        self.column.addLayout(self._head)
        self.column.addWidget(self.to_guide, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(self.body)
        self._mode("")

    def _way_to_guide(self, title: str) -> Button:
        button = Button(self.theme, self.catalogue.text("ui.guide.see"), "fold")
        button.setAccessibleName(self.catalogue.text("ui.guide.see.name", what=title))
        button.clicked.connect(lambda _checked: self.guide.emit(_GUIDES[self.setting]))
        if _GUIDES[self.setting] not in GUIDES:  # shown without a parent it would be a window of its own
            button.setVisible(False)
        return button

    # -- what a kind of setting says -------------------------------------------------------------

    def build(self, seen: Seen) -> None:
        """Fills ``fields`` by what the box told."""

    def wish(self) -> tuple[Wish, str] | Wrong | None:
        """What is asked and of whom; ``Wrong``, or None where a field says itself what is wrong."""
        raise NotImplementedError

    def tight(self, tight: bool) -> None:
        """Rearranges the form."""

    # -- the card --------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Whether its form can be seen."""
        return self.button.isChecked()

    def close_it(self) -> None:
        """Folds it up; the focus stays with it."""
        self.button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.button.setChecked(False)

    def set_tight(self, tight: bool) -> None:
        """Puts the button under the words where there is no room beside."""
        self._tight = tight
        self._head.setDirection(direction(tight))
        self.rows.set_tight(tight)
        self.tight(tight)

    def show_seen(self, seen: Seen | Trouble | None, looking: bool, family: str) -> None:
        """Takes what the box told, or why it did not."""
        if not self.is_open:
            return
        if seen is None or (isinstance(seen, Trouble) and looking):
            self._mode(self.catalogue.text("ui.set.looking"))
        elif isinstance(seen, Trouble):
            self._mode(trouble_text(self.catalogue, seen, family))
        elif isinstance(seen.told, Absent):
            self._mode(absent(self.catalogue, seen.told))
        elif seen is not self._seen:
            self._fill(seen)
        self._seen = seen

    def forget(self) -> None:
        """What was typed and must not stay."""
        for field in self.findChildren(KeyLine):
            field.forget()

    def _mode(self, note: str) -> None:
        """A note instead of the form, or the form."""
        if note and note != self.note.text():
            announce(self.note, note)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        there = not note and self._seen is not None
        for part in (self.form, self.send):
            part.setVisible(there)
        self._complain("")

    def _fill(self, seen: Seen) -> None:
        self._seen = seen
        self.names = called(self.catalogue, seen.hosts)
        focus = QApplication.focusWidget()
        if focus is not None and self.form.isAncestorOf(focus):
            self.button.setFocus(Qt.FocusReason.OtherFocusReason)
        told = present(self.catalogue, seen, self.names)
        self.rows.fill(tuple((one.label, one.value) for one in told if not one.key))
        self._fill_keys(tuple(one for one in told if one.key))
        clear(self.fields)
        self.build(seen)
        for line in self.form.findChildren(Line):
            line.entered.connect(self._on_send)
        self._mode("")
        self.set_tight(self._tight)

    def _fill_keys(self, told: tuple[Present, ...]) -> None:
        clear(self.keys)
        for one in told:
            self.keys.addWidget(ToldKey(self.theme, self.catalogue, one.label, one.key))

    def _on_toggled(self, on: bool) -> None:
        say = self.catalogue.text
        self.button.setText(say("ui.set.close" if on else "ui.set.open"))
        title = say(f"ui.set.title.{self.setting}")
        self.button.setAccessibleName(say("ui.set.close.name" if on else "ui.set.open.name", what=title))
        self.body.setVisible(on)
        if on:
            self.opened.emit(self.setting)
        else:
            self.forget()
            self._seen = None
            clear(self.keys)
            self.closed.emit(self.setting)

    def _on_send(self) -> None:
        self._complain("")
        asked = self.wish()
        if isinstance(asked, Wrong):
            self._complain(asked.words(self.catalogue))
        elif asked is not None:
            self.forget()
            self.wished.emit(self.setting, *asked)

    def _complain(self, words: str) -> None:
        self.problem.setText(words)
        self.problem.setVisible(bool(words))
        announce(self.problem, words)


def good(*lines: Line) -> bool:
    """Whether all of these are; the first that is not gets the cursor."""
    wrong = [line for line in lines if line.isVisibleTo(line.window()) and not line.check()]
    if wrong:
        wrong[0].focus()
    return not wrong


def _breakable(key: str) -> str:
    """A key may be 63 letters without a space: it wraps rather than being cut."""
    return "\u200b".join(key[n : n + 8] for n in range(0, len(key), 8))
