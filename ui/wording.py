"""Turns findings, reasons and places into sentences of the catalogue. Pure; no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from selfcare.app.sentences import either, fact_text
from selfcare.i18n import Catalogue
from selfcare.model.check import CheckResult
from selfcare.model.finding import Band, Diagnosis, Evidence, Finding, NotTested, Role, RuledOut, Verdict, VerdictState
from selfcare.model.probe import NotRunReason
from selfcare.model.segment import CHAIN, Segment

MOST_GUIDES = 3
_AT_FAULT = (VerdictState.FAULT, VerdictState.MULTIPLE)
# Not a gap in our knowledge: the question was answered otherwise, or nobody asked it.
_NOT_NEEDED = (NotRunReason.DECIDED, NotRunReason.NOT_SELECTED, NotRunReason.SAME_AS_OTHER, NotRunReason.NO_IPV6)
# Nothing there to be tested: no proxy, no second way out, no site that fails.
_WITHOUT_OBJECT = (
    ("proxy.use", NotRunReason.NOT_CONFIGURED),
    ("portal.api", NotRunReason.NOT_CONFIGURED),
    ("route.bound", NotRunReason.NOTHING_TO_COMPARE),
    ("path.failing", NotRunReason.NOTHING_TO_COMPARE),
)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its sentences, for the "why" panel and for the copied text."""

    title: str
    lines: tuple[str, ...]


def code_title(catalogue: Catalogue, code: str) -> str:
    """A fault in words; the code itself if nobody wrote them yet."""
    key = f"code.{code}.title"
    return catalogue.text(key) if catalogue.has(key) else code


def probe_title(catalogue: Catalogue, probe: str) -> str:
    """A test in words, else its id."""
    key = f"probe.{probe}"
    return catalogue.text(key) if catalogue.has(key) else probe


def reason_text(catalogue: Catalogue, reason: str) -> str:
    """Why a test gave no result."""
    return catalogue.first(f"reason.{reason}", "ui.why.no_result")


def evidence_text(catalogue: Catalogue, item: Evidence) -> str:
    """One fact with its value."""
    return fact_text(catalogue, item.fact, item.value, item.unit)


def place(catalogue: Catalogue, segments: tuple[Segment, ...]) -> str:
    """Where, in the order of the chain: "on your line or at your operator"."""
    return either(catalogue, [catalogue.text(f"ui.where.{s}") for s in CHAIN if s in segments])


def sub_line(catalogue: Catalogue, verdict: Verdict) -> str:
    """Under the sentence: how sure, or what the state means."""
    if verdict.state is VerdictState.FAULT and verdict.band is not None:
        return catalogue.text(f"band.{verdict.band}")
    key = f"ui.state.{verdict.state}"  # ok and connecting say it all in their sentence
    return catalogue.text(key) if catalogue.has(key) else ""


def culprits(diagnosis: Diagnosis) -> tuple[Finding, ...]:
    """Findings that explain what is wrong."""
    return tuple(f for f in diagnosis.findings if f.role is Role.CULPRIT)


def advice(catalogue: Catalogue, diagnosis: Diagnosis) -> tuple[str, ...]:
    """What to do now, one paragraph per culprit; by state where nobody is accused."""
    state = diagnosis.verdict.state
    if state not in _AT_FAULT:
        return (catalogue.text(f"ui.next.state.{state}"),)
    way = way_to_repair(diagnosis)
    lines = [] if way is Way.NONE else [catalogue.text("ui.next.mend" if way is Way.MEND else "ui.next.guided")]
    for finding in culprits(diagnosis):
        # What is wrong on this PC and can be mended from here needs no advice on how to do it by hand.
        if way is Way.MEND and finding.segments == (Segment.PC,) and _ways(finding) == {Way.MEND}:
            continue
        nearest = next((s for s in CHAIN if s in finding.segments), Segment.INTERNET)
        line = catalogue.first(f"ui.next.code.{finding.code}", f"ui.next.segment.{nearest}")
        if line not in lines:
            lines.append(line)
    answers = [f for f in diagnosis.findings if f.role is Role.CONDITION and f.answers_symptom]
    lines.extend(code_title(catalogue, f.code) for f in answers)
    return tuple(lines)


class Way(StrEnum):
    """What this program can do about a fault: mend it, lead somebody through it, or neither."""

    MEND = "mend"
    GUIDE = "guide"
    NONE = "none"


