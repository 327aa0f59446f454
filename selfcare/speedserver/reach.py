"""``GET /reach?port=N&protocol=tcp``: knocks on one port of whoever asks, and of nobody else.

Harmless to third parties by its shape: the address is the source of a TCP connection that stands (it cannot be made
up), one port for a question, three seconds, and few questions a minute. Nothing is kept longer than that minute.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import json
import secrets
import socket
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

KNOCK_S = 3.0
_AGAIN_S = 0.7
_MOST_SOURCES = 4096
Ended = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class ReachLimits:
    """``questions`` of one source within ``window_s`` seconds; ``at_once`` of all.

    ``inside``: also at an address that nobody has on the Internet. Only for a laboratory: elsewhere that is the inner
    side of a proxy or of a container's host, and whoever asks through it would be shown *its* ports.
    """

    questions: int = 12
    window_s: float = 60.0
    at_once: int = 32
    knock_s: float = KNOCK_S
    inside: bool = False


class Reach:
    """Remembers when each source asked, for a minute, and at most 4096 of them."""

    def __init__(self, limits: ReachLimits | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits, self._clock = limits or ReachLimits(), clock
        self._asked: OrderedDict[str, list[float]] = OrderedDict()
        self._busy: set[str] = set()

    async def answer(self, query: dict[str, list[str]], peer: object, own: object, forwarded: bool = False) -> Ended:
        """Status and body. ``peer`` and ``own``: the two ends of the connection as the socket tells them.

        ``forwarded``: the request says that somebody passed it on. No header ever names the address that is knocked at.
        """
        port, protocol = _port(query.get("port", [])), query.get("protocol", ["tcp"])
        address, here = _address(peer), _address(own)
        if port is None or protocol not in (["tcp"], ["udp"]) or set(query) - {"port", "protocol"}:
            return "400 Bad Request", b""
        if address is None:
            return "403 Forbidden", b""
        if not self._may(address):
            return "429 Too Many Requests", b""
        if forwarded or address == here or (_inside(address) and not self._limits.inside):
            return "200 OK", _said(None, address)  # a proxy in front of us: its doors, or our own, are not the asker's
        self._busy.add(source := _home(address))
        try:
            knock = _tcp if protocol == ["tcp"] else _udp
            return "200 OK", _said(await knock(address, port, self._limits.knock_s), address)
        finally:
            self._busy.discard(source)

    def _may(self, address: str) -> bool:
        """One question at a time and a few a minute, of each source; an IPv6 home is one source."""
        now = self._clock()
        source = _home(address)
        while self._asked and (len(self._asked) > _MOST_SOURCES or self._old(next(iter(self._asked.values())), now)):
            self._asked.popitem(last=False)
        times = [at for at in self._asked.get(source, ()) if now - at < self._limits.window_s]
        if len(times) >= self._limits.questions or source in self._busy or len(self._busy) >= self._limits.at_once:
            return False
        self._asked[source] = [*times, now]
        self._asked.move_to_end(source)
        return True

    def _old(self, times: list[float], now: float) -> bool:
        return not times or now - times[-1] >= self._limits.window_s


_NETWORKS = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "::1", "fc00::/7")
_INSIDE = tuple(ipaddress.ip_network(one) for one in _NETWORKS)
"""Not 100.64.0.0/10: an operator's own server may well see its lines by those."""


def _inside(address: str) -> bool:
    found = ipaddress.ip_address(address)
    return any(found.version == net.version and found in net for net in _INSIDE)


def _home(address: str) -> str:
    found = ipaddress.ip_address(address)
    return str(ipaddress.ip_network(f"{address}/56", strict=False)) if found.version == 6 else address


def _port(values: list[str]) -> int | None:
    text = values[0] if len(values) == 1 else ""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= 5 else 0
    return number if 1 <= number <= 65535 else None


def _address(name: object) -> str | None:
    """Of a socket's end. None: no address one could knock at (a zone of ours, no IP at all)."""
    if not isinstance(name, tuple) or not name or "%" in str(name[0]):
        return None
    try:
        found = ipaddress.ip_address(str(name[0]))
    except ValueError:
        return None
    plain = getattr(found, "ipv4_mapped", None) or found
    nobody = plain.is_multicast or plain.is_unspecified or (plain.version == 6 and plain.is_link_local)
    return None if nobody else str(plain)


def _said(opened: bool | None, address: str) -> bytes:
    return json.dumps({"open": opened, "address": address}).encode()


async def _tcp(address: str, port: int, limit_s: float) -> bool | None:
    """True: somebody took the connection, which is dropped at once. False: refused, unreachable, or silence.

    None: it was this machine that could not (no socket left, no way there).
    """
    try:
        async with asyncio.timeout(limit_s):
            _, writer = await asyncio.open_connection(address, port)
    except (TimeoutError, ConnectionError):
        return False
    except OSError as error:
        return False if error.errno in (errno.EHOSTUNREACH, errno.ETIMEDOUT) else None
    writer.transport.abort()
    return True


async def _udp(address: str, port: int, limit_s: float) -> bool | None:
    """True: something came back. Silence is what most programs answer to a word they do not know: None."""
    loop = asyncio.get_running_loop()
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    end = loop.time() + limit_s
    with contextlib.suppress(OSError), contextlib.closing(socket.socket(family, socket.SOCK_DGRAM)) as sock:
        sock.setblocking(False)
        sock.connect((address, port))
        word = b"selfcare reach " + secrets.token_hex(8).encode()
        while (left := end - loop.time()) > 0:
            sock.send(word)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(_AGAIN_S, left)):
                    await loop.sock_recv(sock, 2048)
                    return True
    return None
