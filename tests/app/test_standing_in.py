"""The trial of a resolver: what it says, when it stands in, and that it ends by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace

import pytest

from selfcare.app import effect
from selfcare.app.options import CheckOptions
from selfcare.app.services import Emit
from selfcare.model.check import CheckResult
from selfcare.model.finding import VerdictState
from selfcare.model.remedy import RepairState
from selfcare.model.repair import EntryState
from tests.app.repair_world import BOX, ISP, PUBLIC, Bench, World
from tests.app.test_repair import checked, outcomes


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    async def once(look, good, _settle_s):  # type: ignore[no-untyped-def]
        return await effect.watch(look, good, 0.0)

    monkeypatch.setattr("selfcare.app.repair.watch", once)
    monkeypatch.setattr("selfcare.app.standing_in._PROOF_S", 0.02)


@pytest.mark.parametrize(("world", "where", "steps"), [
    (World(dead={ISP}), "isp", [("dns.trial", "kept")]),
    (World(dead={BOX}), "box", [("dns.trial", "kept")]),
    (World(resolvers=("193.110.81.0",), manual=True, dead={"193.110.81.0"}), "pc", [("dns.automatic", "kept")]),
    (World(), "nowhere", []),
    (World(cable=False), "elsewhere", []),
])  # fmt: skip
def test_the_trial_says_where_and_stands_in_only_where_it_helps(
    world: World, where: str, steps: list[tuple[str, str]]
) -> None:
    bench = Bench(world)
    before = world.state()
    result = checked(bench.fix("dns.trial"))
    assert result.trial is not None
    assert (result.trial.place, outcomes(result)) == (where, steps)
    assert result.trial.text
    if not steps:
        assert world.state() == before


def test_for_a_dead_forwarder_the_operators_own_resolver_stands_in_first() -> None:
    bench = Bench(World(dead={BOX}))
    bench.fix("dns.trial")
    assert bench.world.resolvers[0] == ISP


def stand_in(bench: Bench) -> list[str]:
    ended = asyncio.run(asyncio.wait_for(bench.desk.stand_in(bench.events.append, every_s=0.02), 60))
    return [e.name for e in ended]


def test_it_ends_when_the_old_resolver_works_again() -> None:
    bench = Bench(World(dead={ISP}))
    before = bench.world.state()
    bench.fix("dns.trial")
    assert set(bench.world.resolvers) == set(PUBLIC)

    async def main() -> None:
        waiting = asyncio.create_task(bench.desk.stand_in(bench.events.append, every_s=0.02))
        await asyncio.sleep(0.2)
        assert not waiting.done()  # still down: it goes on standing in
        assert set(bench.world.resolvers) == set(PUBLIC)
        bench.world.dead.clear()
        await asyncio.wait_for(waiting, 60)

    asyncio.run(main())
    assert bench.world.state() == before
    assert ("undo", "dns.trial") in [(kind, subject) for kind, subject, _ in bench.notes.lines]


@pytest.mark.parametrize("code", ["refused", "no_agent", "needs_privilege", "changed_since"])
def test_a_password_that_was_not_given_is_not_asked_for_every_minute(code: str) -> None:
    bench = Bench(World(dead={ISP}))
    bench.fix("dns.trial")
    bench.world.dead.clear()
    bench.hand.fails["undo"] = code
    stood_in = bench.world.state()
    assert stand_in(bench) == []  # it ends, and the person may undo it by hand
    assert bench.world.state() == stood_in


def test_nothing_is_sent_for_one_that_waits_for_nobody() -> None:
    bench = Bench(World(resolvers=("193.110.81.0",), manual=True, dead={"193.110.81.0", BOX}))
    assert outcomes(bench.repair())[-1] == ("dns.alternate", "kept")  # in place of a setting somebody made
    bench.world.dead.clear()
    bench.events.clear()
    assert stand_in(bench) == []
    assert bench.events == []


def test_where_no_other_resolver_answers_the_place_is_told_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(World(dead={ISP}))
    monkeypatch.setattr("selfcare.remedies.naming.ranked", lambda _situation: ())
    result = checked(bench.fix("dns.trial"))
    assert result.trial is not None
    assert (result.trial.place, result.steps, bench.hand.made) == ("isp", (), {})


def test_one_good_answer_is_not_enough() -> None:
    """One of several servers that comes and goes: the stand-in stays."""
    bench = Bench(World(dead={ISP}))
    bench.fix("dns.trial")
    stood_in, looks, check, often = bench.world.state(), 0, bench.check, asyncio.Event()

    def flapping(options: CheckOptions, emit: Emit) -> Awaitable[CheckResult]:
        nonlocal looks
        looks += 1
        if looks > 4:
            often.set()
        bench.world.dead = set() if looks % 2 else {ISP}
        return check(options, emit)

    bench.desk = replace(bench.desk, run_check=flapping)

    async def main() -> None:
        standing = asyncio.create_task(bench.desk.stand_in(bench.events.append, every_s=0.01))
        await asyncio.wait({standing, over := asyncio.create_task(often.wait())}, return_when=asyncio.FIRST_COMPLETED)
        assert over.done() and not standing.done()
        standing.cancel()
        await asyncio.wait({standing})

    asyncio.run(main())
    assert bench.world.state() == stood_in


def test_it_returns_when_names_fail_with_the_old_one() -> None:
    """The box answers us, but not the programs: then the stand-in is needed after all."""
    bench = Bench(World(dead={ISP}))
    bench.fix("dns.trial")
    bench.world.dead.clear()
    tried = 0
    undo, keep, kept_again = bench.hand.undo, bench.hand.keep, asyncio.Event()

    async def undo_then_fail(entry: str) -> None:
        nonlocal tried
        await undo(entry)
        tried += 1
        bench.world.dead = {BOX} if tried == 1 else set()

    async def keep_and_tell(entry: str) -> None:
        await keep(entry)
        kept_again.set()

    async def main() -> None:
        bench.hand.undo = undo_then_fail  # type: ignore[method-assign]
        bench.hand.keep = keep_and_tell  # type: ignore[method-assign]
        waiting = asyncio.create_task(bench.desk.stand_in(bench.events.append, every_s=0.02))
        async with asyncio.timeout(60):
            await kept_again.wait()
        assert set(bench.world.resolvers) == set(PUBLIC)
        bench.world.dead.clear()
        await asyncio.wait_for(waiting, 60)

    asyncio.run(main())
    assert bench.world.resolvers == (BOX,)


def test_the_next_run_ends_a_trial_that_is_over() -> None:
    bench = Bench(World(dead={ISP}))
    before = bench.world.state()
    bench.repair()
    bench.world.dead.clear()
    result = checked(bench.repair())
    assert [e.state for e in result.ended] == [EntryState.KEPT]
    assert bench.world.state() == before
    assert result.state is RepairState.HEALTHY
    assert result.after is not None
    assert result.after.verdict.state is VerdictState.OK
    assert bench.repair().ended == ()


def test_a_dry_run_ends_no_trial() -> None:
    bench = Bench(World(dead={ISP}))
    bench.repair()
    bench.world.dead.clear()
    assert bench.repair(dry_run=True).ended == ()
    assert set(bench.world.resolvers) == set(PUBLIC)
