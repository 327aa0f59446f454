"""``python -m tests.bench [PART…] [--quick] [--only PARTS] [--write]``: the table of figures; 1 if a limit broke."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench import ask, box, checks, discovery, page, report, window
from tests.bench.figures import Figure, table


def _desk(runs: int) -> Iterator[Figure]:
    """Loaded late: what a process measures of itself begins with what its parent held."""
    from tests.bench import desk

    yield from desk.desk(runs)


def _desk_reading(runs: int) -> Iterator[Figure]:
    from tests.bench import desk_reading

    yield from desk_reading.reading(runs)


PARTS = {
    "window": window.window, "healthy": checks.healthy, "outages": checks.outages, "deep": checks.deep,
    "discovery": discovery.discovery, "box": box.box,
    "ask": ask.ask, "report": report.report, "page": page.page,
    "desk": _desk, "desk-reading": _desk_reading,
}  # fmt: skip
RUNS = {
    "window": 7, "healthy": 15, "outages": 5, "deep": 3, "discovery": 5, "box": 7, "ask": 7, "report": 7, "page": 3,
    "desk": 1, "desk-reading": 3,
}  # fmt: skip
QUICK = {
    "window": 3, "healthy": 3, "outages": 1, "deep": 1, "discovery": 2, "box": 1, "ask": 1, "report": 2, "page": 1,
    "desk": 1, "desk-reading": 3,
}  # fmt: skip
TARGET = Path(__file__).parents[2] / "docs" / "figures.md"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer runs")
    parser.add_argument("parts", nargs="*", metavar="PART", help="instead of --only")
    parser.add_argument("--only", default=",".join(PARTS), metavar="PARTS", help="comma separated: " + ", ".join(PARTS))
    parser.add_argument("--write", action="store_true", help="also write docs/figures.md")
    arguments = parser.parse_args()
    runs = QUICK if arguments.quick else RUNS
    figures: list[Figure] = []
    for part in arguments.parts or arguments.only.split(","):
        for figure in PARTS[part](runs[part]):
            sys.stderr.write(f"{figure.name}: {figure.value:.4g} {figure.unit}\n")
            figures.append(figure)
    print(table(figures))
    if arguments.write:
        command = " ".join(["python -m tests.bench", *sys.argv[1:]])
        told = f"`{command}` in the home-network lab, on {os.cpu_count()} processors."
        TARGET.write_text(f"# Figures\n\n{told}\n\n{table(figures)}\n", encoding="utf-8")
    return 0 if all(f.kept for f in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
