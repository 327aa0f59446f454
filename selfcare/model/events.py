"""The one stream the engine emits. Window, terminal, case file and remote assist read this and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from selfcare.model.check import CheckResult
from selfcare.model.finding import Diagnosis
from selfcare.model.measurement import Measurement
from selfcare.model.observation import Observation
from selfcare.model.probe import Layer


@dataclass(frozen=True, slots=True)
class CheckStarted:
    """A run began; ``probes`` are those that will be tried. ``at_ms`` counts from the start in all events."""

    at_ms: float
    probes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProbeStarted:
    """A probe's requirements are met and it is running."""

    at_ms: float
    probe: str
    layer: Layer


@dataclass(frozen=True, slots=True)
class ProbeMeasured:
    """A probe ended, whatever its outcome."""

    at_ms: float
    measurement: Measurement


@dataclass(frozen=True, slots=True)
class Observed:
    """Facts drawn from the measurement just announced."""

    at_ms: float
    observations: tuple[Observation, ...]


@dataclass(frozen=True, slots=True)
class VerdictChanged:
    """The diagnosis so far; ``final`` on the last one. Its sentences are filled in."""

    at_ms: float
    diagnosis: Diagnosis
    final: bool


@dataclass(frozen=True, slots=True)
class CheckFinished:
    """The document of the run."""

    at_ms: float
    result: CheckResult


@dataclass(frozen=True, slots=True)
class ActionProposed:
    """A remedy wants consent: its plan as sentences, and its risk."""

    at_ms: float
    remedy: str
    plan: tuple[str, ...]
    risk: str


@dataclass(frozen=True, slots=True)
class ActionApproved:
    """The subscriber agreed (``approved``) or refused."""

    at_ms: float
    remedy: str
    approved: bool


@dataclass(frozen=True, slots=True)
class ActionApplied:
    """A remedy was carried out; ``kept`` tells whether it helped and stayed."""

    at_ms: float
    remedy: str
    kept: bool


@dataclass(frozen=True, slots=True)
class ActionUndone:
    """A remedy was put back."""

    at_ms: float
    remedy: str


Event = (
    CheckStarted
    | ProbeStarted
    | ProbeMeasured
    | Observed
    | VerdictChanged
    | CheckFinished
    | ActionProposed
    | ActionApproved
    | ActionApplied
    | ActionUndone
)
