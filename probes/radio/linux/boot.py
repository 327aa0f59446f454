"""The clock that the kernel and NetworkManager stamp with: seconds since the start, sleep included."""

from __future__ import annotations

import time
from collections.abc import Callable

_CLOCK_BOOTTIME = 7
"""From linux/time.h; read through getattr, as other systems have no such clocks."""


def seconds() -> float:
    """Now, by that clock."""
    read: Callable[[int], float] | None = getattr(time, "clock_gettime", None)
    return time.monotonic() if read is None else read(_CLOCK_BOOTTIME)
