"""The FRITZ!Box driver: the login, and boxes that mean harm. No secret leaves but as a digest."""

from __future__ import annotations

import asyncio
import logging
import traceback

import pytest
from aiohttp import web

from selfcare.boxes.driver import PairingState
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.fritz import DRIVER
from selfcare.boxes.fritz.digest import challenge_of
from selfcare.boxes.fritz.session import FritzSession
from selfcare.boxes.secret import Secret
from selfcare.model.box import (
    ConnectionStatus,
    WifiSsid,
)
from tests.boxes.base import serving
from tests.boxes.fritz import USER, FritzBox
from tests.boxes.home import Home
from tests.boxes.test_fritz import code_of, run

# -- login -------------------------------------------------------------------------------------------


def test_a_refused_login_is_tried_once_and_never_again() -> None:
    async def job(session, box):
        for _ in range(3):
            with pytest.raises(BoxError) as caught:
                await (session.log_in(Secret(f"{USER}\nwrong-password")) if not box.attempts else session.wan())
            assert caught.value.code is BoxErrorCode.LOGIN_FAILED
        assert box.attempts == 1
        await session.log_in(Secret(f"{USER}\n{box.home.password}"))
        assert (await session.wan()).status is ConnectionStatus.CONNECTED

    run(job, login=False)


def test_a_login_that_is_refused_meanwhile_is_not_repeated_by_every_thread() -> None:
    async def job(session, box):
        await session.wan()
        box.home.password = "changed-by-somebody"
        box.nonces.clear()
        for question in (session.device, session.wan):
            with pytest.raises(BoxError) as caught:
                await question()
            assert caught.value.code is BoxErrorCode.LOGIN_FAILED
        assert box.attempts == 1

    run(job)


def test_the_password_alone_is_enough() -> None:
    async def job(session, box):
        await session.log_in(Secret(box.home.password))
        return (await session.device()).serial_number

    assert run(job, login=False) == Home().serial


def test_a_spent_nonce_is_answered_anew_once() -> None:
    async def job(session, box):
        for _ in range(4):
            assert (await session.wan()).status is ConnectionStatus.CONNECTED
        return box.attempts

    assert run(job, ["dsl", "short-session"]) == 0


@pytest.mark.parametrize("scheme", ['Basic realm="x"', 'Digest realm="x"', "", 'Digest nonce="a", algorithm=SHA-999'])
def test_a_box_that_wants_the_password_itself_gets_nothing(scheme: str) -> None:
    async def main():
        box = FritzBox()
        box.challenge = lambda nonce: scheme
        async with serving(box) as place:
            session = FritzSession(place)
            with pytest.raises(BoxError) as caught:
                await session.log_in(Secret(f"{USER}\n{box.home.password}"))
            await session.close()
            assert not any(box.home.password in one.body + one.path for one in box.asked)
            return caught.value.code

    assert asyncio.run(main()) is BoxErrorCode.LOGIN_REQUIRED


def test_sha_256_and_no_qop() -> None:
    for line in ('Digest realm="{}", nonce="{}", algorithm=SHA-256, qop="auth"', 'Digest realm="{}", nonce="{}"'):
        home = Home()

        async def job(session, box, line=line):
            box.challenge = lambda nonce: line.format("F!Box SOAP-Auth", nonce)
            await session.log_in(Secret(f"{USER}\n{box.home.password}"))
            return (await session.device()).serial_number

        assert run(job, login=False, home=home) == home.serial
    assert challenge_of('Digest realm="a\r\nX: y", nonce="b"') in (None, {"nonce": "b", "algorithm": "MD5"})


def test_pairing_is_one_attempt() -> None:
    async def main(password: str | None):
        box = FritzBox()
        async with serving(box) as place:
            assert DRIVER.pair is not None
            steps = [step async for step in DRIVER.pair(place, Secret(password) if password else None)]
            return [step.state for step in steps], box.attempts, steps[-1].credential, steps[-1].instruction

    good = Home().password
    assert asyncio.run(main(good)) == ([PairingState.GRANTED], 0, Secret(good), "box.pair.fritz.granted")
    assert asyncio.run(main("wrong"))[:3] == ([PairingState.DENIED], 1, None)
    assert asyncio.run(main(None))[:3] == ([PairingState.DENIED], 0, None)


