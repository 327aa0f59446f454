"""Scales: each limit of a published scale on both sides, and what must hold for any figures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcare.model import experience
from selfcare.model.experience import Figures, Grade, Quality, Use

GOOD = Figures(latency_ms=8, jitter_ms=1, rise_ms=4, loss=0.0, down_mbps=300, up_mbps=100)
MS = st.floats(0, 5000)
FIGURES = st.builds(Figures, MS, MS, MS, st.floats(0, 1), st.floats(0, 2000), st.floats(0, 2000))


@pytest.mark.parametrize(("rise", "letter"), [
    (4.9, "A+"), (5, "A"), (29, "A"), (30, "B"), (59, "B"), (60, "C"), (199, "C"), (200, "D"), (399, "D"), (400, "F"),
])  # fmt: skip
def test_grade_by_the_average_of_both_directions(rise: float, letter: str) -> None:
    assert experience.grade(rise, rise) == letter
    assert experience.grade(0, 2 * rise) == letter


def test_responsiveness_counts_round_trips_per_minute_without_the_worst() -> None:
    assert experience.rpm([200.0] * 10) == 300
    assert experience.rpm([10.0] * 20 + [5000.0]) == 6000
    assert experience.rpm([]) is None


@pytest.mark.parametrize(("use", "change", "quality"), [
    (Use.CALLS, {}, Quality.GREAT),
    (Use.CALLS, {"rise_ms": 600}, Quality.AVERAGE),
    (Use.GAMES, {"rise_ms": 600}, Quality.POOR),
    (Use.GAMES, {"latency_ms": 600}, Quality.POOR),
    (Use.STREAMING, {"down_mbps": 0.5, "rise_ms": 300}, Quality.AVERAGE),
    (Use.STREAMING, {}, Quality.GREAT),
    (Use.BROWSING, {"latency_ms": 700, "down_mbps": 0.5, "loss": 0.3}, Quality.BAD),
])  # fmt: skip
def test_uses(use: Use, change: dict[str, float], quality: Quality) -> None:
    from dataclasses import replace

    assert experience.score(use, replace(GOOD, **change)).quality is quality


@given(FIGURES)
def test_any_figures_have_a_word_for_each_use(figures: Figures) -> None:
    found = experience.scores(figures)
    assert [s.use for s in found] == list(Use)
    assert all(s.points >= 0 for s in found)


@given(FIGURES, st.floats(1, 5000))
def test_more_waiting_never_makes_anything_better(figures: Figures, more: float) -> None:
    from dataclasses import replace

    worse = replace(figures, latency_ms=figures.latency_ms + more, rise_ms=figures.rise_ms + more)
    for before, after in zip(experience.scores(figures), experience.scores(worse), strict=True):
        assert after.points <= before.points


@given(st.lists(MS, min_size=1))
def test_order_statistics_lie_within_the_values(values: list[float]) -> None:
    for share in (0.0, 0.25, 0.5, 0.95, 1.0):
        assert experience.percentile(values, share) in values
    spread = experience.interquartile(values)
    assert spread is not None
    assert 0 <= spread <= max(values) - min(values) + 1e-6


def test_grades_are_in_order() -> None:
    assert list(Grade) == ["A+", "A", "B", "C", "D", "F"]
