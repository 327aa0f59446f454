"""What is in place on this PC with the way back of each, and what can be done any day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout

from selfcare.app.desk import UNFINISHED, undoable
from selfcare.i18n import Catalogue
from selfcare.model.repair import Entry, EntryState, Verb
from ui.repair_words import entry_words
from ui.rows import direction, marked, show_now
from ui.standing import Standing
from ui.theme import Size, Theme
from ui.widgets import Button, Card, Rule, announce, clear, text


class ByHandCard(Card):
    """What is worth trying any day, as an agent on the phone asks for it: the words to say, and what they mean."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, catalogue: Catalogue, remedies: tuple[str, ...]) -> None:
        super().__init__(theme)
        self.column.addWidget(text(theme, catalogue.text("ui.repair.by_hand"), Size.HEADING, bold=True))
        self.column.addWidget(text(theme, catalogue.text("ui.repair.by_hand.lead"), tone="muted"))
        self._rows: list[QBoxLayout] = []
        self.buttons: dict[str, Button] = {}
        self._theme, self._catalogue = theme, catalogue
        for remedy in remedies:
            self._add(remedy, catalogue.text(f"ui.repair.hand.{remedy}"))

    def button_of(self, remedy: str) -> Button:
        """Where it is begun; one that is not for any day gets its row when somebody asked for it."""
        if remedy not in self.buttons:
            self._add(remedy, self._catalogue.text("ui.repair.hand.asked"))
            show_now(self.column)
        return self.buttons[remedy]

    def _add(self, remedy: str, why: str) -> None:
        theme, title = self._theme, self._catalogue.text(f"remedy.{remedy}.title")
        button = Button(theme, self._catalogue.text("ui.repair.choose"))
        button.setAccessibleName(title)
        button.setAccessibleDescription(why)
        button.clicked.connect(lambda _checked: self.chosen.emit(remedy))
        self.buttons[remedy] = button
        words = QVBoxLayout()
        words.setSpacing(theme.space(0.8))
        words.addWidget(text(theme, title, bold=True))
        words.addWidget(text(theme, why, tone="muted"))
        row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        row.setSpacing(theme.space(3))
        row.addLayout(words, 1)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(Rule())
        self.column.addLayout(row)
        self._rows.append(row)

    def set_tight(self, tight: bool) -> None:
        """Puts each button under its words where there is no room beside."""
        for row in self._rows:
            row.setDirection(direction(tight))


@dataclass(frozen=True, slots=True)
class _Row:
    """One change as it is drawn."""

    entry: Entry
    can_undo: bool
    whose: str
    undoing: bool


class ChangesCard(Card):
    """The changes made on this PC, by this run or an earlier one, each with its button."""

    undo = Signal(str)
    emptied = Signal()
    """The button that had the focus is gone, and no other is left."""
    drawn = Signal()

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        self._theme, self._catalogue, self._tight = theme, catalogue, False
        self._shown: tuple[_Row, ...] | None = None
        self._rows: list[QBoxLayout] = []
        self.buttons: dict[str, Button] = {}
        self.column.addWidget(text(theme, catalogue.text("ui.repair.changes"), Size.HEADING, bold=True))
        self.notes = {tone: text(theme, "", tone=tone) for tone in ("fault", "fine")}
        self.none = text(theme, catalogue.text("ui.repair.changes.none"), tone="muted")
        self.rows = QVBoxLayout()
        self.rows.setSpacing(theme.space(2))
        for part in (*self.notes.values(), self.none):
            self.column.addWidget(part)
        self.column.addLayout(self.rows)

    def set_tight(self, tight: bool) -> None:
        """Puts each button under its words where there is no room beside."""
        self._tight = tight
        for row in self._rows:
            row.setDirection(direction(tight))

    def show_standing(self, standing: Standing, busy: bool) -> None:
        """Takes what is in the journals; what is already put back is history and not shown."""
        self._note("fault", self._catalogue.text(standing.problem) if standing.problem else "")
        self._note("fine", self._good_news(standing))
        entries = standing.overview.entries
        can = undoable(entries)
        shown = tuple(
            _Row(e, not busy and (e in can or e.state in UNFINISHED), standing.overview.stands_for.get(e.name, ""),
                 standing.undoing is not None and standing.undoing.name == e.name)
            for e in entries if _worth_showing(e)
        )  # fmt: skip
        if shown != self._shown:
            self._draw(shown)

    def _good_news(self, standing: Standing) -> str:
        say = self._catalogue.text
        if standing.put_back is not None:
            return say("ui.repair.undone")
        if standing.ended:
            return say("repair.ended")
        return say("ui.repair.recovered") if standing.recovered else ""

    def _note(self, tone: str, words: str) -> None:
        label = self.notes[tone]
        if words != label.text():
            label.setText(words)
            announce(label, words)
        label.setVisible(bool(words))

    def _draw(self, shown: tuple[_Row, ...]) -> None:
        had_focus = next((name for name, button in self.buttons.items() if button.hasFocus()), None)
        self._shown, self.buttons, self._rows = shown, {}, []
        clear(self.rows)
        for place, row in enumerate(shown):
            if place:
                self.rows.addWidget(Rule())
            self.rows.addLayout(self._row(row))
        self.none.setVisible(not shown)
        self.set_tight(self._tight)
        self.drawn.emit()
        if had_focus is not None:
            there = self.buttons.get(had_focus) or next(iter(self.buttons.values()), None)
            if there is not None:
                there.setVisible(True)  # the layout would do it later, and what is not shown takes no focus
                there.setFocus(Qt.FocusReason.OtherFocusReason)
            else:
                self.emptied.emit()

    def _row(self, row: _Row) -> QBoxLayout:
        say, entry = self._catalogue.text, row.entry
        what, exact, state = entry_words(self._catalogue, entry, datetime.now().astimezone())
        words = [text(self._theme, what, bold=True), text(self._theme, state, tone="muted")]
        if row.whose:
            words.append(text(self._theme, say(f"ui.repair.standing.{row.whose}")))
        words.append(text(self._theme, exact, tone="muted"))
        if not entry.reversible:
            words.append(text(self._theme, say("ui.repair.no_undo"), tone="muted"))
        unfinished = entry.state in UNFINISHED or entry.state is EntryState.CONFLICT
        line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        line.setSpacing(self._theme.space(3))
        line.addLayout(marked(self._theme, *(("bang", "suspect") if unfinished else ("wrench", "accent")), *words), 1)
        if row.can_undo:
            button = Button(self._theme, say("ui.repair.undoing" if row.undoing else "ui.repair.undo"))
            button.setAccessibleName(say("ui.repair.undo.what", what=f"{what} {exact}, {state}"))
            button.clicked.connect(lambda _checked: self.undo.emit(entry.name))
            self.buttons[entry.name] = button
            line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._rows.append(line)
        return line


def _worth_showing(entry: Entry) -> bool:
    """What is in place or was left half way; a flush, a renewal or a restart leaves nothing behind."""
    if entry.state is EntryState.UNDONE:
        return False
    return entry.reversible or entry.change.verb is Verb.CLOCK_SET
