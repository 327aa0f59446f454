"""systemd-resolved: the DNS servers in use, per link and for the whole system."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from probes.hostnet.bus import call

if TYPE_CHECKING:
    from dbus_fast.aio import MessageBus

_SERVICE = "org.freedesktop.resolve1"
_PATH = "/org/freedesktop/resolve1"
_MANAGER = "org.freedesktop.resolve1.Manager"


@dataclass(frozen=True, slots=True)
class Resolved:
    """``links``: servers by interface index; ``system``: those set for all; ``mode`` of resolv.conf."""

    links: dict[int, tuple[str, ...]]
    system: tuple[str, ...]
    mode: str | None


async def read(bus: MessageBus) -> Resolved | None:
    """One call; None when resolved does not run."""
    reply = await call(
        bus, _SERVICE, _PATH, "org.freedesktop.DBus.Properties", "GetAll", "s", (_MANAGER,)
    )  # fmt: skip
    if not reply or not isinstance(reply[0], dict):
        return None
    links: dict[int, list[str]] = {}
    for index, family, packed in reply[0].get("DNS", ()):
        address = unpack(family, packed)
        if address is not None:
            links.setdefault(index, []).append(address)
    mode = reply[0].get("ResolvConfMode")
    return Resolved(
        {index: tuple(found) for index, found in links.items() if index},
        tuple(links.get(0, ())),
        mode if isinstance(mode, str) else None,
    )


def unpack(family: int, packed: Any) -> str | None:
    """The address behind a family and its bytes; None for what is no address."""
    try:
        return socket.inet_ntop(family, bytes(packed))
    except (ValueError, OSError, TypeError):
        return None
