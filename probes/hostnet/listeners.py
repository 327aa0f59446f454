"""Which ports the programs of this PC wait on. Blocking, a few milliseconds; nothing is sent."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from collections.abc import Iterable, Iterator
from typing import Any

from selfcare.model.home_pc import Listener, Listeners


def read() -> Listeners:
    """All of them; where the system tells an ordinary user of his own programs only (macOS), those."""
    import psutil

    try:
        found = [(one, one.pid) for one in psutil.net_connections("inet")]
    except (psutil.Error, OSError):
        return Listeners(_told(_own()), complete=False)
    return Listeners(_told(found), complete=True)


def _own() -> Iterator[tuple[Any, int]]:
    import psutil

    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            for one in process.net_connections("inet"):
                yield one, process.pid


def _told(connections: Iterable[tuple[Any, int | None]]) -> tuple[Listener, ...]:
    import psutil

    found: dict[Listener, None] = {}
    for one, pid in connections:
        tcp = one.type == socket.SOCK_STREAM
        waits = one.status == psutil.CONN_LISTEN if tcp else not one.raddr
        if one.laddr and waits:
            address = _plain(one.laddr.ip)
            found[Listener(one.laddr.port, "tcp" if tcp else "udp", address, _program(pid))] = None
    return tuple(found)


def _plain(address: str) -> str:
    """Without a zone, and an IPv4 address as such where a socket for both has it."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return str(mapped or found)


def _program(pid: int | None) -> str | None:
    """The name of its file. None: it is somebody else's, or gone."""
    import psutil

    if not pid:
        return None
    try:
        return psutil.Process(pid).name() or None
    except (psutil.Error, OSError):
        return None
