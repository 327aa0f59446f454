"""What the desk keeps of a ``rapport.json``: named, typed, bounded; a stranger's text until it is escaped."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from selfcare.report.page_read import lines, mapping, rows, strings, words

SCHEMA = "selfcare.report/1"
DEEPEST = 40
"""Levels of a document: ours has some twelve."""
MOST_ROWS = 40
"""Of what was tried, and of the line's figures."""
TEXT, LONG = 300, 4000
"""Characters of a sentence; of what a person typed."""
_LARGEST = 1e12
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.S)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class Bad(ValueError):
    """No document of ours."""


def parsed(data: bytes) -> dict[str, Any]:
    """The document, whatever it holds.

    Raises:
        Bad: no JSON, not UTF-8, too deep, or of another schema.
    """
    if _deep(data):
        raise Bad("deep")
    try:
        found = json.loads(data.decode("utf-8"), parse_int=_whole, parse_float=_number, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        raise Bad("json") from None
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise Bad("schema")
    return found


def _deep(data: bytes) -> bool:
    """Counted before anything recurses: brackets alone, without what stands in texts."""
    depth = 0
    for sign in _STRING.sub(b"", data).translate(None, _NO_BRACKETS):
        depth += 1 if sign in b"[{" else -1
        if depth > DEEPEST:
            return True
    return False


def _whole(text: str) -> int | None:
    """Python would take minutes for a number of a million digits."""
    return int(text) if len(text) <= 18 else None


def _number(text: str) -> float | None:
    found = float(text) if len(text) <= 40 else math.inf
    return found if math.isfinite(found) else None


def extract(document: Mapping[str, Any]) -> dict[str, Any]:
    """For ``attachments.read``: at most some 60 kB, whatever the document is."""
    check, wish, home = (mapping(document.get(name)) for name in ("check", "wish", "home"))
    return {
        "case": words(document.get("case"), 40), "id": words(document.get("id"), 60),
        "made": words(document.get("made"), 40), "language": words(document.get("language"), 10),
        "operator": _named(document, "operator", id=60, name=TEXT), "access": words(document.get("access"), 40),
        "box": _named(document, "box", family=60, model=TEXT, firmware=TEXT),
        "node": words(document.get("access_node"), 80),
        "verdict": _verdict(mapping(document.get("verdict")), check),
        "symptom": _named(document, "symptom", what=40, other_devices=40)
        | {"words": lines(mapping(document.get("symptom")).get("words"), LONG)},
        "since": _named(document, "since", at=40, source=40),
        "downtime": {name: number(mapping(document.get("downtime")).get(name))
                     for name in ("day_min", "week_min", "month_min")},
        "tried": [_row(one, what=80, source=40, effect=40, at=40, text=TEXT) | {"times": number(one.get("times"))}
                  for one in rows(document.get("tried"), MOST_ROWS)],
        "line": [_row(one, name=80, unit=20, grade=20, at=40, source=40, text=TEXT)
                 | {"value": scalar(one.get("value"))} for one in rows(document.get("line"), MOST_ROWS)],
        "wish": {"wants": list(strings(wish.get("wants"), 8, 40)), "words": lines(wish.get("words"), LONG)},
        "home": _home(home), "asked": [_row(one, at=40, text=TEXT) for one in rows(document.get("asked"), 20)],
    }  # fmt: skip


def _verdict(found: Mapping[str, object], check: Mapping[str, object]) -> dict[str, Any]:
    culprit = next((one for one in rows(check.get("findings"), 40) if one.get("role") == "culprit"), {})
    return {
        **_row(found, code=60, state=40, band=20, at=40, text=600),
        "segments": list(strings(found.get("segments"), 7, 20)),
        "ruled_out": [_row(one, code=60, because=TEXT) for one in rows(check.get("ruled_out"), 20)],
        "not_tested": [_row(one, probe=60, reason=60) for one in rows(check.get("not_tested"), 20)],
        "evidence": [_row(one, fact=80, measurement=60, weight=20, unit=20) | {"value": scalar(one.get("value"))}
                     for one in rows(culprit.get("evidence"), 12)],
    }  # fmt: skip


def _home(home: Mapping[str, object]) -> dict[str, Any]:
    found = rows(home.get("devices"), 500)
    roles: dict[str, int] = {}
    for one in found:
        role = words(one.get("role"), 20)
        if role in roles or len(roles) < 20:
            roles[role] = roles.get(role, 0) + 1
    return {"devices": len(found), "wired": sum(one.get("wired") is True for one in found), "roles": roles}


def _named(document: Mapping[str, Any], part: str, /, **fields: int) -> dict[str, Any]:
    return _row(mapping(document.get(part)), **fields)


def _row(found: Mapping[str, object], **fields: int) -> dict[str, Any]:
    return {name: words(found.get(name), most) for name, most in fields.items()}


def number(value: object) -> float | None:
    """One that can be written and compared."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _LARGEST:
        return None
    return value


def scalar(value: object) -> str | float | bool | None:
    """A figure, a word, yes or no."""
    if isinstance(value, bool):
        return value
    return words(value, 80) if isinstance(value, str) else number(value)
