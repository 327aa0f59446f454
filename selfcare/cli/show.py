"""The check as text for a person at a terminal."""

from __future__ import annotations

from typing import TextIO

from selfcare.app.numbers import number
from selfcare.app.sentences import fact_text
from selfcare.i18n import Catalogue
from selfcare.model.check import CheckResult
from selfcare.model.events import Event, ProbeStarted, VerdictChanged
from selfcare.model.finding import Finding, Role


class Progress:
    """Tells on a terminal what is being looked at, on one line that is rewritten."""

    def __init__(self, catalogue: Catalogue, out: TextIO) -> None:
        self._catalogue, self._out = catalogue, out

    def __call__(self, event: Event) -> None:
        """Receives the engine's events."""
        if isinstance(event, ProbeStarted):
            title = self._catalogue.first(f"probe.{event.probe}", event.probe)
            self._out.write(f"\r\x1b[K{title}…")
        elif isinstance(event, VerdictChanged):
            self._out.write("\r\x1b[K")
        self._out.flush()


def as_text(result: CheckResult, catalogue: Catalogue, verbose: bool) -> str:
    """Verdict first, then why, then what was ruled out and what could not be tested."""
    text = catalogue.text
    lines = [result.verdict.text]
    if result.verdict.band is not None:
        lines.append(text(f"band.{result.verdict.band.value}"))
    for finding in result.findings:
        lines += _finding(finding, catalogue)
    if result.not_tested:
        reasons = [f"{catalogue.first(f'probe.{n.probe}', n.probe)} ({_reason(n.reason, catalogue)})"
                   for n in result.not_tested]  # fmt: skip
        lines += ["", text("show.not_tested"), *(f"  · {r}" for r in reasons)]
    if verbose:
        lines += _details(result, catalogue)
    lines += ["", text("show.timing", total=_seconds(result.timing.total_ms, catalogue))]
    return "\n".join(lines)


def _finding(finding: Finding, catalogue: Catalogue) -> list[str]:
    title = catalogue.first(f"code.{finding.code}.title", finding.code)
    role = "" if finding.role is Role.CULPRIT else f" ({catalogue.text(f'role.{finding.role.value}')})"
    lines = ["", f"{title}{role} [{finding.code}]"]
    lines += [f"  ✓ {fact_text(catalogue, e.fact, e.value, e.unit)}" for e in finding.evidence]
    lines += [f"  ✗ {fact_text(catalogue, e.fact, e.value, e.unit)}" for e in finding.against]
    if finding.runner_up is not None:
        rival = catalogue.first(f"code.{finding.runner_up.code}.title", finding.runner_up.code)
        lines.append("  " + catalogue.text("show.runner_up", rival=rival, why_not=finding.runner_up.why_not))
    return lines


def _details(result: CheckResult, catalogue: Catalogue) -> list[str]:
    lines = ["", catalogue.text("show.ruled_out")]
    lines += [f"  {r.code}: {r.because}" for r in result.ruled_out]
    lines += ["", catalogue.text("show.measurements")]
    lines += [
        f"  {m.id:<18} {m.outcome.value:<10} {m.duration_ms:7.0f} ms {m.reason or ''}" for m in result.measurements
    ]
    return lines


def _seconds(milliseconds: float, catalogue: Catalogue) -> str:
    return number(catalogue, round(milliseconds / 1000, 1))


def _reason(reason: str, catalogue: Catalogue) -> str:
    return catalogue.first(f"reason.{reason}", reason)
