"""What guides promise whichever way one goes: protection is put back, one restart at most, codes that exist."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from selfcare.diagnosis.rules import RULES
from selfcare.guides import all_guides, edges, guide, guide_ids
from selfcare.model.guide import Do, Guide, Outcome, Step
from selfcare.remedies import REMEDIES

CODES = {rule.code for rule in RULES}


def reached(one: Guide, begin: Iterable[str], without: frozenset[str] = frozenset()) -> set[str]:
    """The steps that can follow ``begin`` (itself included) when none of ``without`` is gone through."""
    found, new = set[str](), set(begin) - without
    while new:
        found |= new
        new = {to for name in new for _, to in edges.edges(one.steps[name])} - found - without
    return found


def restarts(step: Step) -> bool:
    by_us = isinstance(step, Do) and step.action == "box.reboot"
    return by_us or any(test.name == "box.restarted" for test in edges.tests(step))


@pytest.mark.parametrize(("off", "on"), [("pause", {"on_then_allow", "on_then_end"}), ("scan", {"scan_back"})])
def test_a_protection_that_was_stopped_is_started_again_before_any_end(off: str, on: set[str]) -> None:
    """But where it was not stopped (not found), or where stopping that one part is the remedy and helped."""
    one = guide("antivirus")
    after = {to for way, to in edges.edges(one.steps[off]) if way == ("next" if off == "pause" else "failed")}
    left_off = reached(one, after, frozenset(on))
    assert not [name for name in left_off if isinstance(one.steps[name], Outcome)]


@pytest.mark.parametrize("name", guide_ids())
def test_the_box_is_restarted_once_at_most(name: str) -> None:
    """Again only where the first was refused or did not happen."""
    one = guide(name)
    for step in filter(restarts, one.steps.values()):
        after = [to for way, to in edges.edges(step) if way in ("next", "done")]
        assert not [n for n in reached(one, after) if restarts(one.steps[n])], step.id


def test_remedies_are_those_of_the_repair() -> None:
    for one in all_guides():
        named = {s.arguments["remedy"] for s in one.steps.values() if isinstance(s, Do) and s.action == "fix"}
        assert named <= {remedy.id for remedy in REMEDIES}, one.id


def test_codes_are_those_of_the_diagnosis() -> None:
    for one in all_guides():
        tests = [test for step in one.steps.values() for test in edges.tests(step) if test.name == "check.without"]
        asked = {code for test in tests for code in str(test.arguments["codes"]).split(",")}
        assert {*one.codes, *asked} <= CODES, one.id
