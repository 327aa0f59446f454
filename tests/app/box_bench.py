"""A plain box, its journal, a keyring in memory and a clock that nobody waits for."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from selfcare.app.box_change import BoxChanges
from selfcare.app.box_way import Clock
from selfcare.app.own_wifi import NoWifi, OwnWifi
from selfcare.boxes.secret import Secret
from selfcare.cases.box_journal import BoxJournal
from selfcare.model.box.change import BoxProposal
from tests.boxes.base import serving
from tests.boxes.home import Home
from tests.boxes.plain import PlainBox
from tests.boxes.plain_session import contact
from tests.boxes.wishes import home as made_home


class MemoryStore:
    """A keyring for a test."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get(self, name: str) -> Secret | None:
        return Secret(self.kept[name]) if name in self.kept else None

    def put(self, name: str, secret: Secret) -> None:
        self.kept[name] = secret.reveal()

    def delete(self, name: str) -> None:
        self.kept.pop(name, None)


@dataclass
class Time:
    """Waiting takes no time; ``every`` is told how long was waited, so that a box can come back meanwhile."""

    now: float = field(default_factory=time.time)
    waited: float = 0.0
    off: float = 0.0

    def set(self, seconds: float) -> None:
        """Somebody sets the clock of this PC; nothing has become older for it."""
        self.now += seconds
        self.off += seconds

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.waited += seconds

    def clock(self) -> Clock:
        return Clock(lambda: self.now - self.off, lambda: self.now, self.sleep)


@dataclass
class Bench:
    """What a test needs at hand."""

    box: PlainBox
    changes: BoxChanges
    store: MemoryStore
    time: Time
    folder: Path
    place: Any

    @property
    def home(self) -> Home:
        return self.box.home


async def yes(_proposal: BoxProposal) -> bool:
    return True


@asynccontextmanager
async def bench(folder: Path, own: OwnWifi | None = None, home: Home | None = None) -> AsyncIterator[Bench]:
    box, store, clock = PlainBox(home or made_home()), MemoryStore(), Time()
    async with serving(box) as place:
        changes = BoxChanges(
            lambda: contact(place, "Tr0ub4dor-et-3"),
            BoxJournal(folder / "box-changes", lambda: clock.now),
            store,
            own or NoWifi(),
            clock=clock.clock(),
        )
        yield Bench(box, changes, store, clock, folder, place)
