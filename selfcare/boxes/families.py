"""Every family with the module of its driver. Nothing is imported before a driver is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping

from selfcare.boxes.driver import Claim, Driver
from selfcare.model.box import BoxFamily, Capability, Support

MODULES: Mapping[BoxFamily, str] = {
    BoxFamily.FREEBOX: "selfcare.boxes.freebox",
    BoxFamily.LIVEBOX: "selfcare.boxes.livebox",
    BoxFamily.SFR: "selfcare.boxes.sfr",
    BoxFamily.BBOX: "selfcare.boxes.bbox",
    BoxFamily.FRITZ: "selfcare.boxes.fritz",
    BoxFamily.LEGACY: "selfcare.boxes.legacy",
    BoxFamily.IGD: "selfcare.boxes.igd",
    BoxFamily.NATPMP: "selfcare.boxes.natpmp",
}
"""In order of preference: a box's own language first, what any gateway speaks last."""

GENERIC = frozenset({BoxFamily.IGD, BoxFamily.NATPMP})
"""They fit boxes of every make: never chosen while a family of its own answers."""


def driver(family: BoxFamily) -> Driver:
    """The driver, its module imported now (aiohttp comes with most of them: some 100 ms)."""
    found: Driver = importlib.import_module(MODULES[family]).DRIVER
    return found


def all_drivers() -> Iterator[Driver]:
    """Every driver, in order of preference, each imported when its turn comes."""
    for family in MODULES:
        yield driver(family)


def support(found: Driver, capability: Capability, product_class: str | None) -> Claim:
    """What the driver claims for one model: the claim with the longest prefix that fits; unknown where none does.

    Without a ``product_class`` only what holds for all models counts.
    """
    best, length = Claim(capability, Support.UNKNOWN), -1
    for claim in found.claims:
        if claim.capability is not capability:
            continue
        for prefix in claim.models:
            if (product_class or "").startswith(prefix) and len(prefix) > length:
                best, length = claim, len(prefix)
    return best
