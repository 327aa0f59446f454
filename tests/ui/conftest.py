"""Fixtures of the window's tests: offscreen, strict about Qt's own warnings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import pytest
from PySide6.QtCore import QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from selfcare.ground.settings import Settings
from tests.app.repair_world import World
from tests.ui.events import SCRIPTS, RunScript, Script, replay, services
from tests.ui.repair_bench import HeldBench
from ui.bridge import EngineBridge
from ui.check_state import CheckState, Phase
from ui.context import Context
from ui.pages.check import CheckPage
from ui.pages.repair import RepairPage
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
