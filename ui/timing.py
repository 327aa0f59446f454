"""Start-up and smoothness figures for ``SELFCARE_TIMING=FILE``; without it, nothing is measured."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer

VARIABLE = "SELFCARE_TIMING"
STARTED = "SELFCARE_STARTED_AT"
"""``time.time()`` taken just before the process was started; finer than what the system tells (10 ms)."""

_TICK_MS = 5


def process_age_ms() -> float | None:
    """Milliseconds since this process started; None where neither the environment nor the system tells."""
    started = os.environ.get(STARTED)
    if started:
        return (time.time() - float(started)) * 1000
    if not sys.platform.startswith("linux"):
        return None
    # The command name may hold spaces and brackets: count fields after the last one.
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    started_s = int(fields[19]) / os.sysconf("SC_CLK_TCK")
    return (time.clock_gettime(time.CLOCK_BOOTTIME) - started_s) * 1000


class Timing(QObject):
    """Writes JSON lines: ``first_paint_ms``, ``ready_ms``, and last ``max_gap_ms`` of the event loop since ready."""

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._last = 0.0
        self._max_gap = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_tick)

    def mark(self, name: str) -> None:
        """Notes that something has happened now."""
        age = process_age_ms()
        if age is not None:
            self._write({name: round(age, 1)})

    def watch(self) -> None:
        """From now on every gap between two turns of the event loop counts."""
        self._last = time.perf_counter()
        self._timer.start(_TICK_MS)

    def finish(self) -> None:
        """Writes the longest gap."""
        if self._timer.isActive():
            self._timer.stop()
            self._write({"max_gap_ms": round(self._max_gap, 1)})

    def _on_tick(self) -> None:
        now = time.perf_counter()
        self._max_gap = max(self._max_gap, (now - self._last) * 1000)
        self._last = now

    def _write(self, line: dict[str, float]) -> None:
        with self._path.open("a", encoding="utf-8") as handle:
            handle.write(json.dumps(line) + "\n")


def from_environment(parent: QObject) -> Timing | None:
    """The recorder, if somebody measures."""
    path = os.environ.get(VARIABLE)
    return Timing(Path(path), parent) if path else None
