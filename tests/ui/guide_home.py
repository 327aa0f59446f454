"""The real window and the real wiring, in a home whose box is a simulator; this PC's eyes see what a test says."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QTest

from selfcare import wiring
from selfcare.app.box_change import BoxChanges
from selfcare.app.box_way import Clock, Contact
from selfcare.app.options import CheckOptions
from selfcare.app.own_wifi import NoWifi
from selfcare.app.services import Emit, Services
from selfcare.cases.box_journal import FOLDER, BoxJournal
from selfcare.ground.folders import folders
from selfcare.ground.secrets import SecretStore
from selfcare.ground.settings import Settings
from selfcare.i18n import Catalogue
from selfcare.model.check import CheckResult
from tests.app.repair_world import Bench, World
from tests.boxes.base import Simulator
from tests.boxes.home import Home
from tests.boxes.threaded import in_thread
from tests.guides.home_bench import let_in
from tests.guides.pc_world import FakeEyes
from tests.ui.box_bench import PC, QUICK_S, simulator
from tests.ui.guide_person import Person
from ui.bridge import EngineBridge
from ui.check_state import CheckState
from ui.context import Context
from ui.theme import Theme
from ui.window import MainWindow

GUESTS = ("freebox", "livebox", "sfr", "bbox", "fritz")
PARENTS = PORTS = ("freebox", "livebox", "bbox", "fritz")
ALL = (*GUESTS, "igd", "natpmp")
KEYS = ("freebox", "bbox")
"""At these the person has a keyboard and no mouse."""
LEO = "b8:27:eb:00:00:02"
NEW = {"name": "Amis", "key": "cle-des-amis", "new_key": "cle-des-amis", "hours": "4"}


def some(families: Sequence[str], *quick: str) -> list[Any]:
    """All of them; those that are not quick are left to the full run."""
    return [one if one in quick else pytest.param(one, marks=pytest.mark.full) for one in families]


@dataclass
class GuideHome:
    """One home. ``person`` opens a window; ``close`` ends it as the program's end does."""

    box: Simulator
    theme: Theme
    eyes: FakeEyes = field(default_factory=FakeEyes)
    windows: list[tuple[MainWindow, EngineBridge]] = field(default_factory=list)

    @property
    def home(self) -> Home:
        """What the box has."""
        return self.box.home

    def pair(self) -> None:
        """The box has let this program in before."""
        pair(self.home)

    def person(self, *, keys: bool = False) -> Person:
        """Somebody before a window that was just started."""
        services = wiring.build_services("fr")
        bridge = EngineBridge(lambda: None)
        window = MainWindow(partial(_context, services, self.theme, bridge))
        self.windows.append((window, bridge))
        window.show()
        window.activateWindow()
        assert QTest.qWaitForWindowActive(window)
        bridge.start()
        return Person(window, keys=keys, password=self.home.password)

    def journal(self) -> list[Path]:
        """What was changed on the box, by this program's own notes: an entry for each."""
        return sorted((folders().data / FOLDER).glob("*/*.jsonl"))

    def close(self) -> None:
        """The newest window."""
        window, bridge = self.windows.pop()
        window.close()
        assert bridge.shutdown() == ()
        bridge.deleteLater()
        window.deleteLater()
        QTest.qWait(0)


def cut(home: GuideHome) -> bool:
    """By the box's own state, whichever way it keeps it."""
    host = home.home.host(LEO)
    assert host is not None
    return host.blocked or any(LEO in plan.macs and plan.override == "blocked" for plan in home.home.plans)


def pair(home: Home) -> None:
    """Lets the program of this environment in."""

    async def paired() -> None:
        desk = wiring.build_services("fr").boxes()
        try:
            await let_in(desk, home)
        finally:
            await desk.close()

    asyncio.run(paired())


def _context(services: Services, theme: Theme, bridge: EngineBridge, change: object) -> Context:
    return Context(services, services.catalogue, theme, bridge, Settings(), CheckState(), change)  # type: ignore[arg-type]


def _changes(contact: Contact) -> BoxChanges:
    """As the wiring's, but nobody waits for a box that is not a real one, and this PC is the home's first machine."""
    data = folders().data
    clock = Clock(sleep=lambda seconds: asyncio.sleep(min(seconds, QUICK_S)))
    return BoxChanges(contact, BoxJournal(data / FOLDER), SecretStore(data), NoWifi(), lambda: frozenset({PC}), clock)


@contextmanager
def at_home(
    family: str, folder: Path, theme: Theme, patch: pytest.MonkeyPatch, *faults: str, box: Simulator | None = None
) -> Iterator[GuideHome]:
    """``folder``: of this user's data. Nothing but loopback is asked: checks measure a PC in memory."""
    box = box or simulator(family, *faults)
    bench = Bench(World())

    def check(options: CheckOptions, emit: Emit, _catalogue: Catalogue) -> Awaitable[CheckResult]:
        return bench.check(options, emit)

    with ExitStack() as stack:
        place = stack.enter_context(in_thread(box))
        home = GuideHome(box, theme)
        patch.setenv("SELFCARE_HOME", str(folder))
        patch.setenv("SELFCARE_BOX_ADDRESS", f"{place.address}:{place.port}")
        patch.setattr("selfcare.ground.secrets.system_keyring", lambda: None)
        patch.setattr("selfcare.boxes.freebox.pairing.POLL_S", 0.01)
        patch.setattr("selfcare.boxes.bbox.session._FRESH_S", -1.0)
        patch.setattr("probes.eyes.PcEyes", lambda: home.eyes)
        patch.setattr(wiring, "_run_check", check)
        patch.setattr(wiring, "_box_changes", _changes)
        try:
            yield home
        finally:
            while home.windows:
                home.close()
