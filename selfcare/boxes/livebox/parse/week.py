"""A week of a Livebox: seconds since Monday 00:00, against the model's time of day and days of the week."""

from __future__ import annotations

from collections.abc import Iterable

from selfcare.model.box import ParentalSlot
from selfcare.model.units import Seconds

DAY, WEEK = 86_400, 604_800
"""Seconds."""
Span = tuple[int, int]


def merged(spans: Iterable[Span]) -> list[Span]:
    """In order, cut to the week, those that touch or overlap made one."""
    found: list[Span] = []
    for begin, end in sorted((max(0, begin), min(WEEK, end)) for begin, end in spans):
        if begin >= end:
            continue
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found


def rest(spans: Iterable[Span]) -> list[Span]:
    """What of the week the spans leave."""
    found, at = [], 0
    for begin, end in merged(spans):
        found.append((at, begin))
        at = end
    return merged([*found, (at, WEEK)])


def slots(spans: Iterable[Span]) -> tuple[ParentalSlot, ...]:
    """Cut at every midnight, the same hours of several days in one slot, in the order of the hours."""
    days: dict[Span, set[int]] = {}
    for begin, end in merged(spans):
        for day in range(begin // DAY, (end - 1) // DAY + 1):
            part = max(begin - day * DAY, 0), min(end - day * DAY, DAY)
            days.setdefault(part, set()).add(day)
    return tuple(
        ParentalSlot(Seconds(start), Seconds(end), tuple(sorted(days[start, end]))) for start, end in sorted(days)
    )


def spans(wanted: Iterable[ParentalSlot]) -> list[Span]:
    """What goes to the box. A slot that ends before it starts ends the day after; past Sunday it goes on on Monday."""
    found: list[Span] = []
    for slot in wanted:
        start, end = int(slot.start), int(slot.end)
        end = end if end > start else end + DAY
        for day in slot.weekdays:
            begin, finish = day % 7 * DAY + start, day % 7 * DAY + end
            found.append((begin, finish))
            found.append((begin - WEEK, finish - WEEK))
    return merged(found)
