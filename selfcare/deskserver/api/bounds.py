"""JSON from strangers: bounded in size, depth and count; text without what no screen and no database should get."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from selfcare.deskserver.model import DeskRefusal

DEPTH: Final = 12
"""Levels of what is not ours: TMF621's own deepest place has six."""
ENTRIES: Final = 200
"""Of one list or object."""
LONG: Final = 20_000
"""Characters of one text: as much as the app reads of an answer."""
NAME: Final = 200
"""Characters of an object's key."""
KEPT: Final = 64 * 1024
"""Bytes of what is only kept for others."""
LAST: Final = 253_402_300_799_000
"""The last second (ms) of the year 9999: nobody writes a later one."""
_WHOLE: Final = 2**53
"""Beyond it not every JSON reader keeps a number."""
_NO = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)  # controls, what turns the writing round, half characters
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)", re.IGNORECASE)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}:\S*")


def refused(code: str, where: str = "") -> DeskRefusal:
    """400, with the place it is about."""
    return DeskRefusal(400, code, where=where[:NAME])


def decoded(body: bytes) -> Any:
    """Of a whole request.

    Raises:
        DeskRefusal: 400 ``no_json``: it is none, or nested without end.
    """
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, ValueError):
        raise refused("no_json") from None


def clean(text: str) -> str:
    """Without controls; nothing else changes of what a person wrote."""
    return text if text.isprintable() else _NO.sub("", text)


def line(text: str) -> str:
    """On one line."""
    return clean(text).replace("\n", " ").replace("\t", " ").strip()


def said(value: Any, where: str, most: int = LONG) -> str:
    """A text."""
    if not isinstance(value, str):
        raise refused("wrong_type", where)
    if len(value) > most:
        raise refused("too_long", where)
    return clean(value)


def number(value: Any, where: str) -> float:
    """A number that every reader keeps."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not -_WHOLE <= value <= _WHOLE:
        raise refused("wrong_type", where)
    return value


def moment(value: Any, where: str) -> str:
    """RFC 3339, as it was said."""
    text = said(value, where, 40)
    if not _MOMENT.fullmatch(text) or _parsed(text) is None:
        raise refused("no_moment", where)
    return text


def uri(value: Any, where: str) -> str:
    """Any that is one; it is never fetched."""
    text = said(value, where, 2000)
    if not _URI.fullmatch(text):
        raise refused("no_uri", where)
    return text


def milliseconds(value: str) -> int:
    """Of a moment; 0 where it is none, or before 1970."""
    found = _parsed(value)
    return min(max(int(found.timestamp() * 1000), 0), LAST) if found is not None else 0


def _parsed(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.upper())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def iso(at: int) -> str:
    """A moment (ms) as RFC 3339, UTC."""
    return datetime.fromtimestamp(min(at, LAST) / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def anything(value: Any, where: str, depth: int = DEPTH) -> Any:
    """What no schema of ours names, bounded."""
    if isinstance(value, str):
        return said(value, where)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return number(value, where)
    if depth <= 0:
        raise refused("too_deep", where)
    if len(value) > ENTRIES:
        raise refused("too_many_entries", where)
    if isinstance(value, list):
        return [anything(one, where, depth - 1) for one in value]
    return {key_of(key, where): anything(one, where, depth - 1) for key, one in value.items()}


def key_of(key: str, where: str) -> str:
    """An object's key."""
    if len(key) > NAME or clean(key) != key:
        raise refused("wrong_type", where)
    return key
