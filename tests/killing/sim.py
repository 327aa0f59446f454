"""Every remedy on a made-up PC: ``python -m tests.killing.sim [--stride N] [LABEL...]``; one JSON line per case.

The app's run, its history, the helper, the guards and the journal are the real ones and processes of their own; the
checks are made up (``cases.py``), and so is what the mechanisms change (``system.py``).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import socket
import sys
import tempfile
from collections.abc import Awaitable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from selfcare.app import desk, effect, repair
from selfcare.app.options import CheckOptions, RepairOptions
from selfcare.app.services import Emit
from selfcare.cases import History
from selfcare.hand.hand import SystemHand
from selfcare.helper import host
from selfcare.i18n import Catalogue
from selfcare.model.check import CheckResult
from selfcare.model.remedy import Proposal
from selfcare.model.repair import HandError
from tests.killing.book import Moment
from tests.killing.cases import FACTS, HEALTHY, OVER, RUNS, Case, by_hand, cases
from tests.killing.stage import Stage
from tests.killing.sweep import EVERY, SINGLE, Score, Sweep
from tests.killing.system import System

Victims = tuple[tuple[str, ...], ...]
NEVER_BACK = "clock"
ONCE = (
    "lease.renew",
    "adapter.restart",
    "address.duplicate",
    "wifi.join",
    "wifi.reconnect",
)  # through once it is made: nothing to put back
MEMORY = Path("/dev/shm")  # thousands of small files, each of them synced


class SimScene:
    """One case on the made-up PC."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.case = folder, HEALTHY
        self.system = System(folder / "system")
        self.stage = Stage(folder, folder / "journal", self.system.find)
        self.stage.between = self._note_state
        self.looked = 0

    def reset(self) -> None:
        for name in ("journal", "data"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        (self.folder / "journal").mkdir()
        self.stage.disk_filled = False
        self.system.reset()

    def act(self) -> int:
        desk = self._desk(self.case)
        with suppress(HandError):  # the command says it, and ends
            if self.case.undoes:
                asyncio.run(desk.undo(self.stage.kept()[0].name))
            elif self.case.remedy is None:
                asyncio.run(desk.run(RepairOptions(), _agree, _unheard))
            else:
                asyncio.run(desk.fix(self.case.remedy, RepairOptions(), _agree, _unheard))
        return 0

    def kept_before(self) -> int:
        """What is there when the act begins."""
        asyncio.run(self._desk(by_hand("dns.trial", harms=False)).fix("dns.trial", RepairOptions(), _agree, _unheard))
        return 0

    def next(self) -> int:
        asyncio.run(self._desk(HEALTHY).run(RepairOptions(), _agree, _unheard))
        return 0

    resets = True

    def calm(self) -> dict[str, Any]:
        return {key: value for key, value in self.system.read().items() if key != NEVER_BACK}

    def settled(self, wanted: Iterable[dict[str, Any]]) -> dict[str, Any]:
        return self.calm()

    def between(self) -> list[dict[str, Any]]:
        path = self.folder / "between"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def unsaid(self) -> str:
        stand_ins = [e.name for e in self.stage.kept() if e.verb == "dns.set"]
        if stand_ins and not self.stage.disk_filled and not all(self._knows(name) for name in stand_ins):
            return "nobody knows whom the other resolvers stand in for"
        listed = any(e.verb == "clock.set" and e.state == "kept" for e in self.stage.journal.entries())
        return "" if listed or self.system.read()[NEVER_BACK] == "wrong" else "the clock was set"

    def _knows(self, entry: str) -> bool:
        history = History(self.folder / "data")
        known = history.recall(entry)
        history.close()  # before the next fork
        return known is not None and "stands_for" in known

    def take(self, case: Case) -> None:
        self.case = case
        (self.folder / "between").unlink(missing_ok=True)

    def _note_state(self) -> None:
        with (self.folder / "between").open("a") as file:
            file.write(json.dumps(self.calm()) + "\n")

    def _desk(self, case: Case) -> desk.RepairDesk:
        def check(_options: CheckOptions, _emit: Emit) -> Awaitable[CheckResult]:
            self.looked += 1
            made: asyncio.Future[CheckResult] = asyncio.get_running_loop().create_future()
            made.set_result(case.result(self.system.read(), self.looked))
            return made

        self.looked = 0
        hand = lambda: SystemHand(lambda: [], lambda: [], root=True)  # noqa: E731
        return desk.RepairDesk(check, Catalogue("en"), hand, lambda: History(self.folder / "data"))


async def _agree(_proposal: Proposal) -> bool:
    return True


def _unheard(_event: object) -> None:
    pass


def prepare(folder: Path) -> SimScene:
    """This process from now on: another system's interfaces, facts said outright, one look after each change."""

    async def once(look: Any, good: Any, _settle_s: float) -> effect.Look:
        return await effect.watch(look, good, 0.0)

    socket.if_nameindex = lambda: [(1, "lo"), (2, "eth0"), (3, "eth1"), (4, "tun0"), (5, "wlan0")]
    effect.observe = lambda payloads: payloads[FACTS]
    repair.watch = once
    host.machine_journal = lambda: folder / "nowhere"
    return SimScene(folder)


def sweeps(scene: SimScene, stride: int, chosen: Sequence[Case], only: Victims | None = None) -> Iterator[Score]:
    """Every case; each with all victims where one remedy follows another, else with one at a time and all at once."""
    met: list[Moment] = []
    for case in chosen:
        scene.take(case)
        if case in OVER:
            yield Sweep(scene, case.label, only or EVERY, first=scene.kept_before).run(stride=stride)
            continue
        sweep = Sweep(scene, case.label, only or (EVERY if case in RUNS else SINGLE))
        # What a remedy does until its effect is seen is the same whether it is kept or put back.
        yield sweep.run(stride=stride, same=met if case.undone and case not in RUNS else ())
        met = sweep.moments
        if not case.undone and any(m.role == "guard" for m in met) and case.remedy not in ONCE:
            again = Sweep(scene, f"{case.label}; recovered at boot", (("recover",),))
            yield again.run_again(scene.stage.recovering, "recover", stride)
        if case in RUNS:
            again = Sweep(scene, f"{case.label}; recovered by the next start", SINGLE)
            yield again.run_again(scene.next, "app", stride)


def part(number: int, parts: int, labels: Sequence[str]) -> list[Case]:
    """Of the cases asked for, every so-manyeth group; what is compared with each other stays together."""
    groups: dict[str, list[Case]] = {}
    for case in cases():
        if not labels or any(word in case.label for word in labels):
            groups.setdefault(case.remedy or case.label, []).append(case)
    return [case for group in list(groups.values())[number::parts] for case in group]


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--stride", type=int, default=1)
    parser.add_argument("--part", default="0/1", help="of the cases, every so-manyeth: NUMBER/PARTS")
    parser.add_argument("labels", nargs="*")
    parser.add_argument("--only", help="one set of victims, as app+helper")
    asked = parser.parse_args(words)
    only = (tuple(sorted(asked.only.split("+"))),) if asked.only else None
    number, parts = asked.part.split("/")
    failures, count = 0, 0
    with tempfile.TemporaryDirectory(prefix="selfcare-kill-", dir=MEMORY if MEMORY.is_dir() else None) as name:
        scene = prepare(Path(name))
        for score in sweeps(scene, asked.stride, part(int(number), int(parts), asked.labels), only):
            print(json.dumps(score.told()), flush=True)
            failures, count = failures + len(score.failures), count + score.rounds
    return 1 if failures or not count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
