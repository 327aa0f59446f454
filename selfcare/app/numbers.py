"""Numbers as a reader of the language writes them. The one place where figures become words."""

from __future__ import annotations

from selfcare.i18n import Catalogue

_MEGA = 1_000_000


def number(catalogue: Catalogue, value: float) -> str:
    """As many digits as help: "1 500", "18,7", "0,08"; never an exponent."""
    size = abs(value)
    if size >= 100:
        shown = f"{value:,.0f}"
    elif size >= 10:
        shown = f"{value:.1f}"
    elif size >= 0.1:
        shown = f"{value:.2f}"
    else:
        shown = f"{float(f'{value:.1g}'):.6f}"
    if "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    shown = "0" if shown == "-0" else shown.replace("-", "\u2212")
    # French: a comma, and a thin space that does not break between thousands.
    return shown.translate({ord(","): "\u202f", ord("."): ","}) if catalogue.language == "fr" else shown


def amount(catalogue: Catalogue, size: int) -> str:
    """Bytes, rounded up as it is a bound: "3 kB", "151 MB"."""
    unit, key = (_MEGA, "cli.size.mega") if size >= _MEGA else (1000, "cli.size.kilo")
    return catalogue.text(key, value=-(-size // unit))
