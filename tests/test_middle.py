"""The few middles of our own are those of Python."""

from __future__ import annotations

import statistics

import pytest

from selfcare.model.middle import mean, median, median_low

SOME = [[1.0], [2.0, 1.0], [3.0, 1.0, 2.0], [4.0, 1.0, 3.0, 2.0], [0.1] * 10, [1e9, -1e9, 3.5, 2.25, 7.0]]


@pytest.mark.parametrize("values", SOME)
def test_the_same_as_pythons(values: list[float]) -> None:
    assert median(values) == statistics.median(values) and median(iter(values)) == statistics.median(values)
    assert median_low(values) == statistics.median_low(values)
    assert mean(iter(values)) == statistics.fmean(values)


@pytest.mark.parametrize("of", [median, median_low, mean])
def test_nothing_has_no_middle(of: object) -> None:
    with pytest.raises((IndexError, ZeroDivisionError)):
        of([])  # type: ignore[operator]
