"""A run must not leave the PC worse: what is stuck, and time that was put right meanwhile."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from selfcare.app.options import RepairOptions
from selfcare.app.repair import Repair, Tools
from selfcare.contract import repair_exit_code
from selfcare.model.events import ActionUndone
from selfcare.model.remedy import RepairState, StepOutcome
from selfcare.model.repair import Change, Verb
from selfcare.remedies.online import clock
from tests.app.repair_world import BOX, FR, ISP, Bench, World
from tests.app.test_repair import _impatient, checked, outcomes  # noqa: F401  (a fixture)


def test_nothing_is_laid_over_what_could_not_be_put_back() -> None:
    bench = Bench(World(resolvers=("193.110.81.0",), manual=True, dead={"193.110.81.0", BOX}))
    assert outcomes(bench.repair())[:2] == [("dns.automatic", "undone"), ("dns.alternate", "kept")]
    bench = Bench(World(resolvers=("193.110.81.0",), manual=True, dead={"193.110.81.0", BOX}))
    bench.hand.fails = {"undo": "failed"}
    result = checked(bench.repair())
    assert outcomes(result)[0] == ("dns.automatic", "stuck")
    assert [entry.change.verb for entry, _ in bench.hand.made.values()] == [Verb.DNS_AUTO, Verb.DNS_FLUSH]


@pytest.mark.parametrize("error", ["refused", "needs_privilege", "no_agent", "failed"])
def test_what_could_not_be_put_back_is_never_called_unchanged(error: str) -> None:
    bench = Bench(World(dead={ISP}, stubborn=True))
    bench.hand.fails = {"undo": error}
    result = checked(bench.repair())
    assert result.steps[0].outcome is StepOutcome.STUCK
    assert (result.state, repair_exit_code(result)) == (RepairState.NOT_HELPED, 1)


def test_a_clock_put_right_meanwhile_is_not_put_right_twice() -> None:
    """The system's own time service comes while the person reads: the same offset again would be a new fault."""
    bench, wall, elapsed = Bench(World()), [1_795_000_000.0], [50.0]
    tools = Tools(bench.check, bench.hand, FR, bench.notes, None, lambda: wall[0], lambda: elapsed[0])
    repair = Repair(tools, RepairOptions(), bench.consent, bench.events.append)
    seen = asyncio.run(repair.look())
    elapsed[0] += 40
    wall[0] += 40 + 3600  # it was an hour late
    situation = replace(repair._situation(seen), numbers={"clock_offset": 3600.0})
    (change,) = clock(situation)
    assert isinstance(change, Change) and change.arguments == {"seconds": round(wall[0])}


def test_what_cannot_be_undone_is_not_announced_as_undone() -> None:
    """Whoever follows the events from afar, and the history, would else believe that the old time is back."""
    bench = Bench(World(harms=True))
    bench.hand.irreversible = {Verb.DHCP_RENEW}
    result = checked(bench.fix("lease.renew"))
    assert outcomes(result) == [("lease.renew", "not_helped")]
    assert not [e for e in bench.events if isinstance(e, ActionUndone)]
    assert "undo" not in [kind for kind, _, _ in bench.notes.lines]
