"""Sessions of a Freebox: which version, which box, opened again once, few questions, logged out."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.freebox import DRIVER, FreeboxSession
from selfcare.boxes.freebox.client import Client
from selfcare.boxes.freebox.credential import Credential
from selfcare.boxes.secret import Secret
from selfcare.model.box import (
    ConnectionStatus,
)
from tests.boxes.base import serving
from tests.boxes.freebox.at import box, opened, refused, run
from tests.boxes.home import Home

READINGS = (
    "device",
    "wan",
    "wan_traffic",
    "dsl",
    "optical",
    "cellular",
    "line_events",
    "restarts",
    "ports",
    "tv",
    "phone",
)
SETTINGS = ("wifi", "guest", "parental", "forwards", "dhcp", "hosts")


@pytest.mark.parametrize(("offered", "asked"), [(8, 8), (14, 14), (16, 14)])
def test_the_version_asked_is_the_smaller_of_two(offered: int, asked: int) -> None:
    simulator = box(major=offered)
    run(simulator, lambda session: session.wan())
    assert {each.path.split("/")[2] for each in simulator.asked} == {f"v{asked}"}


def test_a_session_that_ended_is_opened_again_once_for_all() -> None:
    simulator = box()

    async def whole() -> None:
        async with opened(simulator) as session:
            simulator.sessions.clear()
            told = await asyncio.gather(session.wan(), session.optical(), session.ports(), session.device())
            assert told[0].status is ConnectionStatus.CONNECTED

    asyncio.run(whole())
    assert simulator.logins == 2


def test_short_sessions_are_borne() -> None:
    simulator = box("short-session")

    async def three(session: FreeboxSession) -> Any:
        return [await session.hosts() for _ in range(3)]

    assert all(len(each) == 5 for each in run(simulator, three))


def test_a_session_that_is_refused_for_good_is_not_opened_over_and_over() -> None:
    simulator = box()

    async def whole() -> list[BoxErrorCode]:
        async with opened(simulator) as session:
            simulator.sessions.clear()
            simulator.tokens.clear()
            before = simulator.logins
            errors = await asyncio.gather(session.wan(), session.ports(), session.hosts(), return_exceptions=True)
            errors += await asyncio.gather(session.wan(), return_exceptions=True)
            assert simulator.logins == before + 1
            return [each.code for each in errors]  # type: ignore[union-attr]

    codes = asyncio.run(whole())
    assert BoxErrorCode.TOKEN_REVOKED in codes
    assert set(codes) <= {BoxErrorCode.TOKEN_REVOKED, BoxErrorCode.SESSION_ENDED}


@pytest.mark.parametrize("readings", [READINGS, SETTINGS])
def test_a_full_status_asks_each_thing_once_and_in_two_waves(
    readings: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wave is what goes out together before any of its answers is there."""
    simulator, waves, waiting, flying = box(), 0, [], 0
    original = Client.call

    async def gated(self: Client, method: str, path: str, sent: Any = None) -> Any:
        nonlocal flying
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting.append(turn)
        await turn
        flying += 1
        try:
            return await original(self, method, path, sent)
        finally:
            flying -= 1

    async def release() -> None:
        nonlocal waves
        while True:
            await asyncio.sleep(0.001)
            if not flying and waiting:
                for _ in range(50):  # whatever is on its way to asking gets there
                    await asyncio.sleep(0)
                waves += 1
                while waiting:
                    waiting.pop().set_result(None)

    async def whole() -> None:
        async with opened(simulator) as session:
            releasing = asyncio.create_task(release())
            await asyncio.gather(*(getattr(session, name)() for name in readings))
            releasing.cancel()

    monkeypatch.setattr(Client, "call", gated)
    asyncio.run(whole())
    paths = [each.path for each in simulator.asked if "/login/" not in each.path]
    assert waves <= 2
    assert len(paths) == len(set(paths)) <= 20


def test_another_box_is_told_before_anything_is_sent_to_it() -> None:
    first, second = box(), box("swapped")

    async def whole() -> Any:
        async with serving(first) as place:
            credential = Credential(Secret(first.token), first.home.uid).text()
            session = DRIVER.open(place)
            await session.log_in(credential)
            await session.close()
        async with serving(second) as place:
            session = DRIVER.open(place)
            try:
                await session.log_in(credential)
            except Exception as error:
                return error
            finally:
                await session.close()

    error = asyncio.run(whole())
    assert error.code is BoxErrorCode.BOX_CHANGED
    assert [each.path for each in second.asked] == ["/api_version"]


def test_the_rights_are_those_ticked() -> None:
    async def rights(session: FreeboxSession) -> Any:
        return session.rights, session.uid

    told, uid = run(box("no-settings-right"), rights)
    assert "settings" not in told and "player" in told
    assert uid == Home().uid


def test_logout_at_close() -> None:
    simulator = box()
    run(simulator, lambda session: session.wan())
    assert simulator.logouts == 1 and simulator.sessions == {}


def test_a_session_error_on_a_read_is_raised() -> None:
    simulator = box()
    simulator.takes.told = lambda major, path: 1 / 0  # type: ignore[method-assign]
    assert refused(simulator, lambda session: session.dhcp()).code is BoxErrorCode.UNREADABLE


def test_a_box_swapped_during_a_session_is_not_logged_in_to() -> None:
    simulator = box()

    async def whole() -> list[BoxErrorCode]:
        async with opened(simulator) as session:
            simulator.sessions.clear()
            simulator.home.uid = "7C16890000FF"
            errors = await asyncio.gather(session.wan(), session.ports(), return_exceptions=True)
            assert [each.path for each in simulator.asked if "/login/" in each.path] == []
            return [each.code for each in errors]  # type: ignore[union-attr]

    assert BoxErrorCode.BOX_CHANGED in asyncio.run(whole())
    assert simulator.logins == 1


def test_a_token_given_over_https_does_not_go_where_the_box_was_greeted_in_the_clear() -> None:
    simulator = box()

    async def whole() -> None:
        async with serving(simulator) as place:
            session = FreeboxSession(place)
            assert await session.greet() is not None
            simulator.asked.clear()
            with pytest.raises(BoxError):
                await session.log_in(Credential(Secret(simulator.token), simulator.home.uid, tls=True).text())
            await session.close()

    asyncio.run(whole())
    assert simulator.asked == []
