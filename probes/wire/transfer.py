"""Filling the line in one direction over several TCP connections, and counting what gets through."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import struct
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from probes.wire.tcp import close_by_reset, open_tcp
from selfcare.model.payloads.capacity import Stop

# Few at first: on a slow line more would only lose packets. On a faster one a single connection fills
# a long queue too slowly for a short test, so more are added while each still gets enough.
FIRST_CONNECTIONS, MORE_CONNECTIONS, MAX_CONNECTIONS = 4, 4, 16
_ENOUGH_MBPS = 0.2
TICK_S = 0.25
MIN_S, MAX_S = 5.0, 8.0
# Nothing at all for so long: the server or the way to it is gone.
STALL_S = 3.0
_STABLE_WINDOWS, _STABLE_SHARE = 4, 0.05
_CONNECT_S = 3.0
_CHUNK = 256 * 1024
_SEND_MIN, _SEND_MAX = 4 * 1024, 64 * 1024
_MAX_HEAD = 16 * 1024
_MACOS_SO_NWRITE = 0x1024


@dataclass(frozen=True, slots=True)
class Where:
    """The server's address and names, and what to ask it for."""

    address: str
    port: int
    host: str
    path: str


@dataclass(slots=True)
class Tally:
    """Bytes so far: ``offered`` counts against the bound, ``moved`` leaves out what was lost with a connection."""

    limit: int
    offered: int = 0
    moved: int = 0
    sending: list[socket.socket] = field(default_factory=list)

    def count(self, size: int) -> None:
        """So much more was received, or handed over for sending."""
        self.offered += size
        self.moved += size

    @property
    def arrived(self) -> int:
        """What the other end has, as far as we know."""
        return max(0, self.moved - sum(unacknowledged(s) for s in self.sending))

    @property
    def full(self) -> bool:
        """Whether the bound is reached."""
        return self.offered >= self.limit


@dataclass(frozen=True, slots=True)
class Moved:
    """How it went: why it ended, the total after each tick, all bytes handed over, our process' share of one core."""

    stop: Stop
    totals: tuple[int, ...]
    offered: int
    connections: int
    seconds: float
    cpu_share: float


One = Callable[[Where, Tally], Awaitable[None]]


async def fill(one: One, where: Where, limit: int, steady: Callable[[], bool] = lambda: True) -> Moved:
    """Runs many of ``one`` at once until the rate is stable, time or bytes are used up, or all failed.

    A stable rate is not enough while ``steady`` denies that latency has stopped growing too.
    """
    tally = Tally(limit)
    tasks: list[asyncio.Task[None]] = []

    def more(number: int) -> None:
        tasks.extend(asyncio.create_task(_guarded(one, where, tally)) for _ in range(number))

    more(FIRST_CONNECTIONS)
    begun, cpu = time.perf_counter(), time.process_time()
    totals = [0]
    try:
        stop = None
        while stop is None:
            # A late tick must not lengthen its window.
            await asyncio.sleep(max(0.0, begun + len(totals) * TICK_S - time.perf_counter()))
            totals.append(max(totals[-1], tally.arrived))
            stop = _verdict(tasks, totals, tally, steady)
            if stop is None and _room(totals, len(tasks)):
                more(MORE_CONNECTIONS)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    seconds = time.perf_counter() - begun
    return Moved(stop, tuple(totals), tally.offered, len(tasks), seconds, (time.process_time() - cpu) / seconds)


def _room(totals: list[int], connections: int) -> bool:
    """Once a second: whether the line has room for more connections."""
    step = round(1 / TICK_S)
    if (len(totals) - 1) % step or connections >= MAX_CONNECTIONS:
        return False
    return (totals[-1] - totals[-1 - step]) * 8 / 1e6 >= _ENOUGH_MBPS * connections


def _verdict(
    tasks: list[asyncio.Task[None]], totals: list[int], tally: Tally, steady: Callable[[], bool]
) -> Stop | None:
    elapsed = (len(totals) - 1) * TICK_S
    stalled = int(STALL_S / TICK_S)
    if tally.full:
        return Stop.BYTES
    if all(t.done() for t in tasks) or (len(totals) > stalled and totals[-1] == totals[-1 - stalled]):
        return Stop.FAILED
    if elapsed >= MIN_S and stable(windows(totals)) and steady():
        return Stop.STABLE
    return Stop.TIME if elapsed >= MAX_S else None


