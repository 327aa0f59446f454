"""The check asked by a guide: what counts as proof, and when a result is not made anew."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from selfcare.app.effect import Look
from selfcare.app.guides.pc_check import FRESH_S, GAP_S, absent
from selfcare.diagnosis.rules import RULES
from selfcare.model.finding import Band, Finding, Role, Scope, Verdict, VerdictState
from selfcare.model.probe import ProbeCost
from tests.app.repair_world import BOX, Bench, World
from tests.guides.pc_world import Pc, said


def look(world: World) -> Look:
    from selfcare.app.options import CheckOptions

    return Look.of(asyncio.run(_made(Bench(world).check(CheckOptions(), lambda _event: None))))


async def _made(check: Any) -> Any:
    return await check


def pc(**world: Any) -> Pc:
    return Pc(bench=Bench(World(**world)))


def verdict(state: VerdictState, code: str | None = None, *findings: Finding) -> Callable[[Pc], None]:
    """Whatever is measured, the check ends like this."""

    def put(on: Pc) -> None:
        real = on.bench.check

        async def told(options: Any, emit: Any) -> Any:
            result = await real(options, emit)
            band = Band.LIKELY if code else None
            return replace(result, verdict=Verdict(state, code, (), band, "Voilà."), findings=findings)

        on.bench.check = told  # type: ignore[method-assign]

    return put


# -- a fact ------------------------------------------------------------------------------------------


def test_a_fact_is_measured_by_the_probes_that_answer_it_and_no_others() -> None:
    for world, answer in ((World(), "yes"), (World(dead={BOX}, stubborn=True), "no")):
        here = Pc(bench=Bench(world))
        seen = here.test("fact", name="names_resolve")
        assert (seen.answer, seen.data) == (answer, {"fact": "names_resolve"})
        assert said(seen)
        assert [options.only for options in here.checks] == [("dns.os",)]


def test_a_fact_of_several_probes_is_told_by_a_whole_check() -> None:
    """The web by addresses alone is silent behind a filter, and the outside answers all the same."""
    here = pc()
    assert here.test("fact", name="outside_answers").answer == "yes"
    assert [options.only for options in here.checks] == [()]
    assert pc(cable=False).test("fact", name="outside_answers").answer != "yes"


@pytest.mark.parametrize("name", ["no_such_fact", "", "check.healthy"])
def test_a_fact_nobody_knows_is_unknown(name: str) -> None:
    here = Pc()
    assert here.test("fact", name=name).answer == "unknown"
    assert here.checks == []


def test_a_number_is_no_answer_and_what_is_unknown_is_said_in_words() -> None:
    seen = Pc().test("fact", name="names_ms")
    assert seen.answer == "unknown" and seen.said == (("guide.check.not_measured", {}),)


def test_the_line_is_not_filled_for_a_fact() -> None:
    costly = tuple(replace(one, cost=ProbeCost(bytes_down=50_000_000)) for one in Pc().specs)
    here = Pc(specs=costly)
    assert here.test("fact", name="names_resolve").answer == "unknown"
    assert here.checks == []


# -- healthy -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "answer"), [
    (VerdictState.OK, "yes"), (VerdictState.FAULT, "no"), (VerdictState.MULTIPLE, "no"),
    (VerdictState.INTERMITTENT, "no"), (VerdictState.NOT_PROVEN, "unknown"), (VerdictState.CANNOT_TEST, "unknown"),
    (VerdictState.CONNECTING, "unknown"),
])  # fmt: skip
def test_healthy_is_the_verdict_and_doubt_is_no_pass(state: VerdictState, answer: str) -> None:
    here = pc()
    verdict(state, "BOX-DNS" if answer == "no" else None)(here)
    seen = here.test("check.healthy")
    assert seen.answer == answer
    assert said(seen) == "Voilà."
    expected = {"state": state.value} | ({"code": "BOX-DNS", "band": "likely"} if answer == "no" else {})
    assert dict(seen.data) == expected


def test_a_whole_check_of_a_pc() -> None:
    assert pc().test("check.healthy").answer == "yes"
    seen = pc(dead={BOX}).test("check.healthy")
    assert (seen.answer, seen.data["code"]) == ("no", "BOX-DNS")


# -- without -----------------------------------------------------------------------------------------


def test_a_fault_that_is_found_is_not_gone_and_one_ruled_out_is() -> None:
    assert pc(dead={BOX}).test("check.without", codes="BOX-DNS").answer == "no"
    assert pc(dead={BOX}).test("check.without", codes="LAN-CABLE-DOWN, BOX-DNS").answer == "no"
    assert pc(dead={BOX}).test("check.without", codes="LAN-CABLE-DOWN").answer == "yes"
    assert pc().test("check.without", codes="BOX-DNS,LAN-CABLE-DOWN").answer == "yes"


def test_a_fault_that_is_hidden_by_a_greater_one_is_not_gone() -> None:
    """The check rules the box's names out while the cable is out: nobody can have seen them work."""
    seen = pc(cable=False).test("check.without", codes="BOX-DNS")
    assert (seen.answer, seen.data["code"]) == ("unknown", "LAN-CABLE-DOWN")


