"""Something at the address that only claims to be a Livebox: bounded, and named by a ``BoxError``."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from selfcare.boxes import ports
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.livebox import DRIVER
from selfcare.boxes.livebox.client import Sysbus
from selfcare.boxes.livebox.session import LiveboxSession
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import MAX_BODY, Place
from selfcare.model.box import DeviceInfo

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
READINGS = sorted(
    name for port in ports.PORTS.values() for name in vars(port)
    if not name.startswith("_") and hasattr(LiveboxSession, name)
    and not name.startswith(("set_", "put_", "delete_", "reboot"))
)  # fmt: skip


def says(text: str, kind: str = "application/json", status: int = 200) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(text=text, content_type=kind, status=status)

    return handler


async def huge(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    for _ in range(MAX_BODY // 65_536 + 4):
        await answer.write(b" " * 65_536)
    return answer


async def elsewhere(request: web.Request) -> web.StreamResponse:
    raise web.HTTPTemporaryRedirect("http://192.0.2.1/ws")


async def cut(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


def against(handler: Handler, what: Callable[[Place], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        app = web.Application()
        app.router.add_route("*", "/{any:.*}", handler)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            assert site._server is not None
            return await what(Place("127.0.0.1", site._server.sockets[0].getsockname()[1]))
        finally:
            await runner.cleanup()

    return asyncio.run(run())


async def every_reading(place: Place) -> dict[str, Any]:
    session = LiveboxSession(place)
    try:
        told = await asyncio.gather(*(getattr(session, name)() for name in READINGS), return_exceptions=True)
        return dict(zip(READINGS, told, strict=True))
    finally:
        await session.close()


BAD = {
    "huge": (huge, BoxErrorCode.TOO_LARGE),
    "elsewhere": (elsewhere, BoxErrorCode.REDIRECTED),
    "html": (says("<html><body>Bienvenue</body></html>", "text/html"), BoxErrorCode.UNREADABLE),
    "bomb": (says('<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>', "text/xml"), BoxErrorCode.UNREADABLE),
    "deep": (says('{"status":' + "[" * 200_000), BoxErrorCode.UNREADABLE),
    "another box": (says('{"success":false,"error_code":"auth_required"}'), BoxErrorCode.UNREADABLE),
    "a list": (says("[1,2,3]"), BoxErrorCode.UNREADABLE),
    "a number": (says("7"), BoxErrorCode.UNREADABLE),
    "cut": (cut, BoxErrorCode.UNREACHABLE),
    "broken": (says("<h1>Oops</h1>", "text/html", 500), BoxErrorCode.REFUSED),
    "busy": (says("later", "text/plain", 503), BoxErrorCode.BUSY),
    "too many": (says("", "text/plain", 429), BoxErrorCode.LOCKED_OUT),
}


@pytest.mark.parametrize("kind", BAD)
def test_each_reading_is_named(kind: str) -> None:
    handler, code = BAD[kind]
    for name, told in against(handler, every_reading).items():
        assert isinstance(told, BoxError), name
        assert told.code is code, name


@pytest.mark.parametrize("kind", BAD)
def test_it_is_not_taken_for_a_livebox(kind: str) -> None:
    assert against(BAD[kind][0], DRIVER.recognise) is None


@pytest.mark.parametrize("kind", BAD)
def test_no_refusal_of_a_password_is_made_up(kind: str) -> None:
    async def knock(place: Place) -> BoxErrorCode:
        session = LiveboxSession(place)
        with pytest.raises(BoxError) as caught:
            await session.log_in(Secret("Canary-P4ss"))
        await session.close()
        assert "Canary-P4ss" not in repr(caught.value) + str(vars(caught.value))
        return caught.value.code

    assert against(BAD[kind][0], knock) is BAD[kind][1]


def test_a_slow_one_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(5)
        return web.Response()

    async def ask(place: Place) -> BoxErrorCode:
        bus = Sysbus(place)
        with pytest.raises(BoxError) as caught:
            await bus.call("NMC", "get", limit_s=0.05)
        await bus.close()
        return caught.value.code

    assert against(slow, ask) is BoxErrorCode.TOO_SLOW


WRONG: tuple[Any, ...] = (None, True, 0, -1, "", "x", 1e308, [], [None], [[]], ["x"], {}, {"x": None}, {"x": {}})


@pytest.mark.parametrize("value", WRONG, ids=repr)
@pytest.mark.parametrize("place", ["status", "data"])
def test_wrong_types_are_values_or_errors(value: Any, place: str) -> None:
    body = {"status": value} if place == "status" else {"status": None, "data": value}
    for name, told in against(says(json.dumps(body)), every_reading).items():
        assert not isinstance(told, Exception) or isinstance(told, BoxError), (name, told)


@pytest.mark.parametrize("number", ["a\r\nEvil: 1", "", None, 7, "x" * 300, "é"])
def test_a_number_of_a_session_that_is_none(number: Any) -> None:
    async def knock(place: Place) -> BoxErrorCode:
        session = LiveboxSession(place)
        with pytest.raises(BoxError) as caught:
            await session.log_in(Secret("Canary-P4ss"))
        await session.close()
        return caught.value.code

    told = {"status": 0, "data": {"contextID": number, "groups": "http,admin"}}
    assert against(says(json.dumps(told)), knock) is BoxErrorCode.LOGIN_FAILED


def test_it_may_repeat_what_it_was_told() -> None:
    """A refusal with the password in it: masked before it is kept."""

    async def echo(request: web.Request) -> web.StreamResponse:
        return web.json_response({"status": None, "errors": [{"error": 196618, "description": await request.text()}]})

    async def knock(place: Place) -> str:
        session, secret = LiveboxSession(place), Secret("Canary-P4ss")
        with pytest.raises(BoxError) as caught:
            await session.log_in(secret)
        await session.close()
        return repr(caught.value) + str(vars(caught.value))

    told = against(echo, knock)
    assert "Canary" not in told
    assert "•••" in told


def test_its_text_is_cut_and_plain() -> None:
    told = {"status": {"ProductClass": "Livebox 7\x00\x1b[31m" + "A" * 900, "SoftwareVersion": "1", "UpTime": "12"}}
    seen = against(says(json.dumps(told)), DRIVER.recognise)
    assert isinstance(seen, DeviceInfo)
    assert seen.product_class is not None
    assert len(seen.product_class) == 200
    assert seen.product_class.isprintable()
    assert seen.up_time == 12


@pytest.mark.parametrize(("told", "taken"), [
    ({"ProductClass": "Toaster"}, False), ({"ProductClass": "Livebox 9"}, True), ({}, False), ([], False),
    ({"ProductClass": "SMBSLBFIBRA", "SoftwareVersion": "SG5656-es"}, True),
])  # fmt: skip
def test_who_names_itself_how(told: Any, taken: bool) -> None:
    assert (against(says(json.dumps({"status": told})), DRIVER.recognise) is not None) == taken


def test_a_large_honest_reply_is_read() -> None:
    entry = {"PhysAddress": "02:00:00:00:00:01", "Tags": "lan eth physical", "Name": "x" * 150}
    text = json.dumps({"status": [entry] * 800})
    assert len(text) > 170_000

    async def hosts(place: Place) -> int:
        session = LiveboxSession(place)
        found = await session.hosts()
        await session.close()
        return len(found)  # type: ignore[arg-type]

    assert against(says(text), hosts) == 800
