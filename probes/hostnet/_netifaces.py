"""The only place that knows netifaces: default gateways on systems without netlink."""

from __future__ import annotations

import socket
from typing import Any

import netifaces


def default_gateways() -> list[tuple[int, str, str, bool]]:
    """``(family 4 or 6, gateway, interface, is the default)`` for each default route; [] if unreadable.

    On Windows the interface is the adapter's GUID, as netifaces gives it.
    """
    found: list[tuple[int, str, str, bool]] = []
    try:
        # Typed by hand: the package's own hints mix the entry for defaults with the lists.
        table: Any = netifaces.gateways()
    except (OSError, ValueError):
        return []
    for family, number in ((socket.AF_INET, 4), (socket.AF_INET6, 6)):
        for entry in table.get(family, ()):
            gateway, interface = str(entry[0]), str(entry[1])
            found.append((number, gateway, interface, bool(entry[2]) if len(entry) > 2 else True))
    return found
