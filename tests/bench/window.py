"""The window: first paint, readiness and the longest gap of its event loop, as it measures them itself."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from tests.bench.figures import Figure

_WAIT_S = 20.0
_WATCH_S = 3.0


def window(runs: int) -> Iterator[Figure]:
    """Starts the window ``runs`` times (offscreen, idle); the first start only warms the disk cache."""
    seen = [_once() for _ in range(runs + 1)][1:]
    paints = [s["first_paint_ms"] for s in seen]
    yield Figure("window, first paint, median", sorted(paints)[len(paints) // 2], "ms", 400, f"{runs} starts, warm")
    yield Figure("window, ready", max(s["ready_ms"] for s in seen), "ms")
    yield Figure("window, longest gap once ready", max(s["max_gap_ms"] for s in seen), "ms", 100, "worst")
    for platform in ("offscreen", *(("xcb",) if shutil.which("xvfb-run") else ())):
        memory = _once(platform)["rss_mb"]
        yield Figure(f"window, memory when idle ({platform})", memory, "MB", 110, "resident, the engine warmed up")


def _once(platform: str = "offscreen") -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        timing = Path(folder) / "timing.jsonl"
        environment = {
            **os.environ, "SELFCARE_TIMING": str(timing), "SELFCARE_ALLOW_ROOT_WINDOW": "1",
            "SELFCARE_HOME": folder, "QT_QPA_PLATFORM": platform,
        }  # fmt: skip
        screen = ["xvfb-run", "-a"] if platform == "xcb" else []
        command = [*screen, sys.executable, "-m", "selfcare"]
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            _until(timing, "ready_ms")
            time.sleep(_WATCH_S)
            memory = _resident_mb(process.pid)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(10)
        return {**_read(timing), "rss_mb": memory}


def _resident_mb(pid: int) -> float:
    """In MiB, as everywhere here. Of the largest of the family: xvfb-run and its server are not ours."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    ours = [p for p in family if "selfcare" in p.cmdline() and "xvfb-run" not in " ".join(p.cmdline()[:3])]
    return float(max(p.memory_info().rss for p in ours)) / 2**20


def _until(timing: Path, key: str) -> None:
    deadline = time.monotonic() + _WAIT_S
    while key not in _read(timing):
        if time.monotonic() > deadline:
            raise TimeoutError(f"the window wrote no {key} within {_WAIT_S} s")
        time.sleep(0.05)


def _read(timing: Path) -> dict[str, float]:
    """The last value of each key; lines are JSON objects."""
    found: dict[str, float] = {}
    if timing.exists():
        for line in timing.read_text().splitlines():
            found.update(json.loads(line))
    return found
