"""``python -m tests.killing [--write] [--stride N] [--made-up FILE] [--real FILE]``: every sweep, and the numbers.

A file has the lines that sweeps printed: where the two halves are run at different times, nothing is run twice.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.killing.run import LABS, in_lab, scores, simulated
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


def read(path: Path) -> Iterable[Score]:
    """The scores in a file of earlier runs."""
    return scores(path.read_text(encoding="utf-8"), str(path))


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--stride", type=int, default=1)
    parser.add_argument("--made-up", type=Path, help="what was printed before, instead of running it")
    parser.add_argument("--real", type=Path, help="the same of the lab")
    parser.add_argument("--note", default="", help="what a reader must know of this run")
    asked = parser.parse_args(words)
    made_up = list(read(asked.made_up)) if asked.made_up else simulated(asked.stride)
    if asked.real:
        real = list(read(asked.real))
    else:
        with ThreadPoolExecutor(LABS) as pool:
            found = pool.map(lambda name: in_lab(name, asked.stride), (*FAULTS, *CHANGES))
            real = [score for each in found for score in each]
    took = sum(score.seconds for score in (*made_up, *real))
    text = [
        HEAD,
        f"**{line([*made_up, *real])}.** The sweeps took {took / 60:.0f} min, one after the other. {asked.note}",
    ]
    text += table("Every remedy, on a made-up PC with the real processes", made_up)
    text += table("In the lab, with the real system", real)
    print("\n".join(text))
    if asked.write:
        TARGET.write_text("\n".join(text) + "\n", encoding="utf-8")
    return 1 if any(s.failures for s in (*made_up, *real)) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