def windows(totals: list[int] | tuple[int, ...], window_s: float = 1.0) -> tuple[float, ...]:
    """Mbit/s of each whole window, from the totals after each tick."""
    step = round(window_s / TICK_S)
    marks = totals[::step]
    return tuple((b - a) * 8 / 1e6 / window_s for a, b in itertools.pairwise(marks))


def stable(rates: tuple[float, ...]) -> bool:
    """Whether the last four windows differ by at most 5 % (standard deviation), as the IETF's draft has it."""
    import statistics

    last = rates[-_STABLE_WINDOWS:]
    mean = statistics.fmean(last) if len(last) == _STABLE_WINDOWS else 0.0
    return mean > 0 and statistics.pstdev(last) <= _STABLE_SHARE * mean


def settled(totals: tuple[int, ...]) -> tuple[float, tuple[float, ...], tuple[float, ...]]:
    """Window length, all windows, and those that count: the start is left out, where TCP still feels its way."""
    whole = windows(totals)
    if len(whole) >= 3:
        return 1.0, whole, whole[1:]
    short = windows(totals, TICK_S)
    return TICK_S, short, short[2:] or short


async def _guarded(one: One, where: Where, tally: Tally) -> None:
    """One connection after the other, as long as each brings something."""
    while not tally.full:
        before = tally.moved
        with contextlib.suppress(OSError):
            await one(where, tally)
        if tally.moved == before:
            return


async def download(where: Where, tally: Tally) -> None:
    """Asks for as much as is left of the bound, and throws it away."""
    request = f"GET {where.path}?bytes={tally.limit} HTTP/1.1\r\n{_names(where)}\r\n"
    sock = await _open(where)
    with contextlib.closing(sock):
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(sock, request.encode())
        tally.count(await _after_head(sock))
        buffer = bytearray(_CHUNK)
        while not tally.full and (size := await loop.sock_recv_into(sock, buffer)):
            tally.count(size)


async def upload(where: Where, tally: Tally) -> None:
    """Sends until it is told to stop; counts what was acknowledged, not what our own system holds back."""
    request = f"POST {where.path} HTTP/1.1\r\nContent-Length: {tally.limit}\r\n{_names(where)}\r\n"
    sock = await _open(where)
    # Closed at once, not politely: what is still in our buffers would fill the line for seconds more.
    close_by_reset(sock)
    block = memoryview(_noise())
    with contextlib.closing(sock):
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(sock, request.encode())
        tally.sending.append(sock)
        try:
            while not tally.full:
                # A block counts when all of it was handed over. Large ones, on a slow line, would hide for
                # seconds what has arrived; small ones, on a fast line, cost processor time.
                size = min(_SEND_MAX, max(_SEND_MIN, tally.offered // 512))
                await loop.sock_sendall(sock, block[:size])
                tally.count(size)
        finally:
            # What had not arrived when the connection ended never will.
            tally.moved -= unacknowledged(sock)
            tally.sending.remove(sock)


def _noise() -> bytes:
    import secrets

    return secrets.token_bytes(_SEND_MAX)


def _names(where: Where) -> str:
    return f"Host: {where.host}\r\nUser-Agent: selfcare\r\nConnection: close\r\n"


async def _open(where: Where) -> socket.socket:
    connection = await open_tcp(where.address, where.port, _CONNECT_S)
    if connection.sock is None:
        raise ConnectionError
    return connection.sock


async def _after_head(sock: socket.socket) -> int:
    """Reads past the head of the answer; how many bytes of the body came with it. Raises OSError if it is no 200."""
    data = b""
    async with asyncio.timeout(_CONNECT_S):
        while b"\r\n\r\n" not in data:
            chunk = await asyncio.get_running_loop().sock_recv(sock, _MAX_HEAD)
            data += chunk
            if not chunk or len(data) > _MAX_HEAD or not data.startswith(b"HTTP/1."[: len(data)]):
                raise ConnectionError
    if data.split(b" ", 2)[1][:3] != b"200":
        raise ConnectionError
    return len(data) - data.index(b"\r\n\r\n") - 4


def unacknowledged(sock: socket.socket) -> int:
    """Bytes handed to the system that the other end has not acknowledged; 0 where the system does not tell."""
    try:
        if sys.platform == "linux":
            import fcntl
            import termios

            return int(struct.unpack("i", fcntl.ioctl(sock, termios.TIOCOUTQ, b"\0" * 4))[0])
        elif sys.platform == "darwin":
            return sock.getsockopt(socket.SOL_SOCKET, _MACOS_SO_NWRITE)
    except (OSError, ValueError):
        pass  # the connection has just ended
    return 0
