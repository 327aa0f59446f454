"""What was measured is no ground any more: after a change that moved things, or a consent that came late."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from selfcare.model.payloads.routes import RoutePayload
from selfcare.model.remedy import Proposal, RepairState
from selfcare.model.repair import Change, Entry, Verb
from tests.app.repair_world import ISP, PUBLIC, Bench, MemoryHand, World
from tests.app.test_repair import _impatient, checked, outcomes  # noqa: F401  (a fixture)

FIRST, SECOND = sorted(PUBLIC)  # equally good ones are taken by their address


class Renewal(MemoryHand):
    """A renewal that is given up half way, and leaves the PC without its cable."""

    async def apply(self, change: Change, guard_s: float) -> Entry:
        if change.verb is Verb.DHCP_RENEW:
            self.world.cable = False
        return await super().apply(change, guard_s)


def test_after_a_renewal_that_failed_the_next_choice_looks_again() -> None:
    """What it left behind is another fault than before: a plan for the old one must not be carried out on it."""
    bench = Bench(World())
    bench.world.routes = lambda: RoutePayload((), None, None)  # type: ignore[method-assign]
    bench.hand = Renewal(bench.world, {"dhcp.renew": "timed_out"})
    result = checked(bench.repair())
    assert result.before.verdict.code == "PC-ROUTES"
    assert outcomes(result)[:2] == [("lease.renew", "failed"), ("cable.check", "for_you")]
    assert bench.hand.made == {}


def test_by_hand_a_renewal_that_failed_is_shown_with_what_it_left() -> None:
    bench = Bench(World())
    bench.hand = Renewal(bench.world, {"dhcp.renew": "timed_out"})
    result = checked(bench.fix("lease.renew"))
    assert result.after is not None and result.after.verdict.state == "fault"


class Reader(Bench):
    """Reads for longer than a check is worth acting upon; meanwhile ``happens``."""

    happens: Callable[[World], None]

    async def consent(self, proposal: Proposal) -> bool:
        self.happens(self.world)
        return await super().consent(proposal)


def _reading(monkeypatch: pytest.MonkeyPatch, happens: Callable[[World], None]) -> Reader:
    monkeypatch.setattr("selfcare.app.repair.FRESH_S", -1.0)
    bench = Reader(World(dead={ISP}))
    bench.happens = happens
    return bench


def test_a_fault_that_passed_while_somebody_was_reading_is_not_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = _reading(monkeypatch, lambda world: world.dead.clear())
    result = checked(bench.repair())
    assert (result.state, result.steps, bench.hand.made) == (RepairState.HEALTHY, (), {})
    assert result.after is not None and result.after.verdict.state == "ok"


def test_what_is_still_the_same_is_not_asked_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = _reading(monkeypatch, lambda world: None)
    assert outcomes(checked(bench.repair())) == [("dns.alternate", "kept")]
    assert len(bench.asked) == 1


def test_another_change_than_the_one_agreed_to_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = _reading(monkeypatch, lambda world: world.dead.add(FIRST))
    assert outcomes(checked(bench.repair())) == [("dns.alternate", "kept")]
    asked = [a.arguments["servers"] for p in bench.asked for a in p.actions[:1] if isinstance(a, Change)]
    assert asked == [(FIRST, SECOND), (SECOND,)]


def test_the_trial_says_where_it_is_now_when_the_fault_passed_while_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selfcare.app.repair.FRESH_S", -1.0)
    bench = Reader(World(resolvers=("193.110.81.0",), manual=True, dead={"193.110.81.0"}))
    bench.happens = lambda world: world.dead.clear()
    result = checked(bench.fix("dns.trial"))
    assert result.before.verdict.code == "PC-DNS-STATIC"
    assert result.trial is not None and result.trial.place == "nowhere"
    assert (result.steps, bench.hand.made) == ((), {})
