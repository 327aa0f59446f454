"""A restart is proved by a younger box; the order is given once, whatever becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from selfcare.app.box_cautions import RIGHTS
from selfcare.app.box_restart import MINUTES, PATIENCE_S
from selfcare.model.box import BoxFamily, DeviceInfo, RebootWish
from selfcare.model.box.change import BoxOutcome, ChangeState
from tests.app.box_bench import Bench, bench, yes
from tests.boxes.plain_session import PlainSession


def run(folder: Path, test: Callable[[Bench], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with bench(folder) as b:
            await test(b)

    asyncio.run(whole())


def away(b: Bench, seconds: float) -> None:
    """Once told, it does not answer for so long; then it is young."""
    began: list[float] = []

    async def hook(moment: str, _number: int) -> web.StreamResponse | None:
        if began and b.time.now < began[0] + seconds:
            raise ConnectionResetError
        if began:
            b.home.up_time = int(b.time.now - began[0] - seconds / 2)
        if moment == "after" and b.home.reboot_asked and not began:
            began.append(b.time.now)
            raise ConnectionResetError  # it goes down before it has answered
        return None

    b.box.hook = hook


def states(b: Bench) -> list[ChangeState]:
    return [change.state for change in b.changes.changes()[0]]


def test_away_for_minutes_and_back(tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        proposal = await b.changes.propose(RebootWish())
        assert [(c.code, c.values) for c in proposal.cautions] == [
            ("restarts", {"first": MINUTES[0], "last": MINUTES[1]})
        ]  # fmt: skip
        assert not proposal.reversible
        away(b, 200.0)
        assert (await b.changes.carry_out(proposal, yes)).outcome is BoxOutcome.DONE
        assert b.home.reboot_asked == 1 and 200 <= b.time.waited < 230
        assert states(b) == [ChangeState.DONE] and not b.changes.changes()[0][0].undoable

    run(tmp_path, test)


def test_away_for_too_long_is_seen_at_the_next_start(tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        proposal = await b.changes.propose(RebootWish())
        away(b, 900.0)
        assert (await b.changes.carry_out(proposal, yes)).outcome is BoxOutcome.UNPROVED
        assert PATIENCE_S <= b.time.waited < PATIENCE_S + 60
        assert len((await b.changes.settle()).later) == 1
        b.time.now += 600
        assert len((await b.changes.settle()).done) == 1 and b.home.reboot_asked == 1

    run(tmp_path, test)


def test_a_box_that_takes_the_order_and_goes_on(tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        proposal = await b.changes.propose(RebootWish())
        b.box.do_reboot = lambda: None  # type: ignore[method-assign]
        before = b.home.up_time

        async def hook(_moment: str, _number: int) -> web.StreamResponse | None:
            b.home.up_time = int(before + b.time.waited)
            return None

        b.box.hook = hook
        assert (await b.changes.carry_out(proposal, yes)).outcome is BoxOutcome.REFUSED
        assert states(b) == [ChangeState.NOTHING] and 60 < b.time.waited < 120

    run(tmp_path, test)


def test_a_refusal_is_said_at_once(tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        proposal = await b.changes.propose(RebootWish())
        b.box.refuse["reboot"] = "refused"
        result = await b.changes.carry_out(proposal, yes)
        assert (result.outcome, result.error, b.time.waited) == (BoxOutcome.REFUSED, "refused", 0)

    run(tmp_path, test)


def test_never_while_its_firmware_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = PlainSession.device

    async def device(session: PlainSession) -> DeviceInfo:
        return replace(await told(session), updating=b_updating[0])

    b_updating = [False]
    monkeypatch.setattr(PlainSession, "device", device)

    async def test(b: Bench) -> None:
        proposal = await b.changes.propose(RebootWish())
        b_updating[0] = True
        refusal = (await b.changes.propose(RebootWish())).refusal
        assert refusal is not None and refusal.code == "updating"
        assert (await b.changes.carry_out(proposal, yes)).outcome is BoxOutcome.STALE  # it began meanwhile
        assert b.home.reboot_asked == 0

    run(tmp_path, test)


def test_a_missing_right_is_known_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(b: Bench) -> None:
        monkeypatch.setattr(PlainSession, "family", BoxFamily.FREEBOX)
        for rights, missing in ((frozenset(), True), (frozenset({"settings"}), False), (None, False)):
            monkeypatch.setattr(PlainSession, "rights", rights)
            refusal = (await b.changes.propose(RebootWish())).refusal
            assert (refusal is not None and refusal.values == {"right": "settings"}) is missing
        assert b.home.reboot_asked == 0 and BoxFamily.FREEBOX in RIGHTS

    run(tmp_path, test)
