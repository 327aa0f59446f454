"""Outages and minutes down, from what there is. Pure. What nobody watched is a gap, and never counted as working.

A time counts as watched where the box's own log covers it, where the box says since when its session lasts, or between
two sightings (of the box, of a check) so near each other that nothing longer than ``APART_S`` hides between them. An
outage is counted from the first sighting of it to the first sighting after it. Dates are this PC's: sightings come in
the order in which they were written, and where the clock went back or leapt between two, nothing is concluded of what
lies between.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from selfcare.cases.spans import Span, cut, joined, length, without
from selfcare.model.case import Downtime, Outage

APART_S = 15 * 60.0
"""Seconds: two sightings further apart leave a gap. An outage shorter than that may be missed between two checks."""
DAY_S = 86_400.0
WINDOWS = (DAY_S, 7 * DAY_S, 30 * DAY_S)
ENOUGH = 0.9
"""Share of a window that must have been watched before a number of minutes is told for it."""
SMALLEST_GAP_S = 60.0
MOST = 100
"""Outages, and gaps: the newest of them."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """The line at one moment. ``up``: None where nobody could tell. ``since_s``: for how long it has been up by then.

    ``at``, UNIX time. ``layer``: what was down (segments, ``session``, ``link``); ``source``: ``box``, ``checks``.
    """

    at: float
    up: bool | None
    source: str
    layer: str = ""
    since_s: float | None = None


@dataclass(frozen=True, slots=True)
class Down:
    """One interruption. ``end``: None where nobody saw it; ``seen``: until when it surely lasted."""

    start: float
    end: float | None
    seen: float
    layer: str
    source: str

    @property
    def span(self) -> Span:
        """What of it is sure."""
        return (self.start, self.seen if self.end is None else self.end)


@dataclass(frozen=True, slots=True)
class Watch:
    """What one source saw."""

    downs: tuple[Down, ...] = ()
    watched: tuple[Span, ...] = ()


def downtime(now: float, watches: Iterable[Watch], said: Iterable[Down] = ()) -> Downtime:
    """Everything together, as of ``now`` (UNIX time). ``said``: by the subscriber, listed and not counted."""
    whole = (now - WINDOWS[-1], now)
    several = list(watches)
    downs = [one for watch in several for one in watch.downs if one.start <= now and one.span[1] >= whole[0]]
    down = cut(joined(one.span for one in downs), whole)
    watched = joined([*cut(joined(span for watch in several for span in watch.watched), whole), *down])
    figures, shares = list[float | None](), list[float]()
    for seconds in WINDOWS:
        window = (now - seconds, now)
        share = length(cut(watched, window)) / seconds
        figures.append(round(length(cut(down, window)) / 60, 1) if share >= ENOUGH else None)
        shares.append(round(share, 3))
    gaps = [gap for gap in without(whole, watched) if gap[1] - gap[0] >= SMALLEST_GAP_S]
    return Downtime(
        figures[0],
        figures[1],
        figures[2],
        outages=tuple(_outage(one) for one in _distinct([*downs, *said])[-MOST:]),
        gaps=tuple((_iso(a), _iso(b)) for a, b in gaps[-MOST:]),
        watched=(shares[0], shares[1], shares[2]),
    )


def of_sightings(sightings: Sequence[Sighting], now: float, floor: float) -> Watch:
    """In the order in which they were written. Those that cannot have been then (``floor`` to ``now``) say nothing."""
    # A session's own clock says when it began; but not of a time when something was seen to be down.
    watched = [(one.at - one.since_s, one.at) for one in sightings if one.up and one.since_s and floor <= one.at <= now]
    near = [False, *(_near(a, b, now, floor) for a, b in pairwise(sightings))]
    watched += [
        (a.at, b.at)
        for (a, b), linked in zip(pairwise(sightings), near[1:], strict=True)
        if linked and a.up is not None and b.up is not None
    ]
    sound = [(one, linked) for one, linked in zip(sightings, near, strict=False) if floor <= one.at <= now]
    return Watch(tuple(_downs(sound)), tuple(joined(watched)))


def _near(a: Sighting, b: Sighting, now: float, floor: float) -> bool:
    return floor <= a.at <= now and floor <= b.at <= now and 0 <= b.at - a.at <= APART_S


def _downs(sound: Sequence[tuple[Sighting, bool]]) -> list[Down]:
    """Of sightings, each with whether nothing can hide between the one before and it."""
    found: list[Down] = []
    current: Down | None = None
    for one, linked in sound:
        if one.up is False:
            if current is not None and linked:
                current = Down(current.start, None, one.at, current.layer, current.source)
            else:
                found += [current] if current is not None else []
                current = Down(one.at, None, one.at, one.layer, one.source)
        elif current is not None:
            found.append(_ended(current, one, linked))
            current = None
    return [*found, *([current] if current is not None else [])]


def _ended(current: Down, one: Sighting, linked: bool) -> Down:
    """By the session's own clock where it began after the last sighting; else by this sighting, if it is near."""
    began = one.at - one.since_s if one.up and one.since_s else None
    if began is not None and linked:
        began = max(current.seen, began)
        return Down(current.start, began, began, current.layer, current.source)
    if one.up and linked:
        return Down(current.start, one.at, one.at, current.layer, current.source)
    return current


def of_log(
    events: Sequence[tuple[float, bool, str]], taken: float, still: bool, now: float, floor: float
) -> Watch:  # fmt: skip
    """The box's own log: (UNIX time, up, what). It covers the time from its first line to its reading.

    ``still``: the box said that the line was down then; else what never came up again in the log did so unnoticed.
    """
    sound = sorted((one for one in events if floor <= one[0] <= min(now, taken)), key=lambda one: one[0])
    if not sound or not floor <= taken <= now:
        return Watch()
    found: list[Down] = []
    for what in dict.fromkeys(one[2] for one in sound):
        fell: float | None = None
        for at, up, _ in (one for one in sound if one[2] == what):
            if not up and fell is None:
                fell = at
            elif up and fell is not None:
                found.append(Down(fell, at, at, what, "box"))
                fell = None
        if fell is not None:
            found.append(Down(fell, None, taken if still else fell, what, "box"))
    return Watch(tuple(found), ((sound[0][0], taken),))


def said_since(start: float, end: float | None, layer: str) -> Down:
    """What the subscriber said: nobody measured how long."""
    return Down(start, end, start, layer, "said")


def _distinct(downs: Sequence[Down]) -> list[Down]:
    """Oldest first; one outage that two sources or two readings of a log tell of is one, as the most exact tells it."""
    found: list[Down] = []
    for one in sorted(downs, key=lambda d: (d.start, d.source)):
        twin = next((n for n, other in enumerate(found) if _same(one, other)), None)
        if twin is None:
            found.append(one)
        elif (one.end is not None, one.source == "box") > (found[twin].end is not None, found[twin].source == "box"):
            found[twin] = one
    return sorted(found, key=lambda d: d.start)


def _same(one: Down, other: Down) -> bool:
    if "said" in (one.source, other.source):
        return one.source == other.source and one.start == other.start
    a, b = one.span, other.span
    return a[0] <= b[1] and b[0] <= a[1]


def _outage(one: Down) -> Outage:
    """``seconds`` of what was seen only once: nobody knows."""
    seconds: float | None = one.span[1] - one.start
    if one.source == "said" or not seconds:
        seconds = None
    end = None if one.end is None else _iso(one.end)
    return Outage(_iso(one.start), end, None if seconds is None else round(seconds, 1), one.layer, one.source)


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).astimezone().isoformat(timespec="seconds")
