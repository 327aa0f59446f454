"""What a series of questions and answers says: delay, jitter, and loss with its confidence bounds."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from selfcare.model.middle import mean, median

Z95 = 1.96
"""Quantile of the normal distribution for a two-sided confidence of 95 %."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures of one series. Times in ms, shares in %; times are None when nothing was answered.

    ``jitter_ms`` is the mean absolute difference of consecutive round trips (delay
    variation of RFC 3393); ``spread_ms`` the 90th percentile less the minimum.
    ``loss_low_pct`` and ``loss_high_pct`` are the Wilson bounds at 95 %.
    """

    sent: int
    lost: int
    loss_pct: float
    loss_low_pct: float
    loss_high_pct: float
    min_ms: float | None = None
    median_ms: float | None = None
    p90_ms: float | None = None
    jitter_ms: float | None = None
    spread_ms: float | None = None


def wilson(lost: int, sent: int, z: float = Z95) -> tuple[float, float]:
    """Lower and upper bound of the true share (0 to 1) behind ``lost`` of ``sent``; (0, 1) of nothing."""
    if sent <= 0:
        return 0.0, 1.0
    share, square = lost / sent, z * z
    centre = share + square / (2 * sent)
    margin = z * math.sqrt(share * (1 - share) / sent + square / (4 * sent * sent))
    scale = 1 + square / sent
    low = (centre - margin) / scale if lost else 0.0
    high = (centre + margin) / scale if lost < sent else 1.0
    return max(low, 0.0), min(high, 1.0)


def summarise(rtts_ms: Sequence[float | None]) -> Summary:
    """Figures of a series in the order of sending; None is a question without an answer."""
    heard = [rtt for rtt in rtts_ms if rtt is not None]
    sent, lost = len(rtts_ms), len(rtts_ms) - len(heard)
    low, high = wilson(lost, sent)
    shares = (round(100 * lost / sent, 3) if sent else 0.0, round(100 * low, 3), round(100 * high, 3))
    if not heard:
        return Summary(sent, lost, *shares)
    ordered = sorted(heard)
    p90 = ordered[min(len(ordered) - 1, int(0.9 * len(ordered)))]
    pairs = [abs(b - a) for a, b in itertools.pairwise(heard)]
    times = (ordered[0], median(ordered), p90, mean(pairs) if pairs else 0.0, p90 - ordered[0])
    return Summary(sent, lost, *shares, *(round(t, 3) for t in times))
