"""Servers that misbehave on loopback, and a profile that only knows them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from probes.framework import ProbeContext
from selfcare.model.probe import Platform
from selfcare.model.profile import Anchor, HttpEndpoint, Profile, Resolver

# Two busy cores may hold up an event loop this long.
SLACK_S = 0.6

PAGE = HttpEndpoint("pages.example", "/success.txt", 200, "test", body="success")


def profile(**changes: Any) -> Profile:
    values: dict[str, Any] = {
        "id": "test",
        "display_name": "Test",
        "operator": None,
        "resolvers": (),
        "endpoints": (PAGE,),
        "anchors": (),
        "fixed_names": ("www.example.org",),
        "random_suffixes": ("example.org", "example.net"),
        "important_names": ("www.example.org",),
        "byte_budget": 400_000,
    }
    return Profile(**{**values, **changes})


def context(payloads: dict[str, Any] | None = None, **changes: Any) -> ProbeContext:
    return ProbeContext(profile(**changes), payloads or {}, Platform.LINUX)


__all__ = ["PAGE", "SLACK_S", "Anchor", "HttpEndpoint", "Resolver", "Stopwatch", "context", "profile", "tcp", "udp"]


class Stopwatch:
    """``with Stopwatch(limit)``: fails when the block takes longer than the limit and the slack."""

    def __init__(self, limit_s: float) -> None:
        self._limit = limit_s

    def __enter__(self) -> Stopwatch:
        self._started = time.monotonic()
        return self

    def __exit__(self, *raised: object) -> None:
        took = time.monotonic() - self._started
        if raised[0] is None:
            assert took <= self._limit + SLACK_S, f"{took:.2f} s instead of {self._limit} s"


Datagrams = Callable[[bytes], list[bytes]]


class _Server(asyncio.DatagramProtocol):
    def __init__(self, answers: Datagrams) -> None:
        self._answers = answers

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        for answer in self._answers(data):
            self._transport.sendto(answer, addr)  # type: ignore[attr-defined]


@asynccontextmanager
async def udp(answers: Datagrams) -> AsyncIterator[int]:
    """A UDP server that sends back what ``answers`` makes of each datagram; yields its port."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Server(answers), local_addr=("127.0.0.1", 0))
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        transport.close()


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def tcp(talk: Talk, port: int = 0) -> AsyncIterator[int]:
    """A TCP server; yields its port."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await talk(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
