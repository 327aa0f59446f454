"""What must hold for any set of facts."""

from __future__ import annotations

import math
import random

from hypothesis import example, given
from hypothesis import strategies as st

from selfcare.diagnosis import diagnose, thresholds
from selfcare.diagnosis.facts import SOURCES, SYMPTOMS, Facts
from selfcare.diagnosis.rules import RULES
from selfcare.diagnosis.score import Standing, judge
from selfcare.model.finding import Band, Role, VerdictState
from selfcare.model.observation import Observation
from selfcare.model.rule import Rule
from selfcare.model.tri import Tri

FACTS = st.dictionaries(st.sampled_from(sorted(SOURCES)), st.sampled_from(list(Tri)))


def _observations(facts: dict[str, Tri]) -> list[Observation]:
    return [Observation(f, v, SOURCES[f]) for f, v in facts.items()]


def _told(rule: Rule, facts: dict[str, Tri]) -> bool:
    return not rule.told_by or any(facts.get(fact, Tri.UNKNOWN) is not Tri.UNKNOWN for fact in rule.told_by)


@given(FACTS)
def test_what_nobody_told_of_is_neither_found_nor_ruled_out(facts: dict[str, Tri]) -> None:
    found = diagnose(_observations(facts))
    untold = {r.code for r in RULES if not r.condition and not _told(r, facts)}
    assert not untold & {r.code for r in found.ruled_out}
    assert not untold & {f.code for f in found.findings if f.role is not Role.CONDITION}


@given(FACTS, st.randoms(use_true_random=False))
def test_order_of_facts_and_rules_is_irrelevant(facts: dict[str, Tri], shuffle: random.Random) -> None:
    seen, rules = _observations(facts), list(RULES)
    first = diagnose(seen)
    shuffle.shuffle(seen)
    shuffle.shuffle(rules)
    assert diagnose(seen, rules=tuple(rules)) == first


@given(FACTS)
def test_certain_means_every_rival_is_ruled_out(facts: dict[str, Tri]) -> None:
    found = diagnose(_observations(facts))
    ruled_out = {r.code for r in found.ruled_out}
    for finding in found.findings:
        if finding.role is Role.CULPRIT and finding.band is Band.CERTAIN:
            root = finding.explains[0]
            rivals = {r.code for r in RULES if root in r.explains and r.code != finding.code and _told(r, facts)}
            assert rivals <= ruled_out


@given(FACTS)
def test_a_refuted_cause_is_never_a_finding_and_every_finding_cites_a_measurement(facts: dict[str, Tri]) -> None:
    found = diagnose(_observations(facts))
    ruled_out = {r.code for r in found.ruled_out}
    for finding in found.findings:
        # A condition may share its code with a cause that was ruled out: it accuses nobody.
        assert finding.code not in ruled_out or finding.role is Role.CONDITION
        assert finding.evidence
        assert all(e.measurement for e in finding.evidence)


@given(FACTS)
def test_unknown_facts_change_nothing(facts: dict[str, Tri]) -> None:
    known: dict[str, Tri] = {f: v for f, v in facts.items() if v is not Tri.UNKNOWN}
    assert diagnose(_observations(facts)).verdict == diagnose(_observations(known)).verdict


@given(FACTS, st.sampled_from(RULES), st.data())
def test_a_supporting_fact_never_lowers_a_cause(facts: dict[str, Tri], rule: object, data: st.DataObject) -> None:
    chosen = next(r for r in RULES if r is rule)
    clue = data.draw(st.sampled_from(chosen.supports))
    before = judge(chosen, Facts.of(_observations({**facts, clue.fact: Tri.UNKNOWN})), ())
    after = judge(chosen, Facts.of(_observations({**facts, clue.fact: clue.value})), ())
    assert math.isclose(after.score, before.score + thresholds.LOG_ODDS[clue.weight], abs_tol=1e-9)
    assert after.standing >= before.standing or before.standing is not Standing.REFUTED


@given(FACTS)
@example({"wifi_joining": Tri.YES, "address_acquiring": Tri.YES})
def test_no_fault_is_announced_for_a_pc_that_browses(facts: dict[str, Tri]) -> None:
    good = dict.fromkeys((*SYMPTOMS, "web_unaltered"), Tri.YES)
    found = diagnose(_observations({**facts, **good}))
    assert found.verdict.state is VerdictState.OK
