"""SIGKILL at every moment of what a scene does, and what is there afterwards."""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from selfcare.helper.arguments import is_change
from selfcare.helper.change import EXACT
from tests.killing.book import DISK, Kill, Moment, kills
from tests.killing.stage import Life, Played, Stage

ENOUGH = 8  # failures: what follows from a PC that is not as it was says nothing new
# One of them; all; and all but the guard, which then is the only one left to put things back.
ALONE = (("app",), ("helper",), ("guard",), ("recover",), ("app", "helper"), ("app", "guard", "helper"))
SINGLE = (*ALONE, (DISK,))
EVERY = (*SINGLE, ("app", "guard"), ("guard", "helper"))


class Scene(Protocol):
    """What is done to which PC."""

    stage: Stage

    def reset(self) -> None:
        """The PC as it was, with an empty journal and an empty history."""

    def act(self) -> int:
        """The app's life: what is swept."""

    def next(self) -> int:
        """The app's next life: it has nothing to mend."""

    @property
    def resets(self) -> bool:
        """Whether ``reset`` changes the PC itself too."""

    def calm(self) -> dict[str, Any]:
        """All that a change may have touched and that can be put back, once it no longer moves."""

    def settled(self, wanted: Iterable[dict[str, Any]]) -> dict[str, Any]:
        """The state, once it is one of these, or will not become one."""

    def between(self) -> list[dict[str, Any]]:
        """The states that the whole steps of the act led to, as it was played without a kill."""

    def unsaid(self) -> str:
        """What was changed for good although no entry says so."""


@dataclass
class Score:
    """What a sweep came to. ``moments``: boundaries; ``struck``: rounds in which the kill was carried out."""

    label: str
    moments: int = 0
    rounds: int = 0
    struck: int = 0
    back: int = 0
    kept: int = 0
    seconds: float = 0.0
    failures: list[str] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        return asdict(self)


