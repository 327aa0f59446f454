"""The report's page: how long it takes to make, and to be seen in a browser that is already running."""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from selfcare.report.page import page as make
from tests.bench.figures import Figure
from tests.report.browser import CHROMIUM, Browser, Page
from tests.report.documents import ALL, USUAL, huge

SHOWN_MS, MADE_MS = 300.0, 50.0
_TIMES = 20
_SEEN = """new Promise(done => { const told = () => {
  const paint = performance.getEntriesByName('first-contentful-paint')[0];
  const load = performance.getEntriesByType('navigation')[0];
  if (paint && load && load.loadEventEnd) done(JSON.stringify([paint.startTime, load.loadEventEnd]));
  else setTimeout(told, 5);
}; told(); })"""


def page(runs: int) -> Iterator[Figure]:
    """``runs`` times 20 showings, of every usual report; both paint and load count."""
    yield from _made(runs)
    if CHROMIUM is None:
        sys.stderr.write("no Chromium here: how long the report's page takes to be seen was not measured\n")
        return
    with tempfile.TemporaryDirectory(prefix="selfcare-bench-") as folder, Browser() as browser:
        tab = browser.page()
        tab.screen(1280, 800)
        paths = [_written(Path(folder), name) for name in USUAL]
        for path in paths:
            _shown(tab, path)
        taken = [_shown(tab, path) for path in paths for _ in range(max(1, runs) * _TIMES // len(paths))]
    p95 = statistics.quantiles(taken, n=20)[-1]
    figures = f"median {statistics.median(taken):.0f} ms, slowest {max(taken):.0f} ms"
    note = f"{len(taken)} showings in a warm headless Chromium, {figures}"
    yield Figure("report's page, shown, p95", p95, "ms", SHOWN_MS, note)


def _made(runs: int) -> Iterator[Figure]:
    began = time.perf_counter()
    make(ALL["fibre"](), "fr")
    first, taken = (time.perf_counter() - began) * 1000, []
    for name in USUAL:
        for _ in range(5 * runs):
            document = ALL[name]()
            began = time.perf_counter()
            make(document, "fr")
            taken.append((time.perf_counter() - began) * 1000)
    p95 = statistics.quantiles(taken, n=20)[-1]
    yield Figure("report's page, made, p95", p95, "ms", MADE_MS, f"{len(taken)} pages, the very first {first:.0f} ms")
    began = time.perf_counter()
    make(huge(), "fr")
    yield Figure("report's page of more than anybody has, made", (time.perf_counter() - began) * 1000, "ms")


def _written(folder: Path, name: str) -> Path:
    path = folder / f"{name}.html"
    path.write_bytes(make(ALL[name](), "fr"))
    return path


def _shown(tab: Page, path: Path) -> float:
    """From the start of the navigation until it is painted and loaded, in ms, by the browser's own clock."""
    tab.open(path)
    return float(max(json.loads(tab.run(_SEEN))))
