"""Echo requests by the first rung of the ladder that the system permits.

Datagram ICMP needs no privilege where ``ping_group_range`` allows it; the system's own
``ping`` has the right where we have not. Without either the method is ``NONE`` and
nothing can be concluded from silence.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
import sys
import time
from dataclasses import dataclass

from probes.wire.sockets import Failure, SocketAddress, endpoint, meaning, new_socket
from selfcare.model.payloads.gateway import IcmpMethod

# One lost packet must not look like silence.
SEND_AT_S = (0.0, 0.25, 0.6)
_HEADER = 8
_ECHO = {socket.AF_INET: (8, 0), socket.AF_INET6: (128, 129)}


@dataclass(frozen=True, slots=True)
class Echo:
    """What came of it; ``rtts_ms`` in ms, ``responder`` the address that answered."""

    method: IcmpMethod
    sent: int = 0
    rtts_ms: tuple[float, ...] = ()
    responder: str | None = None


NOT_PERMITTED = Echo(IcmpMethod.NONE)


async def echo(address: str, deadline: float, log: list[IcmpMethod] | None = None) -> Echo:
    """Sends up to three echo requests until one is answered or ``deadline`` seconds are over. Never raises.

    ``log`` receives the method at each send: who cancels this still knows what was sent.
    """
    log = [] if log is None else log
    if sys.platform == "win32":
        from probes.wire import icmp_windows

        return await icmp_windows.echo(address, deadline, log)
    try:
        return await _datagram(address, deadline, log)
    except OSError as error:
        failure = meaning(error)
        if failure is Failure.UNREACHABLE:
            # The system would send, but has no way to: a measurement with no answer.
            return Echo(IcmpMethod.DATAGRAM)
        from probes.wire import system_ping

        return await system_ping.echo(address, deadline, log)


async def _datagram(address: str, deadline: float, log: list[IcmpMethod]) -> Echo:
    family, target = endpoint(address, 0)
    proto = socket.IPPROTO_ICMPV6 if family == socket.AF_INET6 else socket.IPPROTO_ICMP
    sock = new_socket(family, socket.SOCK_DGRAM, proto)
    with contextlib.closing(sock):
        if family == socket.AF_INET6 and len(target) == 4:
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, target[3])
        return await _exchange(sock, family, target, deadline, log)


async def _exchange(
    sock: socket.socket, family: int, target: SocketAddress, deadline: float, log: list[IcmpMethod]
) -> Echo:
    loop = asyncio.get_running_loop()
    # The kernel replaces the identifier by its own; sequence and payload are ours.
    token = secrets.token_bytes(16)
    started = time.perf_counter()
    sent_at: list[float] = []
    for number, moment in enumerate((*SEND_AT_S, deadline)):
        answer = await _receive(sock, family, token, started + min(moment, deadline))
        if answer is not None:
            sequence, responder = answer
            origin = sent_at[sequence] if sequence < len(sent_at) else started
            rtt = (time.perf_counter() - origin) * 1000
            return Echo(IcmpMethod.DATAGRAM, len(sent_at), (rtt,), responder)
        if number < len(SEND_AT_S) and moment < deadline:
            await loop.sock_sendto(sock, packet(family, number, token), target)
            sent_at.append(time.perf_counter())
            log.append(IcmpMethod.DATAGRAM)
    return Echo(IcmpMethod.DATAGRAM, len(sent_at))


async def _receive(sock: socket.socket, family: int, token: bytes, until: float) -> tuple[int, str] | None:
    loop = asyncio.get_running_loop()
    own = _own_addresses(sock)
    while (left := until - time.perf_counter()) > 0:
        try:
            async with asyncio.timeout(left):
                data, sender = await loop.sock_recvfrom(sock, 2048)
        except TimeoutError:
            return None
        except ConnectionError:
            continue
        sequence = match(data, family, token)
        responder = str(sender[0]) if sender else ""
        if sequence is not None and responder not in own:
            return sequence, responder
    return None


def _own_addresses(sock: socket.socket) -> set[str]:
    """Our own echo of a multicast must not pass for a router's."""
    with contextlib.suppress(OSError):
        return {str(sock.getsockname()[0])} - {"0.0.0.0", "::"}
    return set()


def packet(family: int, sequence: int, token: bytes) -> bytes:
    """An echo request. The checksum is needed on macOS; Linux computes it anew."""
    kind = _ECHO[socket.AddressFamily(family)][0]
    identifier = os.getpid() & 0xFFFF
    head = bytes((kind, 0, 0, 0)) + identifier.to_bytes(2, "big") + sequence.to_bytes(2, "big")
    check = 0 if family == socket.AF_INET6 else checksum(head + token)
    return head[:2] + check.to_bytes(2, "big") + head[4:] + token


def checksum(data: bytes) -> int:
    """The Internet checksum of RFC 1071."""
    padded = data + b"\0" * (len(data) % 2)
    total = sum(int.from_bytes(padded[i : i + 2], "big") for i in range(0, len(padded), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def match(data: bytes, family: int, token: bytes) -> int | None:
    """The sequence number of an echo reply to us; None for anything else."""
    if family == socket.AF_INET and data[:1] and data[0] >> 4 == 4:
        # macOS delivers the IP header too.
        data = data[(data[0] & 0x0F) * 4 :]
    if len(data) < _HEADER + len(token) or data[0] != _ECHO[socket.AddressFamily(family)][1]:
        return None
    return int.from_bytes(data[6:8], "big") if data[_HEADER:].startswith(token) else None
