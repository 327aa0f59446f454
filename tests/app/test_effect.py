"""What counts as helped, and what is worth waiting for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace

import pytest

from selfcare.app.effect import Goal, Look, lost, probes_for, watch
from selfcare.app.options import CheckOptions
from selfcare.model.finding import VerdictState
from selfcare.model.rule import Gate
from selfcare.model.tri import Tri
from selfcare.remedies import REMEDIES, remedy
from tests.app.repair_world import ISP, Bench, World


def look(world: World) -> Look:
    return Look.of(asyncio.run(_checked(Bench(world))))


def _checked(bench: Bench) -> Awaitable:  # type: ignore[type-arg]
    return bench.check(CheckOptions(), lambda _event: None)


DEAD, WELL = look(World(dead={ISP})), look(World())
GOAL = Goal((Gate("names_resolve", Tri.YES),), "ISP-DNS-DOWN", ("web_by_name",))


def test_reached_when_the_symptom_and_the_cause_are_gone() -> None:
    assert GOAL.reached(DEAD, WELL)
    assert not GOAL.reached(DEAD, DEAD)
    assert lost(WELL, DEAD) == ("names_resolve", "web_by_name")
    assert not Goal(()).reached(WELL, DEAD)


def test_what_follows_is_waited_for_and_does_not_decide() -> None:
    """Names resolve already, the page is still on its way."""
    late = tuple(replace(o, value=Tri.NO) if o.fact == "web_by_name" else o for o in WELL.observations)
    nearly = replace(WELL, observations=late)
    assert GOAL.reached(DEAD, nearly)
    assert not GOAL.settled(DEAD, nearly)
    assert GOAL.settled(DEAD, WELL)
    verdict = replace(WELL.result.verdict, state=VerdictState.CONNECTING)
    assert not GOAL.settled(DEAD, replace(WELL, result=replace(WELL.result, verdict=verdict)))


def test_what_nobody_could_see_before_is_waited_for() -> None:
    """Beyond a card that was off nothing was known: names that fail at first may just be late."""
    unseen = replace(WELL, observations=tuple(o for o in WELL.observations if o.fact != "names_resolve"))
    goal = Goal((Gate("link_up", Tri.YES),))
    late = tuple(replace(o, value=Tri.NO) if o.fact == "names_resolve" else o for o in WELL.observations)
    assert not goal.settled(unseen, replace(WELL, observations=late))
    assert goal.settled(unseen, WELL)


@pytest.mark.parametrize(("good_at", "settle_s", "looks"), [(1, 5.0, 1), (3, 5.0, 3), (99, 0.0, 1)])
def test_watching_ends_when_it_is_good_or_over(good_at: int, settle_s: float, looks: int) -> None:
    seen: list[Look] = []

    async def once() -> Look:
        seen.append(WELL)
        return WELL

    asyncio.run(watch(once, lambda _look: len(seen) >= good_at, settle_s))
    assert len(seen) == looks


def test_the_symptoms_own_probes_are_measured_again() -> None:
    flush = remedy("dns.flush")
    assert flush is not None
    (culprit,) = [f for f in DEAD.result.findings if f.code == "ISP-DNS-DOWN"]
    assert {*flush.verify, "dns.os", "web.name"} <= set(probes_for(flush, culprit))
    assert all({"dns.os", "web.name"} <= set(probes_for(r, None)) for r in REMEDIES)
