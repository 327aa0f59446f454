"""One finished check: the document other programs read (see the JSON Schema in ``selfcare/contract``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from selfcare.model.finding import Finding, NotTested, RuledOut, Verdict
from selfcare.model.measurement import Measurement
from selfcare.model.symptom import Symptom

SCHEMA = "selfcare.check/1"


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds since the engine's run started; ``first_verdict_ms`` is None if none came before the end."""

    first_verdict_ms: float | None
    total_ms: float


@dataclass(frozen=True, slots=True)
class Host:
    """The PC, as far as a reader needs it; no names."""

    os: str
    privileged: bool


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The whole document. All sentences are already in the reader's language."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    ruled_out: tuple[RuledOut, ...]
    not_tested: tuple[NotTested, ...]
    symptom: Symptom | None
    measurements: tuple[Measurement, ...]
    timing: Timing
    host: Host
    versions: dict[str, str]
    schema: str = SCHEMA

    def measurement(self, probe_id: str) -> Any:
        """The payload of a completed probe, else None."""
        for item in self.measurements:
            if item.id == probe_id and item.completed:
                return item.payload
        return None
