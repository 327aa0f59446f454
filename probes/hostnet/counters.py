"""The kernel's own counters of arriving packets (Linux, readable by everybody)."""

from __future__ import annotations

import itertools
from pathlib import Path

SNMP = Path("/proc/net/snmp")
NETSTAT = Path("/proc/net/netstat")
_DELIVERED = ("InDelivers", "ForwDatagrams", "InMcastPkts", "InBcastPkts")
_NEEDED = ("InReceives", "InDelivers", "InMcastPkts", "InBcastPkts")


def parse(text: str) -> dict[str, int]:
    """``Ip`` and ``IpExt`` lines: a line of names, then a line of numbers."""
    found: dict[str, int] = {}
    for names, numbers in itertools.pairwise(text.splitlines()):
        head, _, keys = names.partition(":")
        same, _, values = numbers.partition(":")
        if head not in ("Ip", "IpExt") or same != head:
            continue
        for key, value in zip(keys.split(), values.split(), strict=False):
            if value.isdecimal():
                found[key] = int(value)
    return found


def read() -> dict[str, int] | None:
    """The counters now; None where they cannot be read."""
    try:
        found = parse(SNMP.read_text("ascii", "replace") + "\n" + NETSTAT.read_text("ascii", "replace"))
    except OSError:
        return None
    return found if all(name in found for name in _NEEDED) else None


def lost_between(before: dict[str, int] | None, after: dict[str, int] | None) -> int | None:
    """Packets for this computer alone that arrived and reached no program; never too many.

    Packets for groups and for all are taken off whether delivered or not: nobody here may want them.
    """
    if before is None or after is None:
        return None
    arrived = after["InReceives"] - before["InReceives"]
    return max(0, arrived - sum(after.get(name, 0) - before.get(name, 0) for name in _DELIVERED))
