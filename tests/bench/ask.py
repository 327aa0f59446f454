"""The question box: what an answer takes, spelling and all, and the whole command as it is typed."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from selfcare.ask import index
from tests.ask.phrases import TUNING, desk, phrases
from tests.bench.figures import Figure

ANSWER_MS = 50
"""p95 of one answer: nobody sees a wait below."""
COMMAND_S = 1.0


def ask(runs: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="selfcare-bench-") as folder:
        began = time.perf_counter()
        index.opened(Path(folder)).close()
        yield Figure("question box, making the index, once", time.perf_counter() - began, "s", 2.0)
        texts = [one.text for one in phrases(TUNING)]
        box, taken = desk(Path(folder)), list[float]()
        box.warm_up()
        for text in texts * max(1, runs // 3):
            began = time.perf_counter()
            box.ask(text)
            taken.append((time.perf_counter() - began) * 1000)
        p95 = statistics.quantiles(taken, n=20)[-1]
        note = f"{len(taken)} questions, median {statistics.median(taken):.1f} ms, slowest {max(taken):.1f} ms"
        yield Figure("question box, an answer, p95", p95, "ms", ANSWER_MS, note)
        yield _command(Path(folder), runs)


def _command(folder: Path, runs: int) -> Figure:
    """The first run makes the index and warms the disk cache."""
    environment, taken = {**os.environ, "SELFCARE_HOME": str(folder)}, list[float]()
    for _ in range(runs + 1):
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "selfcare", "ask", "jpeu pa imprimé"],
            env=environment,
            capture_output=True,
            check=True,
        )
        taken.append(time.perf_counter() - began)
    return Figure("selfcare ask, start to end, median", statistics.median(taken[1:]), "s", COMMAND_S, f"{runs} runs")
