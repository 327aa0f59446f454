"""The repair page: one button, one question at a time, before and after, and every change with its way back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from selfcare.app.ending import is_stand_in
from selfcare.i18n import Catalogue
from selfcare.model.remedy import Proposal
from selfcare.model.remedy import RepairState as Ended
from selfcare.remedies import REMEDIES
from ui import repair_jobs
from ui.consent import ConsentGate
from ui.context import Context
from ui.engine import Job, Work
from ui.messages import Batch, JobEnded
from ui.pages.repair_cards import BeforeAfterCard, ByHandCard, ChangesCard, ConsentCard, TriedCard
from ui.repair_state import RepairPhase, RepairState
from ui.theme import Size, Theme
from ui.widgets import Badge, Button, Card, Column, text

_LOOKS = {
    Ended.HEALTHY: ("check", "fine"),
    Ended.REPAIRED: ("check", "fine"),
    Ended.DONE: ("check", "fine"),
    Ended.EASED: ("bang", "suspect"),
    Ended.FOR_YOU: ("bang", "suspect"),
    Ended.NOT_HELPED: ("cross", "fault"),
}


class HeadCard(Card):
    """Where the repair stands, and the button that starts or stops it."""

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        self._catalogue, self._said = catalogue, ""
        self.badge = Badge(theme)
        self.headline = text(theme, "", Size.HEADLINE, bold=True)
        self.line = text(theme, "", Size.LEAD, tone="muted")
        self.start = Button(theme, "", "primary", Size.LEAD, bold=True)
        self.stop = Button(theme, catalogue.text("ui.button.stop"), "", Size.LEAD)
        words = QVBoxLayout()
        words.setSpacing(theme.space(1.5))
        words.addWidget(self.headline)
        words.addWidget(self.line)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, theme.space(2.5), 0, 0)
        buttons.addWidget(self.start)
        buttons.addWidget(self.stop)
        buttons.addStretch(1)
        words.addLayout(buttons)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(theme.space(4.5))
        self._row.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(words, 1)
        self.column.addLayout(self._row)

    def set_tight(self, tight: bool) -> None:
        """Puts the badge above the words where there is no room beside them."""
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if tight else QBoxLayout.Direction.LeftToRight)

    def show_state(self, state: RepairState) -> None:
        """Takes the page's state; keeps the focus on the button that is there."""
        say = self._catalogue.text
        icon, tone, headline, line = self._words(state)
        self.badge.show_state(icon, tone)
        self.headline.setText(headline)
        self.line.setText(line)
        self.line.setVisible(bool(line))
        self.start.setText(say("ui.repair.again" if state.phase is RepairPhase.DONE else "ui.repair.start"))
        shown, hidden = (self.stop, self.start) if state.busy else (self.start, self.stop)
        had_focus = hidden.hasFocus()
        shown.setVisible(True)
        if had_focus:
            shown.setFocus(Qt.FocusReason.OtherFocusReason)
        hidden.setVisible(False)
        self._announce(headline, state.phase)

    def _words(self, state: RepairState) -> tuple[str, str, str, str]:
        say = self._catalogue.text
        if state.phase is RepairPhase.DONE and state.result is not None:
            icon, tone = _LOOKS.get(state.result.state, ("bar", "idle"))
            told = state.result.trial.text if state.result.trial is not None else ""
            return icon, tone, say(f"repair.state.{state.result.state.value}"), told
        if state.phase is RepairPhase.ERROR:
            return "bang", "suspect", say("ui.repair.error"), say(state.problem)
        if state.phase is RepairPhase.ASKING:
            return "query", "accent", say("ui.repair.asking"), say("ui.repair.asking.lead")
        if state.phase is RepairPhase.TRYING:
            return "wrench", "accent", say("ui.repair.trying"), say("ui.repair.trying.lead")
        if state.phase is RepairPhase.LOOKING:
            step = say(f"ui.step.{state.layer}") if state.layer else say("ui.step.start")
            return "pulse", "accent", say("ui.repair.looking"), step
        return "wrench", "accent", say("ui.repair.title"), say("ui.repair.lead")

    def _announce(self, words: str, phase: RepairPhase) -> None:
        """Tells a screen reader once per new headline."""
        if words != self._said and phase is not RepairPhase.IDLE and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.headline, words))
        self._said = words


