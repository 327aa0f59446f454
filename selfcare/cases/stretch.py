"""Which lines of the history are a case's: decided when it opens, and by ids; no clock changes it afterwards. Pure.

A case's stretch is written into its opening line (``from``) and ended by its closing line, or where that one says
(``to``: what a next case took over of the last hours). A line belongs to the case
it names (``data.case``); a line that names none, to the case in whose stretch it lies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from selfcare.cases.history import Line

BEFORE = timedelta(hours=24)
"""So far back what happened before a case was opened belongs to it: what was tried first counts."""
FLOOR = datetime(2026, 1, 1, tzinfo=UTC)
"""This program is not older: a line that says so was written by a clock that was wrong."""
AHEAD = timedelta(minutes=10)
"""Clocks differ by that much, and are put right; what is further in the future was written by a wrong one."""
OPENED, SAID, CLOSED = "opened", "said", "closed"


@dataclass(frozen=True, slots=True)
class Stretch:
    """From the first line's id to the last one's; None: it is open."""

    case: str
    first: int
    opened: int
    last: int | None = None

    def holds(self, line: Line) -> bool:
        """Whether this line is one of the case's."""
        named = line.data.get("case")
        if isinstance(named, str) and named:
            return named == self.case
        return self.first <= line.id and (self.last is None or line.id <= self.last)


def stretches(lines: Iterable[Line]) -> tuple[Stretch, ...]:
    """All cases, newest first.

    Args:
        lines: of kind ``case``, oldest first.
    """
    found: dict[str, Stretch] = {}
    for line in lines:
        did, known = line.data.get("did"), found.get(line.subject)
        if did == OPENED and known is None:
            first = line.data.get("from")
            found[line.subject] = Stretch(line.subject, first if isinstance(first, int) else line.id, line.id)
        elif did == CLOSED and known is not None and known.last is None:
            last = line.data.get("to")
            sound = isinstance(last, int) and known.opened <= last < line.id
            found[line.subject] = Stretch(known.case, known.first, known.opened, last if sound else line.id)
    return tuple(reversed(found.values()))


def reach_back(lines: Sequence[Line], now: datetime) -> int | None:
    """The id of the first line that belongs to a case opened now; None: nothing happened lately.

    Lines whose date cannot be are no older than what stands around them: a PC whose clock was put right in between
    loses nothing of what was tried.

    Args:
        lines: those that no other case has, newest first.
        now: by the PC's clock.
    """
    first, unsure = None, None
    for line in lines:
        at = moment(line.at)
        if at is None or not believable(at, now):
            unsure = line.id
            continue
        if now - at > BEFORE:
            # What lies between an old line and a new one may be either: it is taken, it is looked at before it leaves.
            break
        first, unsure = line.id, None
    return unsure if unsure is not None else first


def believable(at: datetime, now: datetime) -> bool:
    """Whether a line can have been written then."""
    return FLOOR <= at <= now + AHEAD


def moment(text: object) -> datetime | None:
    """An ISO 8601 instant with offset; None: it is none."""
    if not isinstance(text, str):
        return None
    try:
        at = datetime.fromisoformat(text)
        return at if at.tzinfo is not None and at.utcoffset() is not None else None
    except (ValueError, OverflowError):
        return None


def data_of(line: Line, name: str) -> Mapping[str, object]:
    """A part of a line's data, where it is one."""
    part = line.data.get(name)
    return part if isinstance(part, Mapping) else {}
