"""A line of the case's history for each end of a change of the box: which setting, how it ended. Nobody is named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from selfcare.app.guides.noted import nameless
from selfcare.cases.box_journal import BoxEntry
from selfcare.model.box.change import BoxChangeResult, BoxOutcome, Difference

Note = Callable[[str, str, Mapping[str, Any]], None]
"""Kind, subject, data: as ``cases.History.note``, which never raises."""
_UNDO: Mapping[BoxOutcome, str] = {
    BoxOutcome.DONE: "undone",
    BoxOutcome.NOTHING_TO_DO: "undone",
    BoxOutcome.PUT_BACK: "not_undone",
}


def unnoted(_kind: str, _subject: str, _data: Mapping[str, Any]) -> None:
    """Where no history is kept."""


def line_of(result: BoxChangeResult, differences: Iterable[Difference], undoes: str | None = None) -> dict[str, object]:
    """Of a change, or of the undo of one (``undoes``: its entry)."""
    word = _UNDO.get(result.outcome, result.outcome.value) if undoes else result.outcome.value
    data: dict[str, object] = {"entry": undoes or result.entry, "outcome": word, "error": result.error}
    fields = [told for one in differences if (told := _field(one))]
    return _plain({**data, "fields": fields or None})


def settled_line(entry: BoxEntry) -> dict[str, object]:
    """Of a change that an earlier program began."""
    return _plain({"entry": entry.name, "outcome": entry.state.value, "settled": True})


def _field(one: Difference) -> dict[str, object]:
    """Its name; from what to what only where that is a number or a yes: texts are names and keys."""
    told: dict[str, object] = {"what": one.what}
    if not one.secret and all(isinstance(value, bool | int | float) for value in (one.now, one.asked)):
        told |= {"now": one.now, "asked": one.asked}
    return told


def _plain(data: Mapping[str, object]) -> dict[str, object]:
    # The entry's name is a date and eight random digits: nothing in it is anybody's.
    kept = {name: value for name, value in data.items() if value is not None and name != "entry"}
    entry = {"entry": data["entry"]} if data.get("entry") else {}
    return {**entry, **nameless(kept, ())}
