"""Whether the system calls the connection metered: a deep check is then not a thing to do lightly."""

from __future__ import annotations

import sys

from probes.hostnet.bus import call, system_bus

_SERVICE, _PATH = "org.freedesktop.NetworkManager", "/org/freedesktop/NetworkManager"
# NMMetered, from its public D-Bus documentation: yes, no, guessed yes, guessed no; 0 is unknown.
_MEANING = {1: True, 2: False, 3: True, 4: False}


async def metered() -> bool | None:
    """NetworkManager's word on Linux, its guesses included (a telephone's hotspot); None where nobody says."""
    if sys.platform != "linux":
        return None
    async with system_bus() as bus:
        if bus is None:
            return None
        reply = await call(bus, _SERVICE, _PATH, "org.freedesktop.DBus.Properties", "Get", "ss", (_SERVICE, "Metered"))
    return _MEANING.get(reply[0]) if reply and isinstance(reply[0], int) else None
