"""Stretches of time as (start, end) in seconds, joined, cut and measured. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Span = tuple[float, float]


def joined(spans: Iterable[Span]) -> list[Span]:
    """In order, none touching another; empty ones are left out."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def cut(spans: Iterable[Span], window: Span) -> list[Span]:
    """What lies in the window."""
    inside = ((max(start, window[0]), min(end, window[1])) for start, end in spans)
    return [(start, end) for start, end in inside if start < end]


def length(spans: Iterable[Span]) -> float:
    """Of joined ones."""
    return sum(end - start for start, end in spans)


def without(window: Span, spans: Sequence[Span]) -> list[Span]:
    """What of the window none of them covers; ``spans`` are joined."""
    found, at = list[Span](), window[0]
    for start, end in cut(spans, window):
        if start > at:
            found.append((at, start))
        at = end
    return [*found, (at, window[1])] if at < window[1] else found
