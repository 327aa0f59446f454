"""The families' own drivers, with the line cut at each request of a change: as before or as asked, once it is back."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from selfcare.app.box_change import BoxChanges
from selfcare.cases.box_journal import BoxJournal
from selfcare.model.box.change import BoxOutcome
from tests.app.box_bench import MemoryStore, Time, yes
from tests.boxes.base import Simulator, serving
from tests.boxes.plain import seen
from tests.boxes.wishes import WISHES, at
from tests.boxes.wishes import home as made_home
from tests.killing.box_families import FAMILIES, Family

LABELS = (
    "wifi name, key, channel",
    "wifi name, key",
    "guest on",
    "guest on, no end",
    "parental plan",
    "forward change",
    "reservation change",
)
CASES = [
    pytest.param(box, label, id=f"{box}: {label}")
    for box in sorted(FAMILIES) for label in LABELS if box != "plain" and label not in FAMILIES[box].without
]  # fmt: skip


class Line:
    """Between the PC and the box: cut at one request, before or after the box took it."""

    def __init__(self, box: Simulator) -> None:
        self.box, self.count, self.cut = box, 0, (0, "")
        make = box.app

        def app() -> web.Application:
            made = make()
            made.middlewares.insert(0, self._pass)
            return made

        box.app = app  # type: ignore[method-assign]

    @web.middleware
    async def _pass(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.count += 1
        mine = self.count
        if self.cut == (mine, "before"):
            return self._gone(request)
        reply: web.StreamResponse = await handler(request)
        return self._gone(request) if self.cut == (mine, "after") else reply

    def _gone(self, request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()


async def carried(folder: Path, family: Family, label: str, cut: tuple[int, str]) -> tuple[BoxOutcome, str, str, int]:
    """How it ended, the box before and after, and how many requests the change took."""
    box = family.simulator(made_home())
    line, clock = Line(box), Time()
    async with serving(box) as place:
        changes = BoxChanges(
            lambda: family.enter(place), BoxJournal(folder, lambda: clock.now), MemoryStore(), clock=clock.clock()
        )
        before = seen(box.home, family.forgotten)
        proposal = await changes.propose(await at(WISHES[label], changes))
        line.count, line.cut = 0, cut
        result = await changes.carry_out(proposal, yes)
        taken = line.count
        if result.outcome in (BoxOutcome.UNPROVED, BoxOutcome.STUCK):
            await changes.settle()
        assert not any(change.state.unfinished for change in changes.changes()[0])
        return result.outcome, before, seen(box.home, family.forgotten), taken


@pytest.mark.full
@pytest.mark.parametrize(("box", "label"), CASES)
def test_the_line_cut_at_any_request(box: str, label: str, tmp_path: Path) -> None:
    async def run() -> None:
        family = FAMILIES[box]
        outcome, before, after, count = await carried(tmp_path / "plain", family, label, (0, ""))
        assert outcome is BoxOutcome.DONE and before != after
        ends = {BoxOutcome.DONE: {after}, BoxOutcome.REFUSED: {before}, BoxOutcome.PUT_BACK: {before}}
        for number in range(1, count + 1):
            for when in ("before", "after"):
                outcome, _, now, _ = await carried(tmp_path / f"{number}{when}", family, label, (number, when))
                assert now in ends.get(outcome, {before, after}), (number, when, outcome)

    asyncio.run(run())