def test_what_this_check_could_not_find_is_not_gone_for_that() -> None:
    """No probe of this PC measures the line under load or asks the box: silence on these is no proof."""
    unseen = [rule.code for rule in RULES if rule.told_by] + ["NO-SUCH-CODE", ""]
    for code in unseen:
        assert pc().test("check.without", codes=code).answer == "unknown", code
    conditions = [rule.code for rule in RULES if rule.condition]
    told = {code: absent(code, look(World())) for code in conditions}
    assert None in told.values() and not any(value is False for value in told.values())


def test_every_doubtful_verdict_leaves_it_open() -> None:
    culprit = Finding("BOX-DNS", Role.CULPRIT, (), Band.POSSIBLE, Scope.HOME)
    here = pc(dead={BOX})
    verdict(VerdictState.NOT_PROVEN, None, culprit)(here)
    assert here.test("check.without", codes="BOX-DNS").answer == "unknown"
    assert here.test("check.without", codes="LAN-CABLE-DOWN").answer == "unknown"


# -- once, not twice ------------------------------------------------------------------------------------


def run(here: Pc, *steps: Any) -> int:
    """Each step is a test, or a number of seconds that go by, or "changed"; how many whole checks that made."""
    now = [1000.0]
    here.side.tests["check.healthy"].__self__._whole._clock = lambda: now[0]  # type: ignore[attr-defined]

    async def go() -> None:
        for step in steps:
            if isinstance(step, float):
                now[0] += step
            elif step == "fix":
                await here.side.actions["fix"].undo("nothing", None, None)  # type: ignore[arg-type]
            else:
                await here.atest(step, codes="BOX-DNS")

    asyncio.run(go())
    return sum(options.only == () for options in here.checks)


def test_one_check_serves_a_chain_of_questions_and_no_longer() -> None:
    both = ("check.healthy", "check.without")
    assert run(pc(), *both) == 1
    assert run(pc(), "check.healthy", GAP_S / 2, "check.without", GAP_S / 2, "check.healthy") == 1
    assert run(pc(), "check.healthy", GAP_S + 0.1, "check.without") == 2  # somebody may have done something
    chain = ["check.healthy", *[step for _ in range(int(FRESH_S / 0.25) + 1) for step in (0.25, "check.healthy")]]
    assert run(pc(), *chain) == 2


def test_what_was_changed_is_measured_anew() -> None:
    here = pc()
    here.bench.hand.fails["undo"] = "failed"
    assert run(here, "check.healthy", "fix", "check.healthy") == 2


def test_the_last_check_is_told_without_a_new_one() -> None:
    here = pc(dead={BOX})
    assert here.show("check.last") == ("Aucune vérification n’a encore été faite.",)
    text = said(here.test("check.healthy"))
    made = len(here.checks)
    assert here.show("check.last") == (text,) and len(here.checks) == made
