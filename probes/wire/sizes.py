"""Which packet sizes get through with "do not fragment", and what the kernel believes of the path."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
import time
from collections.abc import Iterable

from probes.wire.gathering import collect
from probes.wire.icmp import match, packet
from probes.wire.sockets import endpoint, new_socket

# From the Linux headers.
_IP_MTU_DISCOVER, _IP_MTU = 10, 14
# PROBE: send as large as told, whatever the path was known to carry; DO: heed and learn.
_PMTUDISC_DO, _PMTUDISC_PROBE = 2, 3
_HEADERS = 28
# Traceroute's first port: a host there answers "port unreachable".
_PORT = 33_434
_SENDS = 3


async def largest(target: str, sizes: Iterable[int], deadline: float) -> int | None:
    """The largest packet, in bytes with its headers, that ``target`` answered; None if it answered none."""
    wanted = list(sizes)
    tries = [_echo(target, size, deadline) for size in wanted] + [_datagram(target, size, deadline) for size in wanted]
    answered = await collect(tries, deadline=deadline + 0.1, settled=lambda got: max(wanted) in got)
    return max((size for size in answered if size is not None), default=None)


def _socket(target: str, kind: int, proto: int = 0, discover: int = _PMTUDISC_PROBE) -> socket.socket:
    family, where = endpoint(target, _PORT)
    sock = new_socket(family, kind, proto)
    try:
        sock.setsockopt(socket.IPPROTO_IP, _IP_MTU_DISCOVER, discover)
        sock.connect(where)
    except BaseException:
        sock.close()
        raise
    return sock


async def _echo(target: str, size: int, deadline: float) -> int | None:
    """By echo request: the answer has the same size, so both ways are tried."""
    token = secrets.token_bytes(16)
    loop = asyncio.get_running_loop()
    end = time.monotonic() + deadline
    try:
        with contextlib.closing(_socket(target, socket.SOCK_DGRAM, socket.IPPROTO_ICMP)) as sock:
            for number in range(_SENDS):
                sock.send(packet(socket.AF_INET, number, token + bytes(size - _HEADERS - len(token))))
                until = min(end, time.monotonic() + deadline / _SENDS)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(max(until - time.monotonic(), 0.01)):
                        while match(await loop.sock_recv(sock, 65535), socket.AF_INET, token) is None:
                            pass
                        return size
    except OSError:
        # Not permitted, or larger than this PC's own adapter takes.
        return None
    return None


async def _datagram(target: str, size: int, deadline: float) -> int | None:
    """By a datagram to a closed port: "port unreachable" is the answer; the way out only."""
    loop = asyncio.get_running_loop()
    try:
        with contextlib.closing(_socket(target, socket.SOCK_DGRAM)) as sock:
            for _ in range(_SENDS):
                try:
                    sock.send(bytes(size - _HEADERS))
                    async with asyncio.timeout(deadline / _SENDS):
                        await loop.sock_recv(sock, 64)
                except ConnectionRefusedError:
                    return size
                except TimeoutError:
                    continue
    except OSError:
        return None
    return None


async def believed(target: str, size: int, wait: float) -> int | None:
    """What the kernel takes the path to carry once a packet of that size had its chance to be refused aloud."""
    try:
        with contextlib.closing(_socket(target, socket.SOCK_DGRAM, discover=_PMTUDISC_DO)) as sock:
            for _ in range(2):
                with contextlib.suppress(OSError):
                    sock.send(bytes(size - _HEADERS))
                await asyncio.sleep(wait / 2)
            return sock.getsockopt(socket.IPPROTO_IP, _IP_MTU)
    except OSError:
        return None
