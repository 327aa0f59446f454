"""From facts to a verdict: judge every rule, explain the symptoms away, say how sure.

Pure and order-free: the same facts give the same diagnosis whatever the order of
facts or rules. An UNKNOWN fact never convicts and never clears.
"""

from __future__ import annotations

from collections.abc import Iterable

from selfcare.diagnosis import thresholds
from selfcare.diagnosis.facts import SYMPTOMS, Facts
from selfcare.diagnosis.rules import RULES
from selfcare.diagnosis.score import Judged, Standing, judge, judgeable
from selfcare.model.finding import Band, Diagnosis, Finding, Role, RuledOut, RunnerUp, Verdict, VerdictState
from selfcare.model.observation import Observation
from selfcare.model.rule import Rule
from selfcare.model.segment import CHAIN, Segment
from selfcare.model.symptom import SymptomKind
from selfcare.model.tri import Tri

_HEALTHY = ("names_resolve", "web_by_name", "web_unaltered")


def diagnose(
    observations: Iterable[Observation],
    complete: bool = True,
    symptom: SymptomKind | None = None,
    rules: tuple[Rule, ...] = RULES,
) -> Diagnosis:
    """Concludes from what is known.

    Args:
        observations: the facts so far.
        complete: False while probes are still running; then only a likely or certain
            fault is announced, and nothing is called healthy or unproven yet.
        symptom: what the subscriber complains of; a condition may be the answer to it.
        rules: the rule table (tests pass their own).
    """
    facts = Facts.of(observations)
    symptoms = facts.symptoms()
    told = (r for r in rules if judgeable(r, facts))
    everyone = sorted((judge(r, facts, symptoms) for r in told), key=_rank)
    judged = [j for j in everyone if not j.rule.condition]
    culprits = _explain_away(judged, symptoms)
    findings = [_finding(j, judged, facts, Role.CULPRIT) for j in culprits]
    taken = {j.code for j in culprits} | {code for f in findings for code in _merged(f)}
    findings += [_finding(j, judged, facts, Role.ALSO) for j in _also(judged, taken, symptoms)]
    conditions = _conditions(everyone, symptom) if complete else []
    ambiguous = {j.code for j in culprits if _twins(j, judged)}
    verdict = _verdict(findings, ambiguous, facts, complete)
    return Diagnosis(verdict, (*findings, *conditions), _ruled_out(judged, facts))


def _rank(judged: Judged) -> tuple[int, float, str]:
    """Deepest explained symptom first, then the stronger case, then the name (so that order never matters)."""
    depth = SYMPTOMS.index(judged.root) if judged.root is not None else len(SYMPTOMS)
    return depth, -judged.score, judged.code


def _explain_away(judged: list[Judged], symptoms: tuple[str, ...]) -> list[Judged]:
    """Greedy: take the best open cause of the most upstream symptom, strike what it explains, go on."""
    remaining, culprits = set(symptoms), []
    pool = [j for j in judged if j.root is not None and j.standing is Standing.OPEN and j.score > 0]
    pool.sort(key=lambda j: (-_plausible(j), *_rank(j)))
    for candidate in pool:
        root_unexplained = candidate.root in remaining
        if root_unexplained:
            culprits.append(candidate)
            remaining -= set(candidate.rule.explains)
    order = {s: i for i, s in enumerate(CHAIN)}
    return sorted(culprits, key=lambda j: (-len(j.present), order[j.rule.segments[0]], j.code))


def _plausible(judged: Judged) -> int:
    """A likely cause goes before a merely possible one, wherever it sits."""
    return int(judged.score >= thresholds.LIKELY_SCORE)


def _also(judged: list[Judged], taken: set[str], symptoms: tuple[str, ...]) -> list[Judged]:
    """True as well, but its symptoms are already accounted for."""
    return [
        j
        for j in judged
        if j.code not in taken and symptoms and j.root is not None
        and j.standing is Standing.OPEN and j.score >= thresholds.LIKELY_SCORE
    ]  # fmt: skip


def _conditions(everyone: list[Judged], symptom: SymptomKind | None) -> list[Finding]:
    """What is true and worth telling; told only once everything has been measured."""
    return [
        Finding(
            code=j.code,
            role=Role.CONDITION,
            segments=j.rule.segments,
            band=Band.CERTAIN if j.score >= thresholds.CERTAIN_SCORE else Band.LIKELY,
            scope=j.rule.scope,
            evidence=j.evidence,
            against=j.against,
            guides=j.rule.guides,
            answers_symptom=symptom in j.rule.answers,
        )
        for j in everyone
        if j.rule.condition and j.standing is Standing.OPEN and j.score >= thresholds.LIKELY_SCORE
    ]


def _rivals(judged: Judged, everyone: list[Judged]) -> list[Judged]:
    """Other causes that could account for the most upstream symptom of this one."""
    return [j for j in everyone if j.code != judged.code and judged.root in j.rule.explains]


def _open_rivals(judged: Judged, everyone: list[Judged]) -> list[Judged]:
    return [j for j in _rivals(judged, everyone) if j.standing is not Standing.REFUTED]


def _band(judged: Judged, everyone: list[Judged]) -> Band:
    if judged.standing is Standing.OPEN and judged.score >= thresholds.CERTAIN_SCORE:
        sure = judged.provable and not _open_rivals(judged, everyone)
        return Band.CERTAIN if sure else Band.LIKELY
    if judged.standing is Standing.OPEN and judged.score >= thresholds.LIKELY_SCORE:
        return Band.LIKELY
    return Band.POSSIBLE


