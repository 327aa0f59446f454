"""A report: made when everything is loaded, made first of all, and its size."""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from selfcare.i18n import SUPPORT, Catalogue
from selfcare.model.report import ReportOptions
from selfcare.report.build import build
from tests.app.support.bench import Bench
from tests.bench.figures import Figure
from tests.report.world import KEY, options, source

MADE_MS = 500
"""Nobody waits for a preview that is made anew with each tick."""
TARGET_KB = 300
_COLD = (
    "import time; began = time.perf_counter(); import selfcare.report.build, selfcare.report.verify; "
    "print(time.perf_counter() - began)"
)


def report(runs: int) -> Iterator[Figure]:
    given, words, taken, size = source(), Catalogue("fr", SUPPORT), list[float](), 0
    build(given, options(), KEY, words)
    for _ in range(runs):
        began = time.perf_counter()
        size = len(build(given, options(), KEY, words).archive)
        taken.append((time.perf_counter() - began) * 1000)
    note = "every type of payload filled twice, a log, the page"
    yield Figure("report, the fullest, made, median", statistics.median(taken), "ms", MADE_MS, note)
    yield Figure("report, the fullest, size", size / 1000, "kB", TARGET_KB)
    asked = asyncio.run(_asked(runs))
    yield Figure("report, made of a case on the disk, median", statistics.median(asked), "ms", MADE_MS, "asked again")
    cold = [float(subprocess.check_output([sys.executable, "-c", _COLD])) * 1000 for _ in range(runs)]
    yield Figure("report, loading what makes it, median", statistics.median(cold), "ms", None, f"{runs} processes")


async def _asked(runs: int) -> list[float]:
    """As a window asks: from the case file to the bytes that are shown."""
    with tempfile.TemporaryDirectory() as folder:
        port, taken = Bench(Path(folder)).port(), list[float]()
        head = await port.begin("Plus rien depuis hier soir.")
        await port.report(head.id, ReportOptions())
        for _ in range(runs):
            began = time.perf_counter()
            await port.report(head.id, ReportOptions())
            taken.append((time.perf_counter() - began) * 1000)
        await port.close()
    return taken
