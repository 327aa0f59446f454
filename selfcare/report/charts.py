"""Outages and figures of the line as drawings: geometry only; the template writes the SVG, and escapes it."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from selfcare.report import page_read as read
from selfcare.report.page_forms import Forms
from selfcare.report.page_words import Words

LANE_WIDTH = 1000.0
_THIN = 4.0
"""Of a lane's width: an outage of a minute in a month is still seen."""
_MOST_SPANS, _MOST_CURVES, _MOST_POINTS = 300, 6, 10_000
LEFT, RIGHT, ABOVE, BELOW = 44.0, 352.0, 10.0, 132.0
"""The field of a curve in a drawing of 360 by 160."""
_BUCKETS = 140
"""Of a curve; the lowest and the highest of each are drawn, so that no dip is lost."""
_TABLE = 12
_TORN = 4.0
"""A line is not drawn over a pause this many times the usual one: nobody looked in between."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a lane, in thousandths of its width. ``open``: nobody saw its end, so it may have been shorter."""

    x: float
    width: float
    text: str
    open: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """The last 24 hours, 7 or 30 days. ``ticks``: labels, evenly spaced from its start to its end."""

    label: str
    total: str
    tone: str
    outages: tuple[Span, ...]
    gaps: tuple[Span, ...]
    ticks: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A label at a place of the field."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Bucket:
    """A stretch of a curve for the table beside it."""

    start: str
    low: str
    mean: str
    high: str


@dataclass(frozen=True, slots=True)
class Curve:
    """One figure over time. ``limits``: places and labels of the dashed lines."""

    title: str
    unit: str
    text: str
    path: str
    limits: tuple[Tick, ...]
    y: tuple[Tick, ...]
    x: tuple[Tick, ...]
    table: tuple[Bucket, ...]


def lanes(
    document: Mapping[str, object], words: Words, forms: Forms, totals: Sequence[tuple[str, str, str]]
) -> tuple[Lane, ...]:
    """For each of ``totals`` (label, minutes as words, tone): 24 hours, 7 days, 30 days, to the report's own time."""
    end, given = forms.made, read.mapping(document.get("downtime"))
    if end is None or not given:
        return ()
    found = []
    for (label, total, tone), days in zip(totals, (1, 7, 30), strict=True):
        start = end - timedelta(days=days)
        outages = tuple(_outage_spans(given.get("outages"), start, end, forms, words))
        gaps = tuple(_gap_spans(given.get("gaps"), start, end, forms))
        if tone == "none" and not gaps:
            gaps = (Span(0.0, LANE_WIDTH, total),)
        text = words.t("lane.text", window=label, total=total, count=len(outages))
        found.append(Lane(label, total, tone, outages, gaps, _lane_ticks(start, end, days), text))
    return tuple(found)


def _outage_spans(given: object, start: datetime, end: datetime, forms: Forms, words: Words) -> list[Span]:
    spans = []
    for one in read.rows(given, _MOST_SPANS):
        began, ended = forms.at(one.get("start")), forms.at(one.get("end"))
        seconds = read.figure(one.get("seconds"))
        if began is not None and ended is None and seconds is not None and 0 <= seconds < 1e8:
            ended = began + timedelta(seconds=seconds)
        text = f"{forms.when(one.get('start'))} – {forms.when(one.get('end')) or words.t('outage.open')}"
        spans.extend(_span(began, ended or end, start, end, text, _THIN, ended is None))
    return spans


def _gap_spans(given: object, start: datetime, end: datetime, forms: Forms) -> list[Span]:
    """``gaps`` are pairs of times."""
    spans = []
    for pair in given[:_MOST_SPANS] if isinstance(given, list | tuple) else ():
        if isinstance(pair, list | tuple) and len(pair) == 2:
            text = f"{forms.when(pair[0])} – {forms.when(pair[1])}"
            spans.extend(_span(forms.at(pair[0]), forms.at(pair[1]) or end, start, end, text, 0.0, False))
    return spans


def _span(
    began: datetime | None, ended: datetime, start: datetime, end: datetime, text: str, thin: float, unseen: bool
) -> list[Span]:  # fmt: skip
    """What of it is in the window; at least ``thin`` wide."""
    if began is None or ended < start or began > end or ended < began:
        return []
    whole = (end - start) / LANE_WIDTH
    first = max(0.0, (began - start) / whole)
    width = max(thin, min(LANE_WIDTH, (ended - start) / whole) - first)
    return [Span(round(min(first, LANE_WIDTH - width), 1), round(width, 1), text, unseen)]


def _lane_ticks(start: datetime, end: datetime, days: int) -> tuple[str, ...]:
    moments = [start + (end - start) * part / 4 for part in range(5)]
    return tuple(f"{one:%H:%M}" if days == 1 else f"{one:%d/%m}" for one in moments)


def curves(document: Mapping[str, object], words: Words, forms: Forms) -> tuple[Curve, ...]:
    """Those of at least two points."""
    found = (_curve(one, words, forms) for one in read.rows(document.get("series"), _MOST_CURVES))
    return tuple(one for one in found if one is not None)


