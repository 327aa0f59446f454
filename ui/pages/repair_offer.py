"""The question: one action, what it changes, what may happen, and two buttons. Nothing is done before."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout

from selfcare.i18n import Catalogue
from selfcare.model.remedy import ExactValue, Proposal
from ui.repair_words import conditions, plain
from ui.rows import Rows, direction, marked
from ui.theme import Size, Theme
from ui.widgets import Button, Card, Fold, announce, bullet, clear, selectable, text


class ConsentCard(Card):
    """Plain words first; the exact values are a click away."""

    answered = Signal(bool)

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        self._theme, self._catalogue = theme, catalogue
        self._shown: Proposal | None = None
        self.title = text(theme, "", Size.HEADING, bold=True)
        self.why = text(theme, "", Size.LEAD)
        self.what = text(theme, "", bold=True)
        self.words = QVBoxLayout()
        self.cautions = QVBoxLayout()
        self.conditions = Rows(theme)
        self.values = Fold(theme, catalogue.text("ui.repair.values"))
        self.agree = Button(theme, catalogue.text("ui.repair.agree"), "primary", Size.LEAD, bold=True)
        self.refuse = Button(theme, catalogue.text("ui.repair.refuse"), "second", Size.LEAD)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._build()
        self.agree.clicked.connect(lambda _checked: self.answered.emit(True))
        self.refuse.clicked.connect(lambda _checked: self.answered.emit(False))
        self.setVisible(False)

    def _build(self) -> None:
        space = self._theme.space
        self.words.setSpacing(space(1))
        self.cautions.setSpacing(space(1.5))
        self._row.setSpacing(space(3))
        self._row.addWidget(self.agree)
        self._row.addWidget(self.refuse)
        self._row.addStretch(1)
        self.column.addWidget(self.title)
        self.column.addWidget(self.why)
        self.column.addSpacing(space(1))
        self.column.addWidget(self.what)
        self.column.addLayout(self.words)
        self.column.addLayout(self.cautions)
        self.column.addSpacing(space(1))
        self.column.addLayout(self.conditions)
        self.column.addWidget(self.values)
        self.column.addSpacing(space(1))
        self.column.addLayout(self._row)

    def set_tight(self, tight: bool) -> None:
        """One column where there is no room for two."""
        self._row.setDirection(direction(tight))
        self.conditions.set_tight(tight)

    def show_proposal(self, proposal: Proposal | None) -> None:
        """Takes the question, or none; the same one again leaves alone what is read or opened just now."""
        if proposal is not None and proposal is not self._shown:
            self._fill(proposal)
        self._shown = proposal
        self.setVisible(proposal is not None)

    def announce(self) -> None:
        """What a screen reader says before the buttons are walked to."""
        announce(self.title, self.refuse.accessibleDescription())

    def _fill(self, proposal: Proposal) -> None:
        say, hand = self._catalogue.text, proposal.instruction
        self.title.setText(proposal.title)
        self.why.setText(proposal.why)
        self.what.setText(say("ui.repair.do_what" if hand else "ui.repair.changes_what"))
        lines = proposal.plan if hand else tuple(plain(self._catalogue, a) for a in proposal.actions)
        self._fill_words(tuple(dict.fromkeys(lines)))
        self._fill_cautions(proposal.cautions)
        rows = conditions(self._catalogue, proposal)
        self.conditions.fill(rows)
        self._fill_values(proposal.plan, proposal.values)
        self.agree.setText(say("ui.repair.check_done" if hand else "ui.repair.agree"))
        self.refuse.setText(say("ui.repair.later" if hand else "ui.repair.refuse"))
        told = " ".join((proposal.title, proposal.why, *lines, *proposal.cautions, *(value for _, value in rows)))
        self.agree.setAccessibleDescription(told)
        self.refuse.setAccessibleDescription(told)

    def _fill_words(self, lines: tuple[str, ...]) -> None:
        clear(self.words)
        for line in lines:
            if len(lines) > 1:
                self.words.addLayout(bullet(self._theme, line))
            else:
                self.words.addWidget(text(self._theme, line))

    def _fill_cautions(self, lines: tuple[str, ...]) -> None:
        clear(self.cautions)
        for line in lines:
            self.cautions.addLayout(marked(self._theme, "bang", "suspect", text(self._theme, line)))

    def _fill_values(self, plan: tuple[str, ...], values: tuple[ExactValue, ...]) -> None:
        clear(self.values.column)
        self.values.button.setChecked(False)
        self.values.setVisible(bool(values))
        for value in values:
            pair = self._catalogue.text("ui.repair.values.pair", before=value.before, after=value.after)
            self.values.column.addWidget(text(self._theme, value.what, tone="muted"))
            self.values.column.addWidget(selectable(text(self._theme, pair)))
        if values:
            for line in plan:
                self.values.column.addLayout(bullet(self._theme, line))
