"""The end of a guide: what was changed and its way back, what to hand over, where one may go on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QWidget

from selfcare.app.guides.screen import Screen
from selfcare.i18n import Catalogue
from ui.guide_state import GuideState
from ui.guide_words import put_back
from ui.pages.box_set_fields import column_of
from ui.rows import direction, marked, show_now
from ui.theme import Theme
from ui.widgets import Button, Rule, announce, bullet, clear, text


class EndPart(QWidget):
    """Stands in the card of the step. ``undo``: an entry; ``chosen``: another guide; ``copy``: the summary."""

    undo = Signal(str)
    chosen = Signal(str)
    copy = Signal()
    support = Signal()
    drawn = Signal()

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__()
        self._theme, self._catalogue, self._tight = theme, catalogue, False
        self._shown: tuple[object, ...] = ()
        self._rows: list[QBoxLayout] = []
        self.buttons: dict[str, Button] = {}
        self.copied = text(theme, "", tone="fine")
        self.parts = column_of(self, theme, 3)

    def set_tight(self, tight: bool) -> None:
        """Each button under its words where there is no room beside."""
        self._tight = tight
        for row in self._rows:
            row.setDirection(direction(tight))

    def show_end(self, screen: Screen, state: GuideState) -> None:
        """The same again leaves alone what is read just now."""
        shown = (screen, state.put_back, state.undoing)
        if shown == self._shown:
            return
        self._shown, self._rows, self.buttons = shown, [], {}
        clear(self.parts)
        if state.put_back is not None:
            self._say_put_back(state)
        self._undoable(screen)
        self._by_hand(screen)
        if screen.ticket:
            self._ticket()
        self._further(screen)
        self.set_tight(self._tight)
        show_now(self.parts)
        self.copied.setVisible(False)
        self.drawn.emit()

    def say_copied(self) -> None:
        """The summary is where it can be pasted from."""
        self.copied.setText(self._catalogue.text("ui.guide.ticket.copied"))
        self.copied.setVisible(True)
        announce(self.copied, self.copied.text())

    def _heading(self, key: str) -> None:
        self.parts.addWidget(Rule())
        self.parts.addWidget(text(self._theme, self._catalogue.text(key), bold=True))

    def _say_put_back(self, state: GuideState) -> None:
        assert state.put_back is not None
        icon, tone, lines = put_back(self._catalogue, state.put_back)
        labels = [text(self._theme, line) for line in lines]
        self.parts.addLayout(marked(self._theme, icon, tone, *labels))
        announce(labels[0], " ".join(lines))

    def _undoable(self, screen: Screen) -> None:
        if screen.undoable:
            self._heading("ui.guide.made")
        for one in screen.undoable:
            self._row(one.entry, one.label, "ui.guide.undo", self.undo.emit)

    def _by_hand(self, screen: Screen) -> None:
        if screen.by_hand:
            self._heading("ui.guide.by_hand")
        for line in screen.by_hand:
            self.parts.addLayout(bullet(self._theme, line))

    def _ticket(self) -> None:
        say = self._catalogue.text
        self._row("support", say("ui.guide.ticket.support"), "ui.next.support", lambda _name: self.support.emit())
        self._row(
            "copy", self._catalogue.text("ui.guide.ticket"), "ui.guide.ticket.copy", lambda _name: self.copy.emit()
        )
        self.copied = text(self._theme, "", tone="fine")
        self.parts.addWidget(self.copied)

    def _further(self, screen: Screen) -> None:
        if screen.options:
            self._heading("ui.guide.further")
        for one in screen.options:
            self._row(one.id, one.label, "ui.guide.open", self.chosen.emit)

    def _row(self, name: str, words: str, action: str, tell: object) -> None:
        say = self._catalogue.text
        button = self.buttons[name] = Button(self._theme, say(action))
        button.setAccessibleName(say("ui.guide.name", action=say(action), what=words))
        button.clicked.connect(lambda _checked: tell(name))  # type: ignore[operator]
        row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        row.setSpacing(self._theme.space(3))
        row.addWidget(text(self._theme, words), 1)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._rows.append(row)
        self.parts.addLayout(row)
