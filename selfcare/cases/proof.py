"""What whole checks say about something that was tried between them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from selfcare.cases.history import Line
from selfcare.cases.stretch import moment
from selfcare.model.case import Effect

SOON = timedelta(hours=1)
"""A check later than that tells of another hour; by the clock, which must not have gone back in between."""
_FAULTY = ("fault", "multiple")


def proofs(lines: Sequence[Line], tries: Iterable[tuple[int, int]]) -> dict[int, Effect]:
    """By the last line of each try: what the check before and the check after it come to, where that can be told.

    Nothing else may have been tried between the two checks: of two things nobody knows which it was.

    Args:
        lines: of one case, oldest first.
        tries: (id of the first line, id of the last line) of everything that was done.
    """
    checks = [line for line in lines if whole(line)]
    spans, found = sorted(set(tries)), dict[int, Effect]()
    for first, last in spans:
        before = next((line for line in reversed(checks) if line.id < first), None)
        after = next((line for line in checks if line.id > last), None)
        if before is None or after is None or not _soon(before, after):
            continue
        others = [span for span in spans if span != (first, last) and span[1] > before.id and span[0] < after.id]
        effect = None if others else _effect(before, after)
        if effect is not None:
            found[last] = effect
    return found


def came_back(lines: Sequence[Line], first: int, last: int) -> bool:
    """Whether a later check found the very thing again that was wrong before a try.

    Args:
        lines: of one case, oldest first.
        first: id of the first line of the try.
        last: id of its last one.
    """
    checks = [line for line in lines if whole(line)]
    before = next((line for line in reversed(checks) if line.id < first), None)
    code = before.data.get("code") if before is not None and before.data.get("state") in _FAULTY else None
    later = (line for line in checks if line.id > last and line.data.get("state") in _FAULTY)
    return code is not None and any(line.data.get("code") == code for line in later)


def whole(line: Line) -> bool:
    """A check of everything, by whomever."""
    return line.kind == "check" and line.subject in ("full", "kept")


def _effect(before: Line, after: Line) -> Effect | None:
    was, now = before.data, after.data
    if was.get("state") not in _FAULTY:
        return None  # nothing was wrong then, or nobody could tell
    if now.get("state") == "ok":
        return Effect.SOLVED
    if now.get("state") in _FAULTY and now.get("code") is not None and now.get("code") == was.get("code"):
        return Effect.NONE
    return None  # something else is wrong now: the first of two may be mended


def _soon(before: Line, after: Line) -> bool:
    begin, end = moment(before.at), moment(after.at)
    return begin is not None and end is not None and timedelta(0) <= end - begin <= SOON
