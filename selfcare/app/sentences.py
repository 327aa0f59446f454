"""Turns a diagnosis into the reader's language. The only place where findings meet the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from selfcare.app.guide_codes import GUIDES_OF
from selfcare.app.numbers import number
from selfcare.i18n import Catalogue
from selfcare.model.finding import Diagnosis, Finding, RuledOut, RunnerUp, Verdict, VerdictState
from selfcare.model.tri import Tri


def fact_text(catalogue: Catalogue, fact: str, value: object, unit: str | None = None) -> str:
    """A fact with its value as a short clause ("the box answers", "loss to the box: 4 %")."""
    if isinstance(value, float | int):
        shown = number(catalogue, value)
        key = f"fact.{fact}.value"
        known = catalogue.has(key)
        return catalogue.text(key, value=shown, unit=unit or "") if known else f"{fact} = {shown} {unit or ''}".strip()
    return catalogue.first(f"fact.{fact}.{value}", f"{fact} = {value}")


def either(catalogue: Catalogue, names: Sequence[str]) -> str:
    """Places or causes that nothing tells apart: "a, b or c"."""
    if len(names) < 2:
        return "".join(names)
    return catalogue.text("list.or", first=", ".join(names[:-1]), last=names[-1])


class Sentences:
    """Fills the sentences of a diagnosis from the evidence it was built on."""

    def __init__(self, catalogue: Catalogue, versions: dict[str, str]) -> None:
        self._catalogue = catalogue
        self.versions = versions

    def fill(self, diagnosis: Diagnosis) -> Diagnosis:
        """The same diagnosis with every sentence in place."""
        return Diagnosis(
            self._verdict(diagnosis.verdict),
            tuple(self._finding(f) for f in diagnosis.findings),
            tuple(self._ruled_out(r) for r in diagnosis.ruled_out),
        )

    def fact(self, fact: str, value: object) -> str:
        """See :func:`fact_text`."""
        return fact_text(self._catalogue, fact, value)

    def _verdict(self, verdict: Verdict) -> Verdict:
        return replace(verdict, text=self._verdict_text(verdict))

    def _verdict_text(self, verdict: Verdict) -> str:
        if verdict.state is VerdictState.NOT_PROVEN and verdict.segments:
            return self._between(verdict)
        if verdict.code is None:
            key = f"verdict.state.{verdict.state.value}"
            return self._catalogue.first(f"{key}.{verdict.variant}", key)
        text = self._catalogue.first(f"verdict.{verdict.code}.{verdict.band}", f"verdict.{verdict.code}")
        if verdict.state is VerdictState.MULTIPLE:
            text = f"{text} {self._catalogue.text('verdict.more')}"
        return text

    def _between(self, verdict: Verdict) -> str:
        """Several places that nothing tells apart: all are named, none is accused."""
        names = [self._catalogue.text(f"segment.{s.value}.from") for s in verdict.segments]
        return self._catalogue.text("verdict.between", places=either(self._catalogue, names))

    def _finding(self, finding: Finding) -> Finding:
        """With the guides that say of themselves that they follow this fault: rules know nothing of guides."""
        guides = tuple(dict.fromkeys((*finding.guides, *GUIDES_OF.get(finding.code, ()))))
        finding = replace(finding, guides=guides)
        if finding.runner_up is None:
            return finding
        return replace(finding, runner_up=self._runner_up(finding.runner_up))

    def _runner_up(self, rival: RunnerUp) -> RunnerUp:
        if rival.because_fact is None or rival.because_value is None:
            return replace(rival, why_not=self._catalogue.text("runner_up.weaker"))
        if rival.because_value is Tri.UNKNOWN:
            title = self._catalogue.first(f"probe.{rival.separating_test}", str(rival.separating_test))
            return replace(rival, why_not=self._catalogue.text("runner_up.unmeasured", probe=title))
        return replace(rival, why_not=self.fact(rival.because_fact, rival.because_value))

    def _ruled_out(self, entry: RuledOut) -> RuledOut:
        return replace(entry, because=self.fact(entry.because_fact, entry.because_value))