def _twins(judged: Judged, everyone: list[Judged]) -> list[Judged]:
    """Open causes of the same symptom that nothing at hand tells apart from this one."""
    return [
        j for j in _open_rivals(judged, everyone)
        if j.standing is Standing.OPEN and judged.score - j.score < thresholds.AMBIGUOUS_MARGIN
    ]  # fmt: skip


def _finding(judged: Judged, everyone: list[Judged], facts: Facts, role: Role) -> Finding:
    twins = _twins(judged, everyone) if role is Role.CULPRIT else []
    segments = _segments([judged, *twins])
    band = Band.POSSIBLE if twins else _band(judged, everyone)
    return Finding(
        code=judged.code,
        role=role,
        segments=segments,
        band=band,
        scope=judged.rule.scope,
        evidence=judged.evidence,
        against=judged.against,
        explains=judged.present,
        runner_up=_runner_up(judged, everyone, facts),
        guides=judged.rule.guides,
    )


def _segments(together: list[Judged]) -> tuple[Segment, ...]:
    found = {s for j in together for s in j.rule.segments}
    return tuple(s for s in CHAIN if s in found)


def _merged(finding: Finding) -> tuple[str, ...]:
    """A twin that shares the finding is named as its runner-up and needs no line of its own."""
    return (finding.runner_up.code,) if finding.runner_up is not None else ()


def _runner_up(judged: Judged, everyone: list[Judged], facts: Facts) -> RunnerUp | None:
    """The strongest rival: why it is not the culprit, and the test that separates them."""
    rivals = _rivals(judged, everyone)
    if not rivals:
        return None
    best = min(rivals, key=lambda j: (-j.standing, *_likeness(judged, j, facts), -j.score, j.code))
    if best.broken is not None:
        fact, value = best.broken.fact, best.broken.value
        return RunnerUp(best.code, facts.measurement(fact), fact, value)
    missing = next((g.fact for g in best.rule.gates if facts.tri(g.fact) is Tri.UNKNOWN), None)
    clue = missing or next((c.fact for c in best.rule.supports if facts.tri(c.fact) is not c.value), None)
    if clue is None:
        return RunnerUp(best.code, None)
    return RunnerUp(best.code, facts.measurement(clue), clue, facts.tri(clue))


def _likeness(one: Judged, other: Judged, facts: Facts) -> tuple[bool, int]:
    """The interesting rival starts at the same symptom and is ruled out by as little as possible."""
    against = sum(facts.tri(g.fact) not in (g.value, Tri.UNKNOWN) for g in other.rule.gates)
    against += sum(facts.tri(g.fact) is g.value for g in other.rule.refuted_by)
    return other.rule.explains[0] != one.root, against


def _ruled_out(judged: list[Judged], facts: Facts) -> tuple[RuledOut, ...]:
    return tuple(
        RuledOut(j.code, j.broken.fact, j.broken.value, facts.measurement(j.broken.fact))
        for j in sorted(judged, key=lambda j: j.code)
        if j.broken is not None
    )


def _verdict(findings: list[Finding], ambiguous: set[str], facts: Facts, complete: bool) -> Verdict:
    culprits = [f for f in findings if f.role is Role.CULPRIT and f.code not in ambiguous]
    if not complete:
        culprits = [f for f in culprits if f.band is not Band.POSSIBLE]
    if culprits:
        first = culprits[0]
        state = VerdictState.FAULT if len(culprits) == 1 else VerdictState.MULTIPLE
        return Verdict(state, first.code, first.segments, first.band)
    if not complete:
        return Verdict(VerdictState.CANNOT_TEST)
    return _without_culprit(findings, facts)


def _without_culprit(findings: list[Finding], facts: Facts) -> Verdict:
    """Nobody is accused; what can still be said honestly."""
    symptoms = facts.symptoms()
    if not symptoms and all(facts.tri(f) is Tri.YES for f in _HEALTHY):
        return Verdict(VerdictState.OK)
    if Tri.YES in (facts.tri("address_acquiring"), facts.tri("wifi_joining")):
        return Verdict(VerdictState.CONNECTING)
    dead = facts.tri("line_dead") is Tri.YES and facts.tri("web_by_name") is not Tri.YES
    waited_for = dead or facts.tri("names_resolve") is Tri.NO
    if facts.tri("box_settling") is Tri.YES and waited_for:
        return Verdict(VerdictState.CONNECTING, variant="box")
    if facts.tri("adapter_present") is Tri.NO:
        return Verdict(VerdictState.CANNOT_TEST, variant="no_adapter")
    if symptoms and symptoms[0] == "link_up" and facts.tri("wifi_known_in_sight") is Tri.NO:
        # The box's Wi-Fi is off, or it is too far away: from here the two look the same.
        return Verdict(VerdictState.NOT_PROVEN, segments=(), variant="no_known_wifi")
    if symptoms:
        between = {s for f in findings if f.role is Role.CULPRIT for s in f.segments}
        return Verdict(VerdictState.NOT_PROVEN, segments=tuple(s for s in CHAIN if s in between))
    return Verdict(VerdictState.CANNOT_TEST)
