"""What the repair page knows of a run, apart from how it is drawn. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from selfcare.model.check import CheckResult
from selfcare.model.events import (
    ActionApplied,
    ActionApproved,
    ActionProposed,
    ActionUndone,
    CheckFinished,
    CheckStarted,
    Event,
    ProbeStarted,
)
from selfcare.model.probe import Layer
from selfcare.model.remedy import Proposal, RepairResult
from ui.messages import Emitted, End, JobEnded, Message


class RepairPhase(StrEnum):
    """Where the page is.

    ``APPLYING``: a change was agreed to and is being made; ``PROVING``: its effect is being measured (what does not
    help is put back within this phase); ``STOPPING``: somebody said stop and things are being put back.
    """

    IDLE = "idle"
    LOOKING = "looking"
    ASKING = "asking"
    APPLYING = "applying"
    PROVING = "proving"
    STOPPING = "stopping"
    STOPPED = "stopped"
    DONE = "done"
    ERROR = "error"


BUSY = frozenset({
    RepairPhase.LOOKING, RepairPhase.ASKING, RepairPhase.APPLYING, RepairPhase.PROVING, RepairPhase.STOPPING,
})  # fmt: skip
_TRYING = (RepairPhase.APPLYING, RepairPhase.PROVING)


class Fate(StrEnum):
    """What is known, while the run goes on, of something that was proposed."""

    OPEN = "open"
    KEPT = "kept"
    UNDONE = "undone"
    REFUSED = "refused"
    OVER = "over"
    """Ended in a way that the events do not tell; the document does."""


@dataclass(slots=True)
class Attempt:
    """One proposal of this run."""

    remedy: str
    title: str = ""
    instruction: bool = False
    fate: Fate = Fate.OPEN


@dataclass(frozen=True, slots=True)
class Problem:
    """A run that could not be made; ``key`` is the sentence's. ``ours``: a fault of this program."""

    key: str
    ours: bool = False


@dataclass(slots=True)
class RepairState:
    """Fed by the messages of its own job only. ``by_hand`` is the remedy somebody chose, empty for a repair.

    ``tested``: something was being tried when somebody said stop. ``last_look``: the events of the last check.
    ``whole``: of how many measurements the first check of the run was made; the proof is a part of them.
    """

    phase: RepairPhase = RepairPhase.IDLE
    job: int | None = None
    by_hand: str = ""
    layer: Layer | None = None
    proposal: Proposal | None = None
    attempts: list[Attempt] = field(default_factory=list)
    result: RepairResult | None = None
    problem: Problem | None = None
    tested: bool = False
    whole: int = 0
    last_look: list[Event] = field(default_factory=list)

    @property
    def busy(self) -> bool:
        """Whether a run is under way."""
        return self.phase in BUSY

    @property
    def kept(self) -> bool:
        """Whether this run has already kept a change."""
        return any(attempt.fate is Fate.KEPT for attempt in self.attempts)

    def begin(self, job: int, by_hand: str = "") -> None:
        """A run was asked for; nothing of the one before stays."""
        self.phase, self.job, self.by_hand = RepairPhase.LOOKING, job, by_hand
        self.layer = self.proposal = self.result = self.problem = None
        self.attempts, self.last_look, self.tested, self.whole = [], [], False, 0

    def ask(self, proposal: Proposal) -> None:
        """The engine waits for consent."""
        self.proposal = proposal
        self.phase = RepairPhase.ASKING
        attempt = self._current(proposal.remedy)
        attempt.title, attempt.instruction = proposal.title, proposal.instruction

    def answered(self, agreed: bool) -> None:
        """The person decided."""
        if self.phase is not RepairPhase.ASKING or self.proposal is None:
            return
        trying = RepairPhase.PROVING if self.proposal.instruction else RepairPhase.APPLYING
        self.phase = trying if agreed else RepairPhase.LOOKING

    def rest(self) -> bool:
        """A change was put back since: what the last run ended with is no longer so. Whether that is news."""
        if self.busy or self.phase is RepairPhase.IDLE:
            return False
        self.phase, self.result, self.problem = RepairPhase.IDLE, None, None
        return True

    def stop(self) -> None:
        """Somebody said stop; what is being tried goes back first."""
        self.tested = self.phase in _TRYING
        self.phase = RepairPhase.STOPPING

    def full_look(self) -> CheckResult | None:
        """The last check of all, where the run's document ends with it: then the check page may show it too."""
        last = self.last_look[-1] if self.last_look else None
        if self.result is None or not isinstance(last, CheckFinished):
            return None
        whole = not self.by_hand or self.result.trial is not None  # by hand, only a part is measured
        ends_with = self.result.after or self.result.before
        return last.result if whole and last.result is ends_with else None

    @property
    def touched(self) -> bool:
        """Whether anything on this PC was changed, if only for a moment: what was measured before is old then."""
        if self.result is not None:
            return any(step.entries for step in self.result.steps)
        return self.tested or self.kept or (self.phase is RepairPhase.ERROR and bool(self.attempts))

    def read(self, message: Message) -> bool:
        """Takes a message into account; whether there is something new to show."""
        if isinstance(message, Emitted) and message.job == self.job:
            self._read_event(message.event)
            return True
        if isinstance(message, JobEnded) and message.job == self.job:
            self._end(message)
            return True
        return False

    def _current(self, remedy: str) -> Attempt:
        """The attempt of this proposal: the question may come before its event, or after it."""
        if not self.attempts or self.attempts[-1].remedy != remedy or self.attempts[-1].fate is not Fate.OPEN:
            for attempt in self.attempts:
                attempt.fate = Fate.OVER if attempt.fate is Fate.OPEN else attempt.fate
            self.attempts.append(Attempt(remedy))
        return self.attempts[-1]

    def _read_event(self, event: Event) -> None:
        if isinstance(event, CheckStarted):
            self.last_look = []
            again = not self.by_hand and len(event.probes) >= self.whole > 0  # consent came late: is it still so?
            if self.phase is RepairPhase.LOOKING:
                self.whole = max(self.whole, len(event.probes))
            elif self.phase is RepairPhase.APPLYING and not again:
                self.phase = RepairPhase.PROVING
        self.last_look.append(event)
        if isinstance(event, ProbeStarted):
            self.layer = event.layer
        elif isinstance(event, ActionProposed):
            self._current(event.remedy)
        elif isinstance(event, ActionApproved) and not event.approved:
            self._fated(event.remedy, Fate.REFUSED)
        elif isinstance(event, ActionApplied):
            self._fated(event.remedy, Fate.KEPT if event.kept else Fate.OVER)
            if self.phase in _TRYING:
                self.phase = RepairPhase.LOOKING
        elif isinstance(event, ActionUndone):
            self._fated(event.remedy, Fate.UNDONE)

    def _fated(self, remedy: str, fate: Fate) -> None:
        """A trial of an earlier run that ends has no attempt here."""
        if self.attempts and self.attempts[-1].remedy == remedy:
            self.attempts[-1].fate = fate

    def _end(self, message: JobEnded) -> None:
        self.job = self.proposal = None
        if message.end is End.DONE and isinstance(message.result, RepairResult):
            self.phase, self.result = RepairPhase.DONE, message.result
        elif message.end is End.DONE and isinstance(message.result, Problem):
            self.phase, self.problem = RepairPhase.ERROR, message.result
        elif message.end is End.CANCELLED:
            self.phase = RepairPhase.STOPPED
        else:
            self.phase, self.problem = RepairPhase.ERROR, Problem("ui.error.lead", ours=True)
