"""Lenient readings of single values: numbers come as text, switches as 0/1, "never" as a year of its own."""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

MOST_TEXT = 200
"""Characters kept of a text of the box."""
MOST_ROWS = 1000
"""Of a list. The largest recorded one has some sixty."""
_MAC = re.compile(r"[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}")
_YES = frozenset({"1", "true", "yes", "on", "up", "enabled", "enable"})
_NO = frozenset({"0", "false", "no", "off", "down", "disabled", "disable"})


def number(value: object, low: float = -math.inf, high: float = math.inf) -> float | None:
    """A number within bounds; outside them it is a firmware's way to say "none"."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) and low <= found <= high else None


def whole(value: object, low: float = 0, high: float = 2**64) -> int | None:
    """A whole number, a counter as a rule."""
    found = number(value, low, high)
    return None if found is None else int(found)


def flag(value: object) -> bool | None:
    """True, 1, "1", "Enabled" … or None where it is neither a yes nor a no."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, int | str) else ""
    return True if word in _YES else False if word in _NO else None


def text(value: object, most: int = MOST_TEXT) -> str | None:
    """Shown as text only: no control characters, cut, None where empty."""
    if not isinstance(value, str):
        return None
    plain = "".join(letter for letter in value if letter.isprintable()).strip()
    return plain[:most] or None


def mapping(value: object) -> Mapping[str, Any]:
    """An object, or an empty one in the place of whatever else was sent."""
    return value if isinstance(value, dict) else {}


def listed(value: object) -> list[Mapping[str, Any]]:
    """The objects of a list, or of an object that is keyed by name: as many as a home can have."""
    items = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
    return [item for item in items[:MOST_ROWS] if isinstance(item, dict)]


def names(value: object) -> tuple[str, ...]:
    """The items of a comma separated text."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else ()


def address(value: object) -> str | None:
    """An IP address, or None for what is none (empty, masked, 0.0.0.0)."""
    try:
        found = ipaddress.ip_address(value.strip().partition("/")[0]) if isinstance(value, str) else None
    except ValueError:
        return None
    return str(found) if found is not None and not found.is_unspecified else None


def prefix(value: object) -> str | None:
    """An IPv6 prefix as the box writes it (some firmware leaves host bits in)."""
    try:
        found = ipaddress.ip_interface(value.strip()) if isinstance(value, str) and "/" in value else None
    except ValueError:
        return None
    return str(found.network) if found is not None and found.version == 6 else None


def hardware(value: object) -> str | None:
    """A hardware address in lower case; another name that the box has for a machine stays as it is."""
    plain = text(value, 64)
    return plain.lower() if plain is not None and _MAC.fullmatch(plain) else plain


def moment(value: object) -> datetime | None:
    """An ISO time. Years 1 and 9999 stand for "never" and "for ever": None."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value.strip().replace("Z", "+00:00"))
    except ValueError:
        return None
    if not 1971 <= found.year <= 9000:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
