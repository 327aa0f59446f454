"""One remedy by hand, and what only a person can do."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from selfcare.app.ports import RunnableProbe
from selfcare.contract import repair_exit_code
from selfcare.diagnosis.thresholds import EDE_CENSORED
from selfcare.model.events import ActionUndone
from selfcare.model.payloads.dns import DnsAnswer, DnsStatus, NameKind
from selfcare.model.payloads.naming import CertificateCheck, Path, PathAnswer, Tls, TruthPayload
from selfcare.model.remedy import NotPossible, Proposal, RemoteLogin, RepairState
from selfcare.model.repair import Change, Entry, Verb
from tests.app.repair_world import BOX, ISP, PUBLIC, Bench, MemoryHand, World, _probe
from tests.app.test_repair import _impatient, checked, outcomes  # noqa: F401  (a fixture)

# -- what only a person can do -------------------------------------------------------------------


def test_an_instruction_is_believed_only_when_seen() -> None:
    bench = Bench(World(cable=False))
    result = checked(bench.repair())  # "I did it", but the cable is still out
    assert outcomes(result) == [("cable.check", "for_you")]
    assert (result.state, repair_exit_code(result)) == (RepairState.FOR_YOU, 1)

    class Plugs(Bench):
        async def consent(self, proposal: Proposal) -> bool:
            assert proposal.instruction
            self.world.cable = True
            return True

    bench = Plugs(World(cable=False))
    result = checked(bench.repair())
    assert outcomes(result) == [("cable.check", "done_by_hand")]
    assert result.state is RepairState.REPAIRED
    assert bench.hand.made == {}


# -- by hand -------------------------------------------------------------------------------------


def test_flushing_by_hand_on_a_healthy_pc() -> None:
    bench = Bench(World())
    result = checked(bench.fix("dns.flush"))
    assert outcomes(result) == [("dns.flush", "kept")]
    assert (result.state, repair_exit_code(result, by_hand=True)) == (RepairState.DONE, 0)


def test_a_memory_emptied_in_vain_is_not_said_to_be_put_back() -> None:
    bench = Bench(World())

    class Breaks(MemoryHand):
        async def apply(self, change: Change, guard_s: float) -> Entry:
            self.world.cable = False
            return await super().apply(change, guard_s)

    bench.hand = Breaks(bench.world)
    assert outcomes(checked(bench.fix("dns.flush"))) == [("dns.flush", "not_helped")]
    assert not any(isinstance(e, ActionUndone) for e in bench.events)


def test_a_resolver_by_hand_that_does_not_answer_programs_is_put_back() -> None:
    bench = Bench(World(dead={ISP}, stubborn=True))
    before = bench.world.state()
    assert outcomes(checked(bench.fix("dns.alternate"))) == [("dns.alternate", "undone")]
    assert bench.world.state() == before


def test_nothing_to_do_by_hand_is_said() -> None:
    with pytest.raises(NotPossible):
        Bench(World()).fix("dns.automatic")  # it is automatic already


def test_a_remote_login_is_not_cut() -> None:
    bench = Bench(World(), remote=RemoteLogin("192.168.1.20"))
    result = checked(bench.fix("adapter.restart"))
    assert outcomes(result) == [("adapter.restart", "caution")]
    assert result.steps[0].proposal.cautions
    assert (bench.asked, bench.hand.made) == ([], {})
    assert repair_exit_code(result, by_hand=True) == 4


def test_changes_that_belong_together_go_back_together() -> None:
    """The program was killed between two keeps; the guard has put one back, the next start puts the other."""
    bench = Bench(World())
    before = bench.world.state()
    plan = [Change(Verb.DNS_AUTO), Change(Verb.DNS_SET, {"interface": "eth0", "servers": ("9.9.9.9",)})]

    async def killed() -> list[str]:
        made = [(await bench.hand.apply(change, 5.0)).name for change in plan]
        bench.notes.note("effect", "route.remove", {"entries": made, "outcome": "keeping"})
        await bench.hand.undo(made[1])
        await bench.hand.keep(made[0])
        return made

    first, _ = asyncio.run(killed())
    result = checked(bench.repair())
    assert [e.name for e in result.recovered] == [first]
    assert bench.world.state() == before


def test_what_was_kept_whole_stays() -> None:
    bench = Bench(World(dead={ISP}))
    bench.repair()
    bench.notes.lines = [line for line in bench.notes.lines if line[2].get("outcome") != "kept"]  # killed right after
    assert bench.repair().recovered == ()
    assert bench.world.resolvers != (BOX,)


def test_a_stand_in_is_known_for_one_although_the_program_ended_right_after() -> None:
    """Else nobody would ever end it by himself: whom it stands in for was noted last."""
    bench = Bench(World(dead={ISP}))
    bench.hand.fails = {"dns.flush": "failed"}  # nothing here remembers names: the plan is a single change
    bench.repair()
    bench.notes.lines = [line for line in bench.notes.lines if line[2].get("outcome") != "kept"]
    bench.world.dead.clear()
    assert [e.change.verb for e in bench.repair().ended] == [Verb.DNS_SET]
    assert bench.world.resolvers == (BOX,)


# -- what another resolver must not get round ----------------------------------------------------


def _said(path: Path, server: str, address: str, error: int | None = None, name: str = "www.a.example") -> PathAnswer:
    given = DnsAnswer(server, name, NameKind.FIXED, "A", DnsStatus.NOERROR, (address,), 5.0)
    return PathAnswer(path, replace(given, extended_error=error))


class Filtered(World):
    """A name that the box (and the operator, on an official order) answers with an address of its own."""

    ordered = False

    def truth(self) -> TruthPayload:
        instead, error = ("127.0.0.1", EDE_CENSORED) if self.ordered else ("192.168.1.1", None)
        own = [_said(Path.OS, "os", instead, error), _said(Path.CONFIGURED, BOX, instead, error)]
        isp = _said(Path.ISP, ISP, instead if self.ordered else "151.101.1.1", error)
        public = [_said(Path.PUBLIC, server, "151.101.1.1") for server in PUBLIC]
        proof = CertificateCheck("www.a.example", "151.101.1.1", Tls.VALID)
        servers = ((Path.OS, "os"), (Path.CONFIGURED, BOX), (Path.ISP, ISP), *((Path.PUBLIC, p) for p in PUBLIC))
        true = [_said(path, server, "151.101.2.2", name="www.b.example") for path, server in servers]
        return TruthPayload((*own, isp, *public, *true), (proof,))

    def probes(self) -> tuple[RunnableProbe, ...]:
        return (*super().probes(), _probe("dns.truth", self.truth))


class Ordered(Filtered):
    ordered = True


@pytest.mark.parametrize("world", [Filtered, Ordered])
@pytest.mark.parametrize("remedy", ["dns.alternate", "dns.trial"])
def test_no_filter_is_got_round_even_by_hand(world: type[World], remedy: str) -> None:
    """Parental control of the box, an official order: other servers would answer, and are not offered."""
    bench = Bench(world())
    try:
        result = checked(bench.fix(remedy))
    except NotPossible as error:
        assert (remedy, error.reason) == ("dns.alternate", "not_here")
    else:
        assert result.trial is not None and result.trial.place == ("blocked" if world is Ordered else "control")
        assert result.steps == ()
    assert (bench.asked, bench.hand.made) == ([], {})
