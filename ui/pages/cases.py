"""My cases: the list, and one of them with all that is written in it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFocusEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from selfcare.app.support.port import Filed
from selfcare.i18n import SUPPORT, Catalogue
from selfcare.model.case import Case, Contact
from selfcare.model.ticket import Phase
from ui.context import Context
from ui.pages.case_contact import ContactsCard
from ui.pages.case_list import HeadsCard, OutboxCard, QuestionCard, ReminderCard
from ui.pages.case_own import DeleteCard, OwnCard
from ui.pages.case_view import CaseHeadCard, HistoryCard, TicketsCard
from ui.rows import order_tabs, wrapping
from ui.support_state import waiting
from ui.support_words import trouble
from ui.theme import Size
from ui.widgets import Column, announce, text


class CasesPage(Column):
    """Shows what the hold knows."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme)
        self._context = context
        theme = context.theme
        words = self.words = Catalogue(context.catalogue.language, SUPPORT)
        self._support = context.hold_support()
        self._support.speak(words.language)
        self.hold = self._support.cases
        self._where: str = ""
        self._adding = False
        self.note = text(theme, "", tone="suspect")
        self.question, self.reminders = QuestionCard(theme, words), ReminderCard(theme, words)
        self.heads, self.outbox = HeadsCard(theme, words), OutboxCard(theme, words)
        self.head, self.tickets = CaseHeadCard(theme, words), TicketsCard(theme, words)
        self.contacts, self.history = ContactsCard(theme, words), HistoryCard(theme, words)
        self.own, self.asking = OwnCard(theme, words), DeleteCard(theme, words)
        self.list = (self.reminders, self.outbox, self.heads)
        self.one = (self.head, self.tickets, self.contacts, self.history, self.own)
        for part in (self.note, self.question, *self.list, *self.one, self.asking):
            self.column.addWidget(part)
        self.column.addStretch(1)
        self._connect()
        self._show()

    def set_tight(self, tight: bool) -> None:
        """Rearranges what stands side by side."""
        for card in (self.question, *self.list, *self.one, self.asking):
            card.set_tight(tight)

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody may have answered since."""
        super().showEvent(event)
        self.hold.look()

    def escape(self) -> None:
        """Says no to the open question; else back to the list."""
        if self.asking.isVisible():
            self._on_delete(False)
        elif self.hold.state.shown is not None:
            self.hold.close()

    def _connect(self) -> None:
        hold = self.hold
        self.heads.chosen.connect(hold.open)
        self.heads.contact.clicked.connect(lambda _checked: self._context.open_page("support"))
        self.reminders.case.connect(hold.open)
        self.reminders.guide.connect(lambda guide: self._context.open_guide(guide))
        self.question.answered.connect(self._on_answer)
        self.outbox.cancel.connect(hold.cancel)
        self.tickets.cancel.connect(hold.cancel)
        self.head.back.clicked.connect(lambda _checked: hold.close())
        self.head.contact.clicked.connect(lambda _checked: self._context.open_page("support"))
        self.head.end.clicked.connect(lambda _checked: hold.end())
        self.contacts.added.connect(self._on_added)
        self.contacts.noted.connect(self._on_noted)
        self.own.export.clicked.connect(lambda _checked: self._on_export())
        self.own.delete.clicked.connect(lambda _checked: self._ask_delete())
        self.asking.answered.connect(self._on_delete)
        for card in (self.heads, self.question, self.reminders, self.outbox, self.tickets, self.contacts, self.history):
            card.drawn.connect(self._order_tabs)
        self._support.changed.connect(self._show)

    # -- a person's words ------------------------------------------------------------------------

    @Slot(object, str)
    def _on_answer(self, filed: Filed, words: str) -> None:
        self.hold.answer(filed, words)

    @Slot(object)
    def _on_added(self, contact: Contact) -> None:
        self._adding = True
        self.hold.contact(contact)

    @Slot(str)
    def _on_noted(self, words: str) -> None:
        self._adding = True
        self.hold.note(words)

    def _on_export(self) -> None:
        shown = self.hold.state.shown
        if shown is not None:
            title = self.words.text("ui.cases.export.title")
            told, _kind = QFileDialog.getSaveFileName(self, title, f"{shown.head.id}.json", "*.json")
            if told:
                self.hold.export(Path(told))

    def _ask_delete(self) -> None:
        shown, tickets = self.hold.state.shown, self.hold.state.tickets
        if shown is not None:
            sent = [one for one in tickets or () if one.parcel.phase is Phase.DONE]
            self.asking.ask(shown.head.id, len(sent) if tickets is not None else len(shown.head.tickets))
            self.reveal(self.asking)

    @Slot(bool)
    def _on_delete(self, agreed: bool) -> None:
        self.own.delete.setFocus(Qt.FocusReason.OtherFocusReason)
        self.asking.setVisible(False)
        if agreed:
            self.hold.delete()

    # -- showing ---------------------------------------------------------------------------------

    @Slot()
    def _show(self) -> None:
        state, jobs, focus = self.hold.state, self._support.jobs, QApplication.focusWidget()
        mine = focus is None or focus is self or self.isAncestorOf(focus)  # before what has it is hidden
        case = state.shown
        self._say_trouble(case)
        self.question.show_questions(self.hold.open_questions(), "answer" in jobs.busy, self._trouble("answer"))
        self.reminders.show_reminders(state.reminders)
        self.outbox.show_parcels(waiting(state.outbox))
        self.heads.show_heads(state.heads)
        if case is not None:
            self._show_case(case)
        for card in self.one:
            card.setVisible(case is not None)
        if case is not None:
            for other in self.list:
                other.setVisible(False)
        self.heads.setVisible(case is None and not (state.heads is None and "list" in jobs.troubles))
        if case is None:
            self.asking.setVisible(False)
        self._moved(case.head.id if case is not None else "", mine)
        if QApplication.focusWidget() is self:
            self.start()  # there was nothing to press before

    def _show_case(self, case: Case) -> None:
        state, jobs = self.hold.state, self._support.jobs
        self.head.show_case(case)
        asks = bool(self.hold.open_questions())
        self.head.contact.set_kind("second" if asks else "primary")  # one filled button at a time
        self.head.contact.setFont(self._context.theme.font(Size.LEAD, not asks))
        self.tickets.show_tickets(state.tickets, self._trouble("tickets"))
        self.contacts.show_contacts(case.contacts)
        self.history.show_case(case)
        if self._adding and "change" not in jobs.busy:
            self._adding = False
            if "change" not in jobs.troubles:  # else what was typed stays, to be tried again
                self.contacts.close_forms()
        broken = self._trouble("export")
        done = self.words.text("ui.support.saved", path=state.exported) if state.exported else ""
        self.own.say(wrapping(broken or done), not broken)

    def _trouble(self, kind: str) -> str:
        found = self._support.jobs.troubles.get(kind)
        return trouble(self.words, found) if found is not None else ""

    def _say_trouble(self, case: Case | None) -> None:
        kinds = (
            ("shown", "change", "answer", "cancel")
            if case is not None
            else ("list", "answers", "answer", "cancel", "change")
        )
        said = next((words for kind in kinds if (words := self._trouble(kind))), "")
        if said != self.note.text():
            self.note.setText(said)
            announce(self.note, said)
        self.note.setVisible(bool(said))

    def _moved(self, where: str, mine: bool) -> None:
        """To a case, or back: the focus is where it starts."""
        if where == self._where:
            return
        before, self._where = self._where, where
        self.verticalScrollBar().setValue(0)
        if self.isVisible() and mine:
            button = self.heads.buttons.get(before)
            (self.head.back if where else button or self.heads.contact).setFocus(Qt.FocusReason.OtherFocusReason)

    def start(self) -> None:
        """Puts the focus where the work of this moment begins."""
        first = next(iter(self.question.fields.values()), None)
        if first is not None and self.question.isVisibleTo(self):
            first[0].focus()
        elif self.hold.state.heads is None and self.hold.state.shown is None:
            return  # nobody has looked yet; it comes back here when there is something to press
        elif self.hold.state.shown is not None:
            self.head.back.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            button = next(iter(self.heads.buttons.values()), self.heads.contact)
            button.setFocus(Qt.FocusReason.OtherFocusReason)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The window gave it to the page. A proxy would be where Tab enters, too: past what stands above it."""
        super().focusInEvent(event)
        self.start()

    @Slot()
    def _order_tabs(self) -> None:
        order_tabs(self.column)


def build(context: Context) -> QWidget:
    """For the registry."""
    return CasesPage(context)
