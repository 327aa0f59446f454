"""The repair page without a mouse, without sight, and with large letters in a small window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QFont
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from selfcare.ground.settings import Settings
from selfcare.i18n import Catalogue
from selfcare.model.repair import EntryState
from tests.app.repair_world import ISP, World
from tests.ui.conftest import OpenRepair, asked, ended, until
from tests.ui.events import SCRIPTS, replay, services
from tests.ui.repair_bench import PROXY, HeldBench, entry
from tests.ui.test_access import clipped, focusable
from ui.bridge import EngineBridge
from ui.check_state import CheckState
from ui.context import Context
from ui.pages.repair import RepairPage
from ui.repair_state import RepairPhase
from ui.theme import Theme
from ui.window import MINIMUM, MainWindow

FR = Catalogue("fr")


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def tab_to(qtbot: QtBot, target: QWidget, *, back: bool = False) -> None:
    """Walks there as somebody without a mouse does."""
    shift = Qt.KeyboardModifier.ShiftModifier if back else Qt.KeyboardModifier.NoModifier
    for _ in range(30):
        if target.hasFocus():
            return
        qtbot.keyClick(focused(), Qt.Key.Key_Tab, shift)
    raise AssertionError(f"{target} cannot be reached")


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
    _walks(qtbot, page, [page.head.start, page.changes.buttons["e9"], first])
    asked(qtbot, page)
    _walks(qtbot, page, [page.head.stop, page.consent.values.button, page.consent.agree, page.consent.refuse])


def _walks(qtbot: QtBot, page: RepairPage, marks: list[QWidget]) -> None:
    marks[0].setFocus()
    walked: list[QWidget] = []
    while focused() not in walked:
        walked.append(focused())
        qtbot.keyClick(focused(), Qt.Key.Key_Tab)
    assert set(walked) == set(focusable(page.window()))
    places = [walked.index(mark) for mark in marks]
    assert places == sorted(places)


def test_the_question_can_be_heard(qtbot: QtBot, open_repair: OpenRepair) -> None:
    page, _ = open_repair(World(dead={ISP}))
    asked(qtbot, page)
    for button in (page.consent.agree, page.consent.refuse):
        told = button.accessibleDescription()
        assert page.consent.title.text() in told and FR.text("repair.risk.setting") in told


def test_focus_can_be_seen(qtbot: QtBot, open_repair: OpenRepair) -> None:
    page, _ = open_repair(World(dead={ISP}))
    asked(qtbot, page)
    for widget in focusable(page):
        page.window().setFocus()
        before = widget.grab().toImage()
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        assert widget.grab().toImage() != before, widget


@pytest.fixture(params=[1.5, 2.0])
def letters(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[float]:
    before = qapp.font()
    font = QFont(before)
    font.setPointSizeF(10.0 * request.param)
    qapp.setFont(font)
    yield request.param
    qapp.setFont(before)


def nameless(window: QWidget) -> list[QAbstractButton]:
    """Buttons that a screen reader could not name."""
    ours = [b for b in window.findChildren(QAbstractButton) if "qt_" not in b.objectName()]
    spoken = [(b, QAccessible.queryAccessibleInterface(b)) for b in ours]
    return [b for b, said in spoken if said is None or not said.text(QAccessible.Text.Name).strip()]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_is_cut_in_the_smallest_window(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, letters: float, language: str
) -> None:
    """With letters at 150 % and 200 %: the start, the question with its values, each step, the end, the changes."""
    bench, catalogue = HeldBench(World(dead={ISP}), language), Catalogue(language)
    bench.hand.put(entry("e9", EntryState.KEPT, PROXY, privileged=True))
    given = replace(services(tmp_path, replay(SCRIPTS["ok"], catalogue), language), repairs=lambda: bench.desk)
    bridge = EngineBridge(given.warm_up)
    theme = Theme(qapp, "light")
    context = Context(given, catalogue, theme, bridge, Settings(), CheckState(), lambda _settings: "")
    window = MainWindow(lambda _change: context)
    qtbot.addWidget(window)
    window.resize(MINIMUM)
    window.show()
    window.go("repair")
    bridge.start()
    page = window.page("repair")
    assert isinstance(page, RepairPage)

    def fits() -> None:
        qtbot.wait(40)
        assert window.size() == MINIMUM
        assert clipped(window, page) == []

    try:
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
    finally:
        bridge.shutdown()
