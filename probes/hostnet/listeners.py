"""Which ports the programs of this PC wait on. Blocking, a few milliseconds; nothing is sent."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import TYPE_CHECKING

from selfcare.model.home_pc import Listener, Listeners

if TYPE_CHECKING:
    from psutil._common import sconn


def read() -> Listeners:
    """All of them; where the system tells an ordinary user of his own programs only (macOS), those."""
    import psutil

    try:
        return Listeners(_told(psutil.net_connections("inet")), complete=True)
    except (psutil.Error, OSError):
        return Listeners(_told(_own()), complete=False)


def _own() -> Iterable[sconn]:
    import psutil

    for process in psutil.process_iter():
        try:
            for one in process.net_connections("inet"):
                yield one._replace(pid=process.pid) if hasattr(one, "pid") else _with_pid(one, process.pid)
        except (psutil.Error, OSError):
            continue


def _with_pid(one: object, pid: int) -> sconn:
    from psutil._common import sconn as whole

    fd, family, kind, laddr, raddr, status = one[:6]  # type: ignore[index]
    return whole(fd, family, kind, laddr, raddr, status, pid)


def _told(connections: Iterable[sconn]) -> tuple[Listener, ...]:
    import socket

    import psutil

    found: dict[Listener, None] = {}
    for one in connections:
        tcp = one.type == socket.SOCK_STREAM
        waits = one.status == psutil.CONN_LISTEN if tcp else not one.raddr
        if one.laddr and waits:
            address = _plain(one.laddr.ip)
            found[Listener(one.laddr.port, "tcp" if tcp else "udp", address, _program(one.pid))] = None
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
