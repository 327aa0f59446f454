"""What a box or the keyring refused, as a sentence; durations and figures of a box as people read them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from selfcare.app.numbers import number
from selfcare.i18n import Catalogue

if TYPE_CHECKING:
    from selfcare.boxes.errors import BoxError

UNKNOWN = "?"


def error_text(catalogue: Catalogue, error: BoxError, family: str | None = None) -> str:
    """The sentence for an error, with where a missing right is ticked, and how long a lock-out lasts.

    The box's own words are added where it refused without a reason that we know.
    """
    kind = error.values.get("kind")
    if kind == "no_gateway":
        return catalogue.text("box.error.no_gateway")
    detail = error.right or (kind if isinstance(kind, str) else None)
    parts = [code_text(catalogue, error.code.value, family, detail)]
    if error.retry_after:
        parts.append(catalogue.text("box.error.wait", minutes=math.ceil(error.retry_after / 60)))
    if error.box_says and error.code.value in ("refused", "invalid", "conflict"):
        parts.append(catalogue.text("box.error.says", words=error.box_says))
    return " ".join(parts)


def code_text(catalogue: Catalogue, code: str, family: str | None = None, detail: str | None = None) -> str:
    """The sentence for an error's code: a box's or the keyring's. ``detail``: the right that is missing, the kind."""
    general = f"box.error.{code}"
    if not catalogue.has(general):
        return catalogue.first(f"box.secret.{code}", "box.secret.failed", code=code)
    return catalogue.first(f"{general}.{family}.{detail}", f"{general}.{family}", general)


def duration(catalogue: Catalogue, seconds: float) -> str:
    """Two units at most."""
    minutes = int(max(0.0, seconds)) // 60
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return catalogue.text("cli.box.time.days", days=days, hours=hours)
    if hours:
        return catalogue.text("cli.box.time.hours", hours=hours, minutes=minutes % 60)
    return catalogue.text("cli.box.time.minutes", minutes=minutes)


def figure(catalogue: Catalogue, value: float | None) -> str:
    """A number, or a question mark: absent is never 0."""
    return UNKNOWN if value is None else number(catalogue, value)


def rate(catalogue: Catalogue, kbps: float | None) -> str:
    """Of a line or a socket, in kbit/s: "120 kbit/s", "51.2 Mbit/s", "1 Gbit/s"."""
    if kbps is None:
        return UNKNOWN
    for unit, size in (("giga", 1_000_000), ("mega", 1000)):
        if kbps >= size:
            return catalogue.text(f"cli.box.rate.{unit}", value=number(catalogue, kbps / size))
    return catalogue.text("cli.box.rate.kilo", value=number(catalogue, kbps))


def printable(text: str | None, most: int = 80) -> str:
    """Text from a box as text: no control character reaches a terminal."""
    return "".join(c if c.isprintable() else "�" for c in text or "")[:most]
