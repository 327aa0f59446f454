"""A remedy as an action of a guide: consent first, what became of it in one word, and what puts it back."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from selfcare.app.guides.pc_fix import NOT_OURS
from selfcare.model.guide_run import Acted
from selfcare.model.remedy import RemoteLogin
from selfcare.model.repair import Change, Entry, EntryState, HandError, Verb
from tests.app.repair_world import BOX, FR, Bench, World
from tests.app.test_repair import _impatient  # noqa: F401  (a fixture)
from tests.guides.pc_world import Pc, moment

SET_BY_HAND: dict[str, Any] = {"resolvers": ("192.168.1.66",), "manual": True, "dead": {"192.168.1.66"}}
AT = datetime.fromisoformat("2026-11-22T18:00:00+01:00").timestamp()  # when the hand in memory began everything


def pc(agree: bool = True, remote: RemoteLogin | None = None, **world: Any) -> Pc:
    return Pc(bench=Bench(World(**world), agree=agree, remote=remote))


def test_kept_is_done_and_its_entry_puts_it_back() -> None:
    here = pc(**SET_BY_HAND)
    acted, order = here.act("dns.automatic")
    assert acted.outcome == "done" and order == ["asked", "begun"]
    assert here.bench.world.resolvers == (BOX,) and acted.entry
    assert FR.text("repair.outcome.kept") in acted.lines
    back = asyncio.run(here.side.actions["fix"].undo(acted.entry, None, None))  # type: ignore[arg-type]
    assert back.outcome == "done" and here.bench.world.resolvers == ("192.168.1.66",)


def test_without_consent_nothing_begins() -> None:
    here = pc(agree=False, **SET_BY_HAND)
    acted, order = here.act("dns.automatic")
    assert (acted.outcome, acted.entry, order) == ("declined", None, ["asked"])
    assert here.bench.hand.made == {}


def test_what_is_already_so_is_done_without_a_question() -> None:
    acted, order = pc().act("proxy.off")
    assert (acted.outcome, acted.entry, order) == ("done", None, [])
    assert acted.lines == (FR.text("repair.impossible.nothing_to_do"),)


def test_where_there_is_nothing_to_offer_it_is_refused() -> None:
    acted, order = pc().act("dns.automatic")  # it is automatic, and there is no proof that anything ails
    assert (acted.outcome, acted.lines, order) == ("refused", (FR.text("repair.impossible.not_here"),), [])
    acted, order = pc(dead={BOX, "9.9.9.9", "1.1.1.1", "80.10.246.2"}).act("dns.alternate")
    assert (acted.outcome, acted.entry, order) == ("refused", None, []) and acted.lines


def test_what_does_harm_is_put_back_and_has_failed() -> None:
    here = pc(harms=True, **SET_BY_HAND)
    acted, order = here.act("dns.automatic")
    assert (acted.outcome, acted.entry, order) == ("failed", None, ["asked", "begun"])
    assert here.bench.world.resolvers == ("192.168.1.66",) and here.bench.world.cable


@pytest.mark.parametrize("error", [*NOT_OURS, "failed", "timed_out", "helper_gone", "something_new"])
def test_without_the_right_to_it_it_is_unable_and_otherwise_failed(error: str) -> None:
    here = pc(**SET_BY_HAND)
    here.bench.hand.fails[Verb.DNS_AUTO.value] = error
    acted, _ = here.act("dns.automatic")
    assert acted.outcome == ("unable" if error in NOT_OURS else "failed")
    assert acted.entry is None
    assert FR.first(f"repair.error.{error}", "repair.error.failed") in acted.lines


def test_a_journal_that_cannot_be_opened_is_no_crash() -> None:
    here = pc(**SET_BY_HAND)

    async def gone(*_arguments: object, **_named: object) -> None:
        raise HandError("needs_privilege")

    here.bench.hand.entries = gone  # type: ignore[assignment]
    acted, order = here.act("dns.trial")
    assert acted.outcome in ("unable", "failed", "refused", "declined", "done") and order in ([], ["asked", "begun"])
    assert (
        asyncio.run(here.side.actions["fix"].recover({"remedy": "dns.automatic"}, moment(), lambda _key: None)) is None
    )


def test_a_caution_that_refuses_is_said() -> None:
    here = pc(remote=RemoteLogin("192.168.1.20"))
    acted, order = here.act("adapter.restart")
    assert (acted.outcome, order) == ("refused", []) and here.bench.hand.made == {}
    assert len(acted.lines) > 1


def test_what_only_a_person_can_do_is_believed_when_it_is_seen() -> None:
    here = pc(cable=False)
    acted, _ = here.act("cable.check")
    assert acted.outcome == "failed" and acted.entry is None
    here = pc(agree=False, cable=False)
    assert here.act("cable.check")[0].outcome == "declined"


def test_an_unknown_remedy_is_unable() -> None:
    acted, order = pc().act("no.such")
    assert (acted.outcome, order) == ("unable", []) and acted.lines


def test_what_cannot_be_put_back_is_said() -> None:
    here = pc(**SET_BY_HAND)
    acted, _ = here.act("dns.automatic")
    for error, outcome in (("changed_since", "failed"), ("refused", "declined")):
        here.bench.hand.fails["undo"] = error
        back = asyncio.run(here.side.actions["fix"].undo(acted.entry or "", None, None))  # type: ignore[arg-type]
        assert (back.outcome, back.lines) == (outcome, (FR.text(f"repair.error.{error}"),))


# -- after a kill ----------------------------------------------------------------------------------------


def recovered(here: Pc, since: float, remedy: str = "dns.automatic") -> Acted | None:
    return asyncio.run(here.side.actions["fix"].recover({"remedy": remedy}, moment(since), lambda _key: None))


def test_what_was_kept_before_the_end_is_done() -> None:
    here = pc(**SET_BY_HAND)
    acted, _ = here.act("dns.automatic")
    again = recovered(here, AT - 60)
    assert again is not None and (again.outcome, again.entry) == ("done", acted.entry)
    here.bench.notes.lines = [line for line in here.bench.notes.lines if line[2].get("outcome") != "kept"]
    assert recovered(here, AT - 60) == again  # killed right after it was kept, before that was noted
    assert recovered(here, AT + 60) is None  # of an earlier day


def test_what_another_remedy_did_meanwhile_is_not_this_ones() -> None:
    """The window repaired something while the guide lay there: neither its success nor its undo is the guide's."""
    here = pc(**SET_BY_HAND)
    acted, _ = here.act("dns.automatic")
    assert acted.outcome == "done"
    assert recovered(here, AT - 60, "ip.automatic") is None
    assert recovered(here, AT - 60) is not None


