"""Times of a week as every box may tell them: cut at midnight, those that touch made one. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from selfcare.app.box_kinds.kind import State
from selfcare.model.box import ParentalSlot

SLOT = "slot/"
DAY_S = 24 * 3600
Span = tuple[int, int]


def parts(slots: Iterable[ParentalSlot]) -> dict[str, bool]:
    """``slot/<weekday>/<start>-<end>`` (seconds since 00:00). A slot that ends before it starts ends the day after."""
    days: dict[int, list[Span]] = {}
    for slot in slots:
        start, end = int(slot.start), int(slot.end)
        for day in slot.weekdays:
            days.setdefault(day % 7, []).append((start, end if start < end else DAY_S))
            if end <= start:
                days.setdefault((day + 1) % 7, []).append((0, end))
    return {_name(day, span): True for day in sorted(days) for span in _union(days[day])}


def spans(part: str) -> tuple[int, Span]:
    """Weekday, start and end."""
    day, times = part.removeprefix(SLOT).split("/")
    start, end = (int(word) for word in times.split("-"))
    return int(day), (start, end)


def aligned(states: Sequence[State]) -> list[State]:
    """Each time cut wherever one of any state begins or ends on that day: then "between" is seen time by time."""
    edges: dict[int, set[int]] = {}
    for state in states:
        for part in _there(state):
            day, span = spans(part)
            edges.setdefault(day, set()).update(span)
    return [_cut(state, edges) for state in states]


def _cut(state: State, edges: dict[int, set[int]]) -> State:
    made = {part: value for part, value in state.items() if not part.startswith(SLOT)}
    for part in _there(state):
        day, (start, end) = spans(part)
        marks = sorted(mark for mark in edges[day] if start <= mark <= end)
        made |= {_name(day, span): True for span in pairwise(marks)}
    return made


def _there(state: State) -> list[str]:
    return [part for part, value in state.items() if part.startswith(SLOT) and value]


def _union(found: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(found):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _name(day: int, span: Span) -> str:
    return f"{SLOT}{day}/{span[0]}-{span[1]}"
