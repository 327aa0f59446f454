"""SIGKILL at every moment of what a scene does, and what is there afterwards."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from tests.killing.book import Kill, Moment, kills
from tests.killing.stage import Played, Stage

SINGLE = (("app",), ("helper",), ("guard",), ("recover",), ("app", "guard", "helper"))
EVERY = (*SINGLE, ("app", "guard"), ("app", "helper"), ("guard", "helper"))


class Scene(Protocol):
    """What is done to which PC."""

    stage: Stage

    def reset(self) -> None:
        """The PC as it was, with an empty journal and an empty history."""

    def act(self) -> int:
        """The app's life: what is swept."""

    def next(self) -> int:
        """The app's next life: it has nothing to mend."""

    def state(self) -> dict[str, Any]:
        """All that a change may have touched, and that can be put back."""

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

    def __init__(self, scene: Scene, label: str, victims: Iterable[tuple[str, ...]] = EVERY) -> None:
        self.scene, self.stage, self.victims = scene, scene.stage, tuple(victims)
        self.score = Score(label)
        self.before: dict[str, Any] = {}
        self.allowed: list[dict[str, Any]] = []
        self.moments: list[Moment] = []

    def run(
        self, roles: Iterable[str] = ("app", "helper", "guard"), stride: int = 1, same: Iterable[Moment] = ()
    ) -> Score:
        """``stride``: of the rounds, every so-manyeth. ``same``: moments of another sweep; what begins alike is not
        done twice."""
        began = time.monotonic()
        self.moments = [m for m in self.trace() if m.role in set(roles)]
        alike = {role: common(self.moments, same, role) for role in roles}
        planned = [k for k in kills(self.moments, self.victims) if k.number > alike[k.role]][::stride]
        for kill in planned:
            self.round(kill, self.moments)
        self.score.moments = len({(k.role, k.number) for k in planned})
        self.score.rounds = len(planned)
        self.score.seconds = round(time.monotonic() - began, 1)
        return self.score

    def trace(self) -> list[Moment]:
        """Once without a kill: the moments, and the states that whole steps lead to."""
        self.scene.reset()
        self.before = self.scene.state()
        played = self.stage.play(self.scene.act, looks=True)
        after = self.scene.state()
        self.allowed = whole_steps([self.before, *self.scene.between(), after])
        if played.code:
            self.failed("without a kill", f"ended with {played.code}")
        self.judge("without a kill", played)
        return played.moments

    def round(self, kill: Kill, moments: list[Moment]) -> None:
        self.scene.reset()
        if self.scene.state() != self.before:
            self.failed(str(kill), f"the PC was not as before at the start: {differs(self.before, self.scene.state())}")
        played = self.stage.play(self.scene.act, kill)
        self.score.struck += played.struck
        if played.code and "app" not in kill.victims:
            self.failed(str(kill), f"the app lived, and ended with {played.code}")
        alive = [m for m in moments if m.role == kill.role][kill.number - 1].alive
        if {"helper", "guard"} & (set(alive) - set(kill.victims)):
            self.expect(f"{kill}: although somebody lived to put it back")
        self.judge(str(kill), played)

    def judge(self, what: str, played: Played) -> None:
        """The next start, and then: as before, or a whole step that is listed and can be undone."""
        if played.late:
            self.failed(what, f"still ran: {played.late}")
        # Where nothing is unfinished and nothing was kept, the next start has nothing to do.
        if self.stage.unfinished() or self.stage.kept():
            again = self.stage.play(self.scene.next)
            if again.code:
                self.failed(what, f"the next start ended with {again.code}")
        self.expect(what)
        left = self.stage.unfinished()
        if left:
            self.failed(what, f"left: {[(e.verb, e.state) for e in left]}")
        changed, kept = self.scene.state() != self.before, self.stage.kept()
        if (changed and not kept) or self.scene.unsaid():
            self.failed(what, f"changed, and not listed: {self.scene.unsaid()}")
        if kept:
            self.score.kept += 1
            if self.stage.play(self.stage.undone).code:
                self.failed(what, "could not be undone")
            now = self.scene.settled([self.before])
            if now != self.before:
                self.failed(what, f"after undoing: {differs(self.before, now)}")
        else:
            self.score.back += 1

    def expect(self, what: str) -> None:
        now = self.scene.settled(self.allowed)
        if now not in self.allowed:
            near = min((differs(a, now) for a in self.allowed), key=len)
            self.failed(what, f"half changed: {near}")

    def failed(self, kill: str, why: str) -> None:
        self.score.failures.append(f"{kill}: {why[:400]}")


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
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))


def differs(was: dict[str, Any], now: dict[str, Any]) -> str:
    """What is not the same, in short."""
    return "; ".join(f"{key}: {was.get(key)} != {now.get(key)}" for key in {*was, *now} if was.get(key) != now.get(key))
