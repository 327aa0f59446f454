"""The next start: what is finished, what is put back, and what is left alone because it is not ours."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.model.box import (
    ForwardWish,
    GuestNetwork,
    GuestWish,
    PortMapping,
    Protocol,
    WifiRadio,
    WifiSettings,
    WifiWish,
)
from selfcare.model.box.change import BoxOutcome, BoxProposal, ChangeState, Settled
from tests.app.box_bench import Bench, bench, yes
from tests.boxes.plain import seen
from tests.boxes.plain_session import PlainSession
from tests.boxes.wishes import WISHES

CHANNELS = WISHES["wifi name, key, channel"]


async def died(b: Bench, label: str, after: int) -> str:
    """As a program leaves it that is gone after so many writes on the box; what was there before."""
    before, proposal = seen(b.home), await b.changes.propose(WISHES[label])
    count = 0

    class Gone(BaseException):
        pass

    async def hook(moment: str, _number: int) -> web.StreamResponse | None:
        nonlocal count
        count += moment == "after" and b.box.asked[-1].path == "/do"
        if count >= after:
            await b.changes_gone.wait()  # type: ignore[attr-defined]
        return None

    b.changes_gone = asyncio.Event()  # type: ignore[attr-defined]
    b.box.hook = hook
    journal = b.changes.journal.add
    task = asyncio.create_task(b.changes.carry_out(proposal, yes))
    while count < after:  # noqa: ASYNC110
        await asyncio.sleep(0.001)

    def mute(*_words: object, **_data: object) -> None:
        return None

    object.__setattr__(b.changes.journal, "add", mute)
    b.box.hook = None
    # The writes of putting back are not made either: a program that is gone does nothing.
    from selfcare.app import box_finish

    back = box_finish.Finishing.back

    async def nothing(*_words: object) -> None:
        return None

    box_finish.Finishing.back = nothing  # type: ignore[method-assign,assignment]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    b.changes_gone.set()  # type: ignore[attr-defined]
    box_finish.Finishing.back = back  # type: ignore[method-assign]
    object.__setattr__(b.changes.journal, "add", journal)
    return before


def run(folder: Path, test: Callable[[Bench], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with bench(folder) as b:
            await test(b)

    asyncio.run(whole())


def states(b: Bench) -> list[ChangeState]:
    return [change.state for change in b.changes.changes()[0]]


def test_what_lies_between_is_put_back(tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        before = await died(b, "wifi name, key, channel", 4)
        assert seen(b.home) != before
        settled = await b.changes.settle()
        assert len(settled.put_back) == 1 and seen(b.home) == before and b.store.kept == {}

    run(tmp_path, test)


def test_what_a_box_takes_away_to_make_anew_is_not_somebody_else_s_doing(tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        before = await died(b, "reservation change", 1)
        assert "3c:52:82:00:00:01" not in b.home.reservations
        assert len((await b.changes.settle()).put_back) == 1 and seen(b.home) == before

    run(tmp_path, test)


def test_half_of_a_wifi_that_is_turned_off_radio_by_radio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A box without a switch for all of it: on, as long as one radio is."""
    told = PlainSession.wifi

    async def turn(session: PlainSession, enable: bool) -> None:
        for radio in (await session.wifi()).radios:
            await session._do("radio", band=radio.id, field="enable", value=enable)

    async def wifi(session: PlainSession) -> WifiSettings:
        settings = await told(session)
        return replace(settings, enable=any(radio.enable for radio in settings.radios))

    monkeypatch.setattr(PlainSession, "set_wifi_enable", turn)
    monkeypatch.setattr(PlainSession, "wifi", wifi)

    async def test(b: Bench) -> None:
        before = await died(b, "wifi off", 1)
        assert [radio.enable for radio in b.home.radios] == [False, True]
        assert len((await b.changes.settle()).put_back) == 1 and seen(b.home) == before
        done = await b.changes.carry_out(await b.changes.propose(WISHES["wifi off"]), yes)
        assert done.outcome is BoxOutcome.DONE and not any(radio.enable for radio in b.home.radios)
        assert (await b.changes.undo(str(done.entry), yes)).outcome is BoxOutcome.DONE and seen(b.home) == before

    run(tmp_path, test)


