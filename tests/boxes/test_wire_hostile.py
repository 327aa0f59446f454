"""What claims to be a box and means harm neither leads us elsewhere nor fills our memory; errors keep no URL."""

from __future__ import annotations

import asyncio
import traceback
import tracemalloc

import pytest

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.wire import Place, Wire

TOKEN = "t0ken-of-a-session-in-the-address"


def chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


async def served(speak: object, **options: object) -> BoxError:
    server = await asyncio.start_server(speak, "127.0.0.1", 0)  # type: ignore[arg-type]
    async with server:
        place = Place("127.0.0.1", server.sockets[0].getsockname()[1])
        async with Wire(place, host="127.0.0.1") as wire:
            with pytest.raises(BoxError) as caught:
                await wire.request("GET", "/api", params={"token": TOKEN}, **options)  # type: ignore[arg-type]
            return caught.value


@pytest.mark.parametrize("path", ["@127.0.0.2:{port}/", ".127.0.0.2:{port}/", "//127.0.0.2:{port}/x", "\\@127.0.0.2/"])
def test_a_path_of_the_boxs_own_making_leads_to_no_other_host(path: str) -> None:
    """A literal address is looked up nowhere, so pinning names alone would not stop it."""
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(100))
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(listen, "127.0.0.2", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            async with Wire(Place("127.0.0.1"), host="127.0.0.1") as wire:
                with pytest.raises(BoxError):
                    await wire.request("GET", path.format(port=port), limit_s=0.5)
            async with Wire(Place("127.0.0.1", 1), host="127.0.0.1") as wire:
                with pytest.raises(BoxError):
                    await wire.request("GET", path.format(port=port), limit_s=0.5)

    asyncio.run(run())
    assert heard == []


@pytest.mark.parametrize(
    "said",
    [
        b"NONSENSE\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nBad Header\x00: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere/\r\n\r\n",
        b"",
    ],
)
def test_an_error_keeps_nothing_of_the_address_that_was_asked(said: bytes) -> None:
    """The token of an SFR Box, the ``btoken`` of a Bbox and a FRITZ!Box's ``sid`` stand in it."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        writer.write(said)
        writer.close()

    error = asyncio.run(served(speak, limit_s=1.0))
    text = "".join(traceback.format_exception(error))
    assert TOKEN not in text
    assert not any(TOKEN in str(each) or TOKEN in repr(vars(each)) for each in chain(error))


def _flood(start: bytes, line: bytes) -> object:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        writer.write(start)
        block = line * 2000
        try:
            for _ in range(400):
                writer.write(block)
                await writer.drain()
        except OSError:
            return
        finally:
            writer.close()

    return speak


@pytest.mark.parametrize(
    ("start", "line"),
    [
        (b"HTTP/1.1 200 OK\r\n", b"X-Again: " + b"a" * 64 + b"\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X-Again: " + b"a" * 64 + b"\r\n"),
        (b"", b"HTTP/1.1 103 Early Hints\r\nX-Again: " + b"a" * 40 + b"\r\n\r\n"),
    ],
    ids=["headers", "trailers", "hints"],
)
def test_what_comes_beside_the_body_is_bounded_too(start: bytes, line: bytes) -> None:
    """58 MB of head, where the body has a limit of 2."""
    tracemalloc.start()
    try:
        error = asyncio.run(served(_flood(start, line), limit_s=1.5))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert error.code in (BoxErrorCode.TOO_LARGE, BoxErrorCode.UNREADABLE, BoxErrorCode.TOO_SLOW)
    assert most < 24 * 1024 * 1024


def test_after_its_end_nothing_is_asked_any_more() -> None:
    """A reading that was cut off must not open a connection anew that nobody closes."""

    async def run() -> None:
        wire = Wire(Place("127.0.0.1", 9), host="127.0.0.1")
        await wire.close()
        with pytest.raises(BoxError) as caught:
            await wire.request("GET", "/")
        assert caught.value.code is BoxErrorCode.UNREACHABLE and wire._session is None

    asyncio.run(run())
