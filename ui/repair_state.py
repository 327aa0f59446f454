"""What the repair page knows, apart from how it is drawn. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from selfcare.model.events import ActionApplied, ActionApproved, Event, ProbeStarted, VerdictChanged
from selfcare.model.finding import Diagnosis
from selfcare.model.probe import Layer
from selfcare.model.remedy import Proposal, RepairResult
from selfcare.model.repair import Entry
from ui.messages import Emitted, End, JobEnded, Message


class RepairPhase(StrEnum):
    """Where the page is. ``TRYING``: a change has been agreed to and is being made and measured."""

    IDLE = "idle"
    LOOKING = "looking"
    ASKING = "asking"
    TRYING = "trying"
    DONE = "done"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Problem:
    """A run that could not be made; ``key`` is the sentence's."""

    key: str


@dataclass(slots=True)
class RepairState:
    """Fed by the messages of its own jobs only: the run, and the list of changes."""

    phase: RepairPhase = RepairPhase.IDLE
    job: int | None = None
    layer: Layer | None = None
    diagnosis: Diagnosis | None = None
    proposal: Proposal | None = None
    result: RepairResult | None = None
    problem: str = ""
    changes: tuple[Entry, ...] = ()
    listing: int | None = None
    undo_problem: str = ""
    _busy: tuple[RepairPhase, ...] = field(
        default=(RepairPhase.LOOKING, RepairPhase.ASKING, RepairPhase.TRYING), repr=False
    )

    @property
    def busy(self) -> bool:
        """Whether a run is under way."""
        return self.phase in self._busy

    def begin(self, job: int) -> None:
        """A run was asked for; nothing of the one before stays."""
        self.phase, self.job, self.problem = RepairPhase.LOOKING, job, ""
        self.layer = self.diagnosis = self.proposal = self.result = None

    def ask(self, proposal: Proposal) -> None:
        """The engine waits for consent."""
        self.proposal = proposal
        self.phase = RepairPhase.ASKING

    def answered(self, agreed: bool) -> None:
        """The person decided."""
        if self.phase is RepairPhase.ASKING:
            self.phase = RepairPhase.TRYING if agreed else RepairPhase.LOOKING

    def read(self, message: Message) -> bool:
        """Takes a message into account; whether there is something new to show."""
        if isinstance(message, Emitted) and message.job == self.job:
            self._read_event(message.event)
            return True
        if isinstance(message, JobEnded) and message.job == self.job:
            self._end(message)
            return True
        if isinstance(message, JobEnded) and message.job == self.listing:
            self._listed(message)
            return True
        return False

    def _read_event(self, event: Event) -> None:
        if isinstance(event, ProbeStarted):
            self.layer = event.layer
        elif isinstance(event, VerdictChanged):
            self.diagnosis = event.diagnosis
        elif isinstance(event, ActionApproved | ActionApplied) and self.phase is RepairPhase.TRYING:
            self.phase = RepairPhase.TRYING if isinstance(event, ActionApproved) else RepairPhase.LOOKING

    def _end(self, message: JobEnded) -> None:
        self.job = self.proposal = None
        if message.end is End.DONE and isinstance(message.result, RepairResult):
            self.phase, self.result = RepairPhase.DONE, message.result
        elif message.end is End.DONE and isinstance(message.result, Problem):
            self.phase, self.problem = RepairPhase.ERROR, message.result.key
        else:
            cancelled = message.end is End.CANCELLED
            self.phase, self.problem = (RepairPhase.IDLE, "") if cancelled else (RepairPhase.ERROR, "ui.error.lead")

    def _listed(self, message: JobEnded) -> None:
        self.listing = None
        if isinstance(message.result, tuple):
            self.changes = message.result
        elif isinstance(message.result, Problem):
            self.undo_problem = message.result.key
