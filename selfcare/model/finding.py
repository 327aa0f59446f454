"""What the diagnosis concludes: findings, what was ruled out, what was not tested, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from selfcare.model.segment import Segment
from selfcare.model.tri import Tri


class Band(StrEnum):
    """How sure. ``CERTAIN``: every rival was ruled out by a measurement."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Role(StrEnum):
    """``CULPRIT`` explains symptoms; ``ALSO`` follows from a culprit; ``CONDITION`` is worth telling, no fault."""

    CULPRIT = "culprit"
    ALSO = "also"
    CONDITION = "condition"


class Weight(StrEnum):
    """Five words for the strength of a piece of evidence; their log-odds are in the thresholds file."""

    DECISIVE = "decisive"
    STRONG = "strong"
    MODERATE = "moderate"
    WEAK = "weak"
    HINT = "hint"


class Scope(StrEnum):
    """Whom the fault touches."""

    DEVICE = "device"
    HOME = "home"
    LINE = "line"
    SERVICE = "service"


class VerdictState(StrEnum):
    """The seven outcomes of a check."""

    OK = "ok"
    FAULT = "fault"
    MULTIPLE = "multiple"
    NOT_PROVEN = "not_proven"
    INTERMITTENT = "intermittent"
    CONNECTING = "connecting"
    CANNOT_TEST = "cannot_test"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One fact used for or against a finding, and the measurement it came from."""

    fact: str
    value: Tri | float
    measurement: str
    weight: Weight
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """The best rival: why it is not the culprit, and the test that tells them apart.

    ``because_fact`` and ``because_value`` carry the reason as data; ``why_not`` is
    the sentence for a reader, filled in when the document is written.
    """

    code: str
    separating_test: str | None
    because_fact: str | None = None
    because_value: Tri | None = None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class RuledOut:
    """A code that a measurement refutes; ``because`` is the sentence, filled in late."""

    code: str
    because_fact: str
    because_value: Tri
    measurement: str
    because: str = ""


@dataclass(frozen=True, slots=True)
class NotTested:
    """A probe that gave no result, and why."""

    probe: str
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A located cause or condition with the evidence it stands on."""

    code: str
    role: Role
    segments: tuple[Segment, ...]
    band: Band
    scope: Scope
    evidence: tuple[Evidence, ...] = ()
    against: tuple[Evidence, ...] = ()
    explains: tuple[str, ...] = ()
    runner_up: RunnerUp | None = None
    remedies: tuple[str, ...] = ()
    guides: tuple[str, ...] = ()
    answers_symptom: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer. ``code``, ``segments``, ``band`` repeat the first culprit, else are empty.

    ``variant`` picks a more precise sentence where the state has several ("no_adapter").
    """

    state: VerdictState
    code: str | None = None
    segments: tuple[Segment, ...] = ()
    band: Band | None = None
    text: str = ""
    variant: str | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Everything the rules concluded from one set of observations."""

    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    ruled_out: tuple[RuledOut, ...] = ()
