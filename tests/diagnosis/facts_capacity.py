"""Fact sets of the area: what is added to the healthy home, each cause, each near miss, each condition."""

from __future__ import annotations

from selfcare.model.tri import Tri

HEALTHY: dict[str, Tri] = {}
FAULTS: dict[str, tuple[dict[str, Tri], str, str]] = {}
NEAR_MISSES: dict[str, tuple[dict[str, Tri], str]] = {}
CONDITIONS: dict[str, tuple[dict[str, Tri], str]] = {}
