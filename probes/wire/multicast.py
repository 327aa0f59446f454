"""One echo request to a multicast group, and everybody who answers it."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
import time

from probes.wire.icmp import match, packet
from probes.wire.sockets import endpoint, new_socket


async def responders(group: str, seconds: float) -> tuple[bool, tuple[str, ...]]:
    """Whether the question could be sent, and the addresses that answered within ``seconds``.

    Args:
        group: an IPv6 group with its interface, like ``ff02::2%eth0``.
        seconds: how long to listen; the question is repeated once in the middle.
    """
    try:
        family, target = endpoint(group, 0)
        sock = new_socket(family, socket.SOCK_DGRAM, socket.IPPROTO_ICMPV6)
    except OSError:
        return False, ()
    with contextlib.closing(sock):
        token = secrets.token_bytes(16)
        heard: dict[str, None] = {}
        sent = False
        end = time.monotonic() + seconds
        for number, until in enumerate((end - seconds / 2, end)):
            try:
                if len(target) == 4:
                    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, target[3])
                    # Our own machine routes too, perhaps; it is not asked.
                    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_LOOP, 0)
                await asyncio.get_running_loop().sock_sendto(sock, packet(family, number, token), target)
                sent = True
            except OSError:
                # A link that has just come up checks its own address first: the second try may do.
                await asyncio.sleep(max(until - time.monotonic(), 0))
                continue
            await _listen(sock, family, token, until, heard)
        return sent, tuple(heard)


async def _listen(sock: socket.socket, family: int, token: bytes, until: float, heard: dict[str, None]) -> None:
    loop = asyncio.get_running_loop()
    while (left := until - time.monotonic()) > 0:
        try:
            async with asyncio.timeout(left):
                data, sender = await loop.sock_recvfrom(sock, 2048)
        except TimeoutError:
            return
        except OSError:
            continue
        if match(data, family, token) is not None and sender:
            heard.setdefault(str(sender[0]).partition("%")[0])
