"""What a stranger wrote, read with care: of the type that was expected or nothing, bounded, plain text."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from selfcare.model.ticket import State

LONG = 20_000
"""Characters of one text: an agent's longest answer, with what it quotes."""
SHORT = 200
MANY = 500
"""Entries of one list (notes, tickets, outages): the rest is not looked at."""
_STAY = "\n\t"
_STATES = {state.value.lower(): state for state in State}


def record(value: object) -> Mapping[str, Any]:
    """An object, else an empty one."""
    return value if isinstance(value, dict) else {}


def records(value: object) -> list[Mapping[str, Any]]:
    """The objects of a list, at most :data:`MANY`."""
    return [one for one in value[:MANY] if isinstance(one, dict)] if isinstance(value, list) else []


def text(value: object, most: int = LONG) -> str:
    """Without controls, without characters that turn the writing round, without half characters."""
    if not isinstance(value, str):
        return ""
    kept = (one for one in value[: 2 * most] if one in _STAY or unicodedata.category(one) not in ("Cc", "Cf", "Cs"))
    return "".join(kept)[:most].strip()


def word(value: object) -> str:
    """One short line; a number is taken as its digits."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18:
        return str(value)
    return " ".join(text(value, SHORT).split())


def name(value: object) -> str:
    """Something's own name, exactly as it stands (it is handed back later), or "" where it is none."""
    if isinstance(value, str):
        return value if value.isprintable() and 0 < len(value) <= SHORT and value.strip() == value else ""
    return word(value)


def moment(value: object) -> str:
    """ISO 8601 as it was given, where it is a moment; else ""."""
    given = word(value)
    try:
        datetime.fromisoformat(given)
    except ValueError:
        return ""
    return given


def state(value: object) -> State | None:
    """One of TMF621's eight words in any spelling (``in_progress``, ``InProgress``); None: another word."""
    return _STATES.get("".join(one for one in word(value).lower() if one.isalpha()))
