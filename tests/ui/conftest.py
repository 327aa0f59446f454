"""Fixtures of the window's tests: offscreen, strict about Qt's own warnings."""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from selfcare import wiring
from selfcare.ground.secrets import Backend
from selfcare.ground.settings import Settings
from selfcare.isp import load_profile
from tests.app.repair_world import World
from tests.boxes.base import Simulator
from tests.guides.pc_world import VANTAGE
from tests.ui.box_bench import BoxBench, box_of
from tests.ui.events import SCRIPTS, RunScript, Script, replay, services
from tests.ui.guide_bench import GuideBench, Home
from tests.ui.guide_home import GUESTS, GuideHome, at_home
from tests.ui.repair_bench import HeldBench
from tests.ui.wifi_bench import WifiBench
from ui.box_state import PairPhase
from ui.bridge import EngineBridge
from ui.check_state import CheckState, Phase
from ui.context import Context
from ui.pages.box import BoxPage
from ui.pages.check import CheckPage
from ui.pages.guides import GuidesPage
from ui.pages.repair import RepairPage
from ui.pages.wifi import WifiPage
from ui.repair_state import RepairPhase
from ui.theme import Theme
from ui.window import MainWindow

# What the offscreen platform says about itself, and nothing of ours.
_HARMLESS = ("This plugin does not support", "propagateSizeHints")


@pytest.fixture(autouse=True)
def no_qt_warning(request: pytest.FixtureRequest) -> Iterator[None]:
    """A warning of Qt's fails the test that caused it."""
    said: list[str] = []

    def note(kind: QtMsgType, _context: object, message: str) -> None:
        if kind is not QtMsgType.QtDebugMsg and not any(h in message for h in _HARMLESS):
            said.append(message)

    before = qInstallMessageHandler(note)
    yield
    qInstallMessageHandler(before)
    assert not said


@pytest.fixture(scope="session", autouse=True)
def _what_is_there_already() -> None:
    """Not looked at again by the collection after each test, which is quick then."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _collected_here(_what_is_there_already: None) -> Iterator[None]:
    """As in the program (``ui.collecting``): no widget of an earlier test is destroyed in an engine's thread."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of this machine's user is read or written."""
    monkeypatch.setenv("SELFCARE_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> Theme:
    qapp.setStyle("Fusion")
    return Theme(qapp, "light")


OpenWindow = Callable[..., MainWindow]


@pytest.fixture
def open_window(qtbot: QtBot, theme: Theme, tmp_path: Path) -> Iterator[OpenWindow]:
    """Opens windows around scripted engines, and closes them."""
    bridges: list[EngineBridge] = []

    def opened(
        script: Script, language: str = "fr", stop_after: int | None = None, run_check: RunScript | None = None
    ) -> MainWindow:
        given = services(tmp_path, lambda *_: None, language)  # type: ignore[arg-type,return-value]
        run = run_check or replay(script, given.catalogue, stop_after)
        given = services(tmp_path, run, language)
        bridge = EngineBridge(given.warm_up)
        bridges.append(bridge)
        window = MainWindow(
            lambda change: Context(given, given.catalogue, theme, bridge, Settings(), CheckState(), change)
        )
        qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        bridge.start()
        return window

    yield opened
    for bridge in bridges:
        assert bridge.shutdown() == ()
        bridge.deleteLater()  # now and here: the collector may run in any thread, and takes the timers of a box along
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def check_page(window: MainWindow) -> CheckPage:
    page = window.page("check")
    assert isinstance(page, CheckPage)
    return page


def run_to_end(qtbot: QtBot, window: MainWindow) -> CheckPage:
    """Presses the button and waits for the answer."""
    page = check_page(window)
    page.answer.start.click()
    qtbot.waitUntil(lambda: page.state.phase in (Phase.DONE, Phase.ERROR), timeout=5000)
    return page


OpenRepair = Callable[..., tuple[RepairPage, HeldBench]]


@pytest.fixture
def open_repair(open_window: OpenWindow) -> OpenRepair:
    """The repair page of a PC in memory; ``prepare`` may change that PC before the page is opened."""

    def opened(
        world: World, language: str = "fr", prepare: Callable[[HeldBench], object] = lambda _bench: None, **more: object
    ) -> tuple[RepairPage, HeldBench]:
        bench = HeldBench(world, language, **more)  # type: ignore[arg-type]
        prepare(bench)
        window = open_window(SCRIPTS["ok"], language)
        window.context.services = replace(window.context.services, repairs=lambda: bench.desk)
        window.go("repair")
        page = window.page("repair")
        assert isinstance(page, RepairPage)
        return page, bench

    return opened


def until(qtbot: QtBot, page: RepairPage, *phases: RepairPhase) -> None:
    """Waits for one of the phases."""
    qtbot.waitUntil(lambda: page.state.phase in phases, timeout=10000)


def ended(qtbot: QtBot, page: RepairPage) -> None:
    """Waits for the end of the run."""
    until(qtbot, page, RepairPhase.DONE, RepairPhase.ERROR)


def words(part: QWidget) -> list[str]:
    """What can be read there."""
    return [label.text() for label in part.findChildren(QLabel) if label.isVisibleTo(part) and label.text()]


def asked(qtbot: QtBot, page: RepairPage, by_hand: str = "") -> None:
    """From the button to the question."""
    page.by_hand.buttons[by_hand].click() if by_hand else page.head.start.click()
    until(qtbot, page, RepairPhase.ASKING)


def repaired(qtbot: QtBot, page: RepairPage, by_hand: str = "") -> None:
    """From the button to the end, with consent."""
    asked(qtbot, page, by_hand)
    page.consent.agree.click()
    ended(qtbot, page)


OpenBox = Callable[..., tuple[BoxPage, Simulator, BoxBench]]


@pytest.fixture
def open_box(open_window: OpenWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenBox]:
    """The box's page around a simulated box on loopback; a person at its display is quick."""
    monkeypatch.setattr("selfcare.boxes.freebox.pairing.POLL_S", 0.02)
    with contextlib.ExitStack() as stack:

        def opened(
            family: str, *faults: str, language: str = "fr", nobody: bool = False, keyring: Backend | None = None
        ) -> tuple[BoxPage, Simulator, BoxBench]:
            box, bench = stack.enter_context(box_of(family, tmp_path / "data", *faults, keyring=keyring))
            if nobody:
                bench.place = None
            window = open_window(SCRIPTS["ok"], language)
            window.context.services = bench.into(window.context.services)
            window.go("box")
            page = window.page("box")
            assert isinstance(page, BoxPage)
            return page, box, bench

        yield opened


