"""Something that only claims to be an SFR Box: bounded and named. And nothing secret is ever told on."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import quoteattr

import pytest
from aiohttp import web

from selfcare.boxes import legacy, sfr
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.secret import Secret
from selfcare.boxes.sfr import client
from selfcare.boxes.sfr.session import SfrSession
from selfcare.boxes.wire import Place
from selfcare.model.box import GuestNetwork, WifiRadio, WifiSsid
from tests.boxes.base import serving
from tests.boxes.sfr import BOX10, NB6VAC, Model, SfrBox

READS: tuple[Callable[[SfrSession], Awaitable[Any]], ...] = (
    SfrSession.device, SfrSession.wan, SfrSession.dsl, SfrSession.optical, SfrSession.hosts, SfrSession.dhcp,
    SfrSession.tv, SfrSession.phone, SfrSession.wifi, SfrSession.guest,
)  # fmt: skip
ALL = (
    *READS,
    SfrSession.reboot,
    lambda session: session.set_wifi_enable(True),
    lambda session: session.set_radio(WifiRadio("wlan", channel=3)),
    lambda session: session.set_ssid(WifiSsid("wlan", key="CANARI-wifi-0001")),
    lambda session: session.set_guest(GuestNetwork(key="CANARI-wifi-0001")),
    lambda session: session.log_in(Secret("CANARI-password")),
)
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><rsp stat="ok"><wan status="&c;"/></rsp>'
)
OK = '<rsp stat="ok" version="1.0">{}</rsp>'


@contextlib.asynccontextmanager
async def raw(answer: bytes, hold: bool = False) -> AsyncIterator[Place]:
    """A server that says these bytes to whoever asks."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await writer.drain()
            if hold:
                await asyncio.sleep(30)
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield Place("127.0.0.1", server.sockets[0].getsockname()[1])
    finally:
        server.close()


def http(body: bytes | str, status: str = "200 OK", headers: str = "") -> bytes:
    data = body.encode() if isinstance(body, str) else body
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(data)}\r\n{headers}Connection: close\r\n\r\n".encode() + data


async def codes(place: Place, uses: tuple[Callable[[SfrSession], Awaitable[Any]], ...]) -> set[str]:
    """What each says; anything but a ``BoxError`` comes through."""
    found = set()
    for use in uses:
        session = SfrSession(place)
        try:
            await use(session)
            found.add("value")
        except BoxError as error:
            found.add(error.code.value)
        finally:
            await session.close()
    return found


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (http("<html><title>Livebox</title><p>bonjour</html>"), {"unreadable"}),
        (http("<html><title>Livebox</title></html>"), {"not_this_box"}),
        (http("{}"), {"unreadable"}),
        (http("nothing here", "404 Not Found"), {"not_this_box"}),
        (http("", "500 Oops"), {"unreadable"}),
        (http(b"\xff\xfe\x00\xd8"), {"unreadable"}),
        (http(BOMB), {"unreadable"}),
        (http('<rsp stat="maybe"/>'), {"not_this_box"}),
        (http('<rsp stat="fail"/>'), {"refused"}),
        (http('<rsp stat="fail"><err code="-٣" msg=""/></rsp>'), {"refused"}),
        (http("", "302 Found", "Location: http://203.0.113.9/\r\n"), {"redirected"}),
        (http("x" * 300_000), {"too_large"}),
        (b"SSH-2.0-OpenSSH_9.2\r\n", {"unreadable"}),
        (b"", {"unreachable"}),
        (http("<rsp stat='ok'>" + "<a>" * 8_000), {"unreadable"}),
        (http(OK.format("<a>" * 10_000 + "</a>" * 10_000)), {"value", "not_this_box", "unreadable", "unsupported"}),
        (http(OK.format("<dsl " + " " * 200_000 + "<")), {"unreadable"}),
    ],
    ids=["html", "xhtml", "json", "404", "500", "bytes", "bomb", "stat", "fail", "number", "redirect", "huge", "ssh",
         "silent", "open", "deep", "spaces"],
)  # fmt: skip
def test_a_stranger_is_bounded_and_named(answer: bytes, expected: set[str]) -> None:
    async def run() -> None:
        async with raw(answer) as place:
            found = await codes(place, ALL)
            assert found <= expected, found
            assert await sfr.DRIVER.recognise(place) is None
            assert await legacy.DRIVER.recognise(place) is None

    asyncio.run(run())


