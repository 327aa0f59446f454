"""Which faults of the lab can be mended from the PC, by what; and why the others cannot. Data: ``repairable.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).with_suffix(".toml")
ROOT, USER = "root", "camille"


@dataclass(frozen=True, slots=True)
class Mendable:
    """``remedies``: any of them may do it. ``by``: whose settings they are; each runs the repair, in this order.

    ``settle_s``: until the PC has come to rest in its fault.
    """

    fault: str
    remedies: tuple[str, ...]
    by: tuple[str, ...] = (ROOT,)
    settle_s: float = 0.0


@cache
def mendable() -> dict[str, Mendable]:
    """By fault."""
    found = {}
    for group in tomllib.loads(DATA.read_text(encoding="utf-8"))["mended"]:
        for fault in group["faults"]:
            by, settle_s = tuple(group.get("by", (ROOT,))), float(group.get("settle_s", 0.0))
            found[fault] = Mendable(fault, tuple(group["remedies"]), by, settle_s)
    return dict(sorted(found.items()))


@cache
def elsewhere() -> dict[str, tuple[str, ...]]:
    """Faults that nothing on the PC can mend, by the reason."""
    groups = tomllib.loads(DATA.read_text(encoding="utf-8"))["elsewhere"]
    return {group["why"]: tuple(group["faults"]) for group in groups}
