"""What the system has counted on each interface, and how busy it is. By psutil, on all platforms."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from selfcare.model.middle import median

_T = TypeVar("_T")
_EVERY_S = 0.35
_PRESSURE = Path("/proc/pressure/memory")


@dataclass(frozen=True, slots=True)
class Counters:
    """Totals of one interface since it came up."""

    bytes_up: int
    bytes_down: int
    packets: int
    errors: int
    drops: int


def all_interfaces() -> dict[str, Counters]:
    """Totals by interface; empty where the system shows none."""
    import psutil

    try:
        found = psutil.net_io_counters(pernic=True, nowrap=False)
    except (OSError, RuntimeError, ValueError):
        return {}
    return {
        name: Counters(
            c.bytes_sent, c.bytes_recv, c.packets_sent + c.packets_recv, c.errin + c.errout, c.dropin + c.dropout
        )
        for name, c in found.items()
    }


def of(interface: str) -> Counters | None:
    """Totals of one interface, None where they cannot be read."""
    return all_interfaces().get(interface)


async def alongside(interface: str, work: Coroutine[Any, Any, _T]) -> tuple[_T, tuple[float, float] | None]:
    """What ``work`` returns, and the kbit/s that went up and down meanwhile; None where they cannot be read.

    The median of short spells: who uses a line does so all the time, a burst of the check's own pages does not count.
    """
    task = asyncio.ensure_future(work)
    marks = [(time.monotonic(), of(interface))]
    try:
        while not task.done():
            await asyncio.wait([task], timeout=_EVERY_S)
            marks.append((time.monotonic(), of(interface)))
    finally:
        task.cancel()
    return task.result(), _median_rates(marks)


def _median_rates(marks: list[tuple[float, Counters | None]]) -> tuple[float, float] | None:
    """Between these moments, in kbit/s; a spell cut short by the end says little and is left out."""
    spells = [
        ((b.bytes_up - a.bytes_up) / (then - at), (b.bytes_down - a.bytes_down) / (then - at))
        for (at, a), (then, b) in itertools.pairwise(marks)
        if a is not None and b is not None and then - at >= _EVERY_S / 2
    ]
    if not spells:
        return None
    up, down = zip(*spells, strict=True)
    return median(up) * 8 / 1000, median(down) * 8 / 1000


@dataclass(frozen=True, slots=True)
class Cpu:
    """Seconds since start, all cores together: busy, of those this program's own, and all."""

    busy_s: float
    own_s: float
    total_s: float


def cpu() -> Cpu | None:
    """Processor time so far; None where it cannot be read."""
    import psutil

    try:
        times = psutil.cpu_times()
        own = psutil.Process().cpu_times()
    except (OSError, RuntimeError, psutil.Error):
        return None
    # Linux counts a guest's time in "user" already; waiting for a disk is not computing.
    total = sum(times) - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0)
    idle = times.idle + getattr(times, "iowait", 0.0)
    return Cpu(total - idle, own.user + own.system, total)


def memory_available_pct() -> float | None:
    """Share of the memory that programs could still have."""
    import psutil

    try:
        memory = psutil.virtual_memory()
    except (OSError, RuntimeError, psutil.Error):
        return None
    return 100 * memory.available / memory.total if memory.total else None


def memory_stalled_pct(path: Path = _PRESSURE) -> float | None:
    """Share of the last 10 s in which some program waited for memory (Linux pressure information)."""
    try:
        return parse_pressure(path.read_text("ascii", "replace"))
    except OSError:
        return None


def parse_pressure(text: str) -> float | None:
    """``avg10`` of the line "some", a percentage; None if it is not there."""
    for line in text.splitlines():
        words = line.split()
        if words[:1] == ["some"]:
            for word in words[1:]:
                key, _, value = word.partition("=")
                if key == "avg10":
                    return _number(value)
    return None


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value <= 100 else None
