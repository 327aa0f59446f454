"""``python -m tests.killing.boxes [--stride N] [--box NAME] [LABEL…]``: SIGKILL at every boundary of every box change.

A boundary is before or after each thing the program writes (journal, keyring) and each request the box takes. After
the next start the box is as before or as asked, and nothing is left unfinished. The box is a process that survives.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from selfcare.app.box_change import BoxChanges
from selfcare.cases.box_journal import BoxJournal
from selfcare.model.box import RebootWish, Wish
from tests.boxes.wishes import WISHES, at
from tests.killing.box_families import FAMILIES, Family
from tests.killing.box_life import Lived, Lives
from tests.killing.box_server import BoxProcess
from tests.killing.sweep import Score
from tests.killing.tally import line

KILLED = -9
ENOUGH = 8
Act = Callable[[BoxChanges], Coroutine[Any, Any, Any]]


@dataclass(frozen=True)
class Strike:
    """``where``: "own" (a write of the program's) or "box" (a request)."""

    where: str
    number: int
    when: str

    def __str__(self) -> str:
        return f"{self.when} {self.where} {self.number}"


@dataclass
class BoxSweep:
    """All the rounds of one wish on one kind of box."""

    lives: Lives
    box: BoxProcess
    wish: Wish
    score: Score
    before: str = ""
    allowed: list[str] = field(default_factory=list)
    between: int = 0

    def fresh(self) -> None:
        shutil.rmtree(self.lives.folder, ignore_errors=True)
        self.lives.folder.mkdir()
        self.box.reset()

    def live(self, act: Act, strike: Strike | None = None) -> Lived:
        own = (strike.number, strike.when) if strike and strike.where == "own" else None
        at = strike if strike and strike.where == "box" else None

        def arm(pid: int) -> None:
            self.box.arm(pid if at else 0, at.number if at else 0, at.when if at else "")

        return self.lives.live(act, own, arm)

    def strikes(self, act: Act, made: Callable[[], None]) -> list[Strike]:
        """Every boundary of an act, as it goes without a kill."""
        self.fresh()
        made()
        lived = self.live(act)
        if lived.code:
            self.failed("without a kill", f"ended with {lived.code}")
        count = self.box.state()["count"]
        own = [Strike("own", n, w) for n in range(1, lived.moments + 1) for w in ("before", "after")]
        return own + [Strike("box", n, w) for n in range(1, count + 1) for w in ("before", "after")]

    def run(self, act: Act, made: Callable[[], None] = lambda: None, stride: int = 1) -> None:
        """``made``: what was done before, as what is undone must have been."""
        planned = self.strikes(act, made)[::stride]
        self.score.moments += len(planned)
        for strike in planned:
            if len(self.score.failures) >= ENOUGH:
                break
            self.fresh()
            made()
            self.score.rounds += 1
            lived = self.live(act, strike)
            self.score.struck += lived.code == KILLED
            if lived.code != KILLED:
                self.failed(str(strike), f"not killed: {lived.code} {lived.said}")
            self.between += self.box.state()["seen"] not in self.allowed
            self.settled(str(strike))

    def settled(self, what: str) -> None:
        """The next start."""
        lived = self.live(self.lives.settle)
        state = self.box.state()
        if lived.code or lived.said["later"] or lived.said["damaged"] or lived.said["conflict"]:
            self.failed(what, f"the next start: {lived.code} {lived.said}")
        if state["seen"] not in self.allowed:
            self.failed(what, "left in between: " + differs(self.allowed, state["seen"]))
        if state["restarts"] > 1:
            self.failed(what, "restarted twice")
        self.score.back += state["seen"] == self.before
        self.score.kept += state["seen"] != self.before
        entries, _ = BoxJournal(self.lives.folder / "box-changes").entries()
        left = [(entry.name, entry.state.value) for entry in entries if entry.state.unfinished]
        if left:
            self.failed(what, f"unfinished: {left}")
        keys = self.lives.folder / "keys"
        named = json.dumps([[e.before, e.asked] for e in entries if e.state.value == "done"])
        if keys.exists() and any(name not in named for name in json.loads(keys.read_text())):
            self.failed(what, "keys are left that nobody needs")

    def all(self, stride: int = 1) -> Score:
        """The change; undoing it; finishing it after a kill in its middle."""
        began = time.monotonic()
        self.fresh()
        self.before = self.box.state()["seen"]
        self.made()
        self.allowed = [self.before, self.box.state()["seen"]]
        self.run(self.change, stride=stride)
        if not isinstance(self.wish, RebootWish):
            assert self.before != self.allowed[1], "nothing was changed: this is no change to sweep"
            self.run(self.lives.undo, self.made, stride)
            middle = self.middle()
            if middle is not None:
                self.run(self.lives.settle, lambda: self.half(middle), stride)
        self.score.seconds = round(time.monotonic() - began, 1)
        self.score.label += f" ({self.between} in between when killed)"
        return self.score

    def middle(self) -> Strike | None:
        """A kill that leaves the box truly in between, if there is one."""
        for strike in self.strikes(self.change, lambda: None):
            if strike.where == "box" and strike.when == "after":
                self.half(strike)
                if self.box.state()["seen"] not in self.allowed:
                    return strike
        return None

    def half(self, strike: Strike) -> None:
        self.fresh()
        self.live(self.change, strike)

    async def change(self, changes: BoxChanges) -> Any:
        return await self.lives.change(changes, await at(self.wish, changes))

    def made(self) -> None:
        lived = self.live(self.change)
        if lived.said != "done":
            self.failed("without a kill", f"{lived.code} {lived.said}")

    def failed(self, what: str, why: str) -> None:
        self.score.failures.append(f"{self.score.label}: {what}: {why[:500]}")
        print(self.score.failures[-1], file=sys.stderr, flush=True)


def differs(allowed: list[str], now: str) -> str:
    """From the nearer one."""
    found = json.loads(now)
    gaps = [{k: (v, found[k]) for k, v in json.loads(a).items() if found[k] != v} for a in allowed]
    return str(min(gaps, key=lambda gap: len(str(gap))))


def sweep(family: Family, labels: Iterable[str], stride: int) -> list[Score]:
    box, scores = BoxProcess.start(family.simulator, family.forgotten), list[Score]()
    try:
        with tempfile.TemporaryDirectory(prefix="selfcare-boxkill-") as name:
            for label in labels:
                if label in family.without:
                    continue
                lives = Lives(Path(name) / "home", box.place, family.enter)
                made = BoxSweep(lives, box, WISHES[label], Score(f"{family.name}: {label}"))
                scores.append(made.all(stride))
                print(json.dumps(scores[-1].told()), flush=True)
    finally:
        box.stop()
    return scores


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--stride", type=int, default=1)
    parser.add_argument("--box", choices=sorted(FAMILIES), default="plain")
    parser.add_argument("labels", nargs="*", default=[])
    asked = parser.parse_args(words)
    FAMILIES[asked.box].load()
    scores = sweep(FAMILIES[asked.box], asked.labels or WISHES, asked.stride)
    print(line(scores), file=sys.stderr)
    return 1 if any(score.failures for score in scores) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
