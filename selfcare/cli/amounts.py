"""Numbers of bytes for people."""

from __future__ import annotations

from selfcare.i18n import Catalogue

_MEGA = 1_000_000


def amount(size: int, catalogue: Catalogue) -> str:
    """Rounded up, as it is a bound: "3 kB", "151 MB"."""
    unit, key = (_MEGA, "cli.size.mega") if size >= _MEGA else (1000, "cli.size.kilo")
    return catalogue.text(key, value=-(-size // unit))
