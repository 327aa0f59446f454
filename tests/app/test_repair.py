"""The repair run on a PC in memory: helps, does not help, is refused, fails, dies."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import jsonschema
import pytest

from selfcare.app import effect
from selfcare.app.changing import Changing
from selfcare.app.options import CheckOptions, RepairOptions
from selfcare.app.services import Emit
from selfcare.contract import load_repair_schema, repair_document, repair_exit_code
from selfcare.model.check import CheckResult
from selfcare.model.events import ActionApplied, ActionApproved, ActionProposed, ActionUndone, CheckFinished
from selfcare.model.finding import Band, VerdictState
from selfcare.model.remedy import Proposal, RepairResult, RepairState, StepOutcome
from selfcare.model.repair import Change, Entry, EntryState, HandError, Verb
from tests.app.repair_world import BOX, ISP, PUBLIC, Bench, World

VALIDATOR = jsonschema.Draft202012Validator(load_repair_schema())


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """One look after each change; the world in memory changes at once."""

    async def once(look, good, _settle_s):  # type: ignore[no-untyped-def]
        return await effect.watch(look, good, 0.0)

    monkeypatch.setattr("selfcare.app.repair.watch", once)


def checked(result: RepairResult) -> RepairResult:
    VALIDATOR.validate(json.loads(json.dumps(repair_document(result))))
    return result


def outcomes(result: RepairResult) -> list[tuple[str, str]]:
    return [(s.proposal.remedy, s.outcome.value) for s in result.steps]


def test_a_healthy_pc_is_left_alone() -> None:
    bench = Bench(World())
    result = checked(bench.repair())
    assert (result.state, result.steps, result.after) == (RepairState.HEALTHY, (), None)
    assert bench.hand.log == ["close"]
    assert repair_exit_code(result) == 0


def test_the_operators_resolvers_are_down() -> None:
    bench = Bench(World(dead={ISP}))
    result = checked(bench.repair())
    assert result.before.verdict.code == "ISP-DNS-DOWN"
    assert outcomes(result) == [("dns.alternate", "kept")]
    assert (result.state, repair_exit_code(result)) == (RepairState.REPAIRED, 0)
    assert result.after is not None
    assert result.after.verdict.state == "ok"
    assert set(bench.world.resolvers) == set(PUBLIC)
    (proposal,) = bench.asked
    assert proposal.temporary and proposal.reversible and proposal.why
    assert any(p in proposal.plan[0] for p in PUBLIC)
    assert ("names_resolve", "no", "yes") in [tuple(e.values()) for e in repair_document(result)["steps"][0]["effect"]]


def test_a_second_run_changes_nothing() -> None:
    bench = Bench(World(dead={ISP}))
    bench.repair()
    before, done = bench.world.state(), len(bench.hand.made)
    result = checked(bench.repair())
    assert (result.state, result.steps) == (RepairState.HEALTHY, ())
    assert (bench.world.state(), len(bench.hand.made)) == (before, done)


def test_every_step_is_an_event_in_order() -> None:
    bench = Bench(World(dead={ISP}))
    bench.repair()
    kinds = (ActionProposed, ActionApproved, ActionApplied, ActionUndone, CheckFinished)
    told = [type(e).__name__ for e in bench.events if isinstance(e, kinds)]
    assert told == [
        "CheckFinished", "ActionProposed", "ActionApproved", "CheckFinished", "ActionApplied", "CheckFinished",
    ]  # fmt: skip
    times = [e.at_ms for e in bench.events]
    assert times == sorted(times)


def test_what_does_not_help_is_put_back() -> None:
    bench = Bench(World(dead={ISP}, stubborn=True))
    before = bench.world.state()
    result = checked(bench.repair())
    assert outcomes(result) == [("dns.alternate", "undone")]
    assert bench.world.state() == before
    assert (result.state, repair_exit_code(result)) == (RepairState.NOT_HELPED, 1)
    assert any(isinstance(e, ActionUndone) for e in bench.events)
    assert result.after is not None  # measured again, to show it


def test_what_harms_is_put_back_even_when_it_was_asked_for() -> None:
    bench = Bench(World(harms=True))
    result = checked(bench.fix("lease.renew"))
    assert outcomes(result) == [("lease.renew", "undone")]
    assert bench.world.cable
    assert (result.state, repair_exit_code(result, by_hand=True)) == (RepairState.NOT_HELPED, 1)


def test_the_next_remedy_follows_one_that_did_not_help() -> None:
    world = World(resolvers=("193.110.81.0",), manual=True, dead={"193.110.81.0", BOX})
    bench = Bench(world)
    result = checked(bench.repair())
    assert result.before.verdict.code == "PC-DNS-STATIC"
    assert outcomes(result)[:2] == [("dns.automatic", "undone"), ("dns.alternate", "kept")]
    assert not result.steps[1].proposal.temporary  # it replaces a setting somebody made: nothing to wait for
    assert result.state is RepairState.REPAIRED


def test_without_consent_nothing_is_touched() -> None:
    bench = Bench(World(dead={ISP}), agree=False)
    before = bench.world.state()
    result = checked(bench.repair())
    assert outcomes(result) == [("dns.alternate", "refused")]
    assert (bench.world.state(), bench.hand.log) == (before, ["close"])
    assert (result.state, repair_exit_code(result)) == (RepairState.REFUSED, 4)


def test_a_dry_run_asks_and_changes_nothing() -> None:
    bench = Bench(World(dead={ISP}))
    result = checked(bench.repair(dry_run=True))
    assert outcomes(result) == [("dns.alternate", "proposed")]
    assert (bench.asked, bench.hand.log, result.after) == ([], ["close"], None)
    assert result.state is RepairState.PLANNED


@pytest.mark.parametrize(("code", "state", "exit_code"), [
    ("needs_privilege", RepairState.NEEDS_PRIVILEGE, 5), ("no_agent", RepairState.NEEDS_PRIVILEGE, 5),
    ("refused", RepairState.REFUSED, 4), ("cannot_record", RepairState.NOT_HELPED, 1),
    ("managed", RepairState.NOT_HELPED, 1), ("unknown_owner", RepairState.NOT_HELPED, 1),
    ("helper_gone", RepairState.NOT_HELPED, 1),
])  # fmt: skip
def test_a_change_that_cannot_be_made(code: str, state: RepairState, exit_code: int) -> None:
    bench = Bench(World(dead={ISP}))
    bench.hand.fails = {"dns.set": code}
    before = bench.world.state()
    result = checked(bench.repair())
    assert (result.steps[0].outcome, result.steps[0].error) == (StepOutcome.FAILED, code)
    assert bench.world.state() == before
    assert (result.state, repair_exit_code(result)) == (state, exit_code)


def test_a_memory_that_cannot_be_emptied_stops_no_repair() -> None:
    bench = Bench(World(dead={ISP}))
    bench.hand.fails = {"dns.flush": "failed"}
    assert outcomes(checked(bench.repair())) == [("dns.alternate", "kept")]
    assert outcomes(checked(Bench(World()).fix("dns.flush"))) == [("dns.flush", "kept")]


def test_a_plan_that_fails_half_way_is_put_back_whole() -> None:
    bench = Bench(World(dead={ISP}))
    before = bench.world.state()
    bench.hand.fails = {"mtu.set": "failed"}
    plan = (Change(Verb.DNS_SET, {"interface": "eth0", "servers": PUBLIC}), Change(Verb.MTU_SET))

    async def main() -> None:
        async with Changing(bench.hand, 1.0) as changing:
            await changing.apply(plan)

    with pytest.raises(HandError):
        asyncio.run(main())
    assert bench.world.state() == before
    assert bench.hand.log == ["dns.set", "undo e0"]


def test_the_hand_dies_before_it_keeps() -> None:
    bench = Bench(World(dead={ISP}))
    bench.hand.fails = {"keep": "helper_gone", "undo": "helper_gone"}
    result = checked(bench.repair())
    assert (result.steps[0].outcome, result.steps[0].error) == (StepOutcome.STUCK, "helper_gone")
    assert result.state is not RepairState.REPAIRED or result.after is not None


def test_what_somebody_changed_meanwhile_is_said() -> None:
    bench = Bench(World(dead={ISP}, stubborn=True))
    bench.hand.fails = {"undo": "changed_since"}
    result = checked(bench.repair())
    assert (result.steps[0].outcome, result.steps[0].error) == (StepOutcome.STUCK, "changed_since")


def test_a_cancelled_run_puts_back_first(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(World(dead={ISP}))
    before = bench.world.state()

    hanging = asyncio.Event()

    async def hangs(look, good, _settle_s):  # type: ignore[no-untyped-def]
        hanging.set()
        await asyncio.sleep(60)

    monkeypatch.setattr("selfcare.app.repair.watch", hangs)

    async def main() -> None:
        task = asyncio.create_task(bench.desk.run(RepairOptions(), bench.consent, bench.events.append))
        async with asyncio.timeout(60):
            await hanging.wait()
        assert bench.world.state() != before
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert bench.world.state() == before


def test_a_consent_that_crashes_changes_nothing() -> None:
    bench = Bench(World(dead={ISP}))
    before = bench.world.state()

    async def broken(_proposal: Proposal) -> bool:
        raise RuntimeError("window gone")

    with pytest.raises(RuntimeError):
        asyncio.run(bench.desk.run(RepairOptions(), broken, bench.events.append))
    assert bench.world.state() == before
    assert bench.hand.log == ["close"]


@pytest.mark.parametrize(("state", "band", "steps"), [
    (VerdictState.FAULT, Band.LIKELY, 1), (VerdictState.FAULT, Band.POSSIBLE, 0),
    (VerdictState.NOT_PROVEN, Band.CERTAIN, 0), (VerdictState.CONNECTING, Band.CERTAIN, 0),
])  # fmt: skip
def test_suspicion_changes_no_setting(state: VerdictState, band: Band, steps: int) -> None:
    bench = Bench(World(dead={ISP}))

    async def unsure(options: CheckOptions, emit: Emit) -> CheckResult:
        result = await bench.check(options, emit)
        findings = tuple(replace(f, band=band) for f in result.findings)
        return replace(result, findings=findings, verdict=replace(result.verdict, state=state))

    bench.desk = replace(bench.desk, run_check=unsure)
    result = bench.repair()
    assert result.before.findings[0].code == "ISP-DNS-DOWN"
    assert len(result.steps) >= steps
    assert bool(bench.hand.made) is bool(steps)
    if not steps:
        assert repair_exit_code(result) in (1, 3)


def test_what_is_put_back_is_put_back_in_reverse() -> None:
    bench = Bench(World())
    before = bench.world.state()
    plan = (Change(Verb.DNS_SET, {"interface": "eth0", "servers": PUBLIC}), Change(Verb.DNS_AUTO))

    async def main() -> None:
        async with Changing(bench.hand, 1.0) as changing:
            await changing.apply(plan)

    asyncio.run(main())
    assert bench.hand.log == ["dns.set", "dns.auto", "undo e1", "undo e0"]
    assert bench.world.state() == before


def test_a_cause_that_is_still_named_is_not_mended() -> None:
    """The symptom is gone for a moment, and the check goes on naming the same cause."""
    bench = Bench(World(dead={ISP}))
    looks: list[CheckResult] = []

    async def stubborn(options: CheckOptions, emit: Emit) -> CheckResult:
        result = await bench.check(options, emit)
        looks.append(result)
        return replace(result, findings=looks[0].findings)

    bench.desk = replace(bench.desk, run_check=stubborn)
    assert outcomes(bench.repair())[0] == ("dns.alternate", "undone")
    assert bench.world.resolvers == (BOX,)


def test_nothing_done_needs_no_second_check() -> None:
    bench = Bench(World(cable=False), agree=False)
    result = checked(bench.repair())
    assert (outcomes(result), result.after) == ([("cable.check", "for_you")], None)


# -- unfinished changes, history -----------------------------------------------------------------


def test_what_was_left_unfinished_is_put_back_first_and_said() -> None:
    bench = Bench(World())
    left = Entry("old", EntryState.UNDONE, Change(Verb.DNS_SET), "2026-11-22T17:00:00+01:00", True, False)
    bench.hand.left_over = (left,)
    result = checked(bench.repair())
    assert result.recovered == (left,)
    assert bench.notes.lines[0][0] == "undo"
    assert bench.repair(dry_run=True).recovered == ()


def test_a_journal_that_cannot_be_read_stops_no_check() -> None:
    bench = Bench(World())

    async def recover() -> tuple[Entry, ...]:
        raise HandError("failed")

    bench.hand.recover = recover  # type: ignore[method-assign]
    assert bench.repair().state is RepairState.HEALTHY


def test_a_list_of_changes_is_a_start_too_and_asks_for_no_password() -> None:
    bench = Bench(World())
    asyncio.run(bench.desk.changes())
    assert bench.hand.recovered == [False]


def test_of_a_change_that_was_not_answered_nothing_stays() -> None:
    """The helper died: the change may be there although nobody has its name."""
    bench = Bench(World(dead={ISP}))
    bench.hand.fails = {"dns.set": "helper_gone"}
    assert outcomes(bench.repair()) == [("dns.alternate", "failed")]
    assert bench.hand.recovered == [True, True]  # at the start, and after the silence
    bench.hand.fails = {"dns.set": "managed"}
    bench.hand.recovered.clear()
    bench.repair()
    assert bench.hand.recovered == [True]


def test_the_history_has_every_step() -> None:
    bench = Bench(World(dead={ISP}, stubborn=True))
    bench.repair()
    kinds = [kind for kind, _, _ in bench.notes.lines]
    assert kinds == ["check", "proposal", "consent", "check", "undo", "effect", "check"]
    assert bench.notes.lines[2][2] == {"approved": True}


def test_a_history_that_cannot_be_written_is_said() -> None:
    bench = Bench(World(dead={ISP}))
    bench.notes.works = False
    result = checked(bench.repair())
    assert result.state is RepairState.REPAIRED
    assert not result.remembered
