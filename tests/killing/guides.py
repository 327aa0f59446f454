"""``python -m tests.killing.guides [--box NAME] [--stride N]``: two steps of a guide on a box, killed at every moment.

A moment is before or after each line of the run, each line of the box's journal, and each request the box takes. A new
process goes on with the run; in the end the port is open by one rule, the box was told to restart once, and putting
the rule back leaves the box as it was (that is killed at each moment, too).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from selfcare.app.box_change import BoxChanges
from selfcare.app.box_way import Clock
from selfcare.app.guides import desk as desks
from selfcare.app.guides.desk import GuideDesk
from selfcare.app.guides.home import home_side
from selfcare.app.guides.nobody import Nobody
from selfcare.app.guides.run import Tools
from selfcare.app.guides.side import Whole
from selfcare.boxes.driver import PairingKind
from selfcare.boxes.families import driver as driver_of
from selfcare.cases import box_journal, guide_run_file
from selfcare.cases.box_journal import BoxJournal
from selfcare.cases.guide_runs import GuideRuns
from selfcare.ground.atomic import write_atomic
from selfcare.guides.load import load_guide
from selfcare.guides.words import GuideWords
from selfcare.i18n import Catalogue
from selfcare.model.box import BoxFamily
from tests.app.box_bench import Time
from tests.boxes.base import Simulator
from tests.boxes.home import Home
from tests.guides.home_bench import Away, desk_of, let_in
from tests.guides.world import yes
from tests.killing import box_life
from tests.killing.box_families import FAMILIES
from tests.killing.box_life import FileStore, Lived, Lives, Moments
from tests.killing.box_server import BoxProcess
from tests.killing.boxes import ENOUGH, KILLED, Strike
from tests.killing.sweep import Score
from tests.killing.tally import line

BOXES = ("freebox", "livebox", "bbox", "fritz", "igd")
"""Families that open a port; all but the last let somebody in first, and restart."""
NO_RESTART = ("igd",)
NOT = {("freebox", "guest"): "its network for guests wants a key, which this guide does not ask for"}
ACTIONS = {
    "forward": "",
    "wifi": 'action = "box.wifi"\narguments = { name = "Chez-Dupont" }',
    "guest": 'action = "box.guest"\narguments = { on = true, name = "Les amis" }',
    "block": 'action = "box.parental"\narguments = { device = "tablette-leo", rule = "blocked" }',
    "reserve": 'action = "box.reservation"\narguments = { device = "tablette-leo" }',
}
"""What the first step does, in the words of a guide; "forward" as it stands below."""
PORT, CLIENT = "5060", "192.168.1.22"
FORWARD = """action = "box.forward"
arguments = { port = "$port", protocol = "tcp", device = "192.168.1.22" }"""
GUIDE = """
id = "killed"
topic = "home"
start = "port"
[steps.port]
kind = "ask"
answer = "port"
of = "ports"
next = "open"
[steps.open]
kind = "do"
action = "box.forward"
arguments = { port = "$port", protocol = "tcp", device = "192.168.1.22" }
done = "restart"
declined = "no"
refused = "no"
failed = "no"
unable = "no"
[steps.restart]
kind = "do"
action = "box.reboot"
arguments = {}
done = "fine"
declined = "no"
refused = "no"
failed = "unsure"
unable = "no"
[steps.fine]
kind = "outcome"
end = "solved"
[steps.unsure]
kind = "outcome"
end = "told"
[steps.no]
kind = "outcome"
end = "left"
"""


@dataclass
class GuideLives(Lives):
    """Each has a desk of its own on the same folder; what is written before the first step is no moment."""

    family: str = "freebox"
    at_once: bool = False
    act: Callable[[GuideDesk], Any] = field(default=lambda _desk: None)

    def changes(self, moments: Moments) -> Any:
        box_journal.write_atomic = lambda path, data: moments(lambda: write_atomic(path, data))
        append = guide_run_file.append
        guide_run_file.append = lambda path, text, *, new=False: moments(lambda: append(path, text, new=new))
        one = load_guide(self.folder.parent / "killed.toml")
        desks.guide, desks.guide_ids = (lambda _name: one), (lambda: (one.id,))  # type: ignore[attr-defined]
        return self.desk(moments)

    def desk(self, moments: Moments) -> GuideDesk:
        clock = Clock(sleep=lambda seconds: asyncio.sleep(min(seconds, 5.0))) if self.at_once else Time().clock()
        journal = BoxJournal(self.folder / "box-changes")
        store = FileStore(self.folder / "keys", moments)
        box = desk_of(self.folder, Away(self.place), [driver_of(BoxFamily(self.family))])
        catalogue = Catalogue("fr")
        side = home_side(box, lambda contact: BoxChanges(contact, journal, store, clock=clock), store, catalogue)
        world = Whole(side.look, Nobody(), side)
        return GuideDesk(Tools(world, GuideRuns(self.folder / "guide-runs"), GuideWords("fr"), catalogue, store))


async def go(desk: Any) -> Any:
    """Begins, or goes on with what was left; nothing to go on with and one at its end: that was it."""
    left = desk.left()
    if not left and desk._tools.runs.runs():
        return "over"
    run = await (desk.resume(left[0].name) if left else desk.begin("killed", {"port": PORT}))
    if left and not run.position.answers:
        await run.answer(PORT)
    screen = await run.proceed(yes)
    await desk.close()
    return [screen.end.value if screen.end else run.position.step, dict(run.position.outcomes)]


async def undo(desk: Any) -> Any:
    """What the journal says was put back before the run could note it is put back: no second time."""
    (stored,) = desk._tools.runs.runs()
    run = await desk.resume(stored.name)
    said = []
    for _, entry in run.position.undoable:
        acted = await run.undo(entry, yes)
        said.append(acted.outcome if acted.outcome == "done" else repr(acted))
    await desk.close()
    return said


@dataclass
class GuideSweep:
    lives: GuideLives
    box: BoxProcess
    paired: Path
    score: Score
    before: str = ""
    restarts: int = 1
    at_once: bool = False
    action: str = "forward"
    after: str = ""

    def fresh(self) -> None:
        shutil.rmtree(self.lives.folder, ignore_errors=True)
        shutil.copytree(self.paired, self.lives.folder)
        self.box.reset()

    def live(self, act: Any, strike: Strike | None = None) -> Lived:
        own = (strike.number, strike.when) if strike and strike.where == "own" else None
        at = strike if strike and strike.where == "box" else None
        return self.lives.live(
            act, own, lambda pid: self.box.arm(pid if at else 0, at.number if at else 0, at.when if at else "")
        )  # fmt: skip

    def strikes(self, act: Any, made: Callable[[], None]) -> list[Strike]:
        self.fresh()
        made()
        lived = self.live(act)
        if lived.code:
            self.failed("without a kill", f"ended with {lived.code}")
        self.after = self.after or self.box.state()["seen"]
        own = [Strike("own", n, w) for n in range(1, lived.moments + 1) for w in ("before", "after")]
        count = self.box.state()["count"]
        return own + [Strike("box", n, w) for n in range(1, count + 1) for w in ("before", "after")]

    def run(self, act: Any, made: Callable[[], None], settled: Callable[[str, Lived], None], stride: int) -> None:
        planned = self.strikes(act, made)[::stride]
        self.score.moments += len(planned)
        for strike in planned:
            if len(self.score.failures) >= ENOUGH:
                return
            self.fresh()
            made()
            self.score.rounds += 1
            killed = self.live(act, strike)
            self.score.struck += killed.code == KILLED
            if killed.code not in (KILLED, 0):
                self.failed(str(strike), f"{killed.code} {killed.said}")
            if not self.at_once:
                self.later()
            settled(str(strike), self.live(act))

    def later(self) -> None:
        """A login that was cut off is tried again, but not at once: what was noted of it is a while ago by now."""
        for path in self.lives.folder.iterdir():
            if path.name not in ("box-changes", "guide-runs", "keys"):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(self.paired, self.lives.folder, dirs_exist_ok=True)

    def all(self, stride: int) -> Score:
        began = time.monotonic()
        self.fresh()
        self.before = self.box.state()["seen"]
        self.run(go, lambda: None, self.done, stride)
        self.run(undo, lambda: self.done("without a kill", self.live(go)), self.back, stride)
        self.score.seconds = round(time.monotonic() - began, 1)
        return self.score

    def done(self, what: str, lived: Lived) -> None:
        """One rule, one restart; nothing of the run is left open."""
        state = self.box.state()
        opened = [one for one in json.loads(state["seen"])["forwards"] if PORT in json.dumps(one)]
        wanted = self.action == "forward"
        if lived.code or lived.said is None or (lived.said != "over" and lived.said[0] not in ("solved", "told")):
            self.failed(what, f"{lived.code} {lived.said}")
        elif len(opened) != wanted or state["seen"] != self.after or not self._restarted(lived.said, state["restarts"]):
            self.failed(what, f"{len(opened)} rules, {state['restarts']} restarts {lived.said}")
        self.score.kept += 1

    def _restarted(self, said: Any, counted: int) -> bool:
        """Once; a run that died with the order in its hand may say that it was not seen, but not that it was done."""
        unproved = isinstance(said, list) and said[1].get("restart") == "failed"
        return counted == self.restarts or (unproved and counted == 0)

    def back(self, what: str, lived: Lived) -> None:
        if lived.code or any(one != "done" for one in lived.said or ()):
            entries, _ = BoxJournal(self.lives.folder / "box-changes").entries()
            states = [[str(line.state) for line in one.lines] for one in entries if one.kind != "reboot"]
            self.failed(what, f"undo: {lived.code} {lived.said} {states}")
        if self.box.state()["seen"] != self.before:
            self.failed(what, "not as it was")
        self.score.back += 1

    def failed(self, what: str, why: str) -> None:
        self.score.failures.append(f"{self.score.label}: {what}: {why[:500]}")
        print(self.score.failures[-1], file=sys.stderr, flush=True)


def sweep(family: str, stride: int, at_once: bool = False, action: str = "forward") -> Score:
    def make(home: Home) -> Simulator:
        return FAMILIES[family].simulator(home)

    box = BoxProcess.start(make, FAMILIES[family].forgotten)
    try:
        with tempfile.TemporaryDirectory(prefix="selfcare-guidekill-") as name:
            folder, paired = Path(name) / "home", Path(name) / "paired"
            text = GUIDE.replace('done = "restart"', 'done = "fine"') if family in NO_RESTART else GUIDE
            text = text.replace(FORWARD, ACTIONS[action] or FORWARD)
            (Path(name) / "killed.toml").write_text(text, encoding="utf-8")
            paired.mkdir()
            asyncio.run(link(paired, box, family))
            restarts = 0 if family in NO_RESTART else 1
            lives = GuideLives(folder, box.place, lambda _place: None, family, at_once)  # type: ignore[arg-type,return-value]
            score = Score(f"guide on {family}, {action}")
            made = GuideSweep(lives, box, paired, score, restarts=restarts, at_once=at_once, action=action)
            return made.all(stride)
    finally:
        box.stop()


async def link(paired: Path, box: BoxProcess, family: str) -> None:
    desk = desk_of(paired, Away(box.place), [driver_of(BoxFamily(family))])
    if driver_of(BoxFamily(family)).pairing is not PairingKind.NONE:
        await let_in(desk, Home())
    await desk.close()


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--stride", type=int, default=1)
    parser.add_argument("--box", choices=BOXES, default="livebox")
    parser.add_argument("--action", choices=tuple(ACTIONS), default="forward")
    parser.add_argument("--at-once", action="store_true", help="gone on with at once: waits for a box in earnest")
    asked = parser.parse_args(words)
    if (asked.box, asked.action) in NOT:
        parser.error(NOT[asked.box, asked.action])
    if asked.at_once:
        box_life.LIMIT_S = 90.0
    score = sweep(asked.box, asked.stride, asked.at_once, asked.action)
    print(json.dumps(score.told()), flush=True)
    print(line([score]), file=sys.stderr)
    return 1 if score.failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
