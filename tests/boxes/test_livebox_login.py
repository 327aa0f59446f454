"""The way in: recognised without it, a password asked once, an ended session opened once, nothing said to strangers."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from selfcare.boxes.driver import PairingState, PairingStep
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.livebox import DRIVER
from selfcare.boxes.livebox.client import Sysbus, cookies
from selfcare.boxes.livebox.session import LiveboxSession
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import Reply
from selfcare.model.box import BoxFamily, DeviceInfo
from tests.boxes.base import serving
from tests.boxes.home import Home
from tests.boxes.livebox import LiveboxSimulator
from tests.boxes.livebox.server import DENIED
from tests.boxes.livebox.state import Fault
from tests.boxes.livebox.talk import opened, talk


def recognised(box: LiveboxSimulator) -> DeviceInfo | None:
    async def run() -> DeviceInfo | None:
        async with serving(box) as place:
            return await DRIVER.recognise(place)

    return asyncio.run(run())


def paired(box: LiveboxSimulator, password: str | None) -> list[PairingStep]:
    async def run() -> list[PairingStep]:
        async with serving(box) as place:
            assert DRIVER.pair is not None
            return [step async for step in DRIVER.pair(place, Secret(password) if password else None)]

    return asyncio.run(run())


def test_recognised_by_one_request() -> None:
    box = LiveboxSimulator()
    seen = recognised(box)
    assert seen is not None
    assert (seen.family, seen.product_class, seen.uid) == (BoxFamily.LIVEBOX, "Livebox 7", box.home.serial)
    assert box.calls == ["DeviceInfo:get"]


def test_a_refusal_means_login_not_another_box() -> None:
    box = LiveboxSimulator()
    box.private = True
    assert recognised(box) == DeviceInfo(BoxFamily.LIVEBOX)


def test_old_firmware_is_recognised_on_its_own_path() -> None:
    box = LiveboxSimulator()
    box.old = True
    seen = recognised(box)
    assert seen is not None
    assert seen.uid == box.home.serial
    assert len(box.asked) == 2


def test_pairing_by_password() -> None:
    box = LiveboxSimulator()
    (step,) = paired(box, box.home.password)
    assert (step.state, step.credential) == (PairingState.GRANTED, Secret(box.home.password))
    (step,) = paired(box, "wrong-one")
    assert (step.state, step.credential) == (PairingState.DENIED, None)
    (step,) = paired(box, None)
    assert step.state is PairingState.DENIED


@pytest.mark.parametrize("password", ['p&ss=w%rd+ é"\\/', "a?b#c", "'<script>'", "mot de passe €"])
@pytest.mark.parametrize("old", [False, True])
def test_special_characters(password: str, old: bool) -> None:
    box = LiveboxSimulator(Home(password=password))
    box.old = old
    assert talk(box, lambda session: session.hosts())


def test_a_wrong_password_is_asked_once_and_never_the_old_way() -> None:
    box = LiveboxSimulator()

    async def run() -> None:
        async with opened(box, login=False) as session:
            for _ in range(3):
                with pytest.raises(BoxError) as caught:
                    await session.log_in(Secret("wrong-one"))
                assert caught.value.code is BoxErrorCode.LOGIN_FAILED
            assert box.logins == 1
            await session.log_in(Secret(box.home.password))
            assert await session.hosts()

    asyncio.run(run())
    assert box.logins == 2
    assert not [asked for asked in box.asked if asked.path.startswith("/authenticate")]


def test_the_old_way_in_where_the_new_one_does_not_exist() -> None:
    box = LiveboxSimulator()
    box.old = True
    assert talk(box, lambda session: session.wifi()).ssids
    (asked,) = [asked for asked in box.asked if asked.path.startswith("/authenticate")]
    assert box.home.password not in asked.path, "never in an address, where logs keep it"
    assert asked.body


def test_the_method_missing_on_the_bus_also_means_the_old_way(monkeypatch: pytest.MonkeyPatch) -> None:
    box = LiveboxSimulator()
    monkeypatch.setattr("tests.boxes.livebox.server.DENIED", Fault(196618, "Object or parameter not found"))

    async def run() -> BoxErrorCode:
        async with opened(box, login=False) as session:
            with pytest.raises(BoxError) as caught:
                await session.log_in(Secret("wrong-one"))
            return caught.value.code

    assert asyncio.run(run()) is BoxErrorCode.UNSUPPORTED
    assert [asked.path for asked in box.asked][-1] == "/authenticate"
    assert DENIED.number == 13


def test_an_ended_session_is_opened_once_for_all_who_met_its_end() -> None:
    box = LiveboxSimulator()

    async def look(session: LiveboxSession) -> list[Any]:
        await session.hosts()
        box.contexts = {}
        return await asyncio.gather(*(session.dsl() for _ in range(6)), session.hosts(), session.forwards())

    assert all(talk(box, look))
    assert box.logins == 2


def test_a_short_session_is_opened_again_as_often_as_needed_but_once_a_request() -> None:
    box = LiveboxSimulator(Home(expire_after=3))

    async def look(session: LiveboxSession) -> None:
        for _ in range(7):
            assert await session.forwards()

    talk(box, look)
    assert 2 < box.logins <= 4


def test_a_call_that_comes_during_the_login_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    box = LiveboxSimulator()

    async def look(session: LiveboxSession) -> Any:
        knock, busy = session.bus._knock, asyncio.Event()

        async def slow(credential: Secret) -> Reply:
            busy.set()
            await asyncio.sleep(0.05)
            return await knock(credential)

        monkeypatch.setattr(session.bus, "_knock", slow)
        box.contexts = {}
        first = asyncio.ensure_future(session.forwards())
        await busy.wait()
        return await asyncio.gather(session.hosts(), first)

    assert all(talk(box, look))
    assert box.logins == 2


def test_a_session_that_ends_at_once_is_opened_once_and_said_to_have_ended() -> None:
    box = LiveboxSimulator()

    async def look(session: LiveboxSession) -> Any:
        box.home.expire_after = 0
        with pytest.raises(BoxError) as caught:
            await session.forwards()
        assert (caught.value.code, box.logins) == (BoxErrorCode.SESSION_ENDED, 2)
        box.home.expire_after = None
        return await session.forwards()

    assert talk(box, look), "and the object is not held for shut"


def test_a_user_of_no_rank_lacks_the_right_whatever_else_is_shut() -> None:
    box = LiveboxSimulator(Home(settings_right=False))
    box.closed = {"NMC:get"}

    async def look(session: LiveboxSession) -> BoxErrorCode:
        with pytest.raises(BoxError) as caught:
            await session.reboot()
        return caught.value.code

    assert talk(box, look) is BoxErrorCode.MISSING_RIGHT


def test_a_password_changed_meanwhile_is_not_tried_twice() -> None:
    box = LiveboxSimulator()

    async def look(session: LiveboxSession) -> list[BoxErrorCode]:
        box.contexts, box.home.password = {}, "another-one"
        codes = []
        for _ in range(3):
            with pytest.raises(BoxError) as caught:
                await session.hosts()
            codes.append(caught.value.code)
        return codes

    codes = talk(box, look)
    assert codes[0] is BoxErrorCode.LOGIN_FAILED
    assert box.logins == 2


def test_another_box_at_the_address_gets_no_password() -> None:
    box = LiveboxSimulator()

    async def look(session: LiveboxSession) -> BoxErrorCode:
        box.contexts, box.home.serial, before = {}, "SN-OTHER", len(box.asked)
        with pytest.raises(BoxError) as caught:
            await session.hosts()
        assert not [asked for asked in box.asked[before:] if box.home.password in asked.body]
        return caught.value.code

    assert talk(box, look) is BoxErrorCode.BOX_CHANGED
    assert box.logins == 1


def test_logging_out_is_tried_and_its_refusal_harmless() -> None:
    box = LiveboxSimulator()
    talk(box, lambda session: session.device())
    assert box.calls[-1] == "sah.Device.Information:releaseContext"
    assert box.logins == 1, "no new login to be let out"


def test_odd_cookies_are_sent_back_by_hand() -> None:
    pairs = (
        ("set-cookie", "9f/sessid=Ab+/=; path=/; HttpOnly"),
        ("content-type", "x"),
        ("set-cookie", "9f/accept-language=fr-FR,fr"),
        ("set-cookie", "9f/gone=; expires=0"),
    )
    assert cookies(Reply(200, pairs, b"")) == "9f/sessid=Ab+/=; 9f/accept-language=fr-FR,fr"


def test_no_password_key_or_number_of_a_session_shows(caplog: pytest.LogCaptureFixture) -> None:
    box = LiveboxSimulator(Home(password="Canary-P4ss"))
    caplog.set_level(logging.DEBUG)
    shown: list[str] = []

    async def run() -> None:
        async with serving(box) as place:
            bus = Sysbus(place)
            await bus.log_in(Secret(box.home.password))
            (context,) = box.contexts
            shown.extend([repr(bus._context), str(vars(bus)), repr(bus._credential)])
            box.contexts = {}
            box.home.password = "something else"
            try:
                await bus.call("Devices", "get")
            except BoxError as error:
                shown.extend([repr(error), str(error), str(vars(error)), str(error.__cause__), str(error.__context__)])
            await bus.close()
            shown.append(caplog.text)
            assert not [asked.path for asked in box.asked if "Canary" in asked.path]
            assert not [text for text in shown if "Canary-P4ss" in text or context in text]

    asyncio.run(run())
    assert len(shown) == 9
