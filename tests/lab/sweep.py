"""Every fault that can be mended from the PC, mended: healthy or not, how fast, and back to the byte."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import jsonschema

from selfcare.contract import load_repair_schema
from selfcare.remedies import remedy
from tests.lab import repairs
from tests.lab.errors import LabError
from tests.lab.lab import Lab
from tests.lab.plan import Lan
from tests.lab.repairable import USER, Mendable, mendable
from tests.lab.scenario import load

PAGE, OUTSIDE = "www.lemonde.fr", "9.9.9.9"
MENDED = "repaired"
VALIDATOR = jsonschema.Draft202012Validator(load_repair_schema())


@dataclass(frozen=True, slots=True)
class Mended:
    """One fault, from broken to broken again.

    ``kept``: remedies in place after the run. ``slowest_s``: of the runs (one for each whose settings they are), by the
    clock on the wall. ``lost``: what worked before the repair and did not after it, asked without the program.
    ``again``: what the second run changed. ``left``: settings that were not as before once all was undone.
    ``trouble``: what else went wrong, so that the rest is not known.
    """

    wanted: Mendable
    kept: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    state: str = "–"
    verdict: str = "–"
    slowest_s: float = 0.0
    lost: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def reversible(self) -> bool:
        """Whether undoing was promised: a renewed lease and an emptied memory say that there is nothing to undo."""
        known = [remedy(name) for name in self.kept]
        return not known or any(each is not None and each.reversible for each in known)

    @property
    def healthy(self) -> bool:
        """The check finds nothing any more, and that is the doing of a remedy that is meant for it."""
        return not self.trouble and self.state == MENDED and bool(set(self.kept) & set(self.wanted.remedies))


def sweep(faults: Iterable[str], jobs: int = 1) -> list[Mended]:
    """Each in a home of its own, ``jobs`` homes at once."""
    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(_told, [mendable()[fault] for fault in faults]))


def _told(wanted: Mendable) -> Mended:
    try:
        found = mend(wanted)
    except (AssertionError, LabError, OSError, ValueError, jsonschema.ValidationError) as error:
        found = Mended(wanted, trouble=f"{type(error).__name__}: {str(error)[:200]}")
    words = [wanted.fault, ", ".join(found.kept) or "–", found.state, f"{found.slowest_s:.1f} s", *_shortcomings(found)]
    print(f"lab: {'; '.join(words)}", file=sys.stderr, flush=True)
    return found


def _shortcomings(found: Mended) -> list[str]:
    told = {"lost": found.lost, "second run": found.again, "not put back": found.left, "trouble": (found.trouble,)}
    return [f"{what}: {', '.join(names)}" for what, names in told.items() if any(names)]


def mend(wanted: Mendable) -> Mended:
    """Repair, a second repair, and undoing all of it; the settings compared whole in between."""
    with Lab(wanted.fault) as lab:
        time.sleep(wanted.settle_s)
        before, worked = repairs.settled(lab), works(lab)
        documents, walls = _repaired(lab, wanted.by)
        last = documents[-1]
        found = Mended(
            wanted, _remedies(documents, kept=True), _remedies(documents, kept=False), _worst_state(documents),
            last["after"]["verdict"]["state"] if last["after"] else last["before"]["verdict"]["state"], max(walls),
        )  # fmt: skip
        still = works(lab)
        lost = tuple(what for what, was in worked.items() if was and not still[what])
        after = repairs.settled(lab)
        second, _ = _repaired(lab, wanted.by)
        again = (*_remedies(second, kept=None), *repairs.different(lab, after))
        for who in reversed(wanted.by):
            repairs.undo_all(lab, user=who == USER)
        left = repairs.different(lab, before)
        for name, (was, now) in left.items():
            print(f"lab: {wanted.fault}: {name}\n  was {was}\n  now {now}", file=sys.stderr, flush=True)
        return replace(found, lost=lost, again=again, left=tuple(left))


def _repaired(lab: Lab, by: Sequence[str]) -> tuple[list[dict[str, Any]], list[float]]:
    documents, walls = [], []
    for who in by:
        started = time.monotonic()
        document, _ = repairs.repair(lab, user=who == USER)
        walls.append(time.monotonic() - started)
        VALIDATOR.validate(document)
        documents.append(document)
    return documents, walls


def _remedies(documents: Sequence[dict[str, Any]], *, kept: bool | None) -> tuple[str, ...]:
    """Of the steps that changed something; ``None``: and of whatever else was changed."""
    steps = [s for d in documents for s in d["steps"] if s["entries"]]
    named = [s["remedy"] for s in steps if kept is None or (s["outcome"] == "kept") is kept]
    more = [e["verb"] for d in documents for e in (*d["recovered"], *d["ended"])] if kept is None else []
    return (*named, *more)


def _worst_state(documents: Sequence[dict[str, Any]]) -> str:
    """One word for all who ran it: mended when each of them says so."""
    states = [str(d["state"]) for d in documents]
    return next((state for state in states if state != MENDED), MENDED)


def works(lab: Lab) -> dict[str, bool]:
    """What works on the PC, asked without the program."""
    box = Lan.of(lab.scenario.lab.subnet, lab.scenario.lab.box_number).box
    done = lab.python("-m", "tests.lab.works", PAGE, box, OUTSIDE, user=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, bool] = json.loads(done.stdout)
    return found


def expected(fault: str) -> str:
    """The code of that fault."""
    return str(load(fault).expected.code)
