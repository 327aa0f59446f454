"""Whether the open case is over although nobody closed it, when somebody describes a trouble again. Pure.

Who comes back weeks later with something else must not end as a word on the old ticket, and nobody shall have to tidy
up first. So: asked for; or silent for a week and either proved solved after the last word about it, or of another kind.
Silence is what people and desks leave: checks that run by themselves are none. Where the dates cannot be, it goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from selfcare.cases.history import Line
from selfcare.cases.made import symptom_of
from selfcare.cases.proof import whole
from selfcare.cases.stretch import BEFORE, CLOSED, Stretch, believable, data_of, moment
from selfcare.model.case import Event
from selfcare.model.symptom import Symptom

QUIET = timedelta(days=7)
"""Shorter than any desk's usual answer would end a case that is only waiting; longer would catch the next trouble."""
ASKED, SOLVED, OTHER = "asked", "quiet", "other"
NOT_SOLVED = frozenset({ASKED, OTHER})
"""Ended by this program without a proof: what is due about it stays due, until the subscriber closes it."""


@dataclass(frozen=True, slots=True)
class Over:
    """``why``: see above. ``to``: id of the last line of the old case; what comes behind is the new one's."""

    why: str
    to: int


def over(one: Stretch, lines: Sequence[Line], symptom: Symptom | None, now: datetime, *, asked: bool) -> Over | None:
    """None: it goes on.

    Args:
        one: the open case.
        lines: its own, oldest first.
        symptom: what is said now, where it is said.
        now: by the PC's clock.
        asked: the subscriber wants a new one.
    """
    fresh = _fresh(one, lines, now)
    old = lines[: len(lines) - fresh]
    to = old[-1].id if old else one.opened
    if asked:
        return Over(ASKED, to)
    told = [line for line in old if line.kind != "check"]
    dates = [moment(line.at) for line in told]
    if any(at is None or not believable(at, now) or now - at < QUIET for at in dates):
        return None
    newest = next((line for line in reversed(old) if whole(line)), None)
    if newest is not None and newest.data.get("state") == "ok" and (not told or newest.id > told[-1].id):
        return Over(SOLVED, to)
    before = next((kind for line in reversed(told) if (kind := symptom_of(data_of(line, "symptom"))) is not None), None)
    if symptom is not None and before is not None and symptom.what is not before.what:
        return Over(OTHER, to)
    return None


def pending(lines: Iterable[Line | Event], case: str) -> bool:
    """Whether its last end was this program's, and proved nothing.

    Args:
        lines: oldest first.
        case: its id.
    """
    mine = (line for line in lines if line.kind == "case" and line.subject == case)
    ends = [line.data.get("why") for line in mine if line.data.get("did") == CLOSED]
    return bool(ends) and ends[-1] in NOT_SOLVED


def _fresh(one: Stretch, lines: Sequence[Line], now: datetime) -> int:
    """How many lines at the end are of the last 24 hours and speak of no case: they tell of what is described now."""
    found = 0
    for line in reversed(lines):
        at = moment(line.at)
        late = at is not None and believable(at, now) and now - at <= BEFORE
        if not late or line.id <= one.opened or line.data.get("case") == one.case:
            break
        found += 1
    return found
