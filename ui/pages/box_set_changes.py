"""What this program changed on the box, each with its way back."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout

from selfcare.i18n import Catalogue
from ui.box_set_state import Listed
from ui.box_set_words import Made, Names, made
from ui.rows import direction, marked
from ui.theme import Size, Theme
from ui.widgets import Button, Card, Fold, Rule, clear, selectable, text

FIRST = 4
"""Changes in sight; older ones are behind a fold."""


class MadeCard(Card):
    """Newest first. There only where something was ever changed."""

    undo = Signal(str)

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        self._theme, self._catalogue, self._tight = theme, catalogue, False
        self._shown: tuple[object, ...] = ()
        self._rows: list[QBoxLayout] = []
        self.buttons: dict[str, Button] = {}
        self.rows = QVBoxLayout()
        self.rows.setSpacing(theme.space(2.5))
        self.older = Fold(theme, catalogue.text("ui.set.made.older"))
        self.older.column.setSpacing(theme.space(2.5))
        self.damaged = text(theme, "", tone="suspect")
        self.column.addWidget(text(theme, catalogue.text("ui.set.made"), Size.HEADING, bold=True))
        self.column.addWidget(self.damaged)
        self.column.addLayout(self.rows)
        self.column.addWidget(self.older)
        self.setVisible(False)

    def set_tight(self, tight: bool) -> None:
        """Puts each button under its words where there is no room beside."""
        self._tight = tight
        for row in self._rows:
            row.setDirection(direction(tight))

    def show_listed(self, listed: Listed, names: Names, box: str | None, busy: bool) -> None:
        """Takes the journal; while a change is under way nothing else can be put back."""
        now = datetime.now().astimezone()
        told = [one for each in listed.changes if (one := made(self._catalogue, each, names, box, now)) is not None]
        shown = (*told, listed.damaged, busy)
        self.setVisible(bool(told or listed.damaged))
        if shown == self._shown:
            return
        self._shown = shown
        self.damaged.setText(self._catalogue.text("ui.set.made.damaged"))
        self.damaged.setVisible(bool(listed.damaged))
        self._draw(told, busy)

    def _draw(self, told: list[Made], busy: bool) -> None:
        had_focus = next((name for name, button in self.buttons.items() if button.hasFocus()), None)
        self.buttons, self._rows = {}, []
        for layout, some in ((self.rows, told[:FIRST]), (self.older.column, told[FIRST:])):
            clear(layout)
            for place, one in enumerate(some):
                if place:
                    layout.addWidget(Rule())
                layout.addLayout(self._row(one, busy))
        self.older.setVisible(len(told) > FIRST)
        self.set_tight(self._tight)
        if had_focus in self.buttons:
            self.buttons[had_focus].setVisible(True)
            self.buttons[had_focus].setFocus(Qt.FocusReason.OtherFocusReason)

    def _row(self, one: Made, busy: bool) -> QBoxLayout:
        say, theme = self._catalogue.text, self._theme
        words = [text(theme, one.what, bold=True), *(text(theme, line) for line in one.lines)]
        words.append(text(theme, one.state, tone="muted"))
        column = QVBoxLayout()
        column.setSpacing(theme.space(1))
        column.addLayout(marked(theme, *(("bang", "suspect") if one.unfinished else ("gear", "accent")), *words))
        fold = Fold(theme, say("ui.repair.values"))
        spoken = f"{one.what}, {' '.join(one.lines)}, {one.state}"
        fold.button.setAccessibleName(say("ui.set.send.name", action=say("ui.repair.values"), what=spoken))
        for line in one.exact:
            fold.column.addWidget(selectable(text(theme, line)))
        column.addWidget(fold)
        row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        row.setSpacing(theme.space(3))
        row.addLayout(column, 1)
        if one.can_undo and not busy:
            button = Button(theme, say("ui.repair.undo"))
            button.setAccessibleName(say("ui.repair.undo.what", what=spoken))
            button.clicked.connect(lambda _checked: self.undo.emit(one.name))
            self.buttons[one.name] = button
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._rows.append(row)
        return row
