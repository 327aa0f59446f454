"""A fact drawn from a measurement: what the rules reason about."""

from __future__ import annotations

from dataclasses import dataclass

from selfcare.model.tri import Tri


@dataclass(frozen=True, slots=True)
class Observation:
    """``value`` is three-valued, or a number with its ``unit`` (ms, dB, %, kbit/s)."""

    fact: str
    value: Tri | float
    measurement: str
    unit: str | None = None
