"""Minutes down: what was seen, and never a minute more; where nobody watched, None."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcare.cases.downtime import DAY_S, Sighting, Watch, downtime, of_log, of_sightings
from selfcare.cases.sightings import downtime_of, log_of, of_check
from selfcare.cases.spans import cut, joined, length, without
from selfcare.model.box.line_sample import LineSample
from selfcare.model.case import Downtime
from selfcare.model.symptom import Symptom, SymptomKind
from tests.cases.bench import START, document

NOW = START.timestamp()
MIN = 60.0


def sample(ago_min: float, session: str = "connected", for_min: float | None = None) -> LineSample:
    return LineSample(NOW - ago_min * MIN, session=session, session_time=None if for_min is None else for_min * MIN)


def checked(ago_min: float, up: bool | None, layer: str = "access") -> tuple[str, dict[str, Any]]:
    from datetime import timedelta

    finding = {"role": "culprit", "band": "certain", "segments": [layer], "explains": ["outside_answers"]}
    made = document("ok") if up else document("fault", "WAN-DOWN", findings=[finding])
    if up is None:
        made = document("not_proven")
    return ((START - timedelta(minutes=ago_min)).isoformat(), made)


def of(checks: Any = (), samples: Any = (), symptom: Symptom | None = None) -> Downtime:
    return downtime_of(NOW, checks, samples, symptom)


def test_nobody_watched_is_none_and_one_gap() -> None:
    found = of()
    assert (found.day_min, found.week_min, found.month_min, found.outages) == (None, None, None, ())
    assert len(found.gaps) == 1 and found.watched == (0.0, 0.0, 0.0)
    one = of([checked(5, True)])
    assert (one.day_min, one.watched) == (None, (0.0, 0.0, 0.0))


def test_the_box_says_since_when_its_session_lasts() -> None:
    found = of(samples=[sample(0, for_min=8 * 24 * 60)])
    assert (found.day_min, found.week_min, found.month_min) == (0.0, 0.0, None)
    assert len(found.gaps) == 1 and found.outages == ()


def test_an_outage_between_samples_ends_when_the_next_session_began() -> None:
    samples = [
        sample(60, for_min=10 * 24 * 60),
        sample(50, "disconnected"),
        sample(40, "connecting"),
        sample(28, for_min=3),
    ]
    (outage,) = of(samples=[*samples, sample(0, for_min=31)]).outages
    assert (outage.seconds, outage.source, outage.layer) == (19 * MIN, "box", "session")
    found = of(samples=[*samples, sample(0, for_min=31)])
    assert found.day_min == 19.0 and found.week_min == 19.0


def test_checks_watch_only_when_they_are_near_each_other() -> None:
    near = [checked(ago, True) for ago in range(24 * 60, -1, -10)]
    assert of(near).day_min == 0.0
    far = [checked(ago, True) for ago in range(24 * 60, -1, -30)]
    assert of(far).day_min is None
    down = [checked(ago, not 100 <= ago <= 140) for ago in range(24 * 60, -1, -10)]
    found = of(down)
    assert found.day_min == 50.0  # from the first check that saw it to the first that no longer did
    assert [(one.seconds, one.layer, one.source) for one in found.outages] == [(3000.0, "access", "checks")]


def test_seen_once_lasts_nobody_knows_how_long() -> None:
    found = of([checked(300, False), checked(10, True)])
    (outage,) = found.outages
    assert (outage.end, outage.seconds, found.day_min) == (None, None, None)


def test_a_fault_at_home_says_nothing_of_the_line() -> None:
    assert of([checked(ago, False, "wifi") for ago in range(24 * 60, -1, -10)]) == of()
    assert of([checked(ago, None) for ago in range(24 * 60, -1, -10)]).day_min is None


def test_slow_is_not_down() -> None:
    finding = {"role": "culprit", "band": "certain", "segments": ["access"], "explains": ["latency_good"]}
    seen = of_check(START.isoformat(), document("fault", "WAN-LATENCY", findings=[finding]))
    assert seen is not None and seen.up is True
    suspected = {"role": "culprit", "band": "possible", "segments": ["isp"], "explains": ["outside_answers"]}
    unsure = of_check(START.isoformat(), document("fault", "WAN-DOWN", findings=[suspected]))
    assert unsure is not None and unsure.up is None


def logged(events: list[tuple[float, bool]], status: str = "connected") -> tuple[str, dict[str, Any]]:
    from datetime import timedelta

    def at(ago: float) -> str:
        return (START - timedelta(minutes=ago)).isoformat()

    told = [{"at": at(ago), "up": up, "what": "session", "reason": None} for ago, up in events]
    box = {"taken": at(0), "events": told, "wan": {"status": status}}
    return at(0), document("ok", measurements=[{"id": "box.status", "payload": {"status": box}}])


def test_the_boxes_own_log() -> None:
    found = of([logged([(40 * 24 * 60, True), (300, False), (258, True), (60, False), (50, True)])])
    assert (found.day_min, found.week_min, found.month_min) == (52.0, 52.0, 52.0)
    assert [outage.seconds for outage in found.outages] == [2520.0, 600.0]
    lasting = of([logged([(2000, True), (30, False)], "disconnected")])
    assert lasting.day_min == 30.0 and lasting.outages[0].end is None
    unnoticed = of([logged([(2000, True), (30, False)])])
    assert unnoticed.day_min == 0.0 and unnoticed.outages[0].seconds is None


def test_two_readings_of_one_log_are_one_outage() -> None:
    events = [(2000.0, True), (300.0, False), (258.0, True)]
    found = of([logged(events), logged(events)], [sample(290, "disconnected"), sample(280, "disconnected")])
    assert [(outage.seconds, outage.source) for outage in found.outages] == [(2520.0, "box")]
    assert found.day_min == 42.0


def test_what_the_subscriber_said_is_listed_and_not_counted() -> None:
    since = "2026-11-22T12:00:00+00:00"
    found = of(symptom=Symptom(SymptomKind.NO_WEB, since))
    assert [(one.source, one.end, one.seconds) for one in found.outages] == [("said", None, None)]
    assert found.day_min is None
    assert of(symptom=Symptom(SymptomKind.SLOW, since)).outages == ()
    assert of(symptom=Symptom(SymptomKind.NO_WEB, "2040-01-01T00:00:00+00:00")).outages == ()


@pytest.mark.parametrize("document_", [
    {}, {"measurements": 3}, {"measurements": [3, {"id": "box.status"}]},
    {"measurements": [{"id": "box.status", "payload": []}]},
    {"verdict": {"state": "fault"}, "findings": [{"role": "culprit", "explains": None}]},
    {"measurements": [{"id": "box.status", "payload": {"status": {"events": [{"at": 3}, None], "taken": "x"}}}]},
])  # fmt: skip
def test_documents_of_another_kind(document_: dict[str, Any]) -> None:
    of_check(START.isoformat(), document_)
    assert log_of(document_, NOW) is None


def test_a_clock_that_jumps_invents_no_hours() -> None:
    """The line is down for two minutes; in between somebody sets the clock, by anything."""
    for jump in (-400 * DAY_S, -DAY_S, -3600.0, 3600.0, DAY_S, 400 * DAY_S):
        before = [Sighting(NOW - 600 - jump, True, "box"), Sighting(NOW - 540 - jump, False, "box", "link")]
        after = [Sighting(NOW - 480, False, "box", "link"), Sighting(NOW - 420, True, "box", "", 30.0)]
        watch = of_sightings([*before, *after], NOW, 0.0)
        found = downtime(NOW, [watch])
        lasted = sum(outage.seconds or 0.0 for outage in found.outages)
        assert lasted <= 120.0, (jump, found.outages)


stretch = st.tuples(st.integers(0, 100), st.integers(0, 100)).map(lambda s: (float(s[0]), float(s[1])))


@given(st.lists(stretch, max_size=10), stretch)
def test_spans(spans: list[tuple[float, float]], window: tuple[float, float]) -> None:
    """By counting every tenth of a unit."""
    window = (min(window), max(window))
    whole = joined(spans)
    covered = {n for n in range(100) if any(a <= n and n + 1 <= b for a, b in spans)}
    assert length(whole) == len(covered)
    inside = {n for n in covered if window[0] <= n and n + 1 <= window[1]}
    assert length(cut(whole, window)) == len(inside)
    assert length(without(window, whole)) == window[1] - window[0] - len(inside)
    assert all(a[1] < b[0] for a, b in pairwise(whole))


sightings = st.lists(
    st.builds(
        Sighting, st.floats(NOW - 40 * DAY_S, NOW + 2 * DAY_S), st.sampled_from([True, False, None]), st.just("box"),
        st.just("link"), st.none() | st.floats(0, 50 * DAY_S),
    ), max_size=12,
)  # fmt: skip
logs = st.lists(st.tuples(st.floats(NOW - 40 * DAY_S, NOW + DAY_S), st.booleans(), st.just("link")), max_size=8)


@given(sightings, st.booleans(), logs, st.booleans())
def test_whatever_was_seen(seen: list[Sighting], ordered: bool, log: Any, still: bool) -> None:
    told = sorted(seen, key=lambda one: one.at) if ordered else seen
    watches = [of_sightings(told, NOW, NOW - 60 * DAY_S), of_log(log, NOW - 60, still, NOW, NOW - 60 * DAY_S), Watch()]
    found = downtime(NOW, watches)
    figures = (found.day_min, found.week_min, found.month_min)
    for minutes, share, window in zip(figures, found.watched, (DAY_S, 7 * DAY_S, 30 * DAY_S), strict=True):
        assert (minutes is None) == (share < 0.9) or abs(share - 0.9) < 0.001
        assert minutes is None or 0 <= minutes <= window / 60 + 0.1
    known = [one for one in figures if one is not None]
    assert known == sorted(known)
    assert not any(one.up is False for one in seen) or found.outages or not any(
        one.up is False and NOW - 30 * DAY_S <= one.at <= NOW for one in seen
    )  # fmt: skip
    for outage in found.outages:
        assert outage.seconds is None or outage.seconds > 0
    if not any(one.up is False for one in seen) and not any(not up for _, up, _ in log):
        assert found.outages == () and all(one in (None, 0.0) for one in figures)
