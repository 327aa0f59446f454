"""The technical details as plain text: facts, outcomes and times; no address and no identifier.

Figures stand as in the JSON document, with a point in both languages: this is copied, not read for pleasure.
"""

from __future__ import annotations

from collections.abc import Iterable

from selfcare.i18n import Catalogue
from selfcare.model.check import CheckResult
from selfcare.model.finding import Finding
from selfcare.model.measurement import Measurement
from selfcare.model.observation import Observation


def report(catalogue: Catalogue, result: CheckResult, observations: Iterable[Observation]) -> str:
    """What an agent on the phone wants to hear, in the order they would ask."""
    facts: dict[str, list[str]] = {}
    for seen in observations:
        facts.setdefault(seen.measurement, []).append(f"{seen.fact}={_value(seen)}")
    blocks = [
        _head(catalogue, result),
        [_finding(f) for f in result.findings],
        [catalogue.text("ui.report.measurements")] + [_measured(m, facts.get(m.id, [])) for m in result.measurements],
    ]
    return "\n\n".join("\n".join(lines) for lines in blocks if lines) + "\n"


def _head(catalogue: Catalogue, result: CheckResult) -> list[str]:
    verdict = result.verdict
    parts = [verdict.state.value, verdict.code, "+".join(verdict.segments), verdict.band and verdict.band.value]
    versions = " ".join(f"{name} {version}" for name, version in result.versions.items())
    lines = [verdict.text, "  ".join(p for p in parts if p), f"{versions} · {result.host.os}"]
    if result.measurements:
        lines.insert(2, min(m.started for m in result.measurements).isoformat(timespec="seconds"))
    if result.symptom is not None:
        since = result.symptom.since or "–"
        lines.append(f"symptom={result.symptom.what} since={since} other_devices={result.symptom.other_devices}")
    lines.append(
        catalogue.text("ui.report.timing", first=_ms(result.timing.first_verdict_ms), total=_ms(result.timing.total_ms))
    )
    return [line for line in lines if line]


def _finding(finding: Finding) -> str:
    evidence = ", ".join(f"{e.fact}={_value(e)} ({e.weight})" for e in (*finding.evidence, *finding.against))
    rival = finding.runner_up
    tail = f" | 2: {rival.code} ← {rival.separating_test or '–'}" if rival else ""
    return f"{finding.role}: {finding.code} {finding.band} [{'+'.join(finding.segments)}] {evidence}{tail}"


def _measured(measurement: Measurement, facts: list[str]) -> str:
    why = measurement.reason or measurement.error or ""
    line = f"{measurement.id:<18} {measurement.outcome:<10} {_ms(measurement.duration_ms):>9}  {why}".rstrip()
    return "\n".join([line, *(f"    {fact}" for fact in facts)])


def _value(item: object) -> str:
    value, unit = getattr(item, "value", ""), getattr(item, "unit", None)
    return f"{value:g} {unit or ''}".strip() if isinstance(value, float | int) else str(value)


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f} ms"
