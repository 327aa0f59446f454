"""Times of the outbox. Only a clock that nobody sets decides; the time of day is for showing."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

SETTLE_S = 180.0
"""Seconds after an attempt of unknown end before a search that finds nothing is believed.

After a time-out or a kill the kernel still delivers what was written to the socket: an orphaned connection retries
8 times, about 100 s (Linux tcp(7), tcp_orphan_retries); then a gateway gives its server 60 s (nginx
proxy_read_timeout, its default; our own limit of a request is as much). Later than that is caught by the late looks.
"""
FIRST_S, MOST_S = 5.0, 3600.0
"""Seconds before the first repetition, doubled each time, and at most: ``Retry-After`` is believed as far, too."""
LATE_S = (SETTLE_S, 3600.0)
"""Seconds after the end of a parcel, and after the look before it: the network may deliver a copy late."""
LEAST_PART = 0.5
"""Of a wait, what is left of it by chance at the least: many PCs of one street are back at the same moment."""
GONE_MOST = 5
"""Times in a row that a ticket of ours may be "not there" before it is believed: a replica lags by seconds."""
UNSEEN_MOST = 3
"""Times that a desk may say yes to a file or a note that is not there afterwards: then it keeps none, and more would
only be a risk. Whoever says yes to everything is mostly a portal in between, and gone the next time."""
LOOKS_MOST = 8
"""Times in a row that a late look may fail before it is given up; each later one waits an hour."""


def _now() -> datetime:
    return datetime.now(UTC).astimezone()


@dataclass(frozen=True, slots=True)
class Clock:
    """``wall``: aware, for showing. ``awake_s``: seconds that nobody sets; it starts near 0 with the system.

    Where the system can, ``awake_s`` stands still while the PC sleeps: so do the connections of before.
    ``chance``: from 0 to 1.
    """

    wall: Callable[[], datetime] = _now
    awake_s: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random

    def iso(self) -> str:
        """The time of day, as it is shown and kept."""
        return self.wall().isoformat(timespec="milliseconds")


@dataclass(frozen=True, slots=True)
class Limits:
    """All in seconds; see the constants."""

    settle_s: float = SETTLE_S
    first_s: float = FIRST_S
    most_s: float = MOST_S
    late_s: tuple[float, ...] = LATE_S


def left_s(since: float, wait: float, now: float) -> float:
    """Seconds that are left of a wait; never more than the whole of it, whatever clock or start of the system.

    ``now`` below ``since``: the system was started again, and has been up for ``now`` seconds since; so long at least
    was waited. Otherwise it may be another start too: then more was waited than the difference says, never less.
    """
    return max(0.0, wait - (now - since if now >= since else now))


def pause_s(failures: int, limits: Limits, chance: float, again_s: float | None = None) -> float:
    """How long to wait after so many failures in a row; ``again_s``: what the desk asked for."""
    whole = min(limits.most_s, limits.first_s * 2.0 ** min(failures - 1, 30))
    return max(whole * (LEAST_PART + (1 - LEAST_PART) * chance), again_s or 0.0)
