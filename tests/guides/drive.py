"""A way through a guide, gone by the real engine: interrupted after every single thing, and before an action is noted.

After each the program is a new one on the same folder. Where it stands and what it shows must be as if nothing was.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from selfcare.app.guides.desk import GuideDesk
from selfcare.app.guides.run import GuideRun
from selfcare.app.guides.screen import Scene, Screen
from selfcare.app.guides.story import story
from selfcare.app.guides.world import Begin, Consent, Moment, Progress
from selfcare.contract.guide import run_document
from selfcare.model.guide import Kind, Test, Value
from selfcare.model.guide_run import Acted, Context, Did, Position, Seen
from tests.guides.explore import TYPED, Move, Way
from tests.guides.world import MadeUp, tools, yes

_LINES = frozenset(did.value for did in Did)


class Killed(BaseException):
    """The program is gone."""


@dataclass
class Scripted(MadeUp):
    """Says and does what the way asks for next; outlives the program, as a home does."""

    now: Context
    word: str = ""
    begun: bool = False
    carried_out: str | None = None
    done: list[tuple[str, Mapping[str, Value]]] = field(default_factory=list)

    async def test(self, test: Test, moment: Moment) -> Seen:
        return Seen(self.word)

    async def act(
        self, action: str, arguments: Mapping[str, Value], moment: Moment, consent: Consent, begin: Begin,
        progress: Progress,
    ) -> Acted:  # fmt: skip
        if self.word not in ("done", "failed"):
            return Acted(self.word)
        begin()
        self.done.append((action, arguments))
        self.carried_out = self.word
        raise Killed  # before anybody could note it

    async def recover(
        self, action: str, arguments: Mapping[str, Value], moment: Moment, progress: Progress
    ) -> Acted | None:
        outcome, self.carried_out = self.carried_out, None
        return None if outcome is None else Acted(outcome, f"entry-{len(self.done)}" if outcome == "done" else None)


CANARIES = [TYPED[kind] for kind in (Kind.TEXT, Kind.NETWORK_KEY, Kind.ADDRESS, Kind.DEVICE, Kind.TIMETABLE)]


def unseen(text: str, where: str) -> None:
    """Nothing of what was typed."""
    assert not any(one in text for one in CANARIES), f"{where}: {text}"


class Drive:
    """``killed``: how often."""

    def __init__(self, way: Way, folder: Path) -> None:
        self.way, self.killed = way, 0
        self.world = Scripted(way.last.context(0))
        kit = tools(folder, self.world)
        self.kit = replace(kit, note=self._note)
        self.desk = GuideDesk(self.kit)

    def _note(self, _kind: str, _subject: str, line: Mapping[str, Any]) -> None:
        unseen(json.dumps(line, ensure_ascii=False), "the history")
        if line["did"] not in _LINES or (line["did"] == Did.DOING and self.world.begun):
            return
        self.world.begun = line["did"] == Did.DOING
        raise Killed

    async def go(self) -> Screen:
        """To the end; raises ``AssertionError`` where it goes another way, or not on."""
        run = await self.desk.begin(self.way.guide.id)
        for move, node in zip(self.way.moves, self.way.nodes, strict=True):
            self.world.word = move.word or ""
            self.world.now = self.way.last.context(len(node.lets) - 1)  # all that was ever asked of that time
            run = await self._move(run, move, node.position)
            self._private(run)
        screen = await run.proceed(yes)
        assert screen.scene is Scene.OVER and screen.end is not None
        self._private(run)
        assert self.desk.left() == () and self.kit.secrets.kept == {}  # type: ignore[attr-defined]
        wanted = [m for m in self.way.moves if m.kind == "act" and m.word in ("done", "failed")]
        assert len(self.world.done) == len(wanted), "done twice, or not at all"
        await self.desk.close()
        return screen

    async def _move(self, run: GuideRun, move: Move, wanted: Position) -> GuideRun:
        before = run.position
        for _ in range(4):  # an action dies three times: begun, carried out, noted
            try:
                await self._said(run, move)
            except Killed:
                self.killed += 1
                run = await self._again(run)
            if run.position.step != before.step or _told(run.position) == _told(wanted):
                break
        assert _told(run.position) == _told(wanted), f"{move} led to {run.position.step}"
        return run

    def _private(self, run: GuideRun) -> None:
        """What is handed to somebody names nobody; what lies on the disk is this user's, without any key."""
        unseen(json.dumps(run_document(run, identifiers=False), ensure_ascii=False), "the document")
        unseen(story(run), "the story")
        path = self.kit.runs._path(run.name)
        assert TYPED[Kind.NETWORK_KEY] not in path.read_text(encoding="utf-8")
        if sys.platform != "win32":
            assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)

    async def _said(self, run: GuideRun, move: Move) -> None:
        match move.kind:
            case "answer":
                assert run.screen().scene is Scene.ASK
                await run.answer(move.word)
            case "confirm":
                assert run.screen().scene in (Scene.INSTRUCT, Scene.QUESTION)
                run.confirm(str(move.word))
            case _:
                await run.proceed(yes)

    async def _again(self, run: GuideRun) -> GuideRun:
        """The next program: at the same place, with the same to show."""
        await self.desk.close()
        self.desk = GuideDesk(self.kit)
        after = await self.desk.resume(run.name)
        assert after.position == replace(run.position, since=after.position.since)
        assert abs(after.position.since - run.position.since) < 5.0
        assert replace(after.screen(), said=()) == replace(run.screen(), said=())
        return after


def _told(position: Position) -> tuple[object, ...]:
    return (
        position.step, position.phase, sorted(position.answers), dict(position.outcomes), position.trail,
    )  # fmt: skip
