"""The list of guides: what was left, then all of them by topic."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from selfcare.app.guides.desk import Left, Listed
from selfcare.i18n import Catalogue
from selfcare.model.guide import Topic
from ui.guide_state import Shelf
from ui.guide_words import found, since, takes
from ui.rows import direction, show_now
from ui.theme import Size, Theme
from ui.widgets import Button, Card, Fold, Rule, clear, text

_LEAST = 2


class Rowed(Card):
    """Words with a button or two beside them, or under them where there is no room."""

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        self._theme, self._catalogue, self._tight = theme, catalogue, False
        self._rows: list[QBoxLayout] = []

    def set_tight(self, tight: bool) -> None:
        """Rearranges the rows."""
        self._tight = tight
        for row in self._rows:
            row.setDirection(direction(tight))

    def row(self, words: QVBoxLayout, *buttons: Button) -> QBoxLayout:
        """One of them."""
        row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        row.setSpacing(self._theme.space(3))
        row.addLayout(words, 1)
        for button in buttons:
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        row.setDirection(direction(self._tight))
        self._rows.append(row)
        return row

    def words(self, title: str, *lines: tuple[str, str]) -> QVBoxLayout:
        """A title, and lines under it with their tone."""
        column = QVBoxLayout()
        column.setSpacing(self._theme.space(0.8))
        column.addWidget(text(self._theme, title, bold=True))
        for line, tone in lines:
            column.addWidget(text(self._theme, line, tone=tone))
        return column

    def button(self, action: str, what: str, more: str = "") -> Button:
        """Named after what it is about."""
        say = self._catalogue.text
        made = Button(self._theme, say(action))
        made.setAccessibleName(say("ui.guide.name", action=say(action), what=what))
        made.setAccessibleDescription(more)
        return made


class LeftCard(Rowed):
    """Runs one can go on with."""

    resume = Signal(str, str)
    discard = Signal(str)
    again = Signal(str)
    drawn = Signal()

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme, catalogue)
        self._shown: tuple[Left, ...] = ()
        self.buttons: dict[str, tuple[Button, Button]] = {}
        self.column.addWidget(text(theme, catalogue.text("ui.guide.left"), Size.HEADING, bold=True))
        self.column.addWidget(text(theme, catalogue.text("ui.guide.left.lead"), tone="muted"))
        self.list = QVBoxLayout()
        self.list.setSpacing(theme.space(2))
        self.column.addLayout(self.list)
        self.setVisible(False)

    def show_left(self, left: tuple[Left, ...]) -> None:
        """Newest first."""
        self.setVisible(bool(left))
        if left == self._shown:
            return
        self._shown = left
        clear(self.list)
        self._rows, self.buttons = [], {}
        for one in left:
            self.list.addWidget(Rule())
            go = self.button("ui.guide.resume" if one.usable else "ui.guide.again", one.title)
            go.clicked.connect(lambda _checked, run=one: self._on_go(run))
            drop = self.button("ui.guide.discard", one.title)
            drop.clicked.connect(lambda _checked, run=one: self.discard.emit(run.name))
            self.buttons[one.name] = go, drop
            self.list.addLayout(self.row(self.words(one.title, (since(self._catalogue, one), "muted")), go, drop))
        show_now(self.list)
        self.drawn.emit()

    def _on_go(self, one: Left) -> None:
        if one.usable:
            self.resume.emit(one.name, one.guide)
        else:
            self.discard.emit(one.name)
            self.again.emit(one.guide)


class TopicCard(Rowed):
    """The guides of one topic behind its name: fifty of them at once are a wall. Rows are made when they are wanted."""

    chosen = Signal(str)
    drawn = Signal()

    def __init__(self, theme: Theme, catalogue: Catalogue, topic: Topic, listed: tuple[Listed, ...]) -> None:
        super().__init__(theme, catalogue)
        self._listed = listed
        self._open = False
        self._sought: frozenset[str] | None = None
        self._doable: frozenset[str] | None = None
        self._name = catalogue.text(f"ui.guide.topic.{topic}")
        self.fold = Fold(theme, self._titled(len(listed)), Size.LEAD)
        self.fold.column.setSpacing(theme.space(2))
        self.column.addWidget(self.fold)
        self.fold.button.clicked.connect(self._on_clicked)
        self.parts: dict[str, QWidget] = {}
        self.buttons: dict[str, Button] = {}
        self._here: dict[str, QWidget] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The guides of this topic, made or not."""
        return tuple(one.id for one in self._listed)

    def narrow(self, narrow: bool) -> None:
        """Less air above and below a name alone: all topics fit in one window."""
        super().narrow(narrow)
        edges = self.column.contentsMargins()
        less = edges.top() // 2
        self.column.setContentsMargins(edges.left(), less, edges.right(), less)

    def open(self) -> None:
        """Shows all of them. Once it has a place: shown before, it would be a window of its own."""
        self._open = True
        self._show()

    def show_only(self, wanted: frozenset[str] | None) -> None:
        """Those that were looked for, whether the topic was open or not; None: as before."""
        if wanted != self._sought:
            self._sought = wanted
            self._show()

    def show_here(self, doable: frozenset[str] | None) -> None:
        """A mark, in words, where this program can do it itself."""
        self._doable = doable
        for name, label in self._here.items():
            label.setVisible(doable is not None and name in doable)

    def _titled(self, count: int) -> str:
        return self._catalogue.text("ui.guide.topic.named", topic=self._name, count=count)

    def _on_clicked(self, on: bool) -> None:
        if self._sought is None:
            self._open = on
            self._show()

    def _show(self) -> None:
        sought = self._sought
        unfolded = self._open if sought is None else True
        there = [one for one in self._listed if unfolded and (sought is None or one.id in sought)]
        fresh = [one for one in there if one.id not in self.parts]
        for one in fresh:
            self._place(one)
        for name, part in self.parts.items():
            part.setVisible(any(one.id == name for one in there))
        self.fold.button.setChecked(unfolded)
        self.fold.button.setText(self._titled(len(self._listed) if sought is None else len(there)))
        self.setVisible(sought is None or bool(there))
        if fresh:
            self.show_here(self._doable)
            self.drawn.emit()

    def _place(self, one: Listed) -> None:
        """Where it stands in the list, whichever were made before it."""
        before = self.names[: self.names.index(one.id)]
        self.fold.column.insertWidget(sum(name in self.parts for name in before), self._part(one))

    def _part(self, one: Listed) -> QWidget:
        say = self._catalogue.text
        button = self.buttons[one.id] = self.button("ui.guide.open", one.title, one.goal)
        button.clicked.connect(lambda _checked: self.chosen.emit(one.id))
        meta = [takes(self._catalogue, one.minutes), *([] if one.translated else [say("ui.guide.french")])]
        words = self.words(one.title, (one.goal, "muted"))
        words.addWidget(text(self._theme, " · ".join(meta), Size.SMALL, tone="muted"))
        here = self._here[one.id] = text(self._theme, f"✓ {say('ui.guide.doable')}", Size.SMALL, tone="fine")
        here.setVisible(False)
        words.addWidget(here)
        part = self.parts[one.id] = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self._theme.space(2))
        column.addWidget(Rule())
        column.addLayout(self.row(words, button))
        return part


def topics(theme: Theme, catalogue: Catalogue, shelf: Shelf) -> list[TopicCard]:
    """One card for each that has any."""
    by_topic = {t: tuple(one for one in shelf.listed if one.topic == t.value) for t in Topic}
    return [TopicCard(theme, catalogue, topic, some) for topic, some in by_topic.items() if some]


def wanted(shelf: Shelf, words: str) -> frozenset[str] | None:
    """What a question leaves of the list. One letter says nothing yet: nearly every guide has it."""
    return found(shelf, words) if len(words.strip()) >= _LEAST else None
