"""Series of questions at a steady pace: echo requests, DNS questions and TCP connections, each answer timed."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from probes.wire import icmp
from probes.wire.sockets import SocketAddress, endpoint, new_socket
from probes.wire.tcp import open_tcp
from selfcare.model.payloads.gateway import TcpAnswer

PACE_S = 0.015
# From the Linux headers; the message carries seconds and nanoseconds of arrival.
_SO_TIMESTAMPNS = 35
_STAMP = struct.Struct("@ll")
_PATIENCE_S = 0.25


@dataclass(frozen=True, slots=True)
class Plan:
    """How many questions, ``pace_s`` apart, and until when (seconds from now) answers are waited for.

    Nothing at all heard after ``give_up_s`` seconds ends it: somebody who does not speak this is no loss.
    ``expect_s`` is how long answers are known to take: they are waited for accordingly.
    """

    count: int
    limit_s: float
    pace_s: float = PACE_S
    give_up_s: float = 0.5
    expect_s: float = 0.0

    @property
    def hopeless_s(self) -> float:
        """Seconds after which silence ends the series."""
        return min(self.limit_s, max(self.give_up_s, 2 * self.expect_s))


@dataclass(frozen=True, slots=True)
class Heard:
    """Round trips in ms in the order of sending, None for no answer; empty if nothing could be sent."""

    rtts_ms: tuple[float | None, ...]
    kernel_time: bool = False
    denied: bool = False


NOTHING = Heard(())
Encode = Callable[[int], bytes]
Decode = Callable[[bytes], int | None]


class _Flow:
    """One datagram socket: sends at a steady pace, a reader notes when each answer arrived."""

    def __init__(self, sock: socket.socket, target: SocketAddress, encode: Encode, decode: Decode) -> None:
        self._sock, self._target = sock, target
        self._encode, self._decode = encode, decode
        self._sent: list[tuple[float, int]] = []  # monotonic seconds, wall clock in ns
        self._rtts: dict[int, float] = {}
        self._expect_s = 0.0
        self.kernel_time = False

    async def run(self, plan: Plan) -> Heard:
        loop = asyncio.get_running_loop()
        self._expect_s = plan.expect_s
        self._ask_for_stamps()
        loop.add_reader(self._sock, self._read)
        try:
            begun = time.perf_counter()
            for number in range(plan.count):
                await asyncio.sleep(begun + number * plan.pace_s - time.perf_counter())
                if self._hopeless(plan, begun) or not self._send(number):
                    break
            # Being lost is a matter of age, which no event tells.
            while not self._hopeless(plan, begun) and not self._complete():  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        finally:
            loop.remove_reader(self._sock)
        return Heard(self._judge(time.perf_counter()), self.kernel_time)

    def _hopeless(self, plan: Plan, begun: float) -> bool:
        elapsed = time.perf_counter() - begun
        return elapsed > (plan.limit_s if self._rtts else plan.hopeless_s)

    def _ask_for_stamps(self) -> None:
        if sys.platform == "linux":
            with contextlib.suppress(OSError):
                self._sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
                self.kernel_time = True

    def _send(self, number: int) -> bool:
        self._sent.append((time.perf_counter(), time.time_ns()))
        try:
            self._sock.sendto(self._encode(number), self._target)
        except (BlockingIOError, ConnectionError):
            pass  # a full queue loses the packet as a network would; the other is an earlier packet's error
        except OSError:
            self._sent.pop()
            return bool(self._sent) and number < 3
        return True

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                data, ancillary, _, _ = self._sock.recvmsg(2048, 128)
                self._note(data, ancillary, time.perf_counter())

    def _note(self, data: bytes, ancillary: list[tuple[int, int, bytes]], now: float) -> None:
        number = self._decode(data)
        if number is None or not 0 <= number < len(self._sent) or number in self._rtts:
            return
        sent, sent_ns = self._sent[number]
        seen = (now - sent) * 1000
        stamped = _arrival_ns(ancillary)
        # The wall clock may be set meanwhile: a stamp counts only if it is no later than we were.
        exact = (stamped - sent_ns) / 1e6 if stamped is not None else -1.0
        self._rtts[number] = exact if 0 < exact <= seen else seen

    def _complete(self) -> bool:
        """All answered, or what is missing is old enough to be called lost."""
        oldest = time.perf_counter() - self._patience()
        return bool(self._rtts) and all(n in self._rtts or at < oldest for n, (at, _) in enumerate(self._sent))

    def _patience(self) -> float:
        return max(_PATIENCE_S, 2 * self._expect_s, 2 * max(self._rtts.values(), default=0.0) / 1000)

    def _judge(self, now: float) -> tuple[float | None, ...]:
        """A question that is too young to be called lost is left out."""
        oldest = now - self._patience()
        return tuple(self._rtts.get(n) for n, (at, _) in enumerate(self._sent) if n in self._rtts or at < oldest)


def _arrival_ns(ancillary: list[tuple[int, int, bytes]]) -> int | None:
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPNS and len(data) >= _STAMP.size:
            seconds, nanoseconds = _STAMP.unpack_from(data)
            return int(seconds) * 1_000_000_000 + int(nanoseconds)
    return None


async def pings(address: str, plan: Plan, device: str | None = None) -> Heard:
    """Echo requests; ``denied`` where this system lets us send none. Never raises."""
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

        flow = _Flow(sock, target, lambda n: (first + n).to_bytes(2, "big") + query[2:], decode)
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
                # A reset instead of the long goodbye.
                made.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
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
    patience = max(_PATIENCE_S, 2 * plan.expect_s, 2 * max(rtts, default=0.0) / 1000)
    old = {n for n, at in begun.items() if now - at > patience}
    # Stopped in the middle: lost if old enough, else left out, like every other failure.
    lost = {n for n, end in enumerate(ended) if isinstance(end, asyncio.CancelledError) and n in old}
    kept = ((n, end) for n, end in enumerate(ended) if n in lost or not isinstance(end, BaseException))
    return Heard(tuple(None if isinstance(end, BaseException) else end for _, end in kept))