def test_one_that_keeps_the_line_open_is_too_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "TOTAL_S", 0.1)

    async def run() -> None:
        async with raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n<rsp", hold=True) as place:
            assert await codes(place, (SfrSession.device, SfrSession.wan, SfrSession.phone)) == {"too_slow"}

    asyncio.run(run())


class Gossip(SfrBox):
    """Repeats whatever it was told as its reason to refuse."""

    async def _api(self, request: web.Request) -> web.Response:
        method = request.query.get("method", "")
        if method.startswith("auth.") or method == "system.getInfo":
            return await super()._api(request)
        if request.method == "GET":
            said = f"{request.path_qs} {request.rel_url.raw_query_string}"
            text = f'<rsp stat="fail" version="1.0"><err code="0" msg={quoteattr(said)}/></rsp>'
            return web.Response(text=text, content_type="text/xml")
        sent = " ".join(map(str, (await request.post()).values()))
        said = f"token {request.query.get('token')} {sent} {self.home.password}"
        text = f'<rsp stat="fail" version="1.0"><err code="0" msg={quoteattr(said)}/></rsp>'
        return web.Response(text=text, content_type="text/xml")


class Garbling(SfrBox):
    """Lets in, then speaks something that is not HTTP: the library's error quotes the address, token and all."""

    async def _api(self, request: web.Request) -> web.Response:
        if request.query.get("method", "").startswith("auth."):
            return await super()._api(request)
        assert request.transport is not None
        request.transport.write(b"HTTP/1.1 abc garbage\r\nnot: a \x00 header\r\n\r\n")
        return web.Response()


def chain(error: BaseException | None) -> str:
    told = []
    while error is not None:
        told += [str(error), repr(error), repr(getattr(error, "values", "")), repr(getattr(error, "box_says", ""))]
        told += traceback.format_exception(error)
        error = error.__cause__ or error.__context__
    return "\n".join(told)


@pytest.mark.parametrize("model", [NB6VAC, BOX10])
@pytest.mark.parametrize("kind", [Gossip, Garbling])
def test_secrets_are_in_no_word_of_the_program(
    kind: type[SfrBox], model: Model, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    box = kind(model=model)
    box.home.password = "CANARI-password"
    told: list[str] = []

    async def run() -> None:
        async with serving(box) as place:
            session = SfrSession(place)
            await session.log_in(Secret(box.home.password))
            told.append(repr(session) + repr(vars(session)) + repr(vars(session._client)))
            for use in ALL[:-1]:
                try:
                    told.append(repr(await use(session)))
                except BoxError as error:
                    told.append(chain(error))
            await session.close()

    asyncio.run(run())
    gc.collect()
    tokens = [text for text, token in box.tokens.items() if token.valid]
    assert tokens and len(told) == len(ALL)
    encoded = [form(token) for token in tokens for form in (quote, quote_plus, lambda text: text.replace("+", "%2B"))]
    for secret in ("CANARI", "hash=", *tokens, *encoded):
        assert secret not in "\n".join(told)
        assert secret not in caplog.text


def test_what_is_read_hides_the_keys() -> None:
    box = SfrBox()

    async def run() -> str:
        async with serving(box) as place:
            session = SfrSession(place)
            await session.log_in(Secret(box.home.password))
            told = repr(await session.wifi()) + repr(await session.guest())
            await session.close()
            return told

    told = asyncio.run(run())
    assert "Maison-Dupont" in told and "Invites" in told
    assert box.home.ssids[0].key not in told and box.home.guest.key not in told


def test_an_error_code_is_named_for_every_number() -> None:
    assert {client.CODES[number] for number in (112, 120, 204)} == {
        BoxErrorCode.UNSUPPORTED,
        BoxErrorCode.UPDATING,
        BoxErrorCode.LOGIN_FAILED,
    }
