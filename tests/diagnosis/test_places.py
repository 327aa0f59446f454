"""A moment and a room of a walk, as a word that does not flicker."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcare.diagnosis import places
from selfcare.model.wifi import Link, Place

GOOD, FAIR, WEAK, BAD, UNKNOWN = Place.GOOD, Place.FAIR, Place.WEAK, Place.BAD, Place.UNKNOWN
ORDER = (GOOD, FAIR, WEAK, BAD)


def link(rssi: float | None = -50.0, noise: float | None = None, average: float | None = None) -> Link:
    return Link("Maison", "02:00:00:00:00:01", None, rssi, average, noise)


@pytest.mark.parametrize(("dbm", "wanted"), [
    (-60, GOOD), (-61, FAIR), (-67, FAIR), (-68, WEAK), (-75, WEAK), (-76, BAD), (None, UNKNOWN),
])  # fmt: skip
def test_the_signal_alone(dbm: float | None, wanted: Place) -> None:
    assert places.moment(link(dbm), None, False) is wanted


def test_a_moment_is_as_good_as_its_worst_figure() -> None:
    assert places.moment(link(-50), 4.0, False) is GOOD
    assert places.moment(link(-50, noise=-68), 4.0, False) is WEAK
    assert places.moment(link(-50), 60.0, False) is FAIR
    assert places.moment(link(-50), 300.0, False) is WEAK
    assert places.moment(link(-50), None, True) is BAD
    assert places.moment(link(None, average=-80), 4.0, False) is BAD


def test_nothing_measured_is_no_word() -> None:
    assert places.moment(None, None, False) is UNKNOWN
    assert places.moment(None, 3.0, False) is GOOD
    assert places.room(None, None, None, None) is UNKNOWN


@pytest.mark.parametrize(("figures", "wanted"), [
    ((-55, 3.0, 12.0, 0.0), GOOD),
    ((-64, 3.0, 12.0, 0.0), FAIR),
    ((-55, 9.0, 25.0, 0.0), FAIR),
    ((-55, 3.0, 45.0, 0.0), WEAK),
    ((-55, 3.0, 140.0, 0.0), BAD),
    ((-55, 3.0, 12.0, 10.0), BAD),
    ((-55, 3.0, 12.0, 4.0), BAD),
    ((-55, 3.0, 12.0, 2.0), FAIR),
    ((-72, 3.0, 12.0, 0.0), WEAK),
    ((-80, None, None, None), BAD),
])  # fmt: skip
def test_a_room(figures: tuple[float | None, float | None, float | None, float | None], wanted: Place) -> None:
    assert places.room(*figures) is wanted


def test_one_lost_question_of_a_few_is_no_bad_room() -> None:
    assert places.room(-50, 3.0, 10.0, 10.0, asked=10) is FAIR
    assert places.room(-50, 3.0, 10.0, 40.0, asked=10) is BAD
    assert places.room(-50, 3.0, 10.0, 2.0, asked=100) is WEAK


def shown(*grades: Place) -> list[Place]:
    now, seen = places.Shown(), []
    for grade in grades:
        now = now.then(grade)
        seen.append(now.grade)
    return seen


def test_a_word_on_its_limit_does_not_flicker() -> None:
    assert shown(*(GOOD, FAIR) * 10) == [GOOD] * 20
    assert shown(GOOD, FAIR, FAIR, FAIR) == [GOOD, GOOD, FAIR, FAIR]
    assert shown(BAD, GOOD, GOOD, GOOD) == [BAD, BAD, BAD, GOOD]


def test_a_moment_nobody_could_read_is_shown_at_once() -> None:
    assert shown(GOOD, UNKNOWN, BAD) == [GOOD, UNKNOWN, BAD]


@given(st.lists(st.sampled_from(list(Place)), max_size=40))
def test_what_is_shown_was_never_worse_nor_better_than_the_last_moments(grades: list[Place]) -> None:
    for end, word in enumerate(shown(*grades), 1):
        last = grades[max(0, end - 3) : end]
        if grades[end - 1] is UNKNOWN:
            assert word is UNKNOWN
        else:
            known = [ORDER.index(g) for g in last if g is not UNKNOWN]
            before = shown(*grades[: end - 1])[-1:] if end > 1 else []
            assert word in before or min(known) <= ORDER.index(word) <= max(known)
