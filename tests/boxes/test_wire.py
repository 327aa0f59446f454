"""The transport: whatever claims to be a box cannot make it wait, grow, wander off or expand."""

from __future__ import annotations

import asyncio
import gzip
import pickle
import ssl
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web

from selfcare.boxes.bbox.client import fingerprint
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.secret import Secret, without_secrets
from selfcare.boxes.wire import Place, Reply, Wire
from tests.boxes.base import Simulator, serving
from tests.lab.world.ca import Authority

Raw = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><rsp>&c;</rsp>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]><rsp>&e;</rsp>"""


class Answers(Simulator):
    def __init__(self, answer: Callable[[], web.StreamResponse]) -> None:
        super().__init__()
        self.answer = answer

    def routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/{rest:.*}", self._any)

    async def _any(self, request: web.Request) -> web.StreamResponse:
        return self.answer()


def ask(answer: Callable[[], web.StreamResponse], **options: object) -> Reply:
    async def one() -> Reply:
        async with serving(Answers(answer)) as place, Wire(place, host="box.lan") as wire:
            return await wire.request("GET", "/", **options)  # type: ignore[arg-type]

    return asyncio.run(one())


def ask_raw(speak: Raw, **options: object) -> BoxError:
    """A server that speaks no HTTP of anybody's library."""

    async def one() -> BoxError:
        server = await asyncio.start_server(speak, "127.0.0.1", 0)
        async with server:
            place = Place("127.0.0.1", server.sockets[0].getsockname()[1])
            async with Wire(place, host="box.lan") as wire:
                with pytest.raises(BoxError) as caught:
                    await wire.request("GET", "/", **options)  # type: ignore[arg-type]
                return caught.value

    return asyncio.run(one())


def test_a_body_without_end_is_cut() -> None:
    with pytest.raises(BoxError) as caught:
        ask(lambda: web.Response(body=b"x" * 300_000), most=100_000)
    assert caught.value.code is BoxErrorCode.TOO_LARGE


@pytest.mark.parametrize("target", ["http://203.0.113.9/", "https://box.lan/", "/elsewhere", "//evil.example/x"])
def test_no_redirect_is_followed(target: str) -> None:
    def away() -> web.Response:
        return web.Response(status=302, headers={"Location": target})

    with pytest.raises(BoxError) as caught:
        ask(away)
    assert caught.value.code is BoxErrorCode.REDIRECTED


def test_a_drip_is_too_slow() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        try:
            while True:
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.02)
        except (ConnectionError, asyncio.CancelledError):
            writer.close()

    assert ask_raw(drip, limit_s=0.2).code is BoxErrorCode.TOO_SLOW


def test_silence_is_too_slow_and_a_closed_door_unreachable() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async def shut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    assert ask_raw(silent, limit_s=0.2).code is BoxErrorCode.TOO_SLOW
    assert ask_raw(shut).code is BoxErrorCode.UNREACHABLE


@pytest.mark.parametrize(
    "words",
    [
        b"220 mail.example ESMTP\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 40_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n",
        bytes(range(256)) * 40,
    ],
)
def test_what_is_no_http_is_named(words: bytes) -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1024)
        writer.write(words)
        writer.close()

    assert ask_raw(speak, limit_s=2.0).code in (BoxErrorCode.UNREADABLE, BoxErrorCode.UNREACHABLE)


def test_a_compressed_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    reply = ask(lambda: web.Response(body=bomb, headers={"Content-Encoding": "gzip"}))
    assert reply.body == bomb
    with pytest.raises(BoxError):
        reply.json()


@pytest.mark.parametrize("body", [LAUGHS, OUTSIDE, b"<rsp>", b"", b"{}", b"\xff\xfe<", b"<a>" * 100_000])
def test_xml_bombs_and_broken_xml_are_unreadable(body: bytes) -> None:
    with pytest.raises(BoxError) as caught:
        Reply(200, (), body).xml()
    assert caught.value.code is BoxErrorCode.UNREADABLE


@pytest.mark.parametrize("body", [b"<html></html>", b"", b"[" * 200_000, b'{"a":', b"NaN,"])
def test_what_is_no_json_is_unreadable(body: bytes) -> None:
    with pytest.raises(BoxError) as caught:
        Reply(200, (), body).json()
    assert caught.value.code is BoxErrorCode.UNREADABLE


def test_latin1_text_is_text() -> None:
    assert Reply(200, (), "Clé Wi-Fi".encode("latin-1")).text() == "Clé Wi-Fi"


def test_every_name_is_the_boxs_address() -> None:
    """Nothing is looked up: the name in the request is the family's, the connection goes to the place."""
    seen: list[str] = []

    class Echo(Answers):
        async def _any(self, request: web.Request) -> web.StreamResponse:
            seen.append(request.headers["Host"])
            return web.Response()

    async def one() -> None:
        async with serving(Echo(web.Response)) as place, Wire(place, host="mafreebox.freebox.fr") as wire:
            await wire.request("GET", "/")
            assert seen == [f"mafreebox.freebox.fr:{place.port}"]

    asyncio.run(one())


def test_a_certificate_counts_by_an_authority_or_by_its_fingerprint() -> None:
    authority = Authority()
    shown = authority.context("box.lan")
    known = ssl.create_default_context(cadata=authority.pem().decode())

    async def outcome(tls: ssl.SSLContext | aiohttp.Fingerprint) -> str:
        async with serving(Answers(web.Response), tls=shown) as place, Wire(place, host="box.lan", tls=tls) as wire:
            try:
                return str((await wire.request("GET", "/")).status)
            except BoxError as error:
                return error.code.value

    async def pin() -> bytes:
        async with serving(Answers(web.Response), tls=shown) as place:
            return await fingerprint(place)

    async def all_of_them() -> list[str]:
        right = await pin()
        ways = (known, ssl.create_default_context(), aiohttp.Fingerprint(right), aiohttp.Fingerprint(bytes(32)))
        return [await outcome(tls) for tls in ways]

    assert asyncio.run(all_of_them()) == ["200", "untrusted", "200", "untrusted"]


def test_a_secret_does_not_show() -> None:
    secret = Secret("tres-secret-1234")
    for told in (repr(secret), str(secret), f"{secret}", f"{[secret]}", repr({"a": secret})):
        assert "tres-secret" not in told
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    error = BoxError(BoxErrorCode.REFUSED, "bad password tres-secret-1234 for admin")
    assert error.box_says == "bad password ••• for admin"
    assert without_secrets("x tres-secret-1234") == "x •••"


def test_words_of_a_box_are_cut() -> None:
    assert len(BoxError(BoxErrorCode.REFUSED, "y" * 10_000).box_says or "") == 300
