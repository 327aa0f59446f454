"""One change of the box from the question to its result. Nothing is done before the yes."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout

from selfcare.i18n import Catalogue
from ui.box_set_state import ChangePhase, ChangeState
from ui.box_set_words import Answer, Names, Question, answer, course, question
from ui.rows import Rows, direction, marked
from ui.theme import Size, Theme
from ui.widgets import Button, Card, Fold, announce, bullet, clear, selectable, text


class OfferCard(Card):
    """Stands under the card it belongs to. ``answered``: yes or no; ``undo``: put back what was just done."""

    answered = Signal(bool)
    undo = Signal(str)
    closed = Signal()

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        self._theme, self._catalogue = theme, catalogue
        self._shown: object = None
        say = catalogue.text
        self.title = text(theme, "", Size.HEADING, bold=True)
        self.lead = text(theme, say("ui.repair.changes_what"), tone="muted")
        self.rows = Rows(theme)
        self.lines = QVBoxLayout()
        self.lines.setSpacing(theme.space(1.5))
        self.exact = Fold(theme, say("ui.repair.values"))
        self.agree = Button(theme, say("ui.repair.agree"), "primary", Size.LEAD, bold=True)
        self.refuse = Button(theme, say("ui.repair.refuse"), "second", Size.LEAD)
        self.back = Button(theme, say("ui.repair.undo"), "second")
        self.close_it = Button(theme, say("ui.set.understood"), "second")
        self._buttons = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._buttons.setSpacing(theme.space(3))
        for button in (self.agree, self.refuse, self.close_it, self.back):
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)
        self.column.addWidget(self.title)
        self.column.addWidget(self.lead)
        for layout in (self.rows, self.lines):
            self.column.addLayout(layout)
        self.column.addWidget(self.exact)
        self.column.addSpacing(theme.space(1))
        self.column.addLayout(self._buttons)
        self._entry = ""
        self.agree.clicked.connect(lambda _checked: self.answered.emit(True))
        self.refuse.clicked.connect(lambda _checked: self.answered.emit(False))
        self.back.clicked.connect(lambda _checked: self.undo.emit(self._entry))
        self.close_it.clicked.connect(lambda _checked: self.closed.emit())
        self.setVisible(False)

    def set_tight(self, tight: bool) -> None:
        """One column where there is no room for two."""
        self._buttons.setDirection(direction(tight))
        self.rows.set_tight(tight)

    def show_state(self, state: ChangeState, family: str, names: Names, subject: str) -> None:
        """Takes where the change stands; the same again leaves alone what is read or opened just now."""
        shown = (state.phase, state.proposal, state.stages, state.result, state.trouble)
        self.setVisible(state.phase is not ChangePhase.IDLE)
        if shown == self._shown:
            return
        self._shown = shown
        self.rows.fill(())
        for part in (self.lines, self.exact.column):
            clear(part)
        self.exact.button.setChecked(False)
        asking, done = state.phase is ChangePhase.ASKING, state.phase is ChangePhase.DONE
        if asking and state.proposal is not None:
            self._ask(question(self._catalogue, state.proposal, names, subject))
        elif done:
            self._answer(answer(self._catalogue, state, family, names))
        else:
            self._work(state, subject)
        self._show_parts(asking, done)

    def _show_parts(self, asking: bool, done: bool) -> None:
        """Shown before anything is hidden: what had the focus must find somewhere to leave it."""
        parts = (
            (self.close_it, done), (self.back, done and bool(self._entry)),
            (self.lead, asking), (self.agree, asking), (self.refuse, asking), (self.exact, asking),
        )  # fmt: skip
        for part, there in parts:
            part.setVisible(there)

    def announce(self) -> None:
        """What a screen reader says before the buttons are walked to."""
        announce(self.title, self.refuse.accessibleDescription())

    def _ask(self, asked: Question) -> None:
        self.title.setText(asked.title)
        self.rows.fill(tuple((row.what, row.values) for row in asked.rows))
        for line in asked.cautions:
            self.lines.addLayout(marked(self._theme, "bang", "suspect", text(self._theme, line)))
        for line in asked.conditions:
            self.lines.addWidget(text(self._theme, line, tone="muted"))
        for line in asked.exact:
            self.exact.column.addWidget(selectable(text(self._theme, line)))
        told = asked.spoken(self._catalogue)
        self.agree.setAccessibleDescription(told)
        self.refuse.setAccessibleDescription(told)

    def _work(self, state: ChangeState, subject: str) -> None:
        say = self._catalogue.text
        kind = state.proposal.kind if state.proposal is not None else state.setting
        title = say("box.change.title.undo" if state.undoes or kind is None else f"box.change.title.{kind}")
        self.title.setText(say("ui.set.about", title=title, subject=subject) if subject else title)
        steps = course(self._catalogue, state)
        for icon, tone, words in steps:
            self.lines.addLayout(marked(self._theme, icon, tone, text(self._theme, words)))
        if state.writing:
            self.lines.addLayout(bullet(self._theme, say("ui.set.stay")))
        if steps:
            announce(self.title, steps[-1][2])

    def _answer(self, told: Answer) -> None:
        self.title.setText(told.title)
        self._entry = told.undo
        labels = [text(self._theme, line) for line in told.lines]
        self.lines.addLayout(marked(self._theme, told.icon, told.tone, *labels))
        spoken = " ".join((told.title, *told.lines))
        self.close_it.setAccessibleDescription(spoken)
        self.back.setAccessibleDescription(spoken)
        announce(self.title, spoken)

    def focus_question(self) -> None:
        """Enter by accident must change nothing."""
        self.refuse.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_answer(self) -> None:
        """Where one goes on."""
        self.close_it.setFocus(Qt.FocusReason.OtherFocusReason)