def way_to_repair(diagnosis: Diagnosis | None) -> Way:
    """The best there is for any of the culprits."""
    if diagnosis is None or diagnosis.verdict.state not in _AT_FAULT:
        return Way.NONE
    found = {way for finding in culprits(diagnosis) for way in _ways(finding)}
    return next((way for way in (Way.MEND, Way.GUIDE) if way in found), Way.NONE)


def guides_for(diagnosis: Diagnosis | None) -> tuple[str, ...]:
    """The guides that the culprits name, the first of each first; a few, since a choice of ten is none."""
    if diagnosis is None or diagnosis.verdict.state not in _AT_FAULT:
        return ()
    several = [finding.guides for finding in culprits(diagnosis)]
    in_turn = (guide for rank in zip_longest(*several) for guide in rank if guide is not None)
    return tuple(dict.fromkeys(in_turn))[:MOST_GUIDES]


def guide_title(language: str, name: str) -> str:
    """Of the guides' own catalogue, French where nobody translated it: read when somebody is sent to a guide."""
    key = f"{name}.title"
    return next((c.text(key) for c in (Catalogue(language, "guides"), Catalogue("fr", "guides")) if c.has(key)), name)


def _ways(finding: Finding) -> set[Way]:
    """Of whoever is merely suspected no setting is changed; advice is always possible."""
    from selfcare.remedies import remedy  # only needed once there is something to mend

    found = [one for name in finding.remedies if (one := remedy(name)) is not None]
    sure = finding.band is not Band.POSSIBLE
    return {Way.GUIDE if one.person else Way.MEND for one in found if one.person or sure}


def why(catalogue: Catalogue, diagnosis: Diagnosis, result: CheckResult | None) -> tuple[Section, ...]:
    """Everything the verdict stands on, in sections; empty ones are left out."""
    sections: list[Section] = []
    for finding in culprits(diagnosis):
        sections.extend(_of_culprit(catalogue, finding))
    for role in (Role.ALSO, Role.CONDITION):
        titles = [code_title(catalogue, f.code) for f in diagnosis.findings if f.role is role]
        sections.append(_section(catalogue, f"ui.why.{role}", titles))
    gaps = [pair(catalogue, n) for n in (result.not_tested if result else ()) if is_gap(n)]
    sections.append(_section(catalogue, "ui.why.not_tested", gaps))
    return tuple(s for s in sections if s.lines)


def ruled_out_line(catalogue: Catalogue, entry: RuledOut) -> str:
    """A cause that it is not, and the measurement that says so."""
    name = code_title(catalogue, entry.code)
    return catalogue.text("ui.why.no", what=name, why=entry.because) if entry.because else name


def _of_culprit(catalogue: Catalogue, finding: Finding) -> list[Section]:
    seen = [evidence_text(catalogue, e) for e in finding.evidence]
    title = Section(catalogue.text("ui.why.for", what=code_title(catalogue, finding.code)), _distinct(seen))
    against = _section(catalogue, "ui.why.against", [evidence_text(catalogue, e) for e in finding.against])
    rival = finding.runner_up
    if rival is None:
        return [title, against]
    name = code_title(catalogue, rival.code)
    line = catalogue.text("ui.why.pair", what=name, why=rival.why_not) if rival.why_not else name
    return [title, against, _section(catalogue, "ui.why.runner_up", [line])]


def is_gap(missing: NotTested) -> bool:
    """Whether something remains unknown because this test gave no result."""
    return missing.reason not in _NOT_NEEDED and (missing.probe, missing.reason) not in _WITHOUT_OBJECT


def pair(catalogue: Catalogue, gap: NotTested) -> str:
    """A test without result, and why."""
    name, reason = probe_title(catalogue, gap.probe), reason_text(catalogue, gap.reason)
    return catalogue.text("ui.why.pair", what=name, why=reason)


def _section(catalogue: Catalogue, key: str, lines: list[str]) -> Section:
    return Section(catalogue.text(key), _distinct(lines))


def _distinct(lines: list[str]) -> tuple[str, ...]:
    """Each sentence once, with a capital: facts are written as clauses."""
    return tuple(dict.fromkeys(map(sentence, lines)))


def sentence(clause: str) -> str:
    """A clause with a capital."""
    return clause[:1].upper() + clause[1:]
