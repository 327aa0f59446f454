"""The FRITZ!Box driver: the login, and boxes that mean harm. No secret leaves but as a digest."""

from __future__ import annotations

import asyncio
import logging
import traceback

import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selfcare.boxes.driver import PairingState
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.fritz import DRIVER, parse, parse_home
from selfcare.boxes.fritz.digest import challenge_of
from selfcare.boxes.fritz.session import FritzSession, _keys
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import Place, Wire
from selfcare.model.box import (
    Absent,
    BoxFamily,
    ConnectionStatus,
    DeviceInfo,
    DhcpServer,
    DslLine,
    GuestNetwork,
    WanStatus,
    WanTraffic,
    WifiSettings,
    WifiSsid,
)
from tests.boxes import soapish
from tests.boxes.base import serving
from tests.boxes.fritz import USER, FritzBox
from tests.boxes.home import FAULTS, Home
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


def test_another_box_at_the_address_gets_no_login() -> None:
    async def job(session, box):
        await session.wan()
        FAULTS["swapped"](box.home)
        box.nonces.clear()
        seen = await session.device()
        assert (seen.uid, seen.serial_number) == (box.home.uid, None)
        with pytest.raises(BoxError) as caught:
            await session.wan()
        assert caught.value.code is BoxErrorCode.LOGIN_REQUIRED and box.attempts == 0

    run(job)


def test_a_spent_nonce_is_answered_anew_once() -> None:
    async def job(session, box):
        for _ in range(4):
            assert (await session.wan()).status is ConnectionStatus.CONNECTED
        return box.attempts

    assert run(job, ["dsl", "short-session"]) == 0


@pytest.mark.parametrize(
    "scheme", ['Basic realm="x", nonce="y"', 'Digest realm="x"', "", 'Digest nonce="a", algorithm=SHA-999']
)
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


def test_a_box_whose_descriptions_want_a_login_too_sees_one_attempt() -> None:
    """Several are read at once: each with a wrong password would be a failed attempt of its own."""

    async def job(session, box):
        async def shut(request: web.Request) -> web.StreamResponse:
            return soapish.xml(soapish.scpd({})) if box._admitted(request) else box._unauthorised()

        for name in box.services:
            box.instead[f"/{name}SCPD.xml"] = shut
        with pytest.raises(BoxError) as caught:
            await session.log_in(Secret(f"{USER}\nwrong-password"))
        assert caught.value.code is BoxErrorCode.LOGIN_FAILED and box.attempts == 1

    run(job, login=False)


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
        await session.log_in(Secret(f"{USER}\n{box.home.password}"))  # the description is spoilt already
        with pytest.raises(BoxError) as caught:
            await call(*arguments)
        assert caught.value.code is code

    run(job, login=False)


async def dripping(request: web.Request) -> web.StreamResponse:
    reply = web.StreamResponse()
    await reply.prepare(request)
    for _ in range(1000):
        await reply.write(b"<")
        await asyncio.sleep(0.02)
    return reply


def test_an_answer_that_drips_for_ever_holds_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    async def job(session, box):
        await session.device()  # the transport's limit is a constant of a module that is imported late
        monkeypatch.setattr("selfcare.boxes.fritz.adapter.LIMIT_S", 0.2)
        box.instead["GetInfo"] = dripping
        found = await asyncio.gather(*(session.wan() for _ in range(8)), return_exceptions=True)
        assert all(isinstance(x, BoxError) and x.code is BoxErrorCode.TOO_SLOW for x in found)
        del box.instead["GetInfo"]
        assert (await session.wan()).status is ConnectionStatus.CONNECTED, "the threads are free again"

    run(job)


def test_a_description_that_leads_elsewhere() -> None:
    for path in ("@evil.example/x.xml", "http://evil.example/x.xml", "//evil.example/x.xml"):

        async def job(session, box, path=path):
            text = box.description().replace("/LANConfigSecurity1SCPD.xml", path)
            box.instead["/tr64desc.xml"] = answers(text)
            await session.log_in(Secret(f"{USER}\nx"))

        assert code_of(job, login=False).code is BoxErrorCode.REDIRECTED