def _curve(one: Mapping[str, object], words: Words, forms: Forms) -> Curve | None:
    points = _points(one.get("points"), forms)
    if len(points) < 2 or points[0][0] == points[-1][0]:
        return None
    values, unit = [value for _, value in points], read.words(one.get("unit"), 20)
    limits = [(name, limit) for name in ("low", "high") if (limit := read.figure(one.get(name))) is not None]
    marks = _field([*values, *(limit for _, limit in limits)])
    bottom, top = marks[0], marks[-1]

    def y(value: float) -> float:
        return round(BELOW - (value - bottom) / (top - bottom) * (BELOW - ABOVE), 1)

    title = words.sentence(one.get("text"), 80) if words.same else words.name("line_name", one.get("name"), "")
    title = (
        title or words.name("line_name", one.get("name"), "") or read.words(one.get("name"), 60) or words.t("unknown")
    )
    low, last = forms.quantity(min(values), unit), forms.quantity(values[-1], unit)
    text = words.t("curve.text", title=title, low=low, high=forms.quantity(max(values), unit), last=last)
    return Curve(
        title, unit, text, _path(points, y),
        tuple(Tick(y(limit), words.t(f"curve.{name}", value=forms.quantity(limit, unit))) for name, limit in limits),
        tuple(Tick(y(v), forms.number(v)) for v in marks),
        _times(points), _buckets(points, forms),
    )  # fmt: skip


def _points(given: object, forms: Forms) -> list[tuple[datetime, float]]:
    """Of more than ``_MOST_POINTS`` every second, third, …: from first to last all the same."""
    found, every = [], given if isinstance(given, list | tuple) else ()
    for pair in every[:: 1 + len(every) // _MOST_POINTS]:
        if isinstance(pair, list | tuple) and len(pair) == 2:
            at, value = forms.at(pair[0]), read.figure(pair[1])
            if at is not None and value is not None:
                found.append((at, value))
    return sorted(found)


def _field(values: Sequence[float]) -> tuple[float, ...]:
    """Round marks from below the lowest to above the highest value, three to six of them."""
    low, high = min(values), max(values)
    if high == low:
        low, high = low - max(1.0, abs(low) * 0.1), high + max(1.0, abs(high) * 0.1)
    rough = (high - low) / 4
    tens = 10.0 ** math.floor(math.log10(rough))
    step = next(tens * times for times in (1, 2, 5, 10) if tens * times >= rough)
    return tuple(step * index for index in range(math.floor(low / step), math.ceil(high / step) + 1))


def _path(points: list[tuple[datetime, float]], y: object) -> str:
    """Lowest and highest of each bucket in their order; broken where nobody looked."""
    assert callable(y)
    start, whole = points[0][0], points[-1][0] - points[0][0]
    usual = statistics.median((b[0] - a[0]).total_seconds() for a, b in pairwise(points))
    kept = sorted({end for bucket in _split(points, _BUCKETS) for end in (min(bucket, key=_of), max(bucket, key=_of))})
    gap = timedelta(seconds=_TORN * max(usual, whole.total_seconds() / _BUCKETS))
    parts, before = [], None
    for at, value in kept:
        x = round(LEFT + (at - start) / whole * (RIGHT - LEFT), 1)
        parts.append(f"{'M' if before is None or at - before > gap else 'L'}{x:g} {y(value):g}")
        before = at
    return "".join(parts)


def _of(point: tuple[datetime, float]) -> float:
    return point[1]


def _split(points: list[tuple[datetime, float]], count: int) -> list[list[tuple[datetime, float]]]:
    """Into stretches of the same duration; empty ones are left out."""
    start, whole = points[0][0], points[-1][0] - points[0][0]
    buckets: dict[int, list[tuple[datetime, float]]] = {}
    for point in points:
        buckets.setdefault(min(count - 1, int((point[0] - start) / whole * count)), []).append(point)
    return [buckets[index] for index in sorted(buckets)]


def _times(points: list[tuple[datetime, float]]) -> tuple[Tick, ...]:
    start, end = points[0][0], points[-1][0]
    lasts = end - start
    form = "%H:%M" if lasts <= timedelta(hours=26) else "%d/%m %H:%M" if lasts <= timedelta(days=5) else "%d/%m"
    return tuple(
        Tick(LEFT + part / 3 * (RIGHT - LEFT), (start + (end - start) * part / 3).strftime(form)) for part in range(4)
    )


def _buckets(points: list[tuple[datetime, float]], forms: Forms) -> tuple[Bucket, ...]:
    def row(bucket: list[tuple[datetime, float]]) -> Bucket:
        values = [value for _, value in bucket]
        mean = statistics.fmean(values)
        start = bucket[0][0].isoformat()
        return Bucket(forms.when(start), forms.number(min(values)), forms.number(mean), forms.number(max(values)))

    return tuple(row(bucket) for bucket in _split(points, _TABLE))
