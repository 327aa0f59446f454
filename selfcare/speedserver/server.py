"""HTTP/1.1 with four pages: ``GET /down?bytes=N``, ``POST /up``, ``GET /small``, ``GET /reach?port=N&protocol=tcp``.

Limited in size, time and number.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from selfcare.speedserver.reach import Reach

_CHUNK = 256 * 1024
_MAX_HEAD = 8 * 1024
_HEAD_S = 10.0
_PASSED_ON = ("forwarded", "x-forwarded-for", "x-real-ip", "via", "cf-connecting-ip", "true-client-ip")
_METHODS = ("GET", "POST", "HEAD")


@dataclass(frozen=True, slots=True)
class Limits:
    """``bytes`` per request, ``seconds`` per connection, ``connections`` at once; what is beyond is refused or cut."""

    bytes: int = 1_000_000_000
    seconds: float = 30.0
    connections: int = 512


@dataclass(frozen=True, slots=True)
class Request:
    """The part of a request that matters. ``length`` is the announced size of its body; ``last``: none follows.

    ``forwarded``: a proxy passed it on.
    """

    method: str
    path: str
    query: dict[str, list[str]]
    length: int
    last: bool = False
    forwarded: bool = False


class SpeedServer:
    """Serves connections; keeps nothing about anybody, but for a minute who asked to be reached.

    ``reach`` None: it knocks at nobody.
    """

    def __init__(self, limits: Limits | None = None, reach: Reach | None = None) -> None:
        self._limits = limits or Limits()
        self._reach = reach
        self._open = 0
        # Random, so that nothing on the way can compress it.
        self._block = os.urandom(_CHUNK)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, from its first request to its last. Whatever the client does, it just ends."""
        self._open += 1
        try:
            async with asyncio.timeout(self._limits.seconds):
                if self._open > self._limits.connections:
                    _answer(writer, "503 Service Unavailable")
                    await _drain_end(writer)
                else:
                    while await self._one(reader, writer):
                        pass
        except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # gone, too slow, or not HTTP
        finally:
            self._open -= 1
            writer.transport.abort()  # nothing more is owed; a polite end could hang on a dead client

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Serves one request; whether the connection may be used again."""
        async with asyncio.timeout(_HEAD_S):
            head = await reader.readuntil(b"\r\n\r\n")
        request = parse(head)
        if request is None:
            _answer(writer, "400 Bad Request")
            await _drain_end(writer)
            return False
        if request.method == "GET" and request.path == "/small":
            _answer(writer, "200 OK", b"ok\n")
        elif self._reach and request.method == "GET" and request.path == "/reach" and request.length == 0:
            peer, own = (writer.get_extra_info(end) for end in ("peername", "sockname"))
            status, body = await self._reach.answer(request.query, peer, own, request.forwarded)
            _answer(writer, status, body, "application/json")
        elif request.method == "GET" and request.path == "/down":
            return await self._down(request, writer)
        elif request.method == "POST" and request.path == "/up":
            return await self._up(request, reader, writer)
        else:
            _answer(writer, "404 Not Found")
        if request.last:
            await _drain_end(writer)
        await writer.drain()
        return request.length == 0 and not request.last

    async def _down(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        left = _number(request.query.get("bytes", ["0"])[0])
        if left is None or left > self._limits.bytes:
            _answer(writer, "400 Bad Request")
            await _drain_end(writer)
            return False
        writer.write(_head("200 OK", left, "application/octet-stream"))
        while left > 0:
            block = self._block if left >= _CHUNK else self._block[:left]
            writer.write(block)
            await writer.drain()
            left -= len(block)
        return True

    async def _up(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        if request.length > self._limits.bytes:
            _answer(writer, "413 Content Too Large")
            await _drain_end(writer)
            return False
        left = request.length
        while left > 0:
            data = await reader.read(min(_CHUNK, left))
            if not data:
                return False
            left -= len(data)
        _answer(writer, "200 OK", b"ok\n")
        await writer.drain()
        return True


def parse(head: bytes) -> Request | None:
    """A request's head, None for anything that is not one."""
    lines = head.decode("latin-1").split("\r\n")
    words = lines[0].split(" ")
    if len(head) > _MAX_HEAD or len(words) != 3 or words[0] not in _METHODS or not words[2].startswith("HTTP/1."):
        return None
    fields = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:])}
    length = _number(fields.get("content-length", "0"))
    if length is None or "transfer-encoding" in fields:
        return None
    try:
        parts = urlsplit(words[1])
    except ValueError:
        return None
    last = fields.get("connection", "").lower() == "close"
    return Request(words[0], parts.path, parse_qs(parts.query), length, last, not fields.keys().isdisjoint(_PASSED_ON))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 15 else None


def _answer(writer: asyncio.StreamWriter, status: str, body: bytes = b"", kind: str = "text/plain") -> None:
    writer.write(_head(status, len(body), kind) + body)


def _head(status: str, length: int, kind: str) -> bytes:
    lines = (f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {length}", "Cache-Control: no-store")
    return "\r\n".join((*lines, "", "")).encode()


async def _drain_end(writer: asyncio.StreamWriter) -> None:
    """Lets the refusal leave before the connection is dropped."""
    with contextlib.suppress(OSError):
        await writer.drain()
        writer.write_eof()
        await asyncio.sleep(0.05)
