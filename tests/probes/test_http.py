"""Pages: what counts as the page, and what a server may do to us."""

from __future__ import annotations

import asyncio
import struct
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.wire.http import enough, fetch, fetch_any
from probes.wire.httpmessage import MAX_HEAD, judge
from selfcare.model.payloads.web import WebStatus, WebTry
from tests.probes.support import PAGE, Stopwatch, tcp

EMPTY = replace(PAGE, status=204, body="")
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsuccess\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nsuc\r\n5\r\ncess\n\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    ("data", "page", "status"),
    [
        (OK, PAGE, WebStatus.EXPECTED),
        (CHUNKED, PAGE, WebStatus.EXPECTED),
        (b"HTTP/1.0 200 OK\r\n\r\nsuccess", PAGE, WebStatus.EXPECTED),
        (b"HTTP/1.1 204 No Content\r\n\r\n", EMPTY, WebStatus.EXPECTED),
        (b"HTTP/1.1 200 OK\r\n\r\n<html>sign in</html>", EMPTY, WebStatus.ALTERED),
        (b"HTTP/1.1 200 OK\r\n\r\n<html>sign in</html>", PAGE, WebStatus.ALTERED),
        (b"HTTP/1.1 511 Network Authentication Required\r\n\r\n", PAGE, WebStatus.ALTERED),
        (b"HTTP/1.1 302 Found\r\nLocation: http://portal.example/x\r\n\r\n", PAGE, WebStatus.REDIRECTED),
        (b"SSH-2.0-OpenSSH_9.2\r\n", PAGE, WebStatus.MALFORMED),
        (b"HTTP/9.9 abc\r\n\r\n", PAGE, WebStatus.MALFORMED),
        (b"HTTP/1.1 200 OK\r\nA: " + b"x" * MAX_HEAD + b"\r\n\r\nsuccess", PAGE, WebStatus.MALFORMED),
        (b"", PAGE, WebStatus.CLOSED),
        (b"HTTP/1.1 2", PAGE, WebStatus.MALFORMED),
    ],
)
def test_verdicts_on_a_finished_answer(data: bytes, page: object, status: WebStatus) -> None:
    found = judge(data, True, page)  # type: ignore[arg-type]
    assert found is not None
    assert found.status is status


@pytest.mark.parametrize("data", [OK, CHUNKED])
def test_no_verdict_before_enough_has_arrived(data: bytes) -> None:
    first = next(n for n in range(len(data) + 1) if judge(data[:n], False, PAGE) is not None)
    assert data[:first].endswith(b"success") or b"cess" in data[:first]
    found = judge(data[:first], False, PAGE)
    assert found is not None
    assert found.status is WebStatus.EXPECTED


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("http://portal.example:8080/x", "portal.example"),
        ("/login", "pages.example"),
        ("http://[bad", None),
        ("", None),
    ],
)
def test_where_a_redirect_points(location: str, host: str | None) -> None:
    found = judge(f"HTTP/1.1 302 Found\r\nLocation: {location}\r\n\r\n".encode(), False, PAGE)
    assert found is not None
    assert found.location_host == host


@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_have_a_verdict(data: bytes, ended: bool) -> None:
    for prefix in (b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"):
        found = judge(prefix + data, ended, PAGE)
        assert found is not None or not ended


def served(talk: object, deadline: float = 0.6) -> WebTry:
    async def run() -> WebTry:
        async with tcp(talk) as port:  # type: ignore[arg-type]
            return await fetch(replace(PAGE, port=port), "127.0.0.1", deadline)

    with Stopwatch(deadline):
        return asyncio.run(run(), debug=True)


@pytest.mark.alone
def test_the_page_arrives() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        assert request.startswith(b"GET /success.txt HTTP/1.1\r\nHost: pages.example")
        writer.write(OK)
        await writer.drain()

    got = served(talk)
    assert (got.status, got.http_status, got.connected) == (WebStatus.EXPECTED, 200, True)


@pytest.mark.alone
def test_silence_and_slow_drip_cost_the_deadline() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(5)

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for byte in b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 1000:
            writer.write(bytes((byte,)))
            await writer.drain()
            await asyncio.sleep(0.02)

    assert served(silent).status is WebStatus.TIMEOUT
    assert served(drip).status is WebStatus.TIMEOUT


@pytest.mark.alone
def test_a_gigabyte_is_not_read() -> None:
    sent = 0

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while sent < 1_000_000_000:
            writer.write(b"0000000000" * 6400)
            await writer.drain()
            sent += 64_000

    async def endless_header(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X: y\r\n" * 10_000)
            await writer.drain()

    assert served(flood).status in (WebStatus.MALFORMED, WebStatus.ALTERED)
    assert sent < 50_000_000
    assert served(endless_header).status is WebStatus.MALFORMED


@pytest.mark.alone
def test_a_reset_is_closed_and_a_closed_port_refused() -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sock = writer.get_extra_info("socket")
        sock.setsockopt(1, 13, struct.pack("ii", 1, 0))  # SO_LINGER 0: close sends RST
        writer.close()

    async def run() -> WebStatus:
        async with tcp(reset) as port:
            pass
        return (await fetch(replace(PAGE, port=port), "127.0.0.1", 0.5)).status

    assert served(reset).status is WebStatus.CLOSED
    assert asyncio.run(run()) is WebStatus.REFUSED


@pytest.mark.alone
def test_the_second_address_is_tried_beside_a_silent_first() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(5)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = writer.get_extra_info("sockname")[0]
        if address == "127.0.0.1":
            await silent(reader, writer)
        writer.write(OK)
        await writer.drain()

    async def run() -> WebTry:
        server = await asyncio.start_server(talk, "0.0.0.0", 0)
        port = server.sockets[0].getsockname()[1]
        try:
            return await fetch_any(replace(PAGE, port=port), ["127.0.0.1", "127.0.0.2"], 1.0)
        finally:
            server.close()

    with Stopwatch(0.4):
        assert asyncio.run(run()).address == "127.0.0.2"


def test_two_that_agree_are_enough_and_anchors_do_not_count() -> None:
    page = WebTry("a", "1.1.1.1", WebStatus.EXPECTED, True, 200)
    anchor = replace(page, http_status=None)
    portal = replace(page, status=WebStatus.REDIRECTED, http_status=302)
    assert enough([page, page])
    assert enough([portal, page, portal])
    assert not enough([page, anchor, anchor, portal])
