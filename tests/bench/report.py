"""A report: made when everything is loaded, made first of all, and its size."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from tests.bench.figures import Figure
from tests.report.world import made, options, source

MADE_MS = 500
"""Nobody waits for a preview that is made anew with each tick."""
TARGET_KB = 300
_COLD = (
    "import time; began = time.perf_counter(); import selfcare.report.build, selfcare.report.verify; "
    "print(time.perf_counter() - began)"
)


def report(runs: int) -> Iterator[Figure]:
    given, taken, size = source(), list[float](), 0
    made(given, options())
    for _ in range(runs):
        began = time.perf_counter()
        size = len(made(given, options()).archive)
        taken.append((time.perf_counter() - began) * 1000)
    note = "every type of payload filled twice, a log; page by a stand-in of twice the document"
    yield Figure("report, made, median", statistics.median(taken), "ms", MADE_MS, note)
    yield Figure("report, size", size / 1000, "kB", TARGET_KB)
    cold = [float(subprocess.check_output([sys.executable, "-c", _COLD])) * 1000 for _ in range(runs)]
    yield Figure("report, loading what makes it, median", statistics.median(cold), "ms", None, f"{runs} processes")
