"""What the check page knows, apart from how it is drawn. No Qt: it outlives a change of language or theme."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from selfcare.model.check import CheckResult
from selfcare.model.events import (
    CheckFinished,
    CheckStarted,
    Event,
    Observed,
    ProbeMeasured,
    ProbeStarted,
    VerdictChanged,
)
from selfcare.model.finding import Diagnosis, VerdictState
from selfcare.model.measurement import Measurement
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
    """One page's knowledge, fed by the messages of its own job only.

    ``loads`` are the probes of a deep check that fill the line, empty for an ordinary check; ``planned`` are all
    that will be tried, ``running`` those under way.
    """

    phase: Phase = Phase.IDLE
    job: int | None = None
    diagnosis: Diagnosis | None = None
    result: CheckResult | None = None
    layer: Layer | None = None
    observations: list[Observation] = field(default_factory=list)
    measurements: dict[str, Measurement] = field(default_factory=dict)
    planned: frozenset[str] = frozenset()
    running: set[str] = field(default_factory=set)
    deep: bool = False
    loads: frozenset[str] = frozenset()
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

    @property
    def loading(self) -> bool:
        """Whether the line is being filled now."""
        return bool(self.running & self.loads)

    def begin(self, job: int, deep: bool = False, loads: frozenset[str] = frozenset()) -> None:
        """A check was asked for; nothing of the one before stays."""
        self._reset(Phase.CHECKING, job)
        self.deep, self.loads = deep, loads

    def fail(self) -> None:
        """Something of ours went wrong before a check could begin."""
        self._reset(Phase.ERROR)

    def adopt(self, events: Iterable[Event]) -> None:
        """A whole check that was made for another purpose, as at the end of a repair."""
        self._reset(Phase.CHECKING)
        for event in events:
            self._read_event(event)

    def forget(self) -> None:
        """Something was changed since: what was measured before is no longer so. A running check is left alone."""
        if self.phase is not Phase.CHECKING:
            self._reset(Phase.IDLE)

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
        if isinstance(event, CheckStarted):
            self.planned = frozenset(event.probes)
        elif isinstance(event, ProbeStarted):
            self.layer = event.layer
            self.running.add(event.probe)
        elif isinstance(event, ProbeMeasured):
            self.running.discard(event.measurement.id)
            self.measurements[event.measurement.id] = event.measurement
        elif isinstance(event, Observed):
            self.observations.extend(event.observations)
        elif isinstance(event, VerdictChanged):
            self.diagnosis = event.diagnosis
        elif isinstance(event, CheckFinished):
            self._finish(event.result)

    def _finish(self, result: CheckResult) -> None:
        self.result = result
        self.measurements = {m.id: m for m in result.measurements}
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
        self.observations, self.measurements = [], {}
        self.planned, self.running = frozenset(), set()
        self.deep, self.loads = False, frozenset()
        self._reader = ChainReader(self._reader.kind)
