"""What the check page knows, apart from how it is drawn. No Qt: it outlives a change of language or theme."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from selfcare.model.check import CheckResult
from selfcare.model.events import CheckFinished, Event, Observed, ProbeStarted, VerdictChanged
from selfcare.model.finding import Diagnosis, VerdictState
from selfcare.model.observation import Observation
from selfcare.model.probe import Layer
from ui.chain_state import ChainReader, ChainState
from ui.messages import Emitted, End, JobEnded, Message

# Before these the engine has not made up its mind; a sentence would flicker.
_WORTH_SAYING = (VerdictState.FAULT, VerdictState.MULTIPLE, VerdictState.CONNECTING)


class Phase(StrEnum):
    """Where the page is."""

    IDLE = "idle"
    CHECKING = "checking"
    DONE = "done"
    ERROR = "error"


@dataclass(slots=True)
class CheckState:
    """One page's knowledge, fed by the messages of its own job only."""

    phase: Phase = Phase.IDLE
    job: int | None = None
    diagnosis: Diagnosis | None = None
    result: CheckResult | None = None
    layer: Layer | None = None
    observations: list[Observation] = field(default_factory=list)
    _reader: ChainReader = field(default_factory=ChainReader)

    @property
    def chain(self) -> ChainState:
        """What the chain shows."""
        return self._reader.state()

    @property
    def early(self) -> Diagnosis | None:
        """The diagnosis so far, when it already names something while the check goes on."""
        if self.phase is Phase.CHECKING and self.diagnosis is not None:
            return self.diagnosis if self.diagnosis.verdict.state in _WORTH_SAYING else None
        return None

    def begin(self, job: int) -> None:
        """A check was asked for; nothing of the one before stays."""
        self._reset(Phase.CHECKING, job)

    def read(self, message: Message) -> bool:
        """Takes a message into account; whether there is something new to show."""
        if isinstance(message, Emitted) and message.job == self.job:
            self._read_event(message.event)
            return True
        if isinstance(message, JobEnded) and message.job == self.job:
            self._end(message)
            return True
        return False

    def _read_event(self, event: Event) -> None:
        self._reader.read(event)
        if isinstance(event, ProbeStarted):
            self.layer = event.layer
        elif isinstance(event, Observed):
            self.observations.extend(event.observations)
        elif isinstance(event, VerdictChanged):
            self.diagnosis = event.diagnosis
        elif isinstance(event, CheckFinished):
            self._finish(event.result)

    def _finish(self, result: CheckResult) -> None:
        self.result = result
        self.diagnosis = Diagnosis(result.verdict, result.findings, result.ruled_out)
        self.phase = Phase.DONE

    def _end(self, message: JobEnded) -> None:
        self.job = None
        if self.phase is Phase.DONE:
            return  # the document came; how the job ended after it changes nothing
        if message.end is End.DONE and isinstance(message.result, CheckResult):
            self._finish(message.result)
        else:
            self._reset(Phase.IDLE if message.end is End.CANCELLED else Phase.ERROR)

    def _reset(self, phase: Phase, job: int | None = None) -> None:
        self.phase, self.job = phase, job
        self.diagnosis = self.result = self.layer = None
        self.observations = []
        self._reader = ChainReader(self._reader.kind)
