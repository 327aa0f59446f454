"""Judges one rule against the facts: open, ajar or refuted, and how strongly."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from selfcare.diagnosis import thresholds
from selfcare.diagnosis.facts import Facts
from selfcare.model.finding import Evidence
from selfcare.model.rule import Clue, Gate, Rule
from selfcare.model.tri import Tri


class Standing(IntEnum):
    """``OPEN``: every gate holds. ``AJAR``: none broken, some unknown. ``REFUTED``: ruled out by a measurement."""

    REFUTED = 0
    AJAR = 1
    OPEN = 2


@dataclass(frozen=True, slots=True)
class Judged:
    """A rule with its standing, score in log-odds, and the evidence that was used."""

    rule: Rule
    standing: Standing
    score: float
    evidence: tuple[Evidence, ...]
    against: tuple[Evidence, ...]
    broken: Gate | None
    root: str | None
    present: tuple[str, ...]
    provable: bool = True
    """Whether what its certainty needs was measured."""

    @property
    def code(self) -> str:
        """The rule's code."""
        return self.rule.code


def judgeable(rule: Rule, facts: Facts) -> bool:
    """Whether anybody told what this cause is known by."""
    return not rule.told_by or any(facts.tri(fact) is not Tri.UNKNOWN for fact in rule.told_by)


def judge(rule: Rule, facts: Facts, symptoms: tuple[str, ...]) -> Judged:
    """Scores one rule. An UNKNOWN fact adds nothing and refutes nothing."""
    supporting = _used(rule.supports, facts)
    opposing = _used(rule.contradicts, facts)
    score = sum(thresholds.LOG_ODDS[e.weight] for e in supporting)
    score -= sum(thresholds.LOG_ODDS[e.weight] for e in opposing)
    broken = _broken(rule, facts)
    if broken is not None:
        standing = Standing.REFUTED
    else:
        held = all(facts.tri(g.fact) is g.value for g in rule.gates)
        standing = Standing.OPEN if held else Standing.AJAR
    present = tuple(s for s in symptoms if s in rule.explains)
    proof = rule.certain_with
    provable = proof is not None and all(facts.tri(g.fact) is g.value for g in proof)
    root = present[0] if present else None
    return Judged(rule, standing, score, supporting, opposing, broken, root, present, provable)


def _broken(rule: Rule, facts: Facts) -> Gate | None:
    """The observation that rules the cause out, if any: a gate's opposite, or a refuting fact."""
    for gate in rule.gates:
        seen = facts.tri(gate.fact)
        if seen not in (gate.value, Tri.UNKNOWN):
            return Gate(gate.fact, seen)
    for gate in rule.refuted_by:
        if facts.tri(gate.fact) is gate.value:
            return gate
    return None


def _used(clues: tuple[Clue, ...], facts: Facts) -> tuple[Evidence, ...]:
    return tuple(_cited(c, facts) for c in clues if facts.tri(c.fact) is c.value)


def _cited(clue: Clue, facts: Facts) -> Evidence:
    """The fact as evidence, or the number behind it where the clue names one that was measured."""
    number = facts.number(clue.number)
    if clue.number is None or number is None:
        return Evidence(clue.fact, clue.value, facts.measurement(clue.fact), clue.weight)
    return Evidence(clue.number, number[0], facts.measurement(clue.number), clue.weight, number[1])
