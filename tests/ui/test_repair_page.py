"""The repair page, driven through the bridge on a PC in memory: consent, progress, before and after, undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from selfcare.ground.settings import Settings
from selfcare.i18n import Catalogue
from selfcare.model.finding import Band
from selfcare.model.repair import HandError
from selfcare.remedies import REMEDIES
from tests.app.repair_world import ISP, PUBLIC, Bench, World
from tests.app.test_standing_in import _impatient  # noqa: F401  (a fixture)
from tests.ui.conftest import OpenWindow, run_to_end
from tests.ui.events import SCRIPTS, replay, services
from tests.ui.test_access import clipped, large_letters  # noqa: F401  (a fixture)
from ui.bridge import EngineBridge
from ui.check_state import CheckState
from ui.context import Context
from ui.pages.repair import RepairPage
from ui.repair_state import RepairPhase
from ui.theme import Theme
from ui.window import MINIMUM, MainWindow

FR = Catalogue("fr")
OpenPage = Callable[..., tuple[RepairPage, Bench]]


@pytest.fixture
def page_of(open_window: OpenWindow) -> OpenPage:
    def opened(world: World, language: str = "fr") -> tuple[RepairPage, Bench]:
        bench = Bench(world)
        window: MainWindow = open_window(SCRIPTS["ok"], language)
        window.context.services = replace(window.context.services, repairs=lambda: bench.desk)
        window.go("repair")
        page = window.page("repair")
        assert isinstance(page, RepairPage)
        return page, bench

    return opened


def until(qtbot: QtBot, page: RepairPage, *phases: RepairPhase) -> None:
    qtbot.waitUntil(lambda: page.state.phase in phases, timeout=8000)


def ended(qtbot: QtBot, page: RepairPage) -> None:
    until(qtbot, page, RepairPhase.DONE, RepairPhase.ERROR)


def test_nothing_is_done_before_it_is_asked_for(qtbot: QtBot, page_of: OpenPage) -> None:
    page, bench = page_of(World(dead={ISP}))
    assert page.head.start.hasFocus()
    assert not page.consent.isVisible() and not page.tried.isVisible() and not page.compare.isVisible()
    qtbot.waitUntil(lambda: page.state.listing is None)
    assert bench.hand.made == {}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_repair_with_consent(qtbot: QtBot, page_of: OpenPage, language: str) -> None:
    page, bench = page_of(World(dead={ISP}), language)
    page.head.start.click()
    until(qtbot, page, RepairPhase.ASKING)
    assert bench.hand.made == {}
    assert page.consent.isVisible() and page.consent.refuse.hasFocus()
    shown = [page.consent.words.itemAt(i).widget().text() for i in range(page.consent.words.count())]  # type: ignore[union-attr]
    assert any(PUBLIC[0] in line and PUBLIC[1] in line for line in shown)
    assert not any("repair." in line or "{" in line for line in shown)
    page.consent.agree.click()
    ended(qtbot, page)
    assert page.head.headline.text() == FR.text("repair.state.repaired") or language == "en"
    assert set(bench.world.resolvers) == set(PUBLIC)
    assert page.compare.isVisible() and page.compare.before.text() != page.compare.after.text()
    assert page.tried.isVisible() and not page.consent.isVisible()
    qtbot.waitUntil(lambda: bool(page.changes.buttons))


def test_refusing_changes_nothing(qtbot: QtBot, page_of: OpenPage) -> None:
    page, bench = page_of(World(dead={ISP}))
    page.head.start.click()
    until(qtbot, page, RepairPhase.ASKING)
    qtbot.keyClick(page.consent.refuse, Qt.Key.Key_Return)
    ended(qtbot, page)
    assert bench.hand.made == {}
    assert page.head.headline.text() == FR.text("repair.state.refused")


def test_stopping_at_the_question_changes_nothing(qtbot: QtBot, page_of: OpenPage) -> None:
    page, bench = page_of(World(dead={ISP}))
    page.head.start.click()
    until(qtbot, page, RepairPhase.ASKING)
    page.head.stop.click()
    until(qtbot, page, RepairPhase.IDLE)
    assert bench.hand.made == {}
    assert not page.consent.isVisible() and page.head.start.isVisible()
    page.gate.answer(True)  # too late: nobody is asking
    assert bench.hand.made == {}


def test_every_change_has_its_way_back(qtbot: QtBot, page_of: OpenPage) -> None:
    page, bench = page_of(World(dead={ISP}))
    before = bench.world.state()
    page.head.start.click()
    until(qtbot, page, RepairPhase.ASKING)
    page.consent.agree.click()
    ended(qtbot, page)
    qtbot.waitUntil(lambda: "e0" in page.changes.buttons)
    button = page.changes.buttons["e0"]
    assert PUBLIC[0] in button.accessibleName()
    button.click()
    qtbot.waitUntil(lambda: not page.changes.buttons)
    assert bench.world.state() == before


def test_an_undo_that_cannot_be_done_says_why(qtbot: QtBot, page_of: OpenPage) -> None:
    page, bench = page_of(World(dead={ISP}))
    page.head.start.click()
    until(qtbot, page, RepairPhase.ASKING)
    page.consent.agree.click()
    ended(qtbot, page)
    qtbot.waitUntil(lambda: "e0" in page.changes.buttons)

    async def undo(_name: str) -> None:
        raise HandError("changed_since")

    bench.hand.undo = undo  # type: ignore[method-assign]
    page.changes.buttons["e0"].click()
    qtbot.waitUntil(page.changes.trouble.isVisible)
    assert page.changes.trouble.text() == FR.text("repair.error.changed_since")


def test_by_hand(qtbot: QtBot, page_of: OpenPage) -> None:
    page, bench = page_of(World())
    assert set(page.by_hand.buttons) == {r.id for r in REMEDIES if r.everyday}
    page.by_hand.buttons["dns.flush"].click()
    until(qtbot, page, RepairPhase.ASKING)
    assert not page.by_hand.buttons["lease.renew"].isEnabled()  # one thing at a time
    page.consent.agree.click()
    ended(qtbot, page)
    assert "dns.flush" in bench.hand.log
    assert page.head.headline.text() == FR.text("repair.state.done")
    assert page.by_hand.buttons["lease.renew"].isEnabled()


def test_what_cannot_be_done_by_hand_is_said(qtbot: QtBot, page_of: OpenPage) -> None:
    page, _ = page_of(World(cable=False))
    page.by_hand.buttons["lease.renew"].click()
    ended(qtbot, page)
    assert page.head.line.text() == FR.text("repair.impossible.not_here")


def test_a_fault_of_ours_is_told_as_ours(qtbot: QtBot, page_of: OpenPage) -> None:
    page, bench = page_of(World())

    def broken(*_: object) -> object:
        raise RuntimeError("internal")

    bench.desk = replace(bench.desk, run_check=broken)  # type: ignore[arg-type]
    page.head.start.click()
    ended(qtbot, page)
    assert page.head.line.text() == FR.text("ui.error.lead")
    assert page.head.start.isVisible()


def test_an_instruction_is_asked_as_done(qtbot: QtBot, page_of: OpenPage) -> None:
    page, bench = page_of(World(cable=False))
    page.head.start.click()
    until(qtbot, page, RepairPhase.ASKING)
    assert page.consent.agree.text() == FR.text("ui.repair.done")
    bench.world.cable = True
    page.consent.agree.click()
    ended(qtbot, page)
    assert page.head.headline.text() == FR.text("repair.state.repaired")


def test_the_stand_in_ends_by_itself_while_the_window_is_open(
    qtbot: QtBot, page_of: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("selfcare.app.desk.EVERY_S", 0.05)
    page, bench = page_of(World(dead={ISP}))
    before = bench.world.state()
    page.by_hand.buttons["dns.trial"].click()
    until(qtbot, page, RepairPhase.ASKING)
    page.consent.agree.click()
    ended(qtbot, page)
    assert page.head.line.text() == FR.text("repair.trial.isp")
    qtbot.waitUntil(lambda: bool(page.changes.buttons))
    assert bench.world.state() != before
    bench.world.dead.clear()
    qtbot.waitUntil(lambda: not page.changes.buttons, timeout=8000)
    assert bench.world.state() == before


def test_escape_says_no(qtbot: QtBot, page_of: OpenPage) -> None:
    page, bench = page_of(World(dead={ISP}))
    page.head.start.click()
    until(qtbot, page, RepairPhase.ASKING)
    qtbot.keyClick(page.window(), Qt.Key.Key_Escape)
    ended(qtbot, page)
    assert page.head.headline.text() == FR.text("repair.state.refused")
    assert bench.hand.made == {}


@pytest.mark.parametrize(("remedies", "band", "shown"), [
    (("dns.alternate",), Band.CERTAIN, True), (("box.power",), Band.CERTAIN, False), ((), Band.CERTAIN, False),
    (("dns.alternate",), Band.POSSIBLE, False),
])  # fmt: skip
def test_the_check_shows_the_way_to_the_repair(
    qtbot: QtBot, open_window: OpenWindow, remedies: tuple[str, ...], band: Band, shown: bool
) -> None:
    script = SCRIPTS["isp_dns"]
    findings = tuple(replace(f, remedies=remedies, band=band) for f in script.diagnosis.findings)
    window = open_window(replace(script, diagnosis=replace(script.diagnosis, findings=findings)))
    page = run_to_end(qtbot, window)
    assert page.next.repair.isVisible() is shown
    if shown:
        page.next.repair.click()
        assert window.sidebar.buttons["repair"].isChecked()


@pytest.mark.usefixtures("large_letters")
@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_is_cut_and_everything_has_a_name(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, language: str
) -> None:
    """In the smallest window, with letters at 150 %: the question, the end, the changes."""
    bench, catalogue = Bench(World(dead={ISP})), Catalogue(language)
    desk = replace(bench.desk, catalogue=catalogue)
    given = replace(services(tmp_path, replay(SCRIPTS["ok"], catalogue), language), repairs=lambda: desk)
    bridge = EngineBridge(given.warm_up)
    theme = Theme(qapp, "light")
    window = MainWindow(lambda change: Context(given, catalogue, theme, bridge, Settings(), CheckState(), change))
    qtbot.addWidget(window)
    window.resize(MINIMUM)
    window.show()
    window.go("repair")
    bridge.start()
    page = window.page("repair")
    assert isinstance(page, RepairPage)
    try:
        page.head.start.click()
        until(qtbot, page, RepairPhase.ASKING)
        qtbot.wait(30)
        assert clipped(window, page) == []
        page.consent.agree.click()
        ended(qtbot, page)
        qtbot.waitUntil(lambda: bool(page.changes.buttons))
        qtbot.wait(30)
        assert clipped(window, page) == []
        for button in page.findChildren(QAbstractButton):
            spoken = QAccessible.queryAccessibleInterface(button)
            assert spoken is not None
            assert spoken.text(QAccessible.Text.Name).strip()
    finally:
        bridge.shutdown()
