"""Text of a UPnP or TR-064 reply turned into figures: what is not one is None, never a guess."""

from __future__ import annotations

import ipaddress

from selfcare.model.units import Seconds

LIMIT_32 = 2**32
"""A ``ui4`` counter wraps here (UPnP Device Architecture 1.1, table 2-5)."""
LONGEST_RUN_S = 20 * 365 * 86_400
"""Seconds. No box and no session lasts longer: what says so is a -1, or a counter that went wrong."""
NOTHING = frozenset({"", "0.0.0.0", "::", "ERROR_NONE", "None", "none", "unknown"})


def whole(value: object, most: int = 2**63) -> int | None:
    """An integer of at least 0. Some boxes write a ``ui4`` as if it had a sign: -1 is 4294967295."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        number = int(value) if isinstance(value, int) or len(value) <= 20 else -LIMIT_32
    except ValueError:
        return None
    if -LIMIT_32 // 2 <= number < 0:
        number += LIMIT_32
    return number if 0 <= number <= most else None


def lasting(value: float | None) -> Seconds | None:
    """A time since something began; None for one that nothing can have lasted."""
    return Seconds(value) if value is not None and 0 <= value <= LONGEST_RUN_S else None


def truth(value: object) -> bool | None:
    """1, true, yes, on; 0, false, no, off."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in ("1", "true", "yes", "on"):
        return True
    return False if word in ("0", "false", "no", "off") else None


def word(value: object, most: int = 120) -> str | None:
    """Text to be shown: cut, without control characters; None where it says nothing."""
    if not isinstance(value, str) or value.strip() in NOTHING:
        return None
    return "".join(letter for letter in value.strip() if letter.isprintable())[:most] or None


def ipv4(value: object) -> str | None:
    """An IPv4 address, not 0.0.0.0."""
    try:
        found = ipaddress.IPv4Address(str(value).strip())
    except ValueError:
        return None
    return None if found.is_unspecified else str(found)


def addresses(value: object) -> tuple[str, ...]:
    """A list with commas, of IPv4 addresses."""
    return tuple(found for one in str(value or "")[:200].split(",") if (found := ipv4(one)) is not None)


def port(value: object) -> int | None:
    """1 to 65535."""
    number = whole(value, 65535)
    return number or None


SHARED = ipaddress.IPv4Network("100.64.0.0/10")
"""RFC 6598: between a subscriber's box and the operator's own NAT."""


def is_shared(address: str) -> bool:
    """Whether the operator's NAT follows (RFC 6598)."""
    return ipaddress.IPv4Address(address) in SHARED


def is_public(address: str) -> bool:
    """Whether the Internet can reach it, as far as an address tells."""
    return ipaddress.IPv4Address(address).is_global
