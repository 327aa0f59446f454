"""Round trips at a steady pace to several places, while something else goes on."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from probes.wire.icmp import match, packet
from probes.wire.sockets import endpoint, new_socket
from probes.wire.tcp import open_tcp, try_tcp
from selfcare.model.middle import mean
from selfcare.model.payloads.capacity import PATIENCE_MS, Method, Place, Series
from selfcare.model.payloads.gateway import TcpAnswer

# A queue of three seconds is beyond anything worth telling apart.
PATIENCE_S = PATIENCE_MS / 1000
_ANSWERED = (TcpAnswer.OPEN, TcpAnswer.REFUSED)
_SMALL_HEAD = 4096
_TREND, _TREND_MS = 4, 5.0

Ask = Callable[[], Awaitable[float | None]]


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody to ask, how, and how often. ``ask`` gives the round trip in ms or None, within ``PATIENCE_S``."""

    place: Place
    method: Method
    interval_s: float
    ask: Ask


async def watch(targets: tuple[Target, ...], until: asyncio.Event, skip: float = 0.0) -> tuple[Series, ...]:
    """Asks every target at its pace until the event, then waits for the answers under way.

    The first ``skip`` of the questions (a share of them) do not count: the load was only building up.
    """
    return tuple(await asyncio.gather(*(_series(t, until, skip) for t in targets)))


@dataclass(slots=True)
class Trend:
    """Whether the answers of a target are still getting later."""

    answers: list[float] = field(default_factory=list)

    def listen(self, target: Target) -> Target:
        """The same target, its answers noted in the order they come."""

        async def ask() -> float | None:
            answer = await target.ask()
            if answer is not None:
                self.answers.append(answer)
            return answer

        return replace(target, ask=ask)

    def steady(self) -> bool:
        """Whether the last second's answers are no later than those of the second before, a twentieth allowed."""
        last, before = self.answers[-_TREND:], self.answers[-2 * _TREND : -_TREND]
        return len(before) == _TREND and mean(last) <= 1.05 * mean(before) + _TREND_MS


async def _series(target: Target, until: asyncio.Event, skip: float) -> Series:
    asked: list[asyncio.Task[float | None]] = []
    try:
        while not until.is_set():
            asked.append(asyncio.create_task(_limited(target.ask)))
            await _happens(until, target.interval_s)
        answers = (await asyncio.gather(*asked))[round(skip * len(asked)) :]
    finally:
        for task in asked:
            task.cancel()
    rtts = tuple(round(a, 2) for a in answers if a is not None)
    return Series(target.place, target.method, len(answers), rtts)


async def _happens(event: asyncio.Event, within_s: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            await event.wait()


async def _limited(ask: Ask) -> float | None:
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await ask()
    except OSError:  # TimeoutError is one
        return None


def ping(address: str) -> Ask:
    """One echo request, once: a lost one is a lost one."""

    async def ask() -> float | None:
        if sys.platform == "win32":
            from probes.wire import icmp_windows

            answer = await icmp_windows.once(address, PATIENCE_S)
            return None if answer is None else answer[0]
        family, target = endpoint(address, 0)
        proto = socket.IPPROTO_ICMPV6 if family == socket.AF_INET6 else socket.IPPROTO_ICMP
        with contextlib.closing(new_socket(family, socket.SOCK_DGRAM, proto)) as sock:
            token, loop = secrets.token_bytes(16), asyncio.get_running_loop()
            started = time.perf_counter()
            await loop.sock_sendto(sock, packet(family, 0, token), target)
            while True:
                data = await loop.sock_recv(sock, 2048)
                if match(data, family, token) is not None:
                    return (time.perf_counter() - started) * 1000

    return ask


def connecting(address: str, port: int) -> Ask:
    """The time of a TCP connection attempt; a refusal is an answer too."""

    async def ask() -> float | None:
        tried = await try_tcp(address, port, PATIENCE_S)
        return tried.rtt_ms if tried.answer in _ANSWERED else None

    return ask


def small_request(address: str, port: int, host: str, path: str) -> Ask:
    """The mean round trip of connecting and of one small request, each one round trip."""
    request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()

    async def ask() -> float | None:
        connection = await open_tcp(address, port, PATIENCE_S)
        if connection.sock is None or connection.rtt_ms is None:
            return None
        with contextlib.closing(connection.sock) as sock:
            loop = asyncio.get_running_loop()
            started = time.perf_counter()
            await loop.sock_sendall(sock, request)
            head = await loop.sock_recv(sock, _SMALL_HEAD)
            answered = (time.perf_counter() - started) * 1000
        return (connection.rtt_ms + answered) / 2 if head.startswith((b"HTTP/1.1 2", b"HTTP/1.0 2")) else None

    return ask
