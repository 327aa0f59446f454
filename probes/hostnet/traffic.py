"""What an adapter has carried, as the system counts it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Carried:
    """Bytes since the adapter exists."""

    down: int
    up: int


def carried(interface: str | None) -> Carried | None:
    """The counters of an adapter; None where they cannot be read."""
    import psutil

    try:
        counters = psutil.net_io_counters(pernic=True, nowrap=False).get(interface or "")
    except (OSError, RuntimeError):
        return None
    return Carried(counters.bytes_recv, counters.bytes_sent) if counters is not None else None