class Sweep:
    """All the rounds of one scene."""

    def __init__(
        self, scene: Scene, label: str, victims: Iterable[tuple[str, ...]] = EVERY, first: Life | None = None
    ) -> None:
        """``first``: what was done and kept before, as what is undone must have been."""
        self.scene, self.stage, self.victims, self.first = scene, scene.stage, tuple(victims), first
        self.score = Score(label)
        self.before: dict[str, Any] = {}
        self.allowed: list[dict[str, Any]] = []
        self.moments: list[Moment] = []
        self._now: dict[str, Any] | None = None  # the state, as long as nobody has played since it was read

    def run(
        self, roles: Iterable[str] = ("app", "helper", "guard"), stride: int = 1, same: Iterable[Moment] = ()
    ) -> Score:
        """``stride``: of the rounds, every so-manyeth. ``same``: moments of another sweep; what begins alike is not
        done twice."""
        began = time.monotonic()
        self.moments = [m for m in self.trace() if m.role in set(roles)]
        alike = {role: common(self.moments, same, role) for role in roles}
        planned = [k for k in kills(self.moments, self.victims) if k.number > alike[k.role]][::stride]
        self._rounds(planned, self.round)
        return self._scored(planned, began)

    def run_again(self, life: Life, role: str, stride: int = 1) -> Score:
        """All are killed once the change is made; then those who put it back are killed at each of their moments."""
        began = time.monotonic()
        first = Kill("helper", self._made(self.trace()), ALONE[-1])
        self._left(first)
        self.moments = self._play(life, role=role, looks=True).moments
        planned = kills(self.moments, self.victims)[::stride]

        def round_(kill: Kill) -> None:
            self._left(first)
            played = self._play(life, kill, role=role)
            self.score.struck += played.struck
            self.judge(f"while it was put back, {kill}", played)

        self._rounds(planned, round_)
        return self._scored(planned, began)

    def _made(self, moments: list[Moment]) -> int:
        """The helper's moment at which the last change that can be undone is made, and nobody knows it yet."""
        number, made, asked = 0, 0, False
        for moment in moments:
            number += moment.role == "helper"
            if moment.role == "app" and moment.name.startswith("sent "):
                verb = moment.name.removeprefix("sent ")
                asked = is_change(verb) and self.stage.find(verb).undo == EXACT
            elif moment.name == "answer" and asked:
                made, asked = number, False
        return made

    def _left(self, kill: Kill) -> None:
        self._start(str(kill))
        if not self._play(self.scene.act, kill).struck or not self.stage.unfinished():
            self.failed(str(kill), "left nothing to put back")

    def _rounds(self, planned: Iterable[Kill], each: Callable[[Kill], None]) -> None:
        for kill in planned:
            if len(self.score.failures) >= ENOUGH:
                self.failed("given up", "too many failures")
                break
            self.score.rounds += 1
            each(kill)

    def _scored(self, planned: list[Kill], began: float) -> Score:
        self.score.moments = len({(k.role, k.number) for k in planned})
        self.score.seconds = round(time.monotonic() - began, 1)
        return self.score

    def trace(self) -> list[Moment]:
        """Once without a kill: the moments, and the states that whole steps lead to."""
        self.scene.reset()
        self.before = self.scene.calm()
        made = [self.scene.calm()] if self.first and not self._play(self.first).code else []
        played = self._play(self.scene.act, looks=True)
        states = [self.before, *made] if self.first else [self.before, *self.scene.between(), self.scene.calm()]
        self.allowed = whole_steps(states)
        if played.code:
            self.failed("without a kill", f"ended with {played.code}")
        self.judge("without a kill", played)
        self.score.back = self.score.kept = 0  # of rounds only
        return played.moments

    def round(self, kill: Kill) -> None:
        self._start(str(kill))
        played = self._play(self.scene.act, kill)
        self.score.struck += played.struck
        if played.code and "app" not in kill.victims:
            self.failed(str(kill), f"the app lived, and ended with {played.code}")
        alive = [m for m in self.moments if m.role == kill.role][kill.number - 1].alive
        if {"helper", "guard"} & (set(alive) - set(kill.victims)):
            self.expect(f"{kill}: although somebody lived to put it back")
            made = [e.verb for e in self.stage.unfinished() if e.state in ("applied", "restoring")]
            if made and DISK not in kill.victims:
                self.failed(str(kill), f"not put back, although somebody lived who should have: {made}")
        self.judge(str(kill), played)

    def judge(self, what: str, played: Played) -> None:
        """The next start, and then: as before, or a whole step that is listed and can be undone."""
        if played.late:
            self.failed(what, f"still ran: {played.late}")
        # Where nothing is unfinished and nothing was kept, the next start has nothing to do.
        if self.stage.unfinished() or self.stage.kept():
            again = self._play(self.scene.next)
            if again.code:
                self.failed(what, f"the next start ended with {again.code}")
        self.expect(what)
        left = self.stage.unfinished()
        if left:
            self.failed(what, f"left: {[(e.verb, e.state, e.detail) for e in left]}")
        kept = self.stage.kept()
        if (self._now != self.before and not kept) or self.scene.unsaid():
            self.failed(what, f"changed, and not listed {self.scene.unsaid()}: {differs(self.before, self._now or {})}")
        if not kept:
            self.score.back += 1
            return
        self.score.kept += 1
        if self._play(self.stage.undone).code:
            self.failed(what, "could not be undone")
        if self._settled([self.before]) != self.before:
            self.failed(what, f"after undoing: {differs(self.before, self._now or {})}")

    def expect(self, what: str) -> None:
        now = self._settled(self.allowed)
        if now not in self.allowed:
            near = min((differs(a, now) for a in self.allowed), key=len)
            self.failed(what, f"half changed: {near}")

    def failed(self, kill: str, why: str) -> None:
        self.score.failures.append(f"{kill}: {why[:400]}")
        print(self.score.failures[-1], file=sys.stderr, flush=True)

    def _start(self, what: str) -> None:
        self.scene.reset()
        if self.scene.resets:
            self._now = None
        if self._settled([self.before]) != self.before:
            self.failed(what, f"not as before at the start: {differs(self.before, self._now or {})}")
        if self.first:
            self._play(self.first)

    def _play(self, life: Life, kill: Kill | None = None, **how: Any) -> Played:
        self._now = None
        return self.stage.play(life, kill, **how)

    def _settled(self, wanted: list[dict[str, Any]]) -> dict[str, Any]:
        if self._now is None or self._now not in wanted:
            self._now = self.scene.settled(wanted)
        return self._now


def whole_steps(states: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The states that whole steps lead to, whichever of them were made."""
    steps = [{k: v for k, v in b.items() if a.get(k) != v} for a, b in itertools.pairwise(states)]
    found = []
    for made in itertools.product((False, True), repeat=len(steps)):
        state = dict(states[0])
        for step, so in zip(steps, made, strict=True):
            state |= step if so else {}
        if state not in found:
            found.append(state)
    return found


def common(mine: Iterable[Moment], theirs: Iterable[Moment], role: str) -> int:
    """How many moments of this role both begin with."""
    pairs = zip((m for m in mine if m.role == role), (m for m in theirs if m.role == role), strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0].name == pair[1].name, pairs))


def differs(was: dict[str, Any], now: dict[str, Any]) -> str:
    """What is not the same, in short."""
    return "; ".join(f"{key}: {was.get(key)} != {now.get(key)}" for key in {*was, *now} if was.get(key) != now.get(key))
