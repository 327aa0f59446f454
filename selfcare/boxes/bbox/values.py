"""Lenient readings of single values: numbers come as int or text at random, what is not one of its kind is None."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

MOST_ROWS = 1000
"""Of a list inside."""
_HARDWARE = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")


def inner(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A nested object, or an empty one."""
    value = data.get(name)
    return value if isinstance(value, Mapping) else {}


def items(data: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    """The objects of a nested list."""
    value = data.get(name)
    for each in value[:MOST_ROWS] if isinstance(value, list) else ():
        if isinstance(each, Mapping):
            yield each


def number(value: object) -> float | None:
    """An int, a float or a text of one; empty text and anything else is None."""
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, int | float):
        return float(value) if abs(value) < 1e18 else None
    if isinstance(value, str):
        try:
            result = float(value.strip())
        except ValueError:
            return None
        return result if abs(result) < 1e18 else None
    return None


def whole(value: object) -> int | None:
    """Like :func:`number`, cut to an integer, and not below 0, which is a box's way to say "none"."""
    found = number(value)
    return int(found) if found is not None and found >= 0 else None


def within(value: object, low: float, high: float) -> float | None:
    """A number that can be one of its kind."""
    found = number(value)
    return found if found is not None and low <= found <= high else None


def flag(value: object) -> bool | None:
    """0/1 in any writing."""
    found = number(value)
    return None if found is None else found != 0


def text(value: object) -> str | None:
    """A text that says something, at most 200 characters of it, without what a terminal or a window would obey."""
    if not isinstance(value, str):
        return None
    return "".join(letter for letter in value[:1000] if letter.isprintable()).strip()[:200] or None


def hardware(value: object) -> str | None:
    """A hardware address, in lower case."""
    plain = (text(value) or "").lower()
    return plain if _HARDWARE.fullmatch(plain) else None


def port(value: object) -> int | None:
    """1 to 65535."""
    plain = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    found = int(plain) if len(plain) <= 5 and plain.isascii() and plain.isdigit() else 0
    return found if 0 < found <= 65535 else None


def moment(value: object) -> datetime | None:
    """Dates come with stray spaces, and sometimes without a zone (then None: it would be a guess)."""
    written = text(value)
    if written is None:
        return None
    try:
        found = datetime.fromisoformat(written.replace(" ", ""))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def address_of(value: object) -> str | None:
    """An IP address; 0.0.0.0 and :: are none."""
    try:
        found = ipaddress.ip_address((text(value) or "").partition("/")[0])
    except ValueError:
        return None
    return None if found.is_unspecified else str(found)


def network(value: object) -> str | None:
    """An IPv6 prefix, as the box writes it."""
    try:
        found = ipaddress.IPv6Interface(text(value) or "")
    except ValueError:
        return None
    return None if found.ip.is_unspecified else text(value)
