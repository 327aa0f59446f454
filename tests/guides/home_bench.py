"""A home with a real driver at its simulated box, a desk that was let in, a journal, a clock that nobody waits for."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from selfcare.app.box_change import BoxChanges
from selfcare.app.box_way import Contact
from selfcare.app.boxes import BoxDesk
from selfcare.app.guides.home import HomeSide, home_side
from selfcare.app.guides.home_context import Around
from selfcare.app.guides.world import Moment
from selfcare.boxes.driver import Driver, PairingKind, PairingState
from selfcare.boxes.families import driver as driver_of
from selfcare.boxes.hints import Gateway
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import Place
from selfcare.cases.box_journal import BoxJournal
from selfcare.ground.credentials import Credentials
from selfcare.ground.secrets import SecretStore
from selfcare.i18n import LANGUAGES, Catalogue
from selfcare.model.box import BoxFamily
from selfcare.model.box.change import BoxProposal
from selfcare.model.guide import Value
from selfcare.model.guide_run import Acted, Context, Seen
from selfcare.store.lines import LineHistory
from tests.app.box_bench import MemoryStore, Time
from tests.boxes.base import Simulator, serving
from tests.boxes.home import FAULTS, Home

OWN = ("freebox", "livebox", "sfr", "bbox", "fritz")
"""Families that let somebody in."""


@dataclass
class Away:
    """In the place of the gateway: where the box is, if this PC has one."""

    place: Place | None

    async def __call__(self) -> Gateway | None:
        return None if self.place is None else Gateway(self.place)


@dataclass
class AtHome:
    """What a test needs at hand."""

    box: Any
    side: HomeSide
    desk: BoxDesk
    gateway: Away
    time: Time
    store: MemoryStore
    journal: BoxJournal
    folder: Path
    context: Context = field(default_factory=Context)
    asked: list[BoxProposal] = field(default_factory=list)
    began: list[float] = field(default_factory=list)
    progressed: list[str] = field(default_factory=list)

    @property
    def home(self) -> Home:
        made: Home = self.box.home
        return made

    def moment(self, since: float | None = None, **answers: Value) -> Moment:
        return Moment(self.context, answers, self.time.now if since is None else since)

    async def test(self, name: str, /, **arguments: Value) -> Seen:
        return self._sound(await self.side.tests[name](arguments, self.moment()))

    async def since(self, name: str, seconds: float) -> Seen:
        """The test, for a step that began so many seconds ago."""
        return self._sound(await self.side.tests[name]({}, self.moment(self.time.now - seconds)))

    async def says(self, name: str, /, **arguments: Value) -> str:
        return (await self.test(name, **arguments)).answer

    async def shows(self, name: str) -> list[str]:
        return words(self._sound(await self.side.shows[name]({}, self.moment())))

    async def offers(self, name: str) -> list[Value]:
        return [one.value for one in await self.side.suggestions[name](self.moment())]

    def _sound(self, seen: Seen) -> Seen:
        """Sentences in every language, and nobody's name or address in what an agent is told."""
        assert seen.answer in ("yes", "no", "unknown")
        for language in LANGUAGES:
            assert all(Catalogue(language).has(key) and words(seen, language) for key, _ in seen.said), seen.said
        home, told = self.home, repr(dict(seen.data))
        private = [one for h in home.hosts for one in (h.mac, h.ip, h.name)] + [s.ssid for s in home.ssids]
        assert not any(one and one in told for one in (*private, home.guest.ssid, home.line.ipv4, home.mac)), told
        return seen

    async def agrees(self, proposal: object) -> bool:
        assert isinstance(proposal, BoxProposal)
        self.asked.append(proposal)
        return True

    def begin(self) -> None:
        self.began.append(self.time.now)

    async def act(self, name: str, /, consent: Any = None, **arguments: Value) -> Acted:
        return await self.side.actions[name].act(
            arguments, self.moment(), consent or self.agrees, self.begin, lambda _key: None
        )

    async def recover(self, name: str, since: float, /, **arguments: Value) -> Acted | None:
        return await self.side.actions[name].recover(arguments, self.moment(since), self.progressed.append)

    async def undo(self, name: str, entry: str, consent: Any = None) -> Acted:
        return await self.side.actions[name].undo(entry, consent or self.agrees, lambda _key: None)


def words(seen: Seen, language: str = "fr") -> list[str]:
    return [Catalogue(language).text(key, **values) for key, values in seen.said]


def simulator(family: str, home: Home | None = None) -> Simulator:
    made: Simulator = importlib.import_module(f"tests.boxes.{family}").SIMULATOR(home or Home())
    return made


def desk_of(folder: Path, gateway: Away, drivers: list[Driver]) -> BoxDesk:
    return BoxDesk(
        gateway, Credentials(folder, SecretStore(folder, lambda: None)), LineHistory(folder), lambda: drivers
    )  # fmt: skip


async def let_in(desk: BoxDesk, home: Home) -> None:
    found = (await desk.detect()).box
    assert found is not None
    password = Secret(home.password) if found.pairing is PairingKind.PASSWORD else None
    steps = [step.step async for step in desk.pair(found, password)]
    assert steps[-1].state is PairingState.GRANTED


@asynccontextmanager
async def at_home(
    family: str, folder: Path, *faults: str, paired: bool = True, box: Any = None, around: Around | None = None,
    macs: frozenset[str] = frozenset(), own_context: bool = True,
) -> AsyncIterator[AtHome]:  # fmt: skip
    """``faults`` of ``tests.boxes.home``; they are there before anybody is let in."""
    box = box or simulator(family)
    for name in faults:
        FAULTS[name](box.home)
    driver = driver_of(BoxFamily(family))
    async with serving(box) as place:
        gateway, store, time = Away(place), MemoryStore(), Time()
        desk = desk_of(folder, gateway, [driver])
        journal = BoxJournal(folder / "box-changes", lambda: time.now)

        def changes(contact: Contact) -> BoxChanges:
            return BoxChanges(contact, journal, store, own_macs=lambda: macs, clock=time.clock())

        side = home_side(desk, changes, store, Catalogue("fr"), around)
        made = AtHome(box, side, desk, gateway, time, store, journal, folder)
        try:
            if paired and driver.pairing is not PairingKind.NONE:
                await let_in(desk, box.home)
            if own_context:
                made.context = await side.look()
            yield made
        finally:
            await side.close()


def play(family: str, folder: Path, act: Callable[[AtHome], Awaitable[None]], *faults: str, **named: Any) -> None:
    async def run() -> None:
        async with at_home(family, folder, *faults, **named) as home:
            await act(home)

    asyncio.run(run())
