"""Values out of what a box sent, whatever shape it sent them in: a wrong type is "not told", never an exception."""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from selfcare.model.units import Kbps

MOST_ROWS = 1000
"""Of a list. The largest recorded one (hosts of a Livebox) has some sixty."""
MOST_TEXT = 256
"""Characters of one text of the box. An SSID has 32 bytes, a comment a line."""
_HARDWARE = re.compile(r"[0-9a-z]{2}(?::[0-9a-z]{2}){5}")  # letters beyond f: records of real boxes are masked so
_TRUE, _FALSE = ("true", "1", "yes", "on"), ("false", "0", "no", "off", "")


def mapping(value: Any) -> Mapping[str, Any]:
    """A JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def rows(value: Any) -> tuple[Mapping[str, Any], ...]:
    """A list of objects. An object in the place of a list of one is taken as that one; anything else as none."""
    if isinstance(value, dict):
        return (value,) if value else ()
    if not isinstance(value, list | tuple):
        return ()
    return tuple(item for item in value[:MOST_ROWS] if isinstance(item, dict))


def items(value: Any) -> Sequence[Any]:
    """A list of whatever, bounded."""
    return value[:MOST_ROWS] if isinstance(value, list) else ()


def text(value: Any) -> str | None:
    """Not empty, cut, without what a terminal or a window would obey."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    try:
        words = "".join(letter for letter in str(value)[: 4 * MOST_TEXT] if letter.isprintable()).strip()[:MOST_TEXT]
    except ValueError:  # an integer of thousands of digits
        return None
    return words or None


def number(value: Any) -> float | None:
    """Finite. Numbers come as text on some firmwares; a boolean is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        figure = float(value)
    except (ValueError, OverflowError):
        return None
    return figure if math.isfinite(figure) else None


def whole(value: Any, least: int | None = None, most: int | None = None) -> int | None:
    """An integer within its limits, else None."""
    figure = number(value)
    if figure is None or figure != int(figure):
        return None
    if (least is not None and figure < least) or (most is not None and figure > most):
        return None
    return int(value) if isinstance(value, int) else int(figure)


def count(value: Any) -> int | None:
    """A counter: not negative, of 64 bits."""
    return whole(value, 0, 2**64)


def kbps(value: Any, factor: float) -> Kbps | None:
    """A rate, from what it is told in; 1 Tbit/s and more is none."""
    figure = number(value)
    return Kbps(figure * factor) if figure is not None and 0 <= figure * factor < 1e9 else None


def flag(value: Any) -> bool | None:
    """True and false, 0 and 1, as text too."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | str):
        word = str(value).strip().lower() if not isinstance(value, int) or value in (0, 1) else "?"
        if word in _TRUE:
            return True
        if word in _FALSE and word:
            return False
    return None


def address(value: Any, version: int) -> str | None:
    """An IP address of this version that is one; "0.0.0.0" and "::" are none."""
    words = text(value)
    if words is None:
        return None
    try:
        found = ipaddress.ip_address(words)
    except ValueError:
        return None
    return str(found) if found.version == version and not found.is_unspecified else None


def moment(value: Any) -> datetime | None:
    """Seconds since 1970, in UTC; 0 is "never"."""
    seconds = number(value)
    if seconds is None or not 0 < seconds < 2**33:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def hardware(value: Any) -> str | None:
    """A hardware address in lower case, as the model has them."""
    words = text(value)
    plain = words.lower().replace("-", ":") if words is not None else ""
    return plain if _HARDWARE.fullmatch(plain) else None


def names(told: Any, key: str = "id") -> tuple[str, ...]:
    """Numbers only: they become part of an address."""
    found = (text(each.get(key)) for each in rows(told)[:32])
    return tuple(name for name in found if name is not None and name.isdecimal() and len(name) < 12)
