"""The three home guides with the box's real side at a simulated box: what is said, what is agreed to, what the box has.

``Pc`` stands for this PC and for whoever looks from outside; the real ones are in ``test_three_in_lab.py``.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from selfcare.app.guides.desk import GuideDesk
from selfcare.app.guides.home_context import Around
from selfcare.app.guides.nobody import Nobody
from selfcare.app.guides.run import GuideRun, Tools
from selfcare.app.guides.screen import Scene, Screen
from selfcare.app.guides.side import Action, Arguments, Suggest, Tell, Whole
from selfcare.app.guides.world import Moment
from selfcare.cases.guide_runs import GuideRuns
from selfcare.guides.words import GuideWords
from selfcare.i18n import Catalogue
from selfcare.model.guide import End
from selfcare.model.guide_run import Seen
from tests.guides.home_bench import AtHome, at_home

OURS = ("freebox", "livebox", "sfr", "bbox", "fritz", "igd")
PC_MAC, LEO_MAC = "3c:52:82:00:00:01", "b8:27:eb:00:00:02"
MOST = 60


@dataclass
class Pc:
    """``says``: by the test's name. ``asked``: which were."""

    says: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        names = ("pc.listens", "pc.lets_in", "home.answers", "out.port_open")
        self.tests: Mapping[str, Tell] = {name: self._tell(name) for name in names}
        self.shows: Mapping[str, Tell] = {}
        self.suggestions: Mapping[str, Suggest] = {}
        self.actions: Mapping[str, Action] = {}

    def _tell(self, name: str) -> Tell:
        async def tell(_given: Arguments, _moment: Moment) -> Seen:
            self.asked.append(name)
            return Seen(self.says.get(name, "unknown"))

        return tell

    async def close(self) -> None:
        return None


@dataclass
class Told:
    """How it went: the last screen, the steps gone through, what was asked of the person and what they agreed to."""

    run: GuideRun
    end: Screen
    home: AtHome
    agreed: list[Any]

    @property
    def trail(self) -> tuple[str, ...]:
        return self.run.position.trail

    async def undo_all(self) -> None:
        """Newest first, as the last screen offers it."""
        for back in self.end.undoable:
            acted = await self.run.undo(back.entry, self.home.agrees)
            assert acted.outcome == "done", acted


Words = Mapping[str, str | Sequence[str | None] | None]
"""What the person says, by step: an answer, "done", "lost"; of a step that is come to again, one after the other."""


async def walk(
    home: AtHome, folder: Path, name: str, words: Words, *, agree: bool = True, pc: Pc | None = None,
    gesture: Callable[[], Awaitable[None]] | None = None,
) -> Told:  # fmt: skip
    """To the end. A question after a step has its own word: ``<step>?``. ``gesture``: what "pair" does."""
    ticks = itertools.count(int(home.time.now))
    world = Whole(home.side.look, Nobody(), home.side, pc or Pc())
    runs = GuideRuns(folder / "runs", lambda: float(next(ticks)))
    desk = GuideDesk(Tools(world, runs, GuideWords("fr"), Catalogue("fr"), home.store))
    run = await desk.begin(name)
    agreed: list[Any] = []

    async def consent(proposal: object) -> bool:
        agreed.append(proposal)
        return agree

    said = {step: iter([word] if isinstance(word, str) or word is None else word) for step, word in words.items()}
    for _ in range(MOST):
        screen = await run.proceed(consent)
        _readable(screen)
        if screen.scene is Scene.OVER:
            return Told(run, screen, home, agreed)
        await _person(run, screen, said, gesture)
    raise AssertionError(run.position.trail)


async def _person(run: GuideRun, screen: Screen, said: Mapping[str, Any], gesture: Any) -> None:
    step = run.position.step
    key = f"{step}?" if screen.scene is Scene.QUESTION else step
    assert key in said, (key, screen.text, screen.said, run.position.trail)
    word = next(said[key])
    if screen.gesture == "pair" and word == "done" and gesture is not None:
        await gesture()
    if screen.scene is Scene.ASK:
        await run.answer(word)
    else:
        run.confirm(word)


def _readable(screen: Screen) -> None:
    """No name of a sentence and no gap where a sentence should be."""
    for text in (screen.text, screen.help, *screen.said, *screen.menu, *(o.label for o in screen.options)):
        assert "…" not in text and not text.startswith(("guide.", "box.", "guest-", "parental-", "port-")), text
    assert screen.text


def play(
    family: str, folder: Path, act: Callable[[AtHome], Awaitable[None]], *faults: str, **named: Any
) -> None:  # fmt: skip
    async def run() -> None:
        named.setdefault("around", Around(system="linux"))
        async with at_home(family, folder, *faults, **named) as home:
            await act(home)

    asyncio.run(run())


__all__ = ["LEO_MAC", "OURS", "PC_MAC", "End", "Pc", "Told", "play", "walk"]
