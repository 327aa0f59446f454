"""``selfcare box status`` as it is typed, from start to end, for a paired box of each family: 50 ms an answer."""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from selfcare.app.boxes import BoxDesk
from selfcare.boxes.driver import PairingKind
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import Place
from selfcare.ground.credentials import Credentials
from selfcare.ground.secrets import SecretStore
from selfcare.store.lines import LineHistory
from tests.bench.figures import Figure
from tests.boxes.__main__ import FAMILIES, simulator
from tests.boxes.base import Simulator
from tests.boxes.home import Home
from tests.boxes.threaded import in_thread

LATENCY_S = 0.05
LIMIT_S = 1.0
# Round trips one after the other, as few as the family's login and its limits allow; and processor time.
TRIPS = {"freebox": 7, "livebox": 5, "sfr": 5, "bbox": 5, "fritz": 8, "igd": 5, "natpmp": 3}
CPU_S = 0.6


@dataclass(frozen=True)
class Run:
    """Seconds from start to end, seconds of processor, requests one after the other, requests."""

    wall: float
    cpu: float
    trips: int
    asked: int


def box(runs: int) -> Iterator[Figure]:
    """The first run of each family only warms the disk cache, and writes the byte code that an installed one has."""
    with tempfile.TemporaryDirectory(prefix="selfcare-bench-") as folder:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(Path(folder, "code"))}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        yield from _families(Path(folder), environment, runs)


def _families(folder: Path, environment: dict[str, str], runs: int) -> Iterator[Figure]:
    for family in FAMILIES:
        seen = _family(family, folder / family, environment, runs)
        name = f"box status, {family}"
        # A busy machine parts requests that go out together: the middle run tells what the program does.
        trips, asked = statistics.median_low(run.trips for run in seen), max(run.asked for run in seen)
        quickest = min(run.wall for run in seen)
        load = f"{runs} runs, load {os.getloadavg()[0]:.1f}, the quickest {quickest:.2f} s"
        yield Figure(f"{name}, start to end, median", statistics.median(r.wall for r in seen), "s", LIMIT_S, load)
        yield Figure(f"{name}, processor, median", statistics.median(r.cpu for r in seen), "s", CPU_S)
        yield Figure(f"{name}, round trips in a row", trips, "", TRIPS[family], f"{asked} requests in all")


def _family(family: str, folder: Path, environment: dict[str, str], runs: int) -> list[Run]:
    served = simulator(family, Home(), LATENCY_S)
    with in_thread(served) as place:
        asyncio.run(_paired(place, folder / "data", served.home.password))
        mine = {**environment, "SELFCARE_HOME": str(folder)}
        return [_once(served, place, mine) for _ in range(runs + 1)][1:]


async def _paired(place: Place, data: Path, password: str) -> None:
    async def no_gateway() -> None:
        return None

    store = SecretStore(data, lambda: None)
    async with BoxDesk(no_gateway, Credentials(data, store), LineHistory(data)) as desk:
        found = (await desk.detect(place)).box
        assert found is not None
        if found.pairing is not PairingKind.NONE:
            secret = Secret(password) if found.pairing is PairingKind.PASSWORD else None
            assert [step async for step in desk.pair(found, secret)]


def _once(served: Simulator, place: Place, environment: dict[str, str]) -> Run:
    served.asked.clear()
    served.spans.clear()
    command = [sys.executable, "-m", "selfcare", "box", "status", "--address", f"{place.address}:{place.port}"]
    started = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or not said:
        raise RuntimeError(f"{' '.join(command)}: exit code {process.returncode}")
    return Run(wall, usage.ru_utime + usage.ru_stime, served.round_trips(), len(served.asked))
