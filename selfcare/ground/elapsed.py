"""A clock that nobody sets: it goes on while the PC sleeps, and when its time of day is put right."""

from __future__ import annotations

import time
from collections.abc import Callable

# Linux's goes by the first name; macOS has the second, while Python's own stands still when a Mac sleeps.
_KINDS = [getattr(time, name) for name in ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC") if hasattr(time, name)]
_get: Callable[[int], float] | None = getattr(time, "clock_gettime", None)


def elapsed_s() -> float:
    """Seconds since some moment in the past; only differences mean something."""
    return _get(_KINDS[0]) if _get and _KINDS else time.monotonic()