def test_the_adapter_itself_goes_nowhere_else() -> None:
    import requests

    from selfcare.boxes.fritz.adapter import WireAdapter

    wire = Wire(Place("192.168.1.1"), host="192.168.1.1", port=49000)
    loop = asyncio.new_event_loop()
    for url in ("http://192.168.1.2:49000/", "http://192.168.1.1@evil.example/", "https://192.168.1.1/"):
        with pytest.raises(BoxError) as caught:
            WireAdapter(wire, loop, lambda: None).send(requests.Request("GET", url).prepare())
        assert caught.value.code is BoxErrorCode.REDIRECTED
    loop.close()


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

    assert asyncio.run(main()) == (BoxErrorCode.NOT_THIS_BOX, 2), "recognised, then asked once more"


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


def test_the_pre_shared_key_is_the_passphrases_own() -> None:
    """The standard's own vector (IEEE 802.11i annex H.4.3), and what a network is really sent."""
    told = _keys("IEEE", "password")
    assert told["NewPreSharedKey"].lower() == "f42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e"

    async def job(session, box):
        await session.set_ssid(WifiSsid("1", key="nouvelle-cle"))
        sent = next(one.body for one in box.asked if "SetSecurityKeys" in one.body)
        assert _keys(box.home.ssids[0].ssid, "nouvelle-cle")["NewPreSharedKey"] in sent

    run(job)


junk = st.one_of(st.none(), st.text(max_size=30), st.integers(), st.booleans(), st.floats(), st.lists(st.integers()))
NAMES = [
    "NewStatus", "NewEnable", "NewWANAccessType", "NewPhysicalLinkStatus", "NewDownstreamCurrRate",
    "NewUpstreamMaxRate",
    "NewUpstreamNoiseMargin", "NewDownstreamAttenuation", "NewCRCErrors", "NewErroredSecs", "NewLinkRetrain",
    "NewUptime",
    "NewConnectionStatus", "NewExternalIPAddress", "NewDNSServers", "NewTransportType", "Newds_current_bps",
    "NewTotalBytesReceived", "NewLayer1DownstreamMaxBitRate", "NewSSID", "NewChannel", "NewPossibleChannels",
    "NewBeaconType", "NewKeyPassphrase", "NewX_AVM-DE_APType", "NewX_AVM-DE_TimeRemain", "NewX_AVM-DE_TimeoutActive",
    "NewX_AVM-DE_UserList", "NewX_AVM-DE_CurrentUserRights", "NewIPRouters", "NewSerialNumber", "NewUpTime",
]  # fmt: skip
words = st.sampled_from(["Up", "Down", "DSL", "Connected", "11i", "guest", "1", "-3", "<a>", "1,2,x", "192.168.1.1"])


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(NAMES), junk | words))
def test_any_values_give_a_model_value(told: dict[str, object]) -> None:
    assert isinstance(parse.wan(told, told), WanStatus)
    assert isinstance(parse.traffic(told, told, told), WanTraffic)
    assert isinstance(parse.dsl(told, told, told), DslLine | Absent)
    assert isinstance(parse.device(DeviceInfo(BoxFamily.FRITZ), told), DeviceInfo)
    ssid, radio = parse_home.ssid(1, told, told, told), parse_home.radio(1, told, told)
    assert isinstance(parse_home.wifi([radio], [ssid]), WifiSettings)
    assert isinstance(parse_home.guest(ssid, told), GuestNetwork)
    assert isinstance(parse_home.dhcp(told), DhcpServer)
    assert isinstance(parse_home.rights(told), frozenset)
    assert isinstance(parse_home.last_user(told), str | None)
    entry = {name.replace("New", ""): str(value) for name, value in told.items()}
    assert parse_home.host(entry) is None or parse_home.host({**entry, "MACAddress": "AA"})


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=120))
def test_any_challenge_is_one_or_none(text: str) -> None:
    for line in (text, f"Digest {text}", f'Digest nonce="{text}", {text}'):
        found = challenge_of(line)
        assert found is None or not any(end in value for value in found.values() for end in "\r\n")
