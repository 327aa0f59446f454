"""The world's time. It goes on when somebody sets the clock of this machine, which the PC of the lab shares."""

from __future__ import annotations

import time

_ZERO = time.time() - time.monotonic()


def now() -> float:
    """Seconds since 1970."""
    return _ZERO + time.monotonic()
