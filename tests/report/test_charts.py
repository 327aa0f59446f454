"""Drawings: no dip is lost, nothing is drawn where nobody looked."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from selfcare.report import charts
from selfcare.report.page_forms import Forms
from selfcare.report.page_words import Words
from tests.report import documents
from tests.report.documents import MADE, at

WORDS, FORMS = Words("fr", "fr"), Forms("fr", MADE.isoformat())
TOTALS = (("24 h", "5 min", "bad"), ("7 jours", "5 min", "bad"), ("30 jours", "non surveillé", "none"))


def lanes(downtime: documents.Document) -> tuple[charts.Lane, ...]:
    return charts.lanes({"downtime": {"outages": [], "gaps": []} | downtime}, WORDS, FORMS, TOTALS)


def curve(points: list[Any], **more: Any) -> charts.Curve:
    (found,) = charts.curves(
        {"series": [{"name": "downstream_snr", "unit": "dB", "points": points} | more]}, WORDS, FORMS
    )
    return found


def heights(path: str) -> list[float]:
    return [float(one) for one in re.findall(r"[ML][-\d.e+]+ ([-\d.e+]+)", path)]


def test_an_outage_stands_where_it_was_in_each_window() -> None:
    day, week, month = lanes({"outages": [{"start": at(hours=12), "end": at(hours=6), "seconds": 21600.0}]})
    assert [(one.x, one.width, one.open) for one in day.outages] == [(500.0, 250.0, False)]
    assert abs(week.outages[0].x - 1000 * (1 - 12 / 168)) < 0.1
    assert month.outages[0].width >= 4


def test_an_outage_before_a_window_is_not_in_it() -> None:
    day, week, _ = lanes({"outages": [{"start": at(days=3), "end": at(days=2), "seconds": 86400.0}]})
    assert not day.outages and len(week.outages) == 1


def test_an_outage_whose_end_nobody_saw_is_drawn_as_such() -> None:
    day, *_ = lanes({"outages": [{"start": at(hours=1), "end": None, "seconds": None}]})
    assert [one.open for one in day.outages] == [True]


def test_where_nobody_looked_is_marked() -> None:
    _, week, month = lanes({"gaps": [[at(days=3), at(days=2)]]})
    assert len(week.gaps) == 1
    assert len(month.gaps) == 1
    assert lanes({})[2].gaps[0].width == 1000  # a window without any figure and without gaps: all of it


def test_outages_left_out_are_not_drawn_as_none() -> None:
    assert charts.lanes({"downtime": None}, WORDS, FORMS, TOTALS) == ()


def test_a_single_dip_among_thousands_is_drawn() -> None:
    points = [[(MADE - timedelta(minutes=5 * index)).isoformat(), 9.0] for index in range(5000)]
    points[2345][1] = 1.0
    drawn = heights(curve(points).path)
    assert len(drawn) <= 300
    assert max(drawn) > min(drawn) + 90  # downwards is more


def test_a_line_is_torn_where_nobody_looked() -> None:
    steps = [index for index in range(0, 600, 5) if not 200 < index < 300]
    assert curve([[at(minutes=step), 9.0 + step % 3] for step in steps]).path.count("M") == 2


def test_the_limit_is_drawn_and_named() -> None:
    (limit,) = curve([[at(minutes=5), 9.0], [at(minutes=1), 8.0]], low=6.0).limits
    assert limit.text == "limite basse 6\u00a0dB"
    assert charts.ABOVE <= limit.at <= charts.BELOW


def test_marks_are_round_and_counts_never_below_nothing() -> None:
    found = curve([[at(minutes=5), 3.0], [at(minutes=1), 971.0]])
    assert [one.text for one in found.y] == ["0", "500", "1\u202f000"]


def test_what_is_no_series_is_not_drawn() -> None:
    for points in (None, [], [[at(), 1]], [[at(), 1], [at(), 2]], [["x", 1], [at(), None]], "abc", [[1, 2, 3]]):
        assert charts.curves({"series": [{"name": "x", "points": points}]}, WORDS, FORMS) == ()


def test_the_table_beside_a_curve_has_lowest_and_highest() -> None:
    found = curve([[at(minutes=index), float(index % 10)] for index in range(600)])
    assert 2 <= len(found.table) <= 12
    assert {(one.low, one.high) for one in found.table} == {("0", "9")}
