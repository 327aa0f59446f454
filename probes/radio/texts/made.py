"""Readings put together: whatever is None gets its reason here, so that no reader can forget one."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from probes.radio.texts.words import Missing
from selfcare.model.wifi import Bss, Link, Radio, Why, WifiAccess, WifiReading

_LINK = tuple(each.name for each in fields(Link) if each.name != "missing")


def link(missing: Missing, otherwise: Why = Why.NOT_OFFERED, **values: Any) -> Link:
    """A link; fields that are not named or None are missing for the reason collected, else for ``otherwise``."""
    whole = {name: values.get(name) for name in _LINK}
    return Link(**whole, missing=missing.settled(whole, otherwise))


def reading(  # every text tells some of this
    source: str, radio: Radio | None = None, joined: Link | None = None, *, neighbours: Iterable[Bss] = (),
    access: WifiAccess = WifiAccess.TOLD, known_names: tuple[str, ...] | None = None, scan_age_s: float | None = None,
    joining: bool = False, missing: dict[str, Why] | None = None,
) -> WifiReading:  # fmt: skip
    """A reading of this moment, from a text: of what was before, texts tell nothing."""
    why = {"events": Why.NOT_OFFERED} | (missing or {})
    if known_names is None:
        why.setdefault("known_names", Why.NOT_OFFERED)
    if joined is None:
        why.setdefault("link", Why.NOT_JOINED)
    return WifiReading(
        access, time.monotonic(), radio, joined, joining, tuple(neighbours), scan_age_s, (), known_names, why, source,
    )  # fmt: skip


def refused(source: str, access: WifiAccess) -> WifiReading:
    """Nothing but the reason why there is nothing."""
    why = {
        WifiAccess.DENIED: Why.NO_CONSENT, WifiAccess.NAMELESS: Why.NO_CONSENT, WifiAccess.UNREADABLE: Why.UNREADABLE,
    }.get(access, Why.NOT_OFFERED)  # fmt: skip
    return WifiReading(
        access, time.monotonic(), missing=dict.fromkeys(("radio", "link", "neighbours", "known_names", "events"), why),
        source=source,
    )  # fmt: skip
