"""A check as the JSON document of schema ``selfcare.check/1``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from selfcare.model.check import CheckResult
    from selfcare.model.finding import Diagnosis, Evidence, Finding, RunnerUp, Verdict
    from selfcare.model.measurement import Measurement

SCHEMA_FILE = Path(__file__).with_name("check-1.schema.json")


def load_schema() -> dict[str, Any]:
    """The JSON Schema that ships with the program."""
    schema: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return schema


def document(result: CheckResult) -> dict[str, Any]:
    """The whole document as plain JSON types."""
    from selfcare.model.finding import Diagnosis

    return {
        "schema": result.schema,
        **diagnosis(Diagnosis(result.verdict, result.findings, result.ruled_out)),
        "not_tested": [{"probe": n.probe, "reason": n.reason} for n in result.not_tested],
        "symptom": _plain(result.symptom),
        "measurements": [measurement(m) for m in result.measurements],
        "timing": _plain(result.timing),
        "host": _plain(result.host),
        "versions": dict(result.versions),
    }


def _plain(value: object) -> Any:
    """Imported here, as every command has this package, and few write a document."""
    import msgspec

    return msgspec.to_builtins(value)


def diagnosis(value: Diagnosis) -> dict[str, Any]:
    """Verdict, findings and what was ruled out (also inside ``verdict_changed`` events)."""
    return {
        "verdict": verdict(value.verdict),
        "findings": [finding(f) for f in value.findings],
        "ruled_out": [{"code": r.code, "because": r.because} for r in value.ruled_out],
    }


def verdict(value: Verdict) -> dict[str, Any]:
    """The answer."""
    return {
        "state": value.state.value,
        "code": value.code,
        "segments": [s.value for s in value.segments],
        "band": value.band.value if value.band is not None else None,
        "text": value.text,
    }


def finding(value: Finding) -> dict[str, Any]:
    """One finding."""
    data: dict[str, Any] = {
        "code": value.code,
        "role": value.role.value,
        "segments": [s.value for s in value.segments],
        "band": value.band.value,
        "scope": value.scope.value,
        "evidence": [_evidence(e) for e in value.evidence],
        "against": [_evidence(e) for e in value.against],
        "explains": list(value.explains),
        "runner_up": _runner_up(value.runner_up),
        "remedies": list(value.remedies),
        "guides": list(value.guides),
    }
    if value.answers_symptom:
        data["answers_symptom"] = True
    return data


def _evidence(value: Evidence) -> dict[str, Any]:
    data: dict[str, Any] = {
        "fact": value.fact,
        "value": _plain(value.value),
        "measurement": value.measurement,
        "weight": value.weight.value,
    }
    if value.unit is not None:
        data["unit"] = value.unit
    return data


def _runner_up(value: RunnerUp | None) -> dict[str, Any] | None:
    if value is None:
        return None
    return {"code": value.code, "why_not": value.why_not, "separating_test": value.separating_test}


def measurement(value: Measurement) -> dict[str, Any]:
    """One measurement; ``payload``, ``reason``, ``error`` only where the outcome has one."""
    from selfcare.model.measurement import Outcome

    data: dict[str, Any] = {
        "id": value.id,
        "version": value.version,
        "outcome": value.outcome.value,
        "started": value.started.isoformat(timespec="milliseconds"),
        "duration_ms": value.duration_ms,
        "interface": value.interface,
    }
    if value.outcome is Outcome.COMPLETED:
        data["payload"] = _plain(value.payload)
    if value.reason is not None:
        data["reason"] = value.reason.value
    if value.error is not None:
        data["error"] = value.error
    return data
