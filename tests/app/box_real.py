"""A family's own driver at its own simulator, changed through ``BoxChanges``, with a clock that nobody waits for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from selfcare.app.box_change import BoxChanges
from selfcare.cases.box_journal import BoxJournal
from selfcare.model.box import Wish
from selfcare.model.box.change import BoxChangeResult, BoxProposal
from tests.app.box_bench import MemoryStore, Time, yes
from tests.boxes.base import Simulator, serving
from tests.boxes.home import Home
from tests.boxes.wishes import home as made_home
from tests.killing.box_families import FAMILIES


class Real:
    """What a test needs at hand."""

    def __init__(self, box: Simulator, changes: BoxChanges, store: MemoryStore, time: Time) -> None:
        self.box, self.changes, self.store, self.time = box, changes, store, time
        self.last = ""

    @property
    def home(self) -> Home:
        return self.box.home

    async def does(self, wish: Wish) -> tuple[BoxProposal, BoxChangeResult]:
        proposal = await self.changes.propose(wish)
        result = await self.changes.carry_out(proposal, yes)
        self.last = result.entry or self.last
        return proposal, result

    async def undoes(self) -> BoxChangeResult:
        return await self.changes.undo(self.last, yes)

    async def reads(self, name: str) -> Any:
        async with self.changes.contact() as session:
            return await getattr(session, name)()

    def left(self) -> list[str]:
        """What is unfinished, and keys nobody asked for."""
        return [c.name for c in self.changes.changes()[0] if c.state.unfinished]


@asynccontextmanager
async def real(family: str, folder: Path, home: Home | None = None) -> AsyncIterator[Real]:
    of, store, clock = FAMILIES[family], MemoryStore(), Time()
    box = of.simulator(home or made_home())
    async with serving(box) as place:
        changes = BoxChanges(
            lambda: of.enter(place), BoxJournal(folder / "box-changes", lambda: clock.now), store, clock=clock.clock()
        )
        yield Real(box, changes, store, clock)


def at(family: str, folder: Path, test: Callable[[Real], Awaitable[None]], home: Home | None = None) -> None:
    async def run() -> None:
        async with real(family, folder, home) as r:
            await test(r)

    asyncio.run(run())
