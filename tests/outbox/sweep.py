"""``python -m tests.outbox.sweep --desk tmf|rt [--runs N] [--break NAME]``: exactly once, counted at the desk.

Each run puts in a ticket with two files and a note, sends them by the real outbox, the real adapter and real HTTP
through a network that fails, and counts at the server what arrived. Ends with 1 where anything is lost or doubled.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.outbox.broken import BROKEN
from tests.outbox.network import NetworkProcess
from tests.outbox.plans import planned
from tests.outbox.runs import Outcome, run

ENOUGH = 25
_MEMORY = Path("/dev/shm")


@dataclass
class Swept:
    """``cells``: (fault, step) → (runs, wrong ones)."""

    desk: str
    cells: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    failures: list[str] = field(default_factory=list)
    runs: int = 0
    struck: int = 0
    killed: int = 0
    merged: int = 0
    seconds: float = 0.0

    def add(self, step: str, outcome: Outcome) -> None:
        cell = self.cells[outcome.plan.name, step]
        cell[0] += 1
        self.runs += 1
        self.struck += outcome.struck
        self.killed += outcome.killed
        self.merged += outcome.made > 1
        if outcome.wrong:
            cell[1] += 1
            self.failures.append(f"{outcome.plan}: {'; '.join(outcome.wrong)}: {outcome.asked}")


@contextmanager
def place() -> Iterator[Path]:
    """In memory where there is a place for it: what is swept is order, not the speed of a disk."""
    folder = Path(tempfile.mkdtemp(prefix="selfcare-outbox-", dir=_MEMORY if _MEMORY.is_dir() else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def swept(desk: str, runs: int, only: str = "") -> Swept:
    """So many runs (of those with a fault named so); ends early where too much is wrong."""
    network, found, began = NetworkProcess(), Swept(desk), time.monotonic()
    try:
        with place() as folder:
            for number, (step, plan) in enumerate(planned(desk, runs, network, folder / "run", only)):
                found.add(step, run(plan, network, folder / "run", number))
                if len(found.failures) >= ENOUGH:
                    break
    finally:
        network.close()
    found.seconds = time.monotonic() - began
    return found


def table(found: Swept) -> list[str]:
    """Fault by step: runs, and those that were wrong."""
    steps = sorted({step for _, step in found.cells})
    lines = [f"| fault | {' | '.join(steps)} |", "|" + " --- |" * (len(steps) + 1)]
    for name in sorted({name for name, _ in found.cells}):
        cells = [found.cells.get((name, step)) for step in steps]
        shown = ["" if not c else f"{c[0]}" if not c[1] else f"{c[0]} (**{c[1]} wrong**)" for c in cells]
        lines.append(f"| {name} | {' | '.join(shown)} |")
    return lines


def said(found: Swept) -> str:
    """One line."""
    return (
        f"{found.desk}: {found.runs} runs, {found.struck} in which the fault was met, {found.killed} processes killed, "
        f"{found.merged} second copies merged, {len(found.failures)} lost or doubled; {found.seconds:.0f} s"
    )


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--desk", choices=("tmf", "rt"), required=True)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--break", dest="broken", choices=sorted(BROKEN), help="a mistake that has to be found")
    parser.add_argument("--only", default="", help="a part of a fault's name")
    asked = parser.parse_args(words)
    if asked.broken:
        BROKEN[asked.broken]()
    found = swept(asked.desk, asked.runs, asked.only)
    print("\n".join(table(found)))
    for failure in found.failures:
        print("WRONG", failure)
    print(said(found))
    return 1 if found.failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
