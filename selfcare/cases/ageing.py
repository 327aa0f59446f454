"""How old a line is, when the clock of the PC may have said 1970 or 2040 at any time. Pure.

Nothing is erased on the word of one moment: what looks old is marked, and goes only when it still looks so a week
later by the same clock (``CaseBook.retain``). A clock that is wrong for an afternoon costs nobody a case.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from selfcare.cases.history import Line
from selfcare.cases.stretch import Stretch, believable, moment

KEPT = timedelta(days=365)
"""Retention: 12 months after a case's last line; 12 months for a line of no case."""
CONFIRMED = timedelta(days=7)
"""What is about to be erased was seen to be so old at least that long before."""
MARKED = KEPT - CONFIRMED


def dated(lines: Sequence[Line], now: datetime) -> dict[int, datetime]:
    """When each line was written, at the latest that its date and those around it allow; ids order them, not dates.

    A date that cannot be is that of the next line that has one (it was written before that). A date before that of an
    earlier line cannot be either: the clock was set back meanwhile.

    Args:
        lines: oldest first.
        now: a line later than this has no date.
    """
    told = {line.id: at for line in lines if (at := moment(line.at)) is not None and believable(at, now)}
    found: dict[int, datetime] = {}
    newest: datetime | None = None
    for line in lines:
        if line.id in told:
            newest = told[line.id] if newest is None else max(newest, told[line.id])
        if newest is not None and line.id in told:
            found[line.id] = newest
    following: datetime | None = None
    for line in reversed(lines):
        if line.id in found:
            following = found[line.id]
        elif following is not None:
            found[line.id] = following
    return found


def older(lines: Sequence[Line], cases: Sequence[Stretch], now: datetime, than: timedelta) -> frozenset[int]:
    """Ids of the lines that are older: a case as a whole, by its last line; lines of no case each for itself.

    Args:
        lines: the whole history, oldest first.
        cases: all of them.
        now: by the PC's clock.
        than: how old.
    """
    dates, found = dated(lines, now), set[int]()
    mine = {line.id: next((one.case for one in cases if one.holds(line)), None) for line in lines}
    last: dict[str, int] = {case: id_ for id_, case in mine.items() if case is not None}  # oldest first: the last stays
    for line in lines:
        case = mine[line.id]
        at = dates.get(line.id if case is None else last[case])
        if at is not None and now - at > than:
            found.add(line.id)
    return frozenset(found)