def test_what_somebody_set_meanwhile_is_left_and_said(tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        await died(b, "wifi name, key, channel", 4)
        b.home.ssids[0].ssid = "Par-la-page-de-la-box"
        now = seen(b.home)
        settled = await b.changes.settle()
        assert len(settled.conflict) == 1 and seen(b.home) == now
        assert await b.changes.settle() == Settled()

    run(tmp_path, test)


def test_another_box_is_never_touched(tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        await died(b, "parental plan", 3)
        first, b.home.uid = b.home.uid, "7C16890000FF"
        now, asked = seen(b.home), len(b.box.asked)
        settled = await b.changes.settle()
        assert len(settled.other_box) == 1 and settled.later == () and seen(b.home) == now
        assert [a.path for a in b.box.asked[asked:] if a.path == "/do"] == []
        b.home.uid = first
        assert len((await b.changes.settle()).put_back) == 1

    run(tmp_path, test)


def test_a_change_agreed_to_on_one_box_is_not_made_on_another(tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        proposal = await b.changes.propose(CHANNELS)
        b.home.uid = "7C16890000FF"
        before = seen(b.home)
        result = await b.changes.carry_out(proposal, yes)
        assert (result.outcome, result.error) == (BoxOutcome.REFUSED, "box_changed") and seen(b.home) == before

    run(tmp_path, test)


def test_a_box_that_will_not_be_put_back_is_tried_so_often_and_no_more(tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        before = await died(b, "forward add", 1)
        b.box.refuse["no_forward"] = "refused"
        found = [await b.changes.settle() for _ in range(7)]
        assert [len(s.later) for s in found] == [1, 1, 1, 1, 1, 0, 0] and len(found[5].gave_up) == 1
        assert (await b.changes.propose(WISHES["wifi off"])).refusal is None  # other things can be changed again
        b.box.refuse.clear()
        name = b.changes.changes()[0][0].name
        assert (await b.changes.undo(name, yes)).outcome is BoxOutcome.DONE and seen(b.home) == before

    run(tmp_path, test)


def test_while_half_a_change_is_there_no_other_is_laid_over_it(tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        proposal = await b.changes.propose(WISHES["wifi off"])
        before = await died(b, "forward add", 1)
        b.box.refuse["no_forward"] = "refused"
        result = await b.changes.carry_out(proposal, yes)
        assert (result.outcome, result.error) == (BoxOutcome.REFUSED, "busy") and b.home.wifi_enable
        b.box.refuse.clear()
        assert (await b.changes.carry_out(proposal, yes)).outcome is BoxOutcome.DONE
        b.home.wifi_enable = True
        assert seen(b.home) == before

    run(tmp_path, test)


def test_a_silent_box_is_looked_at_later_and_nothing_asks_for_it_before(tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        assert await b.changes.settle() == Settled() and b.box.asked == []  # nothing unfinished: no contact
        before = await died(b, "forward add", 1)

        async def silent(_moment: str, _number: int) -> web.StreamResponse | None:
            raise ConnectionResetError

        b.box.hook = silent
        assert len((await b.changes.settle()).later) == 1
        b.box.hook = None
        assert len((await b.changes.settle()).put_back) == 1 and seen(b.home) == before

    run(tmp_path, test)


def test_a_key_that_the_keyring_lost_is_said(tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        await died(b, "wifi name, key, channel", 4)
        b.store.kept.clear()
        now = seen(b.home)
        assert len((await b.changes.settle()).gave_up) == 1 and seen(b.home) == now
        name = b.changes.changes()[0][0].name
        result = await b.changes.undo(name, yes)
        assert (result.outcome, result.error) == (BoxOutcome.REFUSED, "key_lost")

    run(tmp_path, test)


def test_stale_when_the_box_was_changed_before_consent(tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        proposal = await b.changes.propose(CHANNELS)

        async def slow(_proposal: BoxProposal) -> bool:
            b.home.ssids[0].ssid = "Par-la-page-de-la-box"
            return True

        result = await b.changes.carry_out(proposal, slow)
        assert result.outcome is BoxOutcome.STALE and b.home.ssids[0].ssid == "Par-la-page-de-la-box"
        assert states(b) == []

    run(tmp_path, test)


def test_undo_leaves_alone_what_somebody_changed_since(tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        done = await b.changes.carry_out(await b.changes.propose(CHANNELS), yes)
        b.home.ssids[1].key = "posee a la main depuis"
        now = seen(b.home)
        assert (await b.changes.undo(str(done.entry), yes)).outcome is BoxOutcome.CONFLICT and seen(b.home) == now
        b.home.ssids[1].key = "une autre cle bien longue"
        assert (await b.changes.undo(str(done.entry), yes)).outcome is BoxOutcome.DONE

    run(tmp_path, test)


def test_cancelled_first_puts_back(tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        before, proposal = seen(b.home), await b.changes.propose(WISHES["parental plan"])
        count = 0

        async def hook(moment: str, _number: int) -> web.StreamResponse | None:
            nonlocal count
            count += moment == "after" and b.box.asked[-1].path == "/do"
            if count == 3 and moment == "after" and not task.cancelling():
                task.cancel()
                await asyncio.sleep(0.02)
            return None

        b.box.hook = hook
        task = asyncio.create_task(b.changes.carry_out(proposal, yes))
        with pytest.raises(asyncio.CancelledError):
            await task
        assert count > 3 and seen(b.home) == before and states(b) == [ChangeState.PUT_BACK]

    run(tmp_path, test)


def test_a_box_that_makes_something_else_of_it_is_put_back_even_after_a_kill(tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        def odd(op: str, words: dict[str, Any]) -> None:
            if op == "radio" and words["value"] == 11:
                words["value"] = 6

        b.box.odd = odd
        before, wish = seen(b.home), WifiWish(radios=(WifiRadio("2.4", channel=11),))
        result = await b.changes.carry_out(await b.changes.propose(wish), yes)
        assert result.outcome is BoxOutcome.PUT_BACK and seen(b.home) == before and b.time.waited > 20

    run(tmp_path, test)


def test_a_guest_network_that_ended_meanwhile_is_not_opened_again(tmp_path: Path) -> None:
    """Before: on for ten more minutes. Undone an hour later: off."""

    async def test(b: Bench) -> None:
        b.home.guest.enable, b.home.guest.remaining = True, 600
        wish = GuestWish(GuestNetwork(True, key="une cle pour les amis", remaining=None))
        done = await b.changes.carry_out(await b.changes.propose(wish), yes)
        assert done.outcome is BoxOutcome.DONE
        b.time.now += 3600
        await b.changes.undo(str(done.entry), yes)
        assert not b.home.guest.enable

    run(tmp_path, test)


def test_what_cannot_be_known_is_not_begun(tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        b.home.line.ports = (16384, 32767)

        def cautions(port: int) -> Awaitable[BoxProposal]:
            return b.changes.propose(ForwardWish(PortMapping(port, 80, "192.168.1.20", Protocol.TCP)))

        assert (await cautions(20000)).refusal is None
        refusal = (await cautions(8080)).refusal
        assert refusal is not None and (refusal.code, refusal.values) == (
            "outside_port_range", {"first": 16384, "last": 32767},
        )  # fmt: skip
        b.home.bridge = True
        refusal = (await cautions(20000)).refusal
        assert refusal is not None and refusal.code == "bridge_mode"
        result = await b.changes.carry_out(await cautions(20000), yes)
        assert (result.outcome, result.error) == (BoxOutcome.REFUSED, "bridge_mode")

    run(tmp_path, test)


def test_a_box_without_an_identity_is_not_changed(tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        b.home.uid = ""
        with pytest.raises(BoxError) as caught:
            await b.changes.propose(CHANNELS)
        assert caught.value.code is BoxErrorCode.UNREADABLE

    run(tmp_path, test)
