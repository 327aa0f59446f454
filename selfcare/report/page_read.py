"""Reads a report's document as what it is: somebody else's file, where anything may be missing or of the wrong kind."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timezone, tzinfo

MOST_ROWS = 200
"""Of one table; how many more there were is said below it."""
_MOST_VALUE = 1e12
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Signs that nobody sees and that turn the line around, hide a word or are no text at all."""
_SPACES = re.compile(r"[ \t]+")
_BREAKS = re.compile(r"\s*\n\s*|[^\S\u00a0\u202f]+")
"""Spaces that do not break stay: before a colon, inside quotation marks."""


def mapping(value: object) -> Mapping[str, object]:
    """The object, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def rows(value: object, most: int = MOST_ROWS) -> tuple[Mapping[str, object], ...]:
    """The first ``most`` objects of a list."""
    if not isinstance(value, list | tuple):
        return ()
    return tuple(one for one in value[:most] if isinstance(one, Mapping))


def strings(value: object, most: int = MOST_ROWS, size: int = 80) -> tuple[str, ...]:
    """The first ``most`` words of a list, each of at most ``size`` signs."""
    if not isinstance(value, list | tuple):
        return ()
    return tuple(filter(None, (words(one, size) for one in value[:most])))


def more(value: object, most: int = MOST_ROWS) -> int:
    """How many of a list are left out."""
    return max(0, len(value) - most) if isinstance(value, list | tuple) else 0


def words(value: object, most: int = 200) -> str:
    """As one line of at most ``most`` signs, an ellipsis included; numbers as they are."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if isinstance(value, int) and value.bit_length() > 256:
        return ""  # a number nobody reads, and Python would not write
    text = value[: 4 * most + 40] if isinstance(value, str) else str(value)
    return clipped(_BREAKS.sub(" ", _UNSEEN.sub("", text)).strip(), most)


def lines(value: object, most: int) -> str:
    """Like :func:`words`, with its line breaks."""
    text = value[: 4 * most + 40] if isinstance(value, str) else ""
    return clipped(_SPACES.sub(" ", _UNSEEN.sub("", text)).strip(), most)


def clipped(text: str, most: int) -> str:
    """At most ``most`` signs; where something is left out, it ends with an ellipsis."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def figure(value: object) -> float | None:
    """A number that can be shown and drawn."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not -_MOST_VALUE <= value <= _MOST_VALUE:  # NaN neither
        return None
    return float(value) if math.isfinite(value) else None


def moment(value: object, zone: tzinfo = UTC) -> datetime | None:
    """A time in ``zone``; one without an offset is taken to be of that zone. None for what is none, or of no age."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    if not 2000 <= found.year < 2100:
        return None
    return found.replace(tzinfo=zone) if found.tzinfo is None else found.astimezone(zone)


def zone_of(value: object) -> tzinfo:
    """The offset that a time was written with; UTC where it has none."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) and len(value) <= 40 else None
    except ValueError:
        found = None
    offset = found.utcoffset() if found is not None else None
    return timezone(offset) if offset is not None else UTC
