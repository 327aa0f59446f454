"""The repair page and the check page: one click from the answer, and no word that is no longer so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from selfcare.i18n import Catalogue
from selfcare.model.finding import Band
from selfcare.model.repair import EntryState
from tests.app.repair_world import ISP, World
from tests.ui.conftest import OpenRepair, OpenWindow, asked, check_page, ended, run_to_end, until
from tests.ui.events import SCRIPTS
from tests.ui.repair_bench import SET, HeldBench, entry
from ui.check_state import Phase
from ui.pages.repair import RepairPage
from ui.repair_state import RepairPhase

FR = Catalogue("fr")
PROVING = RepairPhase.PROVING


@pytest.mark.parametrize(("remedies", "band", "word"), [
    (("dns.alternate",), Band.CERTAIN, "ui.next.repair"), (("box.power",), Band.CERTAIN, "ui.next.guide"),
    (("box.power", "dns.alternate"), Band.LIKELY, "ui.next.repair"), ((), Band.CERTAIN, None),
    (("dns.alternate",), Band.POSSIBLE, None), (("box.power",), Band.POSSIBLE, "ui.next.guide"),
])  # fmt: skip
def test_one_click_from_the_answer_to_the_repair(
    qtbot: QtBot, open_window: OpenWindow, remedies: tuple[str, ...], band: Band, word: str | None
) -> None:
    script = SCRIPTS["isp_dns"]
    findings = tuple(replace(f, remedies=remedies, band=band) for f in script.diagnosis.findings)
    window = open_window(replace(script, diagnosis=replace(script.diagnosis, findings=findings)))
    bench = HeldBench(World(dead={ISP}))
    window.context.services = replace(window.context.services, repairs=lambda: bench.desk)
    page = run_to_end(qtbot, window)
    assert page.answer.repair.isVisible() is (word is not None)
    if word is not None:
        assert page.answer.repair.text() == FR.text(word)
        page.answer.repair.click()
        assert window.sidebar.buttons["repair"].isChecked()
        repair = window.page("repair")
        assert isinstance(repair, RepairPage)
        until(qtbot, repair, RepairPhase.ASKING)
        assert bench.hand.made == {}


def test_the_check_page_does_not_go_on_saying_what_is_no_longer_so(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(SCRIPTS["isp_dns"])
    bench = HeldBench(World(dead={ISP}))
    window.context.services = replace(window.context.services, repairs=lambda: bench.desk)
    check = run_to_end(qtbot, window)
    check.answer.repair.click()
    page = window.page("repair")
    assert isinstance(page, RepairPage)
    until(qtbot, page, RepairPhase.ASKING)
    page.consent.agree.click()
    ended(qtbot, page)
    assert page.state.result is not None and page.state.result.after is not None
    page.head.to_check.click()
    assert check.isVisible()
    assert check.answer.headline.text() == page.state.result.after.verdict.text
    assert not check.answer.repair.isVisible()
    window.go("repair")
    qtbot.waitUntil(lambda: any(b.isVisible() for b in page.changes.buttons.values()))
    next(iter(page.changes.buttons.values())).click()
    qtbot.waitUntil(lambda: not page.changes.buttons)
    window.go("check")
    assert check.state.phase is Phase.IDLE  # what was measured is old now


def test_no_check_measures_the_pauses_of_a_repair(qtbot: QtBot, open_repair: OpenRepair) -> None:
    page, bench = open_repair(World(dead={ISP}))
    bench.held.add("proof")
    asked(qtbot, page)
    page.consent.agree.click()
    until(qtbot, page, PROVING)
    window = page.window()
    qtbot.keyClick(window, Qt.Key.Key_F5)
    assert check_page(window).state.phase is Phase.IDLE  # type: ignore[arg-type]
    assert page.isVisible()
    bench.held.clear()
    ended(qtbot, page)


def test_a_repair_ends_a_check_that_is_running(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(SCRIPTS["isp_dns"], stop_after=13)
    bench = HeldBench(World())
    window.context.services = replace(window.context.services, repairs=lambda: bench.desk)
    check = check_page(window)
    check.answer.start.click()
    qtbot.waitUntil(lambda: check.state.phase is Phase.CHECKING)
    window.go("repair")
    page = window.page("repair")
    assert isinstance(page, RepairPage)
    bench.held.add("look")
    page.head.start.click()
    qtbot.waitUntil(lambda: check.state.phase is Phase.IDLE)
    bench.held.clear()
    ended(qtbot, page)
    assert page.head.headline.text() == FR.text("repair.state.healthy")


@pytest.mark.parametrize("agreed", [True, False])
def test_an_answer_is_forgotten_only_if_something_was_changed(
    qtbot: QtBot, open_window: OpenWindow, agreed: bool
) -> None:
    window = open_window(SCRIPTS["isp_dns"])
    bench = HeldBench(World())
    window.context.services = replace(window.context.services, repairs=lambda: bench.desk)
    check = run_to_end(qtbot, window)
    window.go("repair")
    page = window.page("repair")
    assert isinstance(page, RepairPage)
    asked(qtbot, page, "dns.flush")
    (page.consent.agree if agreed else page.consent.refuse).click()
    ended(qtbot, page)
    assert check.state.phase is (Phase.IDLE if agreed else Phase.DONE)


def test_another_language_stops_the_run(qtbot: QtBot, open_repair: OpenRepair) -> None:
    page, bench = open_repair(World(dead={ISP}))
    before = bench.world.state()
    bench.held.add("proof")
    asked(qtbot, page)
    page.consent.agree.click()
    until(qtbot, page, PROVING)
    window = page.window()
    window.context.change_settings(replace(window.context.settings, language="en"))  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: bench.world.state() == before, timeout=8000)
    assert not window.context.repairing  # type: ignore[attr-defined]
    bench.held.clear()


def test_a_change_kept_is_not_shown_as_unfinished(qtbot: QtBot, open_repair: OpenRepair) -> None:
    page, _ = open_repair(World(), prepare=lambda b: b.hand.put(entry("e9", EntryState.KEPT, SET)))
    qtbot.waitUntil(lambda: any(b.isVisible() for b in page.changes.buttons.values()))
    assert page.standing.notice() == "standing"
