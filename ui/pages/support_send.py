"""The yes, with the recipient's name in it; without a desk, what leaves by hand; and what became of it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from selfcare.i18n import Catalogue
from selfcare.model.ticket import Phase
from ui.flow import Flow
from ui.pages.support_parts import Copy, SupportCard
from ui.rows import marked, show_now, wrapping
from ui.support_state import ENDS, TicketState
from ui.theme import Size, Theme
from ui.ticket_words import ended
from ui.widgets import Button, Fold, announce, clear, text


class ConsentCard(SupportCard):
    """One filled button: it sends exactly what is shown above, or there is no desk and it saves that."""

    def __init__(self, theme: Theme, words: Catalogue) -> None:
        super().__init__(theme, words)
        self._desk: bool | None = None
        self.sentence = self.label("", size=Size.LEAD)
        self.send = Button(theme, "", "primary", Size.LEAD, bold=True)
        self.back = Button(theme, words.text("ui.ticket.not_now"), "second", Size.LEAD)
        self.problem = text(theme, "", tone="fault")
        self.fold = Fold(theme, words.text("ui.ticket.by_hand"))
        self.save = self.button("ui.support.offline.save")
        self.mail = self.button("ui.ticket.mail")
        self.copy = Copy(self, "ui.ticket.copy")
        self.saved = text(theme, "", tone="fine")
        row = Flow(theme.space(3))
        row.addWidget(self.send)
        row.addWidget(self.back)
        self.column.addWidget(self.sentence)
        self.column.addWidget(self.problem)
        self.column.addLayout(row)
        self.column.addWidget(self.fold)
        self.hand = Flow(theme.space(2))
        for part in (self.save, self.mail, self.copy):
            self.hand.addWidget(part)
        self.fold.column.addLayout(self.hand)
        self.column.addWidget(self.saved)
        self.setVisible(False)

    def show_state(self, state: TicketState, desk: bool, to: str, busy: bool, trouble: str) -> None:
        """``desk``: somebody takes it at once; ``busy``: it is on its way, or being made.

        Whoever has not signed in yet (without a line nobody can) may agree now: it waits until they have.
        """
        later = desk and state.needs is not None and not state.signed_in
        self.send.set_kind("second" if later else "primary")
        self.send.setFont(self.theme.font(Size.LEAD, not later))
        action = "ui.ticket.send.later" if later else "ui.ticket.send" if desk else "ui.support.offline.save"
        say = self.words.text
        if self._desk is None and not desk:
            self.fold.button.setChecked(True)  # that is the way here
        self._desk = desk
        # The very words that the case notes as agreed to (``selfcare.report.consent``), and who gets it.
        key = "ui.ticket.consent.later" if later else "ui.ticket.consent" if desk else "ui.ticket.consent.hand"
        sentence = say(key, to=to, button=say(action), words=say("report.consent"))
        self.sentence.setText(wrapping(sentence))
        self.sentence.setAccessibleName(sentence)
        waits = busy or state.report is None
        self.send.setText(say("ui.ticket.moment" if waits else action))
        self.send.setAccessibleDescription(sentence)
        self.save.setVisible(desk)
        if state.report is not None:
            self.copy.put(state.report.text)
        self._say(self.problem, trouble)
        self._say(self.saved, say("ui.support.saved", path=state.saved) if state.saved else "")

    def _say(self, label: object, words: str) -> None:
        before = label.text()  # type: ignore[attr-defined]
        label.setText(wrapping(words))  # type: ignore[attr-defined]
        label.setVisible(bool(words))  # type: ignore[attr-defined]
        if words and before != wrapping(words):
            announce(self, words)


class SentCard(SupportCard):
    """The number in large letters, the date, or plainly that it has not left yet."""

    def __init__(self, theme: Theme, words: Catalogue) -> None:
        super().__init__(theme, words)
        self._shown: object = self
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.space(1.5))
        self.cases = Button(theme, words.text("ui.ticket.see_case"), "primary", Size.LEAD, bold=True)
        self.done = Button(theme, words.text("ui.ticket.finish"), "second", Size.LEAD)
        self.again = self.button("ui.ticket.again")
        self.cancel = self.button("ui.ticket.cancel")
        self.problem = text(theme, "", tone="fault")
        row, small = Flow(theme.space(3)), Flow(theme.space(2))
        for part in (self.cases, self.done):
            row.addWidget(part)
        for part in (self.again, self.cancel):
            small.addWidget(part)
        self.column.addLayout(self.body)
        self.column.addWidget(self.problem)
        self.column.addLayout(small)
        self.column.addSpacing(theme.space(1))
        self.column.addLayout(row)
        self.setVisible(False)

    def show_state(self, state: TicketState, busy: bool, trouble: str) -> None:
        """Takes what became of it."""
        told = ended(self.words, state)
        parcel = state.parcel
        open_ = parcel is not None and parcel.phase not in ENDS
        had = self.cancel.hasFocus() or self.again.hasFocus()
        if had and not open_:
            self.cases.setFocus(Qt.FocusReason.OtherFocusReason)
        self.cancel.setVisible(open_)
        waits = parcel is not None and parcel.phase in (Phase.QUEUED, Phase.UNKNOWN, Phase.ATTACHING)
        self.again.setVisible(waits)
        self.again.setText(self.words.text("ui.ticket.moment" if busy else "ui.ticket.again"))
        self.problem.setText(trouble)
        self.problem.setVisible(bool(trouble))
        if told == self._shown:
            return
        self._shown = told
        clear(self.body)
        first = self.label(told.line, size=Size.HEADLINE, bold=True)
        more = [self.label(line, size=Size.LEAD) for line in told.more]
        self.body.addLayout(marked(self.theme, told.icon, told.tone, first, *more))
        show_now(self.body)
        announce(first, " ".join((told.line, *told.more)))