# -- hostile -----------------------------------------------------------------------------------------


def answers(text: str = "", status: int = 200, kind: str = "text/xml", **headers: str):
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=text, status=status, content_type=kind, headers=headers)

    return answer


BOMB = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
HOSTILE = {
    "huge": (answers("<x>" + "a" * 2_200_000), BoxErrorCode.TOO_LARGE),
    "elsewhere": (answers(status=302, Location="http://1.1.1.1/"), BoxErrorCode.REDIRECTED),
    "a bomb": (answers(BOMB), BoxErrorCode.UNREADABLE),
    "a web page": (answers("<html><body>Bonjour", kind="text/html"), BoxErrorCode.UNREADABLE),
    "nothing": (answers(), BoxErrorCode.UNREADABLE),
    "an error without a number": (answers("<a/>", status=500), BoxErrorCode.UNREADABLE),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("where", ["GetInfo", "/WANPPPConnection1SCPD.xml", "/devicehostlist.lua"])
def test_hostile_answers(name: str, where: str) -> None:
    async def job(session, box):
        box.instead[where], code = HOSTILE[name]
        call = {"GetInfo": session.device, "/devicehostlist.lua": session.hosts}.get(where, session._link.call)
        arguments = ("WANPPPConnection1", "GetInfo") if where.startswith("/WAN") else ()
        with pytest.raises(BoxError) as caught:
            await call(*arguments)
        assert caught.value.code is code

    run(job)


def test_a_description_that_leads_elsewhere() -> None:
    for path in ("@evil.example/x.xml", "http://evil.example/x.xml", "//evil.example/x.xml"):

        async def job(session, box, path=path):
            text = box.description().replace("/LANConfigSecurity1SCPD.xml", path)
            box.instead["/tr64desc.xml"] = answers(text)
            await session.log_in(Secret(f"{USER}\nx"))

        assert code_of(job, login=False).code is BoxErrorCode.REDIRECTED


def test_a_host_list_elsewhere_is_not_fetched() -> None:
    async def job(session, box):
        for path in ("http://evil.example/l", "//evil.example/l", "@evil/l"):
            with pytest.raises(BoxError) as caught:
                await session._link.page(path)
            assert caught.value.code is BoxErrorCode.REDIRECTED

    run(job)


def test_another_box_at_the_address_is_not_one_of_these() -> None:
    async def main():
        box = FritzBox()
        box.instead["/tr64desc.xml"] = answers(
            "<root><device><deviceType>urn:x:device:Y:1</deviceType></device></root>"
        )
        async with serving(box) as place:
            assert await DRIVER.recognise(place) is None
            session = FritzSession(place)
            with pytest.raises(BoxError) as caught:
                await session.log_in(Secret("anything-at-all"))
            await session.close()
            return caught.value.code, len(box.asked)

    assert asyncio.run(main()) == (BoxErrorCode.NOT_THIS_BOX, 2)


def test_no_secret_leaves(caplog: pytest.LogCaptureFixture) -> None:
    """Not in logs at the finest level, not in exceptions, not in what is sent but as a digest."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("fritzconnection").setLevel(logging.DEBUG)
    key, texts = "la-nouvelle-cle-2026", []

    async def job(session, box):
        await session.set_ssid(WifiSsid("1", key=key))
        box.instead["SetSecurityKeys"] = answers(f"<a>{box.home.password} {key}</a>", status=500)
        for call in (session.set_ssid(WifiSsid("1", key=key)), session.log_in(Secret(f"{USER}\nautre-mot-de-passe"))):
            try:
                await call
            except BoxError as error:
                texts.append("".join(traceback.format_exception(error)) + repr(error) + str(error.values))
        texts.append(repr(session))
        assert not any(box.home.password in one.body + one.path for one in box.asked)
        return box.home.password

    password = run(job)
    told = "\n".join(record.getMessage() for record in caplog.records) + "\n".join(texts)
    assert len(texts) == 3
    for secret in (password, key, "autre-mot-de-passe"):
        assert secret not in told
