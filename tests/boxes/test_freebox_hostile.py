"""What only claims to be a Freebox: bounded and named, whatever it sends. And the parsers on any junk."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.freebox import DRIVER, FreeboxSession, client, parental, parse, parse_home, parse_settings
from selfcare.boxes.freebox.credential import read
from selfcare.boxes.freebox.envelope import result
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import MAX_BODY, Place, Reply
from selfcare.model.box import Absent
from tests.boxes.base import serving
from tests.boxes.freebox.at import box

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
READINGS = (
    "device", "wan", "wan_traffic", "dsl", "optical", "cellular", "line_events", "restarts", "wifi", "guest",
    "parental", "forwards", "dhcp", "hosts", "ports", "tv", "phone",
)  # fmt: skip


@contextlib.asynccontextmanager
async def only(answer: Answer) -> AsyncIterator[Place]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        assert site._server is not None
        yield Place("127.0.0.1", site._server.sockets[0].getsockname()[1])
    finally:
        await runner.cleanup()


def says(body: Any, status: int = 200, kind: str = "application/json") -> Answer:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=body if isinstance(body, bytes) else json.dumps(body).encode(), status=status)

    return answer


async def moved(request: web.Request) -> web.Response:
    return web.Response(status=302, headers={"Location": "http://198.51.100.7/api_version"})


async def endless(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    with contextlib.suppress(ConnectionError):
        for _ in range(MAX_BODY // 65536 + 40):
            await answer.write(b" " * 65536)
    return answer


async def silent(request: web.Request) -> web.Response:
    await asyncio.sleep(5)
    return web.Response()


FIRST: dict[str, tuple[Answer, BoxErrorCode]] = {
    "a page": (says(b"<html>Bienvenue</html>"), BoxErrorCode.UNREADABLE),
    "elsewhere": (moved, BoxErrorCode.REDIRECTED),
    "endless": (endless, BoxErrorCode.TOO_LARGE),
    "silent": (silent, BoxErrorCode.TOO_SLOW),
    "deep": (says(b"[" * 200_000), BoxErrorCode.UNREADABLE),
    "a list": (says([1, 2]), BoxErrorCode.UNREADABLE),
    "a livebox": (says({"status": 0}), BoxErrorCode.NOT_THIS_BOX),
    "nearly": (says({"api_version": "x", "device_type": "FreeboxServer1,1"}), BoxErrorCode.NOT_THIS_BOX),
    "another": (says({"api_version": "1.0", "uid": "1", "device_type": "Printer"}), BoxErrorCode.NOT_THIS_BOX),
    "digits": (says(b'{"api_version": ' + b"9" * 6000 + b"}"), BoxErrorCode.UNREADABLE),
}


@pytest.mark.parametrize("name", sorted(FIRST))
def test_what_is_no_freebox_is_bounded_and_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "HELLO_S", 0.3 if name == "silent" else 5.0)
    answer, code = FIRST[name]

    async def whole() -> BoxErrorCode:
        async with only(answer) as place:
            assert await DRIVER.recognise(place) is None
            session = DRIVER.open(place)
            try:
                await session.log_in(Secret("jeton"))
            except BoxError as error:
                return error.code
            finally:
                await session.close()
        raise AssertionError("it was let pass")

    assert asyncio.run(whole()) is code


def after_login(answer: Answer) -> list[Any]:
    """Every reading of a box that lets in properly and then answers so."""
    simulator = box()
    told = simulator._api

    async def turned(request: web.Request) -> web.StreamResponse:
        return await (told(request) if "/login/" in request.path else answer(request))

    simulator._api = turned  # type: ignore[method-assign,assignment]

    async def whole() -> list[Any]:
        async with serving(simulator) as place:
            session = FreeboxSession(place)
            await session.log_in(Secret(simulator.token))
            found = []
            for name in READINGS:
                try:
                    found.append(await getattr(session, name)())
                except BoxError as error:
                    found.append(error)
            await session.close()
            return found

    return asyncio.run(whole())


@pytest.mark.parametrize(
    "body",
    [
        b"<html>", b"null", b"[]", b"{}", b'{"success": "yes"}', b'{"success": false}', b'{"success": true}',
        b'{"success": true, "result": []}', b'{"success": true, "result": "texte"}', b'{"success": true, "result": 7}',
        b'{"success": true, "result": [[], 1, "x", null, {}]}', b'{"success": true, "result": {"state": []}}',
        b'{"success": false, "error_code": "internal_error"}', b'{"success": false, "error_code": ["x"]}',
        b'{"success": false, "error_code": "noent"}', b'{"success": false, "error_code": "inval"}',
        b"[" * 100_000, b'\xff\xfe\x00', b'{"success": true, "result": {"id": 1e999, "uptime_val": "NaN"}}',
    ],
)  # fmt: skip
def test_wrong_answers_give_values_absences_or_named_errors(body: bytes) -> None:
    for found in after_login(says(body)):
        assert not isinstance(found, BoxError) or found.code in (
            BoxErrorCode.UNREADABLE,
            BoxErrorCode.REFUSED,
            BoxErrorCode.NOT_FOUND,
            BoxErrorCode.INVALID,
        )


def test_an_address_that_this_firmware_does_not_know_is_an_absence() -> None:
    found = after_login(says(b"<html>404</html>", status=404))
    assert all(isinstance(each, Absent) for each in found[1:])
    assert found[0].model_name == "Freebox Pop"
    assert found[READINGS.index("ports")] == Absent(why="cannot", code="unsupported")  # type: ignore[arg-type]


def test_a_box_that_ends_every_session_is_asked_twice_and_no_more() -> None:
    simulator = box("short-session")
    simulator.home.expire_after = 0

    async def whole() -> BoxErrorCode:
        async with serving(simulator) as place:
            session = FreeboxSession(place)
            await session.log_in(Secret(simulator.token))
            simulator.asked.clear()
            try:
                await session.ports()
            except BoxError as error:
                return error.code
            finally:
                await session.close()
        raise AssertionError("it was let pass")

    assert asyncio.run(whole()) is BoxErrorCode.SESSION_ENDED
    assert [each.path for each in simulator.asked].count("/api/v14/switch/status/") == 2
    assert simulator.logins == 2


def test_a_box_that_repeats_a_secret_is_not_repeated(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    heard: list[str] = []

    async def repeats(request: web.Request) -> web.Response:
        heard.append(request.headers["X-Fbx-App-Auth"])
        told = {"success": False, "error_code": "odd", "msg": f"session {heard[-1]} inconnue"}
        return web.json_response(told)

    errors = [each for each in after_login(repeats) if isinstance(each, BoxError)]
    assert errors and heard
    for error in errors:
        assert heard[-1] not in f"{error!r} {error} {error.box_says} {error.values}"
        assert error.box_says is not None and error.box_says.startswith("session")
    assert heard[-1] not in caplog.text


def test_the_base_of_addresses_is_not_the_boxs_to_choose_freely() -> None:
    simulator = box()
    original = simulator._version

    async def elsewhere(request: web.Request) -> web.Response:
        told = json.loads((await original(request)).body)  # type: ignore[arg-type]
        return web.json_response(told | {"api_base_url": "//198.51.100.7/../"})

    simulator._version = elsewhere  # type: ignore[method-assign]

    async def whole() -> None:
        async with serving(simulator) as place:
            session = FreeboxSession(place)
            await session.log_in(Secret(simulator.token))
            await session.close()

    asyncio.run(whole())
    assert all(each.path.startswith(("/api_version", "/api/v14/login/")) for each in simulator.asked)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.sampled_from(["up", "showtime", "denied", "1", "0", "pub", "wifi", "5g", "**", "2d4g", "::1", "10.0.0.1"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from([
            "status", "down", "up", "snr_10", "rate", "state", "media", "ipv4_port_range", "sfp_present", "sfp_pwr_rx",
            "radio", "bands", "rsrp", "enabled", "date", "type", "id", "config", "primary_channel", "channel_width",
            "use_shared_params", "bss_params", "key", "params", "remaining", "macs", "mapping", "resolution",
            "weekdays", "start_time", "end_time", "mode", "l2ident", "l3connectivities", "addr", "access_point", "mac",
            "signal",
            "wan_port_start", "wan_port_end", "lan_port", "lan_ip", "ip_proto", "in_port", "uptime", "uptime_val",
            "sensors", "value", "api_version", "uid", "device_type", "override_until", "tmp_mode_expire", "last_rx",
            "bitrate", "dns", "ip", "profile_id", "last_activity", "delegations", "prefix", "on_hook", "speed", "link",
        ]),
        inner,
        max_size=8,
    ),
    max_leaves=40,
)  # fmt: skip
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@given(JUNK, JUNK)
@settings(max_examples=150, deadline=None)
def test_any_json_gives_values(told: Any, other: Any) -> None:
    who = parse.identity({"api_version": "8.0", "uid": "1", "box_model": "fbxgw8-r1/full"})
    assert who is not None
    parse.identity(told), parse.device(who, told, other), parse.wan(told, other), parse.wan_traffic(told)
    parse.dsl(told), parse.has_dsl(told), parse.optical(told), parse.cellular(told, True), parse.line_events(told)
    parse.started(parse.device(who, told, other).up_time, NOW)
    parse_home.interfaces(told), parse_home.dhcp(told, other), parse_home.ports(told), parse_home.players(told)
    parse_home.power(told), parse_home.phones(told), parse_home.lease_id(told, "00:00:00:00:00:01")
    rows = [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []
    hosts = parse_home.hosts([parse_home.host(each) for each in rows], {}, frozenset())
    parse_home.decoders(hosts), [parse_home.station(each, "5g") for each in rows]
    parse_settings.wifi(told, other, told, {"1": other}), parse_settings.guest(told, other)
    asdict(parse_settings.wifi(other, told, other, {}))
    parse_settings.forwards(told, other)
    parental.control(told, other, {"1": told}), parental.old_control(told, {"1": other}, NOW), parental.old_slots(told)


@given(st.binary(max_size=200) | JUNK.map(lambda told: json.dumps(told).encode()))
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_a_result_or_a_named_error(body: bytes) -> None:
    with contextlib.suppress(BoxError):
        result(Reply(200, (), body))


@given(st.text())
def test_any_text_is_a_credential(words: str) -> None:
    assert read(Secret(words)).text() is not None
