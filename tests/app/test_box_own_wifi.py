"""The box's Wi-Fi changed by a PC that is in it: it rejoins, or all is put back; whoever is cut off is helped later."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from selfcare.app.box_change import BoxChanges
from selfcare.app.own_wifi import JOIN_S, OwnLink
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.secret import Secret
from selfcare.model.box import GuestNetwork, GuestWish, WifiRadio, WifiSsid, WifiWish
from selfcare.model.box.change import BoxOutcome, BoxProposal
from tests.app.box_bench import Bench, bench, yes
from tests.boxes.plain import seen
from tests.boxes.plain_session import contact
from tests.boxes.wishes import NEW, WISHES

OLD = ("Maison-Dupont", "une cle wifi bien longue")
RENAMED = WISHES["wifi name, key, channel"]


class Pc:
    """A PC in the air: what it knows is a name and a key, and it is in if some network of the box has both."""

    def __init__(self) -> None:
        self.b: Any = None
        self.can_join, self.cable = True, False
        self.knows = OLD
        self.joins: list[tuple[str, str | None]] = []
        self.deaf = False  # the radio takes another key than the box says

    def _in(self, name: str, key: str | None) -> bool:
        home = self.b.home
        ours = [(s.ssid, s.key) for s in home.ssids] if home.wifi_enable else []
        ours += [(home.guest.ssid, home.guest.key)] if home.guest.enable else []
        return (name, key) in ours and not (self.deaf and (name, key) != OLD)

    async def current(self) -> OwnLink | None:
        return OwnLink(self.knows[0], alone=not self.cable) if self._in(*self.knows) else None

    async def join(self, ssid: str, key: Secret | None, limit_s: float = JOIN_S) -> bool:
        plain = key.reveal() if key else None
        self.joins.append((ssid, plain))
        if not self._in(ssid, plain):
            return False
        self.knows = (ssid, str(plain))
        return True

    @asynccontextmanager
    async def contact(self) -> AsyncIterator[Any]:
        if not self.cable and not self._in(*self.knows):
            raise BoxError(BoxErrorCode.UNREACHABLE)
        async with contact(self.b.place, "Tr0ub4dor-et-3") as session:
            yield Airy(session, self)


class Airy:
    """A session that ends with the Wi-Fi below it."""

    def __init__(self, session: Any, pc: Pc) -> None:
        self._session, self._pc = session, pc

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._session, name)
        if not asyncio.iscoroutinefunction(found):
            return found

        async def over_the_air(*words: Any) -> Any:
            if not self._pc.cable and not self._pc._in(*self._pc.knows):
                raise BoxError(BoxErrorCode.UNREACHABLE)
            return await found(*words)

        return over_the_air


def run(folder: Path, test: Callable[[Bench, Pc], Awaitable[None]], **manners: bool) -> None:
    async def whole() -> None:
        pc = Pc()
        for name, value in manners.items():
            setattr(pc, name, value)
        async with bench(folder, pc) as b:
            pc.b = b
            b.changes = replace(b.changes, contact=pc.contact)
            await test(b, pc)

    asyncio.run(whole())


def codes(proposal: BoxProposal) -> set[str]:
    return {caution.code for caution in proposal.cautions}


def test_it_rejoins_with_the_new_key_and_again_when_undone(tmp_path: Path) -> None:
    async def test(b: Bench, pc: Pc) -> None:
        before, proposal = seen(b.home), await b.changes.propose(RENAMED)
        assert "cuts_this_pc" in codes(proposal) and "type_the_key_here" not in codes(proposal)
        done = await b.changes.carry_out(proposal, yes)
        assert (done.outcome, done.rejoined) == (BoxOutcome.DONE, True)
        assert pc.knows == (NEW["ssid"], NEW["key"]) and b.home.ssids[1].key == NEW["key"]
        back = await b.changes.undo(str(done.entry), yes)
        assert (back.outcome, back.rejoined, pc.knows) == (BoxOutcome.DONE, True, OLD) and seen(b.home) == before

    run(tmp_path, test)


def test_a_pc_that_cannot_rejoin_has_all_put_back_by_cable(tmp_path: Path) -> None:
    async def test(b: Bench, pc: Pc) -> None:
        before = seen(b.home)
        result = await b.changes.carry_out(await b.changes.propose(RENAMED), yes)
        assert (result.outcome, result.rejoined) == (BoxOutcome.PUT_BACK, False)
        assert seen(b.home) == before and pc.knows == OLD and pc.joins[-1] == OLD

    run(tmp_path, test, deaf=True, cable=True)


def test_cut_off_entirely_the_next_contact_puts_back(tmp_path: Path) -> None:
    async def test(b: Bench, pc: Pc) -> None:
        before = seen(b.home)
        result = await b.changes.carry_out(await b.changes.propose(RENAMED), yes)
        assert (result.outcome, result.rejoined) == (BoxOutcome.UNPROVED, False) and seen(b.home) != before
        assert len((await b.changes.settle()).later) == 1
        pc.cable = True
        pc.knows = ("", "")
        assert len((await b.changes.settle()).put_back) == 1 and seen(b.home) == before
        assert pc.knows == OLD

    run(tmp_path, test, deaf=True)


def test_cut_off_but_somebody_typed_the_new_key(tmp_path: Path) -> None:
    """Then it is as asked, and putting it back would cut the PC off a second time."""

    async def test(b: Bench, pc: Pc) -> None:
        result = await b.changes.carry_out(await b.changes.propose(RENAMED), yes)
        assert result.outcome is BoxOutcome.UNPROVED
        pc.deaf, pc.knows, now = False, (NEW["ssid"], NEW["key"]), seen(b.home)
        assert len((await b.changes.settle()).done) == 1 and seen(b.home) == now

    run(tmp_path, test, deaf=True)


def test_the_same_when_only_the_key_was_changed(tmp_path: Path) -> None:
    async def test(b: Bench, pc: Pc) -> None:
        wish = WifiWish(ssids=tuple(WifiSsid(band, key=NEW["key"]) for band in ("2.4", "5")))
        assert (await b.changes.carry_out(await b.changes.propose(wish), yes)).outcome is BoxOutcome.UNPROVED
        pc.deaf, pc.knows, now = False, (OLD[0], NEW["key"]), seen(b.home)
        assert len((await b.changes.settle()).done) == 1 and seen(b.home) == now

    run(tmp_path, test, deaf=True)


def test_a_pc_that_cannot_join_by_itself_says_so_before(tmp_path: Path) -> None:
    async def test(b: Bench, pc: Pc) -> None:
        proposal = await b.changes.propose(RENAMED)
        assert {"cuts_this_pc", "type_the_key_here"} <= codes(proposal)
        result = await b.changes.carry_out(proposal, yes)
        assert (result.outcome, result.rejoined, pc.joins) == (BoxOutcome.UNPROVED, None, [])
        pc.knows = (NEW["ssid"], NEW["key"])  # typed
        assert len((await b.changes.settle()).done) == 1

    run(tmp_path, test, can_join=False)


def test_a_refused_name_is_not_joined(tmp_path: Path) -> None:
    async def test(b: Bench, pc: Pc) -> None:
        before, proposal = seen(b.home), await b.changes.propose(RENAMED)
        b.box.refuse["ssid"] = "invalid"
        result = await b.changes.carry_out(proposal, yes)
        assert (result.outcome, result.error) == (BoxOutcome.PUT_BACK, "invalid")
        assert seen(b.home) == before and pc.joins == [] and pc.knows == OLD

    run(tmp_path, test)


@pytest.mark.parametrize(("alone", "code"), [(True, "cuts_this_pc_for_good"), (False, "cuts_this_pc")])
def test_wifi_off_warns_whoever_is_in_it(alone: bool, code: str, tmp_path: Path) -> None:
    async def test(b: Bench, pc: Pc) -> None:
        assert code in codes(await b.changes.propose(WifiWish(enable=False)))

    run(tmp_path, test, cable=not alone)


def test_the_pc_s_own_network_comes_last(tmp_path: Path) -> None:
    """So that whatever fails before leaves it in."""

    async def test(b: Bench, pc: Pc) -> None:
        b.home.ssids[1].ssid = "Maison-Dupont-5G"
        first = WifiWish(ssids=(WifiSsid("2.4", ssid="Chez-A"), WifiSsid("5", ssid="Chez-B")))
        proposal = await b.changes.propose(first)
        assert (await b.changes.carry_out(proposal, yes)).outcome is BoxOutcome.DONE
        assert [a.body for a in b.box.asked if a.path == "/do"][-1].count('"2.4"')
        assert pc.knows[0] == "Chez-A"

    run(tmp_path, test)


def test_another_network_s_name_does_not_concern_the_pc(tmp_path: Path) -> None:
    async def test(b: Bench, pc: Pc) -> None:
        b.home.ssids[1].ssid = "Maison-Dupont-5G"
        proposal = await b.changes.propose(WifiWish(ssids=(WifiSsid("5", ssid="Chez-B"),)))
        assert not codes(proposal) & {"cuts_this_pc", "cuts_this_pc_for_good", "type_the_key_here"}
        assert (await b.changes.carry_out(proposal, yes)).rejoined is None and pc.joins == []
        channel = await b.changes.propose(WifiWish(radios=(WifiRadio("2.4", channel=11),)))
        assert "cuts_this_pc" in codes(channel)

    run(tmp_path, test)


def test_a_guest_s_pc_follows_the_guests_key(tmp_path: Path) -> None:
    async def test(b: Bench, pc: Pc) -> None:
        b.home.guest.enable, pc.knows = True, ("Invites", "bienvenue-2026")
        proposal = await b.changes.propose(GuestWish(GuestNetwork(key="une cle pour les amis")))
        assert "cuts_this_pc" in codes(proposal)
        done = await b.changes.carry_out(proposal, yes)
        assert (done.outcome, done.rejoined) == (BoxOutcome.DONE, True)
        assert pc.knows == ("Invites", "une cle pour les amis")

    run(tmp_path, test)


def test_without_any_word_of_the_pc_s_wifi_the_warning_is_an_if(tmp_path: Path) -> None:
    async def whole() -> None:
        async with bench(tmp_path) as b:
            changes: BoxChanges = b.changes
            assert "type_the_key_if_wifi" in codes(await changes.propose(RENAMED))

    asyncio.run(whole())