@pytest.mark.parametrize("state", [s for s in EntryState if s is not EntryState.KEPT])
def test_what_was_not_kept_did_not_happen(state: EntryState) -> None:
    here = pc(**SET_BY_HAND)
    entry = Entry("e9", state, Change(Verb.DNS_AUTO, {}), "2026-11-22T17:00:00+00:00", True, False)
    here.bench.hand.made["e9"] = entry, ()
    here.bench.hand.left_over = (replace(entry, state=EntryState.UNDONE),)
    assert recovered(here, AT - 60) is None
    unfinished = state in (EntryState.PREPARED, EntryState.APPLIED, EntryState.RESTORING)
    assert here.bench.hand.recovered == ([True] if unfinished else [])


def test_what_leaves_nothing_behind_proves_nothing() -> None:
    here = pc()
    assert here.act("dns.flush")[0].outcome == "done"
    assert recovered(here, AT - 60) is None


def test_half_of_a_remedy_is_no_remedy() -> None:
    """Killed between two keeps: the guard put one of them back, and the other is not what was consented to."""
    here = pc()

    async def killed() -> None:
        made = [(await here.bench.hand.apply(change, 5.0)).name for change in (Change(Verb.DNS_AUTO), _OTHER)]
        here.bench.notes.note("effect", "dns.alternate", {"entries": made, "outcome": "keeping"})
        await here.bench.hand.keep(made[0])
        await here.bench.hand.undo(made[1])

    asyncio.run(killed())
    assert recovered(here, AT - 60) is None


_OTHER = Change(Verb.DNS_SET, {"interface": "eth0", "servers": ("9.9.9.9",)})
