"""One case: what it is, its tickets with what the desk wrote, its history, and all that is written to the letter."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout

from selfcare.app.support.port import Filed
from selfcare.cases.worded import Words
from selfcare.i18n import Catalogue
from selfcare.model.case import Case
from selfcare.model.ticket import Phase
from ui.case_words import NEAR, Told, event, exact, head, replies, ticket
from ui.flow import Flow
from ui.pages.support_parts import SupportCard, shown_text
from ui.rows import marked, show_now
from ui.support_state import ENDS
from ui.support_words import attempt, plain
from ui.theme import Size, Theme
from ui.widgets import Button, Fold, Rule, clear


class CaseHeadCard(SupportCard):
    """The id in large letters, the person's words, the verdict; what can be done with it."""

    def __init__(self, theme: Theme, words: Catalogue) -> None:
        super().__init__(theme, words)
        self._shown: object = self
        self.back = self.button("ui.cases.back")
        self.contact = self.button("ui.cases.contact_support", kind="primary")
        self.end = self.button("ui.cases.end")
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.space(1.2))
        self.column.insertWidget(0, self.back, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addLayout(self.body)
        row = Flow(theme.space(3))
        row.addWidget(self.contact)
        row.addWidget(self.end)
        self.column.addSpacing(theme.space(1))
        self.column.addLayout(row)

    def show_case(self, case: Case) -> None:
        """Takes the case."""
        self.end.setVisible(case.head.closed is None)
        self.contact.setVisible(case.head.closed is None)
        shown = (case.head, case.tried)
        if shown == self._shown:
            return
        self._shown = shown
        clear(self.body)
        name, lines = head(self.words, case.head)
        self.body.addWidget(self.label(name, size=Size.HEADLINE, bold=True))
        for place, line in enumerate(lines):
            self.body.addWidget(self.label(line, "muted" if place else "", Size.BODY if place else Size.LEAD))
        if case.head.text and case.head.words:
            self.body.addWidget(self.label(plain(case.head.text)))
        for one in case.tried:
            icon, tone, line = attempt(self.words, one)
            self.body.addLayout(marked(self.theme, icon, tone, self.label(line)))
        show_now(self.body)


class TicketsCard(SupportCard):
    """Each ticket: number, state, date, and what the desk wrote. Nothing of theirs is opened by itself."""

    cancel = Signal(str)
    drawn = Signal()

    def __init__(self, theme: Theme, words: Catalogue) -> None:
        super().__init__(theme, words, "ui.cases.tickets")
        self._shown: object = self
        self.buttons: list[Button] = []
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.space(2.2))
        self.column.addLayout(self.body)

    def show_tickets(self, tickets: tuple[Filed, ...] | None, trouble: str) -> None:
        """None: the desk has not answered yet."""
        shown = (tickets, trouble)
        if shown == self._shown:
            return
        self._shown, self.buttons = shown, []
        self.forget_rows()
        clear(self.body)
        if trouble:
            self.body.addLayout(marked(self.theme, "bang", "suspect", self.label(trouble)))
        elif not tickets:
            key = "ui.support.loading" if tickets is None else "ui.cases.tickets.none"
            self.body.addWidget(self.label(self.words.text(key), "muted"))
        for place, one in enumerate(tickets or ()):
            if place:
                self.body.addWidget(Rule())
            self._ticket(one)
        show_now(self.body)
        self.drawn.emit()

    def _ticket(self, one: Filed) -> None:
        told = ticket(self.words, one)
        first = self.label(told.line, size=Size.LEAD, bold=True)
        more = [self.label(line, "muted") for line in told.more]
        self.body.addLayout(marked(self.theme, told.icon, told.tone, first, *more))
        for who, said in replies(self.words, one):
            lines = self.label(who, "muted", Size.SMALL), self.label(said)
            self.body.addLayout(marked(self.theme, "chat", "idle", *lines))
        self._actions(one)

    def _actions(self, one: Filed) -> None:
        row, there = Flow(self.theme.space(2)), False
        receipt = one.told.receipt if one.told is not None else one.parcel.receipt
        url = receipt.url if receipt is not None else ""
        if url.startswith("https://"):
            there = True
            look = self.button("ui.cases.ticket.page", plain(QUrl(url).host(), 80))
            look.setToolTip(plain(url))
            look.clicked.connect(lambda _checked: QDesktopServices.openUrl(QUrl(url)))
            row.addWidget(look)
            self.buttons.append(look)
        if one.parcel.phase not in ENDS and one.parcel.phase is not Phase.DONE:
            there = True
            stop = self.button("ui.ticket.cancel", one.parcel.case)
            stop.clicked.connect(lambda _checked: self.cancel.emit(one.parcel.id))
            row.addWidget(stop)
            self.buttons.append(stop)
        if there:
            self.body.addLayout(row)


class HistoryCard(SupportCard):
    """Everything in order, newest first, as sentences; and behind a fold to the letter."""

    drawn = Signal()

    def __init__(self, theme: Theme, words: Catalogue) -> None:
        super().__init__(theme, words, "ui.cases.history")
        self._shown: object = self
        self.fold: Fold | None = None
        self.exact: QPlainTextEdit | None = None
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.space(1.5))
        self.column.addWidget(self.label(words.text("ui.cases.history.lead"), "muted"))
        self.column.addLayout(self.body)
        self.letter = Fold(theme, words.text("ui.cases.history.exact"))
        self.letter.toggled.connect(lambda _on: self._write())
        self.column.addWidget(self.letter)
        self._case: Case | None = None

    def show_case(self, case: Case) -> None:
        """Takes the case."""
        self._case = case
        self._write()
        if case.events == self._shown:
            return
        self._shown, self.fold = case.events, None
        clear(self.body)
        spoken = Words.of(self.words.language)
        lines = [event(spoken, one) for one in reversed(case.events)]
        for told in lines[:NEAR]:
            self._line(self.body, told)
        if lines[NEAR:]:
            self.fold = Fold(self.theme, self.words.text("ui.cases.history.more", count=len(lines) - NEAR))
            rest, column = lines[NEAR:], self.fold.column
            self.fold.toggled.connect(lambda _on: self._rest(column, rest))
            self.body.addWidget(self.fold)
        show_now(self.body)
        self.drawn.emit()

    def _rest(self, column: QVBoxLayout, rest: list[Told]) -> None:
        """Made when somebody wants to see them: there may be hundreds."""
        while rest:
            self._line(column, rest.pop(0))
        show_now(column)

    def _line(self, column: QVBoxLayout, told: Told) -> None:
        more = [self.label(line, "muted", Size.SMALL) for line in told.more]
        column.addLayout(marked(self.theme, told.icon, told.tone, self.label(told.line), *more))

    def _write(self) -> None:
        if self._case is None or not self.letter.button.isChecked():
            return
        if self.exact is None:
            self.exact = shown_text(self.theme, self.words.text("ui.cases.history.exact"))
            self.letter.column.addWidget(self.exact)
            show_now(self.letter.column)
            self.drawn.emit()
        self.exact.setPlainText(exact(self._case))