def settled(qtbot: QtBot, page: BoxPage) -> None:
    """Until the box has been asked and nobody is waited for."""

    def so() -> bool:
        asked = page.hold.view.look is not None or page.hold.view.trouble is not None
        return asked and not page.hold.busy

    qtbot.waitUntil(so, timeout=8000)


def let_in(qtbot: QtBot, page: BoxPage, password: str = "") -> None:
    """From the button to the end of pairing, whatever that is."""
    settled(qtbot, page)
    if page.hold.view.pairing.phase is PairPhase.CLOSED:
        page.head.pair.click()
    if password:
        page.pairing.password.field.setText(password)
    page.pairing.go.click()
    qtbot.waitUntil(lambda: page.hold.view.pairing.phase not in (PairPhase.ASKING, PairPhase.WAITING), timeout=8000)
    settled(qtbot, page)


OpenGuides = Callable[..., tuple[GuidesPage, GuideBench]]


@pytest.fixture
def open_guides(open_window: OpenWindow, tmp_path: Path) -> Iterator[OpenGuides]:
    """The guides' page around a made-up guide and a made-up home."""
    with contextlib.ExitStack() as stack:

        def opened(home: Home | None = None, language: str = "fr", **more: object) -> tuple[GuidesPage, GuideBench]:
            bench = stack.enter_context(GuideBench(tmp_path / "guides", home, **more).there())  # type: ignore[arg-type]
            window = open_window(SCRIPTS["ok"], language)
            window.context.services = bench.into(window.context.services)
            window.go("guides")
            page = window.page("guides")
            assert isinstance(page, GuidesPage)
            return page, bench

        yield opened


OpenWifi = Callable[..., tuple[WifiPage, WifiBench]]


@pytest.fixture
def open_wifi(open_window: OpenWindow) -> OpenWifi:
    """The Wi-Fi page around a Wi-Fi in memory; ``prepare`` may change it before the page is opened."""

    def opened(
        language: str = "fr", prepare: Callable[[WifiBench], object] = lambda _bench: None
    ) -> tuple[WifiPage, WifiBench]:
        bench = WifiBench()
        prepare(bench)
        window = open_window(SCRIPTS["ok"], language)
        window.context.services = bench.into(window.context.services)
        window.go("wifi")
        page = window.page("wifi")
        assert isinstance(page, WifiPage)
        return page, bench

    return opened


GoHome = Callable[..., GuideHome]


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The profile names somebody who knocks from outside."""

    def named() -> None:
        profile = replace(load_profile("default"), vantages=(VANTAGE,))
        monkeypatch.setattr(wiring, "_profile_in_use", lambda: profile)

    return named


@pytest.fixture
def go_home(theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GoHome]:
    """Into a home with a box of that family, which has let this program in before, unless it is a stranger."""
    with contextlib.ExitStack() as stack:

        def go(family: str, *faults: str, paired: bool = True, **named: Any) -> GuideHome:
            there = at_home(family, tmp_path / "user", theme, monkeypatch, *faults, **named)
            home = stack.enter_context(there)
            if paired and family in GUESTS:
                home.pair()
            return home

        yield go
