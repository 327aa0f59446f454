"""What figures mean for people: pure functions from latencies, rates and loss to published scales.

- Responsiveness (RPM, draft-ietf-ippm-responsiveness): round trips per minute under load, 60 000 / ms, the worst
  5 % trimmed; below 300 poor, below 1000 fair, below 6000 good, above excellent.
- Grade of the rise of latency under load (DSLReports): < 5 ms A+, < 30 A, < 60 B, < 200 C, < 400 D, else F.
- Uses (Cloudflare's AIM, its public speed test, 2026): points per figure, summed, against four limits. Its
  three uses are calls, games and streaming; browsing is our own, on the same points.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from selfcare.model.middle import mean as average
from selfcare.model.middle import median as middle


class Grade(StrEnum):
    """DSLReports' letters for bufferbloat."""

    A_PLUS = "A+"
    A = "A"
    B = "B"
    C = "C"
    D = "D"
    F = "F"


class Use(StrEnum):
    """What people do with a connection."""

    CALLS = "calls"
    GAMES = "games"
    STREAMING = "streaming"
    BROWSING = "browsing"


class Quality(StrEnum):
    """AIM's five words."""

    BAD = "bad"
    POOR = "poor"
    AVERAGE = "average"
    GOOD = "good"
    GREAT = "great"


@dataclass(frozen=True, slots=True)
class UseScore:
    """One use: its points and the word they amount to."""

    use: Use
    points: float
    quality: Quality


@dataclass(frozen=True, slots=True)
class Figures:
    """What the uses depend on. Latencies in ms, ``loss`` 0 to 1, rates in Mbit/s. ``rise_ms``: the worse direction."""

    latency_ms: float
    jitter_ms: float
    rise_ms: float
    loss: float
    down_mbps: float
    up_mbps: float


_GRADE_LIMITS_MS = (5.0, 30.0, 60.0, 200.0, 400.0)
_TRIM = 0.05

# AIM: upper limits, and the points below the first, between the first and the second, and so on.
_LATENCY = ((10.0, 20.0, 50.0, 100.0, 500.0), (20, 10, 5, 0, -10, -20))
_JITTER = ((10.0, 20.0, 100.0, 500.0), (10, 5, 0, -10, -20))
_LOSS = ((0.01, 0.05, 0.25, 0.5), (10, 5, 0, -10, -20))
_RATE = ((1.0, 10.0, 50.0, 100.0), (0, 5, 10, 20, 30))

_LIMITS: dict[Use, tuple[int, int, int, int]] = {
    Use.STREAMING: (15, 20, 40, 60),
    Use.GAMES: (5, 15, 25, 30),
    Use.CALLS: (5, 15, 25, 40),
    # Ours: pages need some rate and prompt answers, and much less of either than a film in 4K.
    Use.BROWSING: (5, 10, 20, 35),
}


def median(values: Sequence[float]) -> float | None:
    """The middle value, None of nothing."""
    return middle(values) if values else None


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value that this share of the others does not exceed (nearest rank)."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def interquartile(values: Sequence[float]) -> float | None:
    """The width of the middle half; 0 for one value."""
    if len(values) < 2:
        return 0.0 if values else None
    import statistics  # only here: it is not needed at rest

    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return high - low


def jitter(values: Sequence[float]) -> float:
    """Mean difference of neighbours in the order they were asked, in ms."""
    steps = [abs(b - a) for a, b in itertools.pairwise(values)]
    return average(steps) if steps else 0.0


def rpm(round_trips_ms: Sequence[float]) -> float | None:
    """Round trips per minute, the worst 5 % trimmed."""
    kept = sorted(round_trips_ms)[: max(1, round(len(round_trips_ms) * (1 - _TRIM)))]
    centre = average(kept) if kept else 0.0
    return 60_000 / centre if centre > 0 else None


def grade(rise_down_ms: float, rise_up_ms: float) -> Grade:
    """The letter for the average rise of both directions."""
    rise = (rise_down_ms + rise_up_ms) / 2
    return list(Grade)[bisect.bisect_right(_GRADE_LIMITS_MS, rise)]


def score(use: Use, figures: Figures) -> UseScore:
    """Points and word for one use."""
    points = {
        "latency": _points(_LATENCY, figures.latency_ms),
        "rise": _points(_LATENCY, figures.rise_ms),
        "loss": _points(_LOSS, figures.loss),
        "jitter": _points(_JITTER, figures.jitter_ms),
        "down": _points(_RATE, figures.down_mbps),
    }
    inputs = {
        Use.STREAMING: ("latency", "loss", "down", "rise"),
        Use.GAMES: ("latency", "loss", "rise"),
        Use.CALLS: ("latency", "jitter", "loss", "rise"),
        Use.BROWSING: ("latency", "loss", "down"),
    }[use]
    total = max(0, sum(points[name] for name in inputs))
    return UseScore(use, total, list(Quality)[bisect.bisect_right(_LIMITS[use], total)])


def scores(figures: Figures) -> tuple[UseScore, ...]:
    """All uses."""
    return tuple(score(use, figures) for use in Use)


def _points(scale: tuple[tuple[float, ...], tuple[int, ...]], value: float) -> int:
    limits, points = scale
    return points[bisect.bisect_right(limits, value)]
