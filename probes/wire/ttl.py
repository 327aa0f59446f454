"""Hops towards an address on Linux: UDP with short lives, answers from the socket's error queue.

Needs no privilege: the kernel hands the ICMP messages about our own packets to us.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from probes.wire.sockets import new_socket

# From the Linux headers; Python's socket module does not name all of them.
_IP_RECVERR = 11
_MSG_ERRQUEUE = 0x2000
_ORIGIN_ICMP = 2
# struct sock_extended_err: errno, origin, type, code, pad, info, data
_EXTENDED = struct.Struct("=IBBBBII")
_SOCKADDR_IN = struct.Struct("=HH4s8x")
# The customary first port of traceroute: nobody listens there.
_BASE_PORT = 33_434
RESEND_S = 0.35


@dataclass(frozen=True, slots=True)
class IcmpError:
    """An ICMP message about one of our packets."""

    ttl: int
    address: str
    icmp_type: int
    icmp_code: int
    rtt_ms: float


def parse_error(level: int, kind: int, data: bytes) -> tuple[str, int, int] | None:
    """``(offender, type, code)`` of one ancillary message; None if it is no ICMP error."""
    if level != socket.IPPROTO_IP or kind != _IP_RECVERR or len(data) < _EXTENDED.size + _SOCKADDR_IN.size:
        return None
    _, origin, icmp_type, code, _, _, _ = _EXTENDED.unpack_from(data)
    if origin != _ORIGIN_ICMP:
        # The kernel's own word, such as an unanswered ARP request.
        return None
    family, _, raw = _SOCKADDR_IN.unpack_from(data, _EXTENDED.size)
    if family != socket.AF_INET:
        return None
    return socket.inet_ntoa(raw), icmp_type, code


class _Probe:
    """One socket with one lifetime."""

    def __init__(self, target: str, ttl: int, device: str | None, heard: Callable[[IcmpError], None]) -> None:
        self._ttl = ttl
        self._heard = heard
        self._sent = time.perf_counter()
        self._sock = new_socket(socket.AF_INET, socket.SOCK_DGRAM, device=device)
        try:
            self._sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, ttl)
            self._sock.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 1)
            self._sock.connect((target, _BASE_PORT + ttl))
            asyncio.get_running_loop().add_reader(self._sock, self._read)
        except BaseException:
            self._sock.close()
            raise

    def send(self) -> OSError | None:
        try:
            self._sock.send(b"selfcare")
        except OSError as error:
            # The answer to the first packet is reported at the second: it is in the queue.
            return error
        return None

    def _read(self) -> None:
        if sys.platform == "win32":
            raise OSError(errno.EOPNOTSUPP, "no error queue")
        with contextlib.suppress(OSError):
            _, ancillary, _, _ = self._sock.recvmsg(256, 512, _MSG_ERRQUEUE | socket.MSG_DONTWAIT)
            for item in ancillary:
                parsed = parse_error(*item)
                if parsed is not None:
                    elapsed = (time.perf_counter() - self._sent) * 1000
                    self._heard(IcmpError(self._ttl, *parsed, elapsed))
            return
        # Nothing in the queue: an ordinary datagram or a pending error keeps the socket readable.
        with contextlib.suppress(OSError):
            self._sock.recv(256)

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._sock)
        self._sock.close()


async def trace(
    target: str,
    max_ttl: int,
    deadline: float,
    settled: Callable[[dict[int, IcmpError]], float | None],
    device: str | None = None,
) -> tuple[dict[int, IcmpError], OSError | None]:
    """First ICMP answer per TTL, and the error if nothing could be sent at all.

    Args:
        target: an IPv4 address.
        max_ttl: lives 1 to this, all at once, each sent twice.
        deadline: seconds.
        settled: given the answers so far, how many seconds more to wait, None for all of them.
        device: binds the packets to an interface.
    """
    heard: dict[int, IcmpError] = {}
    news = asyncio.Event()

    def hear(error: IcmpError) -> None:
        heard.setdefault(error.ttl, error)
        news.set()

    end = time.monotonic() + deadline
    probes: list[_Probe] = []
    try:
        for ttl in range(1, max_ttl + 1):
            probes.append(_Probe(target, ttl, device, hear))
        refused = [probe.send() for probe in probes]
        if all(error is not None and error.errno != errno.ECONNREFUSED for error in refused):
            return heard, refused[0]
        await _listen(probes, heard, news, end, settled)
    except OSError as error:
        return heard, error
    finally:
        for probe in probes:
            probe.close()
    return heard, None


async def _listen(
    probes: list[_Probe],
    heard: dict[int, IcmpError],
    news: asyncio.Event,
    end: float,
    settled: Callable[[dict[int, IcmpError]], float | None],
) -> None:
    resend_at = time.monotonic() + RESEND_S
    stop_at = end
    resent = False
    while (now := time.monotonic()) < stop_at and len(heard) < len(probes):
        if not resent and now >= resend_at:
            for ttl, probe in enumerate(probes, start=1):
                if ttl not in heard:
                    probe.send()
            resent = True
        news.clear()
        until = stop_at if resent else min(stop_at, resend_at)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(until - now, 0.001)):
                await news.wait()
        wait = settled(heard)
        if wait is not None:
            stop_at = min(stop_at, time.monotonic() + wait)
