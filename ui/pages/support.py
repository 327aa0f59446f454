"""Whom to reach, what to say, and the ticket that is being written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFocusEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QVBoxLayout, QWidget

from selfcare.i18n import SUPPORT, Catalogue
from selfcare.model.symptom import Symptom
from ui import support_words
from ui.chain_state import LinkState, Station
from ui.check_state import CheckState
from ui.check_state import Phase as CheckPhase
from ui.context import Context
from ui.pages.support_channel import ChannelCard
from ui.pages.support_known import KnownCard, OutageCard
from ui.pages.support_say import OfflineCard, SayCard
from ui.rows import order_tabs
from ui.support_state import Draft, Step
from ui.widgets import Button, Column, announce, text

if TYPE_CHECKING:
    from ui.pages.support_ticket import TicketPart


class SupportPage(Column):
    """Shows what the hold knows; nothing is sent or written to anybody from here without a yes."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme)
        self._context = context
        theme = context.theme
        self.words = Catalogue(context.catalogue.language, SUPPORT)
        self.hold = context.hold_support()
        self.hold.speak(self.words.language)
        self.part: TicketPart | None = None
        self._step = Step.AWAY
        self.state_of_page = text(theme, "", tone="muted")
        self.retry = Button(theme, self.words.text("ui.support.retry"))
        self.outage = OutageCard(theme, self.words)
        self.known = KnownCard(theme, self.words)
        self.channel = ChannelCard(theme, self.words)
        self.say = SayCard(theme, self.words)
        self.offline = OfflineCard(theme, self.words)
        self.home = (self.outage, self.known, self.channel, self.say, self.offline)
        self.place = QVBoxLayout()
        self.place.setSpacing(theme.space(4))
        self.column.addLayout(self.place)
        for part in (self.state_of_page, *self.home):
            self.column.addWidget(part)
        self.column.insertWidget(2, self.retry, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addStretch(1)
        self._connect()
        self._show()

    def _connect(self) -> None:
        self.known.check.clicked.connect(lambda _checked: self._context.open_page("check"))
        self.channel.ticket.clicked.connect(lambda _checked: self.write())
        self.channel.other.clicked.connect(lambda _checked: self.hold.begin("", self._symptom(), new=True))
        self.say.begin.clicked.connect(lambda _checked: self.hold.begin(self._said(), self._symptom()))
        self.offline.save.clicked.connect(lambda _checked: self._on_save())
        self.retry.clicked.connect(lambda _checked: self.hold.look(busy=self._busy()))
        for card in (self.known, self.channel, self.say, self.offline):
            card.drawn.connect(self._order_tabs)
        self.hold.changed.connect(self._show)
        self.hold.ticket.moved.connect(self._on_moved)

    def set_tight(self, tight: bool) -> None:
        """Rearranges what stands side by side."""
        for card in self.home:
            card.set_tight(tight)
        if self.part is not None:
            self.part.set_tight(tight)

    def showEvent(self, event: QShowEvent) -> None:
        """Whoever comes with a trouble gets a case, so that there is an id to name; else nothing is begun."""
        super().showEvent(event)
        trouble = self._over() and support_words.in_trouble(self._context.check.diagnosis)
        self.hold.look((self._said(), self._symptom()) if trouble else None, self._busy())

    def escape(self) -> None:
        """A step back in the ticket; else the number for the phone is put away."""
        if self.part is not None and self.hold.ticket.state.step is not Step.AWAY:
            self.part.back()

    def write(self) -> None:
        """A ticket, or what is to be handed over in its place."""
        busy = self._context.busy_page
        if busy:  # its report might begin with a check, which would measure the pauses of that
            self._context.open_page(busy)
            return
        case = self.hold.state.case
        head = case.head if case is not None else None
        symptom = self._symptom() or (head.symptom if head is not None else None)
        draft = Draft((head.words if head is not None else "") or self._said())
        if symptom is not None:
            draft = replace(draft, what=symptom.what, began=symptom.since, others=symptom.other_devices)
        known = bool(draft.words.strip()) or symptom is not None or (head is not None and bool(head.text))
        self.hold.ticket.open(draft, head, self.words.language, hurry=known)

    def _busy(self) -> bool:
        return bool(self._context.busy_page) or self._context.check.phase is CheckPhase.CHECKING

    def _over(self) -> bool:
        return self._context.check.phase is CheckPhase.DONE

    def _symptom(self) -> Symptom | None:
        result = self._context.check.result
        return result.symptom if result is not None else None

    def _said(self) -> str:
        """What was typed into the question box, if anything was."""
        guides = self._context.guides
        return guides.question.search.words.strip() if guides is not None else ""

    # -- showing ---------------------------------------------------------------------------------

    @Slot()
    def _show(self) -> None:
        jobs, state = self.hold.jobs, self.hold.state
        step, focus = self.hold.ticket.state.step, QApplication.focusWidget()
        moved, self._step = step is not self._step, step
        mine = focus is None or focus is self or self.isAncestorOf(focus)  # before what has it is hidden
        away = step is Step.AWAY
        self._show_trouble(away)
        fresh = self._context.check.diagnosis if self._over() else None
        known = support_words.known(self.words, fresh, state.case)
        self.outage.show_outages(state.outages if away else ())
        self.known.show_known(known, fresh is not None)
        if state.advice is not None:
            filed = state.case is not None and bool(state.case.head.tickets)
            self.channel.show_advice(state.advice, state.has_desk, bool(state.outages), filed)
        lines = support_words.to_say(self.words, state.case, known, state.offline) if state.case is not None else ()
        making = "codes" in jobs.busy
        digits = self.words.text("ui.support.say.making" if making else "ui.support.say.no_code")
        self.say.show_lines(lines, self._case_id(), state.offline, digits)
        if "save" in jobs.troubles:
            self.offline.say_saved(support_words.trouble(self.words, jobs.troubles["save"]), "fault")
        self.offline.show_codes(state.offline, line_down(self._context.check))
        self.known.setVisible(away and state.met)
        self.channel.setVisible(away and state.advice is not None)
        self.say.setVisible(away and state.met)
        self.offline.setVisible(away and state.offline is not None)
        if not away:
            self._ticket().show_state()
        elif self.part is not None:
            self.part.hide_all()
        if self.isVisible() and ((moved and mine) or QApplication.focusWidget() is self):
            self.start()  # another step, or there was nothing to press before

    def _show_trouble(self, away: bool) -> None:
        jobs, state = self.hold.jobs, self.hold.state
        broken = next((jobs.troubles[k] for k in ("case", "advice", "codes") if k in jobs.troubles), None)
        loading = not state.met and state.advice is None and broken is None
        said = self.words.text("ui.support.loading") if loading else ""
        if broken is not None:
            said = support_words.trouble(self.words, broken)
        if said != self.state_of_page.text() and broken is not None:
            announce(self.state_of_page, said)
        self.state_of_page.setText(said)
        self.state_of_page.setVisible(away and bool(said))
        self.retry.setVisible(away and broken is not None)

    def _case_id(self) -> str:
        case = self.hold.state.case
        return case.head.id if case is not None else ""

    def _ticket(self) -> TicketPart:
        if self.part is None:
            from ui.pages.support_ticket import TicketPart

            self.part = TicketPart(self, self._context, self.words)
            self.part.set_tight(self.tight)
            self.part.drawn.connect(self._order_tabs)
        return self.part

    @Slot()
    def _on_moved(self) -> None:
        self.verticalScrollBar().setValue(0)
        self._show()

    def _on_save(self) -> None:
        report = self.hold.state.report
        if report is None:
            return
        told, _kind = QFileDialog.getSaveFileName(self, self.words.text("ui.support.save.title"), report.name, "*.zip")
        if told:
            self.hold.jobs.do("save", lambda port: port.save(report, Path(told)), self._on_saved)

    def _on_saved(self, path: Path) -> None:
        self.offline.say_saved(self.words.text("ui.support.saved", path=path))

    def start(self) -> None:
        """Puts the focus where the work of this moment begins."""
        if self.part is not None and self.hold.ticket.state.step is not Step.AWAY:
            self.part.focus()
        elif self.channel.isVisibleTo(self):
            self.channel.ticket.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.retry.isVisibleTo(self):
            self.retry.setFocus(Qt.FocusReason.OtherFocusReason)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The window gave it to the page. A proxy would be where Tab enters, too: past what stands above it."""
        super().focusInEvent(event)
        self.start()

    @Slot()
    def _order_tabs(self) -> None:
        order_tabs(self.column)


def line_down(check: CheckState) -> bool:
    """Whether nothing got out when this window last looked."""
    return check.phase is CheckPhase.DONE and check.chain.of(Station.INTERNET) is not LinkState.FINE


def build(context: Context) -> QWidget:
    """For the registry."""
    return SupportPage(context)
