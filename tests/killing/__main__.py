"""``python -m tests.killing [--write] [--lab NAME,... | --no-lab] [--stride N]``: every sweep, and the numbers."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.killing.run import LABS, in_lab, simulated
from tests.killing.sweep import Score
from tests.killing.table import CHANGES, FAULTS
from tests.killing.tally import line

TARGET = Path(__file__).parents[2] / "docs" / "repairs-kill.md"
HEAD = """# SIGKILL at every boundary of every repair

Written by `python -m tests.killing --write`. A boundary is a named moment before or after everything that the app, its
helper or a guard writes, says, hears or runs. In each round one or several of them get SIGKILL at one boundary. Then
(guard, or next start) there must be exactly what was there before, or whole steps that are listed and, undone, lead
back to exactly that. "Back" and "kept" say which of the two it was.
"""


def table(title: str, scores: Iterable[Score]) -> list[str]:
    rows = [f"| {s.label} | {s.moments} | {s.rounds} | {s.struck} | {s.back} | {s.kept} | {len(s.failures)} |"
            for s in scores]  # fmt: skip
    head = ["| what | boundaries | rounds | kills that hit | back | kept | left changed |", "|" + " --- |" * 7]
    return ["", f"## {title}", "", *head, *rows]


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--no-lab", action="store_true")
    parser.add_argument("--lab", default=",".join([*FAULTS, *CHANGES]))
    parser.add_argument("--stride", type=int, default=1)
    asked = parser.parse_args(words)
    began = time.monotonic()
    made_up = simulated(asked.stride)
    names = [] if asked.no_lab else [name for name in (*FAULTS, *CHANGES) if name in asked.lab.split(",")]
    with ThreadPoolExecutor(LABS) as pool:
        real = [s for found in pool.map(lambda name: in_lab(name, asked.stride), names) for s in found]
    took = time.monotonic() - began
    text = [HEAD, f"**{line([*made_up, *real])}.** It took {took / 60:.0f} min."]
    text += table("Every remedy, on a made-up PC with the real processes", made_up)
    text += table("In the lab, with the real system", real) if real else []
    print("\n".join(text))
    if asked.write:
        TARGET.write_text("\n".join(text) + "\n", encoding="utf-8")
    return 1 if any(s.failures for s in (*made_up, *real)) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