class RepairPage(Column):
    """Reads the engine's messages into its ``RepairState`` and shows that."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme)
        self._context = context
        self._job: Job | None = None
        self._waiting: Job | None = None
        self._waited = False  # what ended once (or could not be) is not started again before the next run
        theme, catalogue = context.theme, context.catalogue
        self.state = RepairState()
        self.gate = ConsentGate(self)
        self.head = HeadCard(theme, catalogue)
        self.consent = ConsentCard(theme, catalogue)
        self.compare = BeforeAfterCard(theme, catalogue)
        self.tried = TriedCard(theme, catalogue)
        self.by_hand = ByHandCard(theme, catalogue, tuple(r.id for r in REMEDIES if r.everyday))
        self.changes = ChangesCard(theme, catalogue)
        for part in (self.head, self.consent, self.compare, self.tried, self.changes, self.by_hand):
            self.column.addWidget(part)
        self.column.addStretch(1)
        self.setFocusProxy(self.head.start)
        self._connect()
        self._show()

    def set_tight(self, tight: bool) -> None:
        """Rearranges what stands side by side."""
        for card in (self.head, self.consent, self.compare):
            card.set_tight(tight)

    def _connect(self) -> None:
        self.head.start.clicked.connect(self.start)
        self.head.stop.clicked.connect(self.stop)
        self.consent.answered.connect(self._on_answered)
        self.by_hand.chosen.connect(self.fix)
        self.changes.undo.connect(self._on_undo)
        self.gate.asked.connect(self._on_asked)
        self._context.bridge.arrived.connect(self._on_batch)

    def showEvent(self, event: QShowEvent) -> None:
        """What was changed may have changed since the page was last looked at."""
        super().showEvent(event)
        self._list()

    @Slot()
    def start(self) -> None:
        """Starts a repair run, unless something is under way."""
        self._begin("repair", repair_jobs.run(self._context.services, self.gate.ask))

    @Slot(str)
    def fix(self, remedy: str) -> None:
        """Starts one remedy by hand."""
        self._begin(f"fix {remedy}", repair_jobs.fix(self._context.services, remedy, self.gate.ask))

    @Slot()
    def stop(self) -> None:
        """Asks a run to stop; what it has changed and not proved is put back."""
        if self._job is not None and self.state.busy:
            self._job.cancel()

    def escape(self) -> None:
        """Says no to the open question, else stops what is running."""
        if self.state.phase is RepairPhase.ASKING:
            self._on_answered(False)
        else:
            self.stop()

    def _begin(self, name: str, work: Work) -> None:
        if self.state.busy:
            return
        self._job = self._context.bridge.submit(name, work)
        # A page that goes (another language was chosen) takes its question with it: nobody could answer it.
        self.destroyed.connect(self._job.cancel)
        self.state.begin(self._job.number)
        self._show()
        self.verticalScrollBar().setValue(0)

    @Slot(object)
    def _on_asked(self, proposal: Proposal) -> None:
        if not self.state.busy:
            self.gate.answer(False)  # stopped while the question was on its way
            return
        self.state.ask(proposal)
        self._show()
        self.consent.refuse.setFocus(Qt.FocusReason.OtherFocusReason)  # Enter by accident must change nothing

    @Slot(bool)
    def _on_answered(self, agreed: bool) -> None:
        self.state.answered(agreed)
        self.gate.answer(agreed)
        self._show()
        self.head.stop.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def _on_undo(self, entry: str) -> None:
        self.state.undo_problem = ""
        self.state.listing = self._context.bridge.submit("undo", repair_jobs.undo(self._context.services, entry)).number

    def _list(self) -> None:
        if self.state.listing is None:
            job = self._context.bridge.submit("changes", repair_jobs.changes(self._context.services))
            self.state.listing = job.number

    @Slot(object)
    def _on_batch(self, batch: Batch) -> None:
        was_busy = self.state.busy
        if self._waiting is not None and any(_ended(m, self._waiting) for m in batch.messages):
            self._waiting, self._waited = None, True
            self._list()
        if not any([self.state.read(message) for message in batch.messages]):
            return
        if was_busy and not self.state.busy:
            self._waited = False
            self._list()
        self._watch()
        self._show()

    def _watch(self) -> None:
        """While a resolver stands in, the engine asks the old one again and again."""
        standing = any(is_stand_in(entry) for entry in self.state.changes)
        if standing and self._waiting is None and not (self.state.busy or self._waited):
            self._waiting = self._context.bridge.submit("stand in", repair_jobs.stand_in(self._context.services))
        elif self._waiting is not None and (self.state.busy or not standing):
            self._waiting.cancel()
            self._waiting = None

    def _show(self) -> None:
        state = self.state
        self.head.show_state(state)
        self.consent.show_proposal(state.proposal if state.phase is RepairPhase.ASKING else None)
        done = state.result if state.phase is RepairPhase.DONE else None
        self.compare.show_result(done)
        self.tried.show_result(done)
        self.by_hand.set_busy(state.busy)
        self.changes.show_changes(state.changes, state.undo_problem, state.busy)


def _ended(message: object, job: Job) -> bool:
    return isinstance(message, JobEnded) and message.job == job.number


def build(context: Context) -> QWidget:
    """For the registry."""
    return RepairPage(context)
