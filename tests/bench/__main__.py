"""``python -m tests.bench [--quick] [--only window,healthy,…]``: the table of figures; 1 if a limit is broken."""

from __future__ import annotations

import argparse
import sys

from tests.bench import checks, discovery, window
from tests.bench.figures import Figure, table

PARTS = {"window": window.window, "healthy": checks.healthy, "outages": checks.outages,
         "discovery": discovery.discovery}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer runs")
    parser.add_argument("--only", default=",".join(PARTS))
    arguments = parser.parse_args()
    quick, full = (3, 3, 1, 2), (7, 15, 5, 5)
    runs = dict(zip(PARTS, quick if arguments.quick else full, strict=True))
    figures: list[Figure] = []
    for part in arguments.only.split(","):
        for figure in PARTS[part](runs[part]):
            sys.stderr.write(f"{figure.name}: {figure.value:.4g} {figure.unit}\n")
            figures.append(figure)
    print(table(figures))
    return 0 if all(f.kept for f in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
