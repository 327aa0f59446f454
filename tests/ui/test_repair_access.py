"""The repair page without a mouse, without sight, and with large letters in a small window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from selfcare.i18n import Catalogue
from selfcare.model.repair import EntryState
from tests.app.repair_world import ISP, World
from tests.ui.access import focus_is_seen, focused, letters_of, meets, nameless, smallest, tab_to
from tests.ui.conftest import OpenRepair, asked, ended, until
from tests.ui.events import SCRIPTS, replay, services
from tests.ui.repair_bench import PROXY, HeldBench, entry
from tests.ui.test_access import clipped
from ui.pages.repair import RepairPage
from ui.repair_state import RepairPhase
from ui.window import MINIMUM, MainWindow

FR = Catalogue("fr")


def test_the_whole_way_without_a_mouse(qtbot: QtBot, open_repair: OpenRepair) -> None:
    page, bench = open_repair(World(dead={ISP}))
    before = bench.world.state()
    qtbot.keyClick(focused(), Qt.Key.Key_Return)  # the main button has the focus
    until(qtbot, page, RepairPhase.ASKING)
    assert page.consent.refuse.hasFocus()
    tab_to(qtbot, page.consent.values.button, back=True)
    qtbot.keyClick(focused(), Qt.Key.Key_Space)
    assert page.consent.values.body.isVisible()
    tab_to(qtbot, page.consent.agree)
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    assert page.head.stop.hasFocus()
    ended(qtbot, page)
    assert page.head.start.hasFocus()
    qtbot.waitUntil(lambda: any(b.isVisible() for b in page.changes.buttons.values()))
    tab_to(qtbot, next(iter(page.changes.buttons.values())))
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bench.world.state() == before)
    qtbot.waitUntil(page.head.start.hasFocus)


def test_tab_walks_in_the_order_of_the_page(qtbot: QtBot, open_repair: OpenRepair) -> None:
    page, _ = open_repair(World(dead={ISP}), prepare=lambda b: b.hand.put(entry("e9", EntryState.KEPT, PROXY)))
    qtbot.waitUntil(lambda: any(b.isVisible() for b in page.changes.buttons.values()))
    first, *_rest = page.by_hand.buttons.values()
    meets(qtbot, page, [page.head.start, page.changes.buttons["e9"], first])
    asked(qtbot, page)
    meets(qtbot, page, [page.head.stop, page.consent.values.button, page.consent.agree, page.consent.refuse])


def test_the_question_can_be_heard(qtbot: QtBot, open_repair: OpenRepair) -> None:
    page, _ = open_repair(World(dead={ISP}))
    asked(qtbot, page)
    for button in (page.consent.agree, page.consent.refuse):
        told = button.accessibleDescription()
        assert page.consent.title.text() in told and FR.text("repair.risk.setting") in told


def test_focus_can_be_seen(qtbot: QtBot, open_repair: OpenRepair) -> None:
    page, _ = open_repair(World(dead={ISP}))
    asked(qtbot, page)
    focus_is_seen(page)


@pytest.fixture(params=[1.5, 2.0])
def letters(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[float]:
    with letters_of(qapp, request.param) as scale:
        yield scale


@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_is_cut_in_the_smallest_window(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, letters: float, language: str
) -> None:
    """With letters at 150 % and 200 %: the start, the question with its values, each step, the end, the changes."""
    bench, catalogue = HeldBench(World(dead={ISP}), language), Catalogue(language)
    bench.hand.put(entry("e9", EntryState.KEPT, PROXY, privileged=True))
    given = replace(services(tmp_path, replay(SCRIPTS["ok"], catalogue), language), repairs=lambda: bench.desk)
    with smallest(qtbot, qapp, given, catalogue, "repair") as window:
        _all_fits(qtbot, window, bench)


def _all_fits(qtbot: QtBot, window: MainWindow, bench: HeldBench) -> None:
    page = window.page("repair")
    assert isinstance(page, RepairPage)

    def fits() -> None:
        qtbot.wait(40)
        assert window.size() == MINIMUM
        assert clipped(window, page) == []

    qtbot.waitUntil(lambda: any(b.isVisible() for b in page.changes.buttons.values()))
    fits()
    bench.held.add("proof")
    asked(qtbot, page)
    page.consent.values.button.click()
    fits()
    page.consent.agree.click()
    until(qtbot, page, RepairPhase.PROVING)
    fits()
    bench.held.clear()
    ended(qtbot, page)
    qtbot.waitUntil(lambda: len(page.changes.buttons) == 2)
    fits()
    assert nameless(window) == []
