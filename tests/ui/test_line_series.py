"""The curve of the line: scale, gaps, words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from selfcare.i18n import Catalogue
from ui.line_series import Reading, Series, describe, marks

START = datetime(2026, 11, 20, 8, tzinfo=UTC)


def series(*values: float | None, hours: float = 1.0, cuts: tuple[float, ...] = (), **limits: float) -> Series:
    readings = tuple(Reading(START + timedelta(hours=i * hours), value) for i, value in enumerate(values))
    return Series("rx_power", "dBm", readings, tuple(START + timedelta(hours=h) for h in cuts), **limits)


def test_light_is_not_drawn_from_zero() -> None:
    bottom, top = series(-18.4, -18.6, -18.5).scale()
    assert bottom <= -18.6 and -18.4 <= top < -10


def test_limits_of_the_box_are_within_the_scale() -> None:
    bottom, top = series(-18.4, -18.6, low=-27.0, high=-8.0).scale()
    assert bottom <= -27 and top >= -8


def test_a_missing_value_a_cut_and_a_long_gap_break_the_curve() -> None:
    assert [len(run) for run in series(1, 2, None, 3, 4).runs()] == [2, 2]
    assert [len(run) for run in series(1, 2, 3, cuts=(1.5,)).runs()] == [2, 1]
    assert [len(run) for run in series(1, 2, 3, hours=7).runs()] == [1, 1, 1]


def test_absent_is_not_zero() -> None:
    nothing = series(None, None)
    assert not nothing.drawable and nothing.runs() == ()
    assert "n’a rien indiqué" in describe(Catalogue("fr"), nothing)


def test_words_say_what_the_curve_shows() -> None:
    told = describe(Catalogue("fr"), series(-18.4, -21.25, -19, cuts=(1.5, 1.7)))
    assert (
        told.replace("\u202f", " ").replace("\xa0", " ")
        == "Maintenant −19 dBm ; au plus bas −21,2 dBm, au plus haut −18,4 dBm. Coupures vues : 2."
    )


@given(st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=1, max_size=20))
def test_every_value_is_within_the_scale(values: list[float]) -> None:
    drawn = series(*values)
    bottom, middle, top = marks(drawn)
    assert bottom < middle < top
    assert all(bottom - 1e-6 * abs(bottom) <= value <= top + 1e-6 * abs(top) for value in values)
