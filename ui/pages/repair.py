"""The repair page: one button, one question at a time, before and after, and every change with its way back."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from selfcare.model.remedy import Proposal
from selfcare.remedies import REMEDIES
from ui import repair_jobs
from ui.consent import ConsentGate
from ui.context import Context
from ui.engine import Job, Work
from ui.messages import Batch
from ui.pages.repair_course import BeforeAfterCard, CourseCard, TriedCard
from ui.pages.repair_head import HeadCard
from ui.pages.repair_offer import ConsentCard
from ui.pages.repair_standing import ByHandCard, ChangesCard
from ui.repair_state import RepairPhase, RepairState
from ui.widgets import Column


class RepairPage(Column):
    """Reads the engine's messages into its ``RepairState`` and shows that."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme)
        self._context = context
        self._job: Job | None = None
        theme, catalogue = context.theme, context.catalogue
        self.state = RepairState()
        self.standing = context.look_after()
        self.gate = ConsentGate(self)
        self.head = HeadCard(theme, catalogue)
        self.consent = ConsentCard(theme, catalogue)
        self.course = CourseCard(theme, catalogue)
        self.compare = BeforeAfterCard(theme, catalogue)
        self.tried = TriedCard(theme, catalogue)
        self.changes = ChangesCard(theme, catalogue)
        self.by_hand = ByHandCard(theme, catalogue, tuple(r.id for r in REMEDIES if r.everyday))
        parts = (self.head, self.consent, self.course, self.compare, self.tried, self.changes, self.by_hand)
        for part in parts:
            self.column.addWidget(part)
        self.column.addStretch(1)
        self.setFocusProxy(self.head.start)
        self._connect()
        self._show()

    def set_tight(self, tight: bool) -> None:
        """Rearranges what stands side by side."""
        for card in (self.head, self.consent, self.compare, self.changes, self.by_hand):
            card.set_tight(tight)

    def _connect(self) -> None:
        self.head.start.clicked.connect(self.start)
        self.head.stop.clicked.connect(self.stop)
        self.head.to_check.clicked.connect(lambda _checked: self._context.open_page("check"))
        self.head.support.clicked.connect(lambda _checked: self._context.open_page("support"))
        self.consent.answered.connect(self._on_answered)
        self.by_hand.chosen.connect(self.fix)
        self.changes.undo.connect(self._on_undo)
        self.changes.drawn.connect(self._order_tabs)
        self.changes.emptied.connect(self.head.start.setFocus)
        self.gate.asked.connect(self._on_asked)
        self.standing.changed.connect(self._on_standing)
        self._context.bridge.arrived.connect(self._on_batch)

    def showEvent(self, event: QShowEvent) -> None:
        """What was changed may have changed since the page was last looked at."""
        super().showEvent(event)
        self.standing.refresh()

    @Slot()
    def start(self) -> None:
        """Starts a repair run, unless something is under way."""
        self._begin("repair", repair_jobs.run(self._context.services, self.gate.ask))

    def point_at(self, remedy: str) -> None:
        """Shows where a remedy is begun on request; nothing is begun."""
        button = self.by_hand.button_of(remedy)
        self.by_hand.set_tight(self.tight)
        button.setFocus(Qt.FocusReason.OtherFocusReason)
        self.reveal(button)

    @Slot(str)
    def fix(self, remedy: str) -> None:
        """Starts one remedy by hand."""
        self._begin(f"fix {remedy}", repair_jobs.fix(self._context.services, remedy, self.gate.ask), remedy)

    @Slot()
    def stop(self) -> None:
        """Asks a run to stop; what it has changed and not proved is put back."""
        if self._job is not None and self.state.busy and self.state.phase is not RepairPhase.STOPPING:
            self.state.stop()
            self._job.cancel()
            self._show()

    def escape(self) -> None:
        """Says no to the open question, else stops what is running."""
        if self.state.phase is RepairPhase.ASKING:
            self._on_answered(False)
        else:
            self.stop()

    def _begin(self, name: str, work: Work, remedy: str = "") -> None:
        if self.state.busy or self.standing.undoing is not None:
            return
        if self._context.setting_box or self._context.guiding:
            self._context.open_page(self._context.busy_page)  # a repair measures, and would measure its pauses
            return
        self._context.bridge.cancel(self._context.check.job)  # a check would measure the pauses of the repair
        self._job = self._context.bridge.submit(name, work)
        # A page that goes (another language was chosen) takes its question with it: nobody could answer it.
        self.destroyed.connect(self._job.cancel)
        self.state.begin(self._job.number, remedy)
        self.head.start.setFocus(Qt.FocusReason.OtherFocusReason)  # then the one that stops has it, wherever it was
        self._show()
        self.verticalScrollBar().setValue(0)

    @Slot(object)
    def _on_asked(self, proposal: Proposal) -> None:
        if not self.state.busy or self.state.phase is RepairPhase.STOPPING:
            self.gate.answer(False)  # stopped while the question was on its way
            return
        self.state.ask(proposal)
        self._show()
        self.consent.refuse.setFocus(Qt.FocusReason.OtherFocusReason)  # Enter by accident must change nothing
        self.consent.announce()
        self.reveal(self.consent)

    @Slot(bool)
    def _on_answered(self, agreed: bool) -> None:
        self.state.answered(agreed)
        self.gate.answer(agreed)
        self.head.stop.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show()
        self.verticalScrollBar().setValue(0)

    @Slot(str)
    def _on_undo(self, entry: str) -> None:
        self.standing.undo(entry)
        self._context.check.forget()  # it was true of another setting

    @Slot(object)
    def _on_batch(self, batch: Batch) -> None:
        was_busy = self.state.busy
        if not any([self.state.read(message) for message in batch.messages]):
            return
        self._show()
        if was_busy and not self.state.busy:
            self._tell_the_check()
            self.verticalScrollBar().setValue(0)

    def _tell_the_check(self) -> None:
        """The check page must not go on saying what is no longer so."""
        if self.state.full_look() is not None:
            self._context.check.adopt(self.state.last_look)
        elif self.state.touched:
            self._context.check.forget()

    def _show(self) -> None:
        state = self.state
        # Shown first: the button that stops takes the focus over from the one that started.
        self.head.show_state(state)
        self.consent.show_proposal(state.proposal if state.phase is RepairPhase.ASKING else None)
        self.course.show_state(state)
        done = state.result if state.phase is RepairPhase.DONE else None
        self.compare.show_result(done)
        self.tried.show_result(done)
        self.by_hand.setVisible(not state.busy)
        self._context.repairing = state.busy
        self.standing.pause(state.busy)
        self._show_changes()

    @Slot()
    def _on_standing(self) -> None:
        put_back = self.standing.put_back is not None or bool(self.standing.ended)
        if put_back and self.state.rest():
            self._show()
        self._show_changes()

    @Slot()
    def _order_tabs(self) -> None:
        """What is made late would come last; Tab should find it where it stands."""
        there = [self.head.to_check, self.consent.values.button, self.consent.agree, self.consent.refuse]
        for before, after in pairwise((*there, *self.changes.buttons.values(), *self.by_hand.buttons.values())):
            QWidget.setTabOrder(before, after)

    def _show_changes(self) -> None:
        self.changes.show_standing(self.standing, self.state.busy)


def build(context: Context) -> QWidget:
    """For the registry."""
    return RepairPage(context)
