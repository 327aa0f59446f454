"""Series of questions at a steady pace: echo requests, DNS questions and TCP connections, each answer timed."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
import struct
import sys
import time
from collections.abc import AsyncIterator, Callable

from probes.wire import icmp
from probes.wire.pace import NOTHING, PACE_S, PATIENCE_S, Heard, Ledger, Plan, patience_s
from probes.wire.sockets import SocketAddress, endpoint, new_socket
from probes.wire.tcp import close_by_reset, open_tcp
from selfcare.model.payloads.gateway import TcpAnswer

__all__ = ["NOTHING", "PACE_S", "PATIENCE_S", "Heard", "Plan", "connections", "pings", "questions"]

# From the Linux headers; the message carries seconds and nanoseconds of arrival.
_SO_TIMESTAMPNS = 35
_STAMP = struct.Struct("@ll")

Encode = Callable[[int], bytes]
Decode = Callable[[bytes], int | None]


class _Flow:
    """One datagram socket: sends at a steady pace, a reader notes when each answer arrived."""

    def __init__(self, sock: socket.socket, target: SocketAddress | None, encode: Encode, decode: Decode) -> None:
        """``target`` is None for a connected socket: Windows takes no second word on where to."""
        self._sock, self._target = sock, target
        self._encode, self._decode = encode, decode
        self._sent_ns: dict[int, int] = {}  # wall clock, as the kernel's stamps are
        self.kernel_time = False

    async def run(self, plan: Plan) -> Heard:
        self._ledger = Ledger(plan)
        self._ask_for_stamps()
        async with self._reading():
            await self._ledger.keep_pace(self._send)
        return Heard(self._ledger.judge(), self.kernel_time)

    def _ask_for_stamps(self) -> None:
        if sys.platform == "linux":
            with contextlib.suppress(OSError):
                self._sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
                self.kernel_time = True

    def _send(self, number: int) -> bool:
        self._ledger.asked(number)
        self._sent_ns[number] = time.time_ns()
        data = self._encode(number)
        try:
            if self._target is None:
                self._sock.send(data)
            else:
                self._sock.sendto(data, self._target)
        except (BlockingIOError, ConnectionError):
            pass  # a full queue loses the packet as a network would; the other is an earlier packet's error
        except OSError:
            return self._ledger.not_asked(number)
        return True

    @contextlib.asynccontextmanager
    async def _reading(self) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        if sys.platform == "win32":
            # Windows' event loop watches no sockets: it reads from them.
            pump = loop.create_task(self._pump())
            try:
                yield
            finally:
                pump.cancel()
                await asyncio.gather(pump, return_exceptions=True)
        else:
            loop.add_reader(self._sock, self._read)
            try:
                yield
            finally:
                loop.remove_reader(self._sock)

    async def _pump(self) -> None:
        loop = asyncio.get_running_loop()
        while self._sock.fileno() >= 0:
            try:
                data = await loop.sock_recv(self._sock, 2048)
            except OSError:
                # An earlier packet's error, or nothing was sent yet.
                await asyncio.sleep(PACE_S)
            else:
                self._note(data, [])

    def _read(self) -> None:
        if sys.platform != "win32":
            with contextlib.suppress(OSError):
                while True:
                    data, ancillary, _, _ = self._sock.recvmsg(2048, 128)
                    self._note(data, ancillary)

    def _note(self, data: bytes, ancillary: list[tuple[int, int, bytes]]) -> None:
        number = self._decode(data)
        if number is None or not self._ledger.awaits(number):
            return
        seen = self._ledger.elapsed_ms(number)
        stamped = _arrival_ns(ancillary)
        # The wall clock may be set meanwhile: a stamp counts only if it is no later than we were.
        exact = (stamped - self._sent_ns[number]) / 1e6 if stamped is not None else -1.0
        self._ledger.answered(number, exact if 0 < exact <= seen else seen)


def _arrival_ns(ancillary: list[tuple[int, int, bytes]]) -> int | None:
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPNS and len(data) >= _STAMP.size:
            seconds, nanoseconds = _STAMP.unpack_from(data)
            return int(seconds) * 1_000_000_000 + int(nanoseconds)
    return None


async def pings(address: str, plan: Plan, device: str | None = None) -> Heard:
    """Echo requests; ``denied`` where this system lets us send none. Never raises."""
    if sys.platform == "win32":
        from probes.wire import icmp_windows

        return await icmp_windows.series(address, plan, device)
    try:
        family, target = endpoint(address, 0)
        proto = socket.IPPROTO_ICMPV6 if family == socket.AF_INET6 else socket.IPPROTO_ICMP
        sock = new_socket(family, socket.SOCK_DGRAM, proto, device)
    except OSError:
        return Heard((), denied=True)
    token = secrets.token_bytes(16)
    with contextlib.closing(sock):
        flow = _Flow(
            sock, target, lambda n: icmp.packet(family, n, token), lambda data: icmp.match(data, family, token)
        )  # fmt: skip
        return await flow.run(plan)


async def questions(address: str, query: bytes, plan: Plan, device: str | None = None) -> Heard:
    """The same DNS question over UDP many times, each under an id of its own. Never raises."""
    try:
        family, target = endpoint(address, 53)
        sock = new_socket(family, socket.SOCK_DGRAM, device=device)
    except OSError:
        return NOTHING
    first = secrets.randbelow(0x8000)
    with contextlib.closing(sock):
        try:
            sock.connect(target)
        except OSError:
            return NOTHING

        def decode(data: bytes) -> int | None:
            return int.from_bytes(data[:2], "big") - first if len(data) >= 12 and data[2] & 0x80 else None

        flow = _Flow(sock, None, lambda n: (first + n).to_bytes(2, "big") + query[2:], decode)
        return await flow.run(plan)


# A SYN is repeated after one second: later answers may belong to the second one.
_CONNECT_S = 0.9


async def connections(address: str, port: int, plan: Plan, device: str | None = None) -> Heard:
    """Connections one after the other, closed at once; no answer within 0.9 s is a loss. Never raises."""
    begun: dict[int, float] = {}

    async def one(number: int) -> float | OSError | None:
        await asyncio.sleep(number * plan.pace_s)
        begun[number] = time.perf_counter()
        made = await open_tcp(address, port, _CONNECT_S, device)
        if made.sock is not None:
            with contextlib.closing(made.sock):
                close_by_reset(made.sock)
        if made.answer in (TcpAnswer.OPEN, TcpAnswer.REFUSED):
            return made.rtt_ms
        return None if made.answer is TcpAnswer.SILENT else OSError()

    tries = [asyncio.ensure_future(one(number)) for number in range(plan.count)]
    started = time.perf_counter()
    try:
        done, _ = await asyncio.wait(tries, timeout=plan.hopeless_s, return_when=asyncio.FIRST_COMPLETED)
        if done:
            await asyncio.wait(tries, timeout=started + plan.limit_s - time.perf_counter())
    finally:
        now = time.perf_counter()
        for task in tries:
            task.cancel()
        ended = await asyncio.gather(*tries, return_exceptions=True)
    rtts = [rtt for rtt in ended if isinstance(rtt, float)]
    patience = patience_s(plan, rtts)
    old = {n for n, at in begun.items() if now - at > patience}
    # Stopped in the middle: lost if old enough, else left out, like every other failure.
    lost = {n for n, end in enumerate(ended) if isinstance(end, asyncio.CancelledError) and n in old}
    kept = ((n, end) for n, end in enumerate(ended) if n in lost or not isinstance(end, BaseException))
    return Heard(tuple(None if isinstance(end, BaseException) else end for _, end in kept))
