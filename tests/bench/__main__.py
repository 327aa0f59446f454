"""``python -m tests.bench [--quick] [--only PARTS] [--write]``: the table of figures; 1 if a limit is broken."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from tests.bench import ask, box, checks, discovery, page, report, window
from tests.bench.figures import Figure, table

PARTS = {
    "window": window.window, "healthy": checks.healthy, "outages": checks.outages, "deep": checks.deep,
    "discovery": discovery.discovery, "box": box.box,
    "ask": ask.ask, "report": report.report, "page": page.page,
}  # fmt: skip
RUNS = {
    "window": 7, "healthy": 15, "outages": 5, "deep": 3, "discovery": 5, "box": 7, "ask": 7, "report": 7, "page": 3,
}  # fmt: skip
QUICK = {
    "window": 3, "healthy": 3, "outages": 1, "deep": 1, "discovery": 2, "box": 1, "ask": 1, "report": 2, "page": 1,
}  # fmt: skip
TARGET = Path(__file__).parents[2] / "docs" / "figures.md"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer runs")
    parser.add_argument("--only", default=",".join(PARTS), metavar="PARTS", help="comma separated: " + ", ".join(PARTS))
    parser.add_argument("--write", action="store_true", help="also write docs/figures.md")
    arguments = parser.parse_args()
    runs = QUICK if arguments.quick else RUNS
    figures: list[Figure] = []
    for part in arguments.only.split(","):
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
