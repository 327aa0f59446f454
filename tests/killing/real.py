"""On the lab's PC, with its real settings: ``python -m tests.killing.real change VERB ARGUMENTS | run | fix REMEDY``.

``change`` sweeps one change (not decided, kept, undone, recovered); ``run`` and ``fix`` sweep a whole repair. What the
checks of that repair saw is recorded once, on the PC as it is, and played again in every round: the sweep is about
what is changed. Processes are forked (``forked.py``); mechanisms, tools and the system are the real ones.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import pickle
import shutil
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from selfcare.app import desk, effect, repair
from selfcare.app.options import CheckOptions, RepairOptions
from selfcare.app.services import Emit
from selfcare.cases import History
from selfcare.hand.hand import SystemHand
from selfcare.helper import host, mechanisms
from selfcare.helper.change import EXACT
from selfcare.i18n import Catalogue
from selfcare.model.check import CheckResult
from selfcare.model.repair import Change, HandError, Verb
from selfcare.wiring import build_services
from tests.helper import whole
from tests.killing.cases import document
from tests.killing.sim import _agree, _unheard
from tests.killing.stage import Stage
from tests.killing.sweep import ALONE, Score, Sweep

SETTLE_S = 15.0  # NetworkManager connects in its own time
LOOK_AGAIN_S = 0.1
CALM_S = 0.7
VICTIMS = (*ALONE, ("guard", "helper"))  # every combination dies on the made-up PC
OF_A_REPAIR = (("app",), ("app", "guard", "helper"))
TRIES = 3  # a check on a machine that is busy may not see enough to accuse anybody
REAL_WATCH = repair.watch
DECIDED = {"hold": "made, not decided", "undo": "made and undone", "keep": "made and kept"}
Check = Callable[[CheckOptions, Emit], Awaitable[CheckResult]]


class Real:
    """The PC itself. ``acts``: what is swept; a life of the app."""

    def __init__(self, folder: Path, act: Callable[[Real], int]) -> None:
        self.folder, self.acts = folder, act
        self.stage = Stage(folder, host.journal_folder(), mechanisms.find)
        self.stage.between = self._note_state
        self.looks: list[CheckResult] = []

    def reset(self) -> None:
        for path in (self.stage.journal.folder, self.folder / "data"):
            shutil.rmtree(path, ignore_errors=True)

    def act(self) -> int:
        with suppress(HandError):
            return self.acts(self)
        return 0

    def next(self) -> int:
        asyncio.run(self.desk(self.replayed([document((), [])])).run(RepairOptions(), _agree, _unheard))
        return 0

    resets = False

    def calm(self) -> dict[str, Any]:
        """The same twice, a moment apart."""
        last = whole.state()
        for _ in range(20):
            time.sleep(CALM_S)
            now = whole.state()
            if now == last:
                break
            last = now
        return last

    def settled(self, wanted: Iterable[dict[str, Any]]) -> dict[str, Any]:
        end, states = time.monotonic() + SETTLE_S, list(wanted)
        while (now := whole.state()) not in states and time.monotonic() < end:
            time.sleep(LOOK_AGAIN_S)
        return now

    def between(self) -> list[dict[str, Any]]:
        path = self.folder / "between"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def unsaid(self) -> str:
        return ""

    def _note_state(self) -> None:
        with (self.folder / "between").open("a") as file:
            file.write(json.dumps(self.calm()) + "\n")

    # -- repairs ---------------------------------------------------------------------------------

    def desk(self, check: Check) -> desk.RepairDesk:
        return desk.RepairDesk(check, Catalogue("en"), SystemHand, lambda: History(self.folder / "data"))

    def replayed(self, looks: list[CheckResult]) -> Check:
        count = 0

        async def check(_options: CheckOptions, _emit: Emit) -> CheckResult:
            nonlocal count
            count += 1
            return looks[min(count, len(looks)) - 1]

        return check

    def record(self, remedy: str | None) -> None:
        """The repair as it goes, and what its checks saw; of several looks at one effect the last one."""
        path, services = self.folder / "looks", build_services("en")
        for _ in range(TRIES):
            self.reset()
            self.stage.play(lambda: recorded(self, services.run_check, remedy, path))
            if self.stage.kept():
                break
            time.sleep(3)
        self.looks = pickle.loads(path.read_bytes())
        assert self.stage.kept(), "nothing was kept: this is no repair to sweep"
        assert self.stage.play(self.stage.undone).code == 0
        time.sleep(2)  # what follows from it, follows
        repair.watch = once


async def once(look: Any, good: Any, _settle_s: float) -> effect.Look:
    return await REAL_WATCH(look, good, 0.0)


def recorded(scene: Real, run_check: Check, remedy: str | None, path: Path) -> int:
    """A life of the app that measures."""
    looks: list[CheckResult] = []

    async def check(options: CheckOptions, emit: Emit) -> CheckResult:
        looks.append(await run_check(options, emit))
        return looks[-1]

    async def watched(look: Any, good: Any, settle_s: float) -> effect.Look:
        first = len(looks)
        seen = await REAL_WATCH(look, good, settle_s)
        looks[first:-1] = []
        return seen

    repair.watch = watched
    repaired(scene.desk(check), remedy)
    path.write_bytes(pickle.dumps(looks))
    return 0


def repaired(front: desk.RepairDesk, remedy: str | None) -> None:
    if remedy is None:
        result = asyncio.run(front.run(RepairOptions(), _agree, _unheard))
    else:
        result = asyncio.run(front.fix(remedy, RepairOptions(), _agree, _unheard))
    steps = [(s.proposal.remedy, s.outcome.value, s.error) for s in result.steps]
    print(result.before.verdict, steps, file=sys.stderr, flush=True)


def changed(change: Change, decision: str) -> Callable[[Real], int]:
    """A life of an app that makes one change and decides."""

    async def life() -> None:
        hand = SystemHand()
        try:
            entry = await hand.apply(change, 60.0)
            if decision != "hold":
                await getattr(hand, decision)(entry.name)
        finally:
            await hand.close()

    def lived(_scene: Real) -> int:
        asyncio.run(life())
        return 0

    return lived


def sweep_change(scene: Real, change: Change, stride: int) -> list[Score]:
    """Not decided, undone, kept: each only from where it differs; and a kill while it is being put back."""
    scores, met = [], []
    for decision in ("hold", "undo", "keep"):
        scene.acts = changed(change, decision)
        sweep = Sweep(scene, DECIDED[decision], VICTIMS)
        scores.append(sweep.run(("helper", "guard"), stride, same=met))
        met = met or sweep.moments
    if mechanisms.find(change.verb.value).undo == EXACT:
        scene.acts = changed(change, "hold")
        scores.append(
            Sweep(scene, "put back at boot", (("recover",),)).run_again(scene.stage.recovering, "recover", stride)
        )
    return scores


def sweep_repair(scene: Real, remedy: str | None, stride: int) -> list[Score]:
    scene.record(remedy)
    scene.acts = lambda here: (repaired(here.desk(here.replayed(here.looks)), remedy), 0)[1]
    return [Sweep(scene, "the whole repair", OF_A_REPAIR).run(stride=stride)]


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--stride", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path("/run/kill") if host.is_root() else Path.home() / "kill")
    parser.add_argument("what", choices=("change", "run", "fix"))
    parser.add_argument("words", nargs="*")
    asked = parser.parse_args(words)
    asked.folder.mkdir(exist_ok=True)
    scene = Real(asked.folder, lambda _scene: 0)
    if asked.what == "change":
        args = {k: tuple(v) if isinstance(v, list) else v for k, v in json.loads(asked.words[1]).items()}
        scores = sweep_change(scene, Change(Verb(asked.words[0]), args), asked.stride)
    else:
        scores = sweep_repair(scene, asked.words[0] if asked.words else None, asked.stride)
    for score in scores:
        print(json.dumps(score.told()), flush=True)
    return 1 if any(score.failures for score in scores) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
