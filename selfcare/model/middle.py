"""Middles of a few numbers. Python's own ``statistics`` brings fractions and decimals along: 0.6 MB for a median."""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum


def median(values: Iterable[float]) -> float:
    """The one in the middle, or between the two of them.

    Raises:
        IndexError: there is none.
    """
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def median_low(values: Iterable[float]) -> float:
    """The one in the middle, or the lower of the two: always one that is there."""
    ordered = sorted(values)
    return ordered[(len(ordered) - 1) // 2]


def mean(values: Iterable[float]) -> float:
    """Of at least one number."""
    found = list(values)
    return fsum(found) / len(found)
