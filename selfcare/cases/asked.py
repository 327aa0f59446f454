"""Questions in the history: a line when one was answered, another when something of it was opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from selfcare.cases.history import Line
from selfcare.model.asked import Asked

KIND = "ask"
LONGEST = 1000
"""Characters of a question that are kept: a ticket is read by somebody."""


def line_of(asked: Asked) -> Mapping[str, Any]:
    """As it stands in the history, under the id of the question."""
    return {"text": asked.text[:LONGEST], "answers": dict(asked.answers), "offered": list(asked.offered)}


def line_of_opening(target: str) -> Mapping[str, Any]:
    """That something of it was opened."""
    return {"opened": target}


def asked_of(lines: Iterable[Line]) -> tuple[Asked, ...]:
    """The questions of a history, newest first, each with its last answers and all that was opened.

    Args:
        lines: newest first, as ``read_history`` gives them.
    """
    found: dict[str, Asked] = {}
    for line in reversed(list(lines)):
        if line.kind != KIND:
            continue
        one = found.get(line.subject) or Asked(line.subject, "")
        if (target := line.data.get("opened")) is not None:
            one = replace(one, opened=(*one.opened, str(target)))
        else:
            offered = tuple(line.data.get("offered", ()))
            one = replace(one, text=line.data.get("text", ""), answers=line.data.get("answers", {}), offered=offered)
        found[line.subject] = one
    return tuple(reversed(found.values()))
