"""Whether a packet leaves this computer: what the system itself says, without privilege.

UDP: a local filter makes the send fail at once. TCP hides that, but counts: a second SYN
that was due (``retransmits``) and is not on its way (``retrans``) was stopped here. Both
were seen on Linux with nftables; Windows answers a blocked connect with "access denied".
A refusal tells who wrote it (``errqueue``); a reset does not, and is asked for again on this cable.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import struct
import sys
import time

from probes.hostnet import netlink
from probes.wire import errqueue, onlink
from probes.wire.sockets import Failure, SocketAddress, endpoint, interface_index, meaning, new_socket
from probes.wire.threads import in_thread
from selfcare.model.payloads.reach import Fate

# From the public Linux headers: struct tcp_info.
_TCP_INFO = 11
_RETRANSMITS_AT = 2
_RETRANS_AT = 8 + 7 * 4
_SYN_SENT = 2
# A datagram that dies at the box.
_NEAREST = 1
_NOTHING = b"selfcare"
_QUICK_S = 0.2


async def tcp_fate(address: str, port: int, deadline: float, device: str | None = None) -> Fate:
    """Connects and closes at once. ``STOPPED`` only when the system itself says so.

    Args:
        address: a literal address.
        port: the other end's.
        deadline: seconds; a silent one needs more than one to be judged.
        device: the adapter in use, to tell a reset of this computer from one of the network.
    """
    end = time.monotonic() + deadline
    try:
        family, target = endpoint(address, port)
        with contextlib.closing(new_socket(family, socket.SOCK_STREAM)) as sock:
            errqueue.listen(sock)
            fate, failure = await _connect(sock, target, end)
            told = errqueue.refusal(sock)
    except OSError:
        return Fate.UNKNOWN
    if failure is None:
        return fate
    if told is not None:
        return _judge(told, failure)
    if failure in (Failure.REFUSED, Failure.RESET):
        return Fate.STOPPED if await _reset_here(target, device) else Fate.ANSWERED
    return fate


async def _connect(sock: socket.socket, target: SocketAddress, end: float) -> tuple[Fate, Failure | None]:
    try:
        async with asyncio.timeout(max(end - time.monotonic(), 0.01)):
            await asyncio.get_running_loop().sock_connect(sock, target)
    except TimeoutError:
        return _silent(sock), None
    except OSError as error:
        failure = meaning(error)
        return Fate.STOPPED if failure is Failure.DENIED else Fate.UNKNOWN, failure
    return Fate.ANSWERED, None


def _judge(told: errqueue.Refusal, failure: Failure) -> Fate:
    """What a refusal says of our packet, by who wrote it: a router's "prohibited" may look like our own."""
    if told.ours:
        return Fate.UNKNOWN if told.no_neighbour else Fate.STOPPED
    return Fate.ANSWERED if failure in (Failure.REFUSED, Failure.RESET) else Fate.LEFT


def _silent(sock: socket.socket) -> Fate:
    """What the kernel counts for a SYN nobody answered."""
    if sys.platform != "linux":
        return Fate.UNKNOWN
    try:
        data = sock.getsockopt(socket.IPPROTO_TCP, _TCP_INFO, 104)
    except OSError:
        return Fate.UNKNOWN
    return judge_info(data)


def judge_info(data: bytes) -> Fate:
    """The fate of a SYN from ``struct tcp_info``; UNKNOWN while no second one was due."""
    if len(data) < _RETRANS_AT + 4 or data[0] != _SYN_SENT or data[_RETRANSMITS_AT] == 0:
        return Fate.UNKNOWN
    (on_the_way,) = struct.unpack_from("=I", data, _RETRANS_AT)
    return Fate.LEFT if on_the_way else Fate.STOPPED


async def _reset_here(target: SocketAddress, device: str | None) -> bool:
    """Whether a SYN is reset although no router was asked to carry it: then only this computer can have done so.

    Told that the address is on its own cable, the kernel filters the packet first and then looks in vain for a
    neighbour of that name. Should one answer (a gateway that speaks for every address), the reset may be its own.
    "Unreachable" counts for nothing: it is the end of that search, perhaps of one begun seconds ago.
    Linux and IPv4 only.
    """
    if sys.platform != "linux" or device is None or len(target) != 2:
        return False
    try:
        with contextlib.closing(new_socket(socket.AF_INET, socket.SOCK_STREAM, device=device)) as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_DONTROUTE, 1)
            async with asyncio.timeout(_QUICK_S):
                await asyncio.get_running_loop().sock_connect(sock, target)
    except TimeoutError:
        return False
    except OSError as error:
        return meaning(error) is Failure.REFUSED and await in_thread(_nobody_there, target[0], device)
    return False


def _nobody_there(address: str, device: str) -> bool:
    """Whether no machine of the cable answered for the address. Blocking."""
    try:
        return not onlink.holders(netlink.neighbours(interface_index(device)), (address,))
    except (OSError, ImportError):
        return False


def udp_fate(address: str, port: int) -> Fate:
    """Sends one datagram that dies at the box. ``LEFT`` says no more than that this computer let it go."""
    try:
        family, target = endpoint(address, port)
        with contextlib.closing(new_socket(family, socket.SOCK_DGRAM)) as sock:
            if family == socket.AF_INET6:
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, _NEAREST)
            else:
                sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, _NEAREST)
            sock.sendto(_NOTHING, target)
    except OSError as error:
        return Fate.STOPPED if error.errno in (errno.EPERM, errno.EACCES) else Fate.UNKNOWN
    return Fate.LEFT
