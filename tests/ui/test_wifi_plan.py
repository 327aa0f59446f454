"""The plan of the home: rooms moved by keys and by the mouse; and all of it with the real desk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from selfcare.app.wifi.desk import Desk, WifiDeskParts
from selfcare.app.wifi.ports import Scan, ScanOutcome
from selfcare.model.wifi import WifiReading
from tests.ui.conftest import OpenWifi
from tests.ui.test_wifi_page import window_of, words
from tests.ui.test_wifi_walk import begun, part_of, room, rooms, stand
from tests.ui.wifi_bench import WifiBench, link, reading
from ui.pages.wifi import WifiPage
from ui.wifi_jobs import Spot
from ui.wifi_plan import distance, floors, moved, placed


def test_a_room_is_moved_by_keys(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, bench = open_wifi()
    part = begun(qtbot, page)
    for name in ("Salon", "Cuisine"):
        stand(qtbot, page, bench, name, -50.0)
    part.plan.tiles["Salon"].setFocus()
    qtbot.keyClick(part.plan.tiles["Salon"], Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: (place(page, "Salon")) == (0, 1, 0))
    qtbot.keyClick(part.plan.tiles["Salon"], Qt.Key.Key_Left)  # off the plan: nothing
    qtbot.keyClick(part.plan.tiles["Salon"], Qt.Key.Key_PageUp)
    qtbot.waitUntil(lambda: place(page, "Salon") == (0, 1, 1))
    assert part.plan.tiles["Salon"].hasFocus()  # on another floor, still under the keys
    assert page.hold.view.walking is not None and page.hold.view.walking.room == "Cuisine"  # nobody went there
    assert "Premier étage" in words(part.plan)
    part.down.click()
    qtbot.waitUntil(lambda: place(page, "Salon") == (0, 1, 0))
    qtbot.keyClick(part.plan.tiles["Salon"], Qt.Key.Key_Return)
    assert page.hold.view.walking.room == "Salon"  # and now somebody did


def place(page: WifiPage, name: str) -> tuple[int, int, int]:
    room = next(one for one in rooms(page) if one.name == name)
    return room.x, room.y, room.floor


def test_a_room_is_moved_by_the_mouse(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, bench = open_wifi()
    part = begun(qtbot, page)
    for name in ("Salon", "Cuisine"):
        stand(qtbot, page, bench, name, -50.0)
    tile, other = part.plan.tiles["Salon"], part.plan.tiles["Cuisine"]
    _drag(tile, other.geometry().center() - tile.geometry().center())
    qtbot.waitUntil(lambda: place(page, "Salon") == (1, 0, 0) and place(page, "Cuisine") == (0, 0, 0))
    assert page.hold.view.walking is not None and page.hold.view.walking.room == "Cuisine"
    before = tile.geometry()
    _drag(tile, QPoint(-3000, 0))
    assert tile.geometry() == before  # where it may not go it goes back
    qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
    assert page.hold.view.walking.room == "Salon"


def _drag(tile: QWidget, way: QPoint) -> None:
    at = tile.rect().center()
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton

    def send(kind: QEvent.Type, to: QPoint, button: Qt.MouseButton) -> None:
        buttons = none if kind is QEvent.Type.MouseButtonRelease else left
        spot = QPointF(to)
        event = QMouseEvent(kind, spot, QPointF(tile.mapToGlobal(to)), button, buttons, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(tile, event)

    send(QEvent.Type.MouseButtonPress, at, left)
    send(QEvent.Type.MouseMove, at + way, none)
    send(QEvent.Type.MouseButtonRelease, at, left)  # the tile went with the pointer


def test_where_a_room_may_go() -> None:
    here = (room("a"), room("b", 1), room("c", 0, 0, 1))
    assert moved(here, "a", dx=1) == (Spot("a", 1, 0, 0), Spot("b", 0, 0, 0))
    assert moved(here, "a", dy=1) == (Spot("a", 0, 1, 0),)
    assert moved(here, "a", up=1) == (Spot("a", 0, 0, 1), Spot("c", 0, 0, 0))
    assert moved(here, "a", dx=-1) == moved(here, "z", dx=1) == placed(here, "b", 99, 0, 0) == ()
    assert [one.level for one in floors(here)] == [1, 0]
    assert floors(here)[1].rows == 1 and floors(here, room_to_move=True)[1].rows == 2
    assert distance(here[0], here[2]) > distance(here[0], here[1])


# -- the real desk --------------------------------------------------------------------------------


class Radios:
    """A system in memory, under the real desk."""

    def __init__(self, bench: WifiBench) -> None:
        self.bench = bench

    async def read(self, neighbours: bool = True) -> WifiReading:
        return reading(link=link(self.bench.rssi), neighbours=reading().neighbours if neighbours else ())

    async def scan(self) -> Scan:
        return Scan(ScanOutcome.DONE, reading().neighbours)

    async def close(self) -> None:
        self.bench.count("close")


def test_with_the_real_desk(qtbot: QtBot, open_wifi: OpenWifi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selfcare.app.wifi.walk.PERIOD_S", 0.2)
    page, bench = open_wifi()

    async def knock() -> float | None:
        return 3.0

    notes: list[str] = []
    parts = WifiDeskParts(
        lambda: Radios(bench), lambda: knock, tmp_path, lambda kind, _subject, _data: notes.append(kind)
    )
    window = window_of(page)
    window.go("settings")
    window.context.wifi = None
    window.context.services = replace(window.context.services, wifi=lambda: Desk(parts))
    window._build("wifi")
    other = window.page("wifi")
    assert isinstance(other, WifiPage)
    qtbot.waitUntil(lambda: other.now.headline.text() == "Le Wi-Fi est bon ici", timeout=8000)
    other.air.go.click()
    qtbot.waitUntil(lambda: "12" in other.air.found.text(), timeout=8000)
    assert other.hold.view.channels  # advice made by the desk itself
    other.walk.start.click()
    part = part_of(other)
    for name in ("Salon", "Cuisine"):
        qtbot.waitUntil(lambda one=name: part.field.placeholderText() == one)
        qtbot.keyClick(part.field, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda one=name: any(r.name == one and r.samples > 2 for r in rooms(other)), timeout=8000)
    part.plan.tiles["Salon"].setFocus()
    qtbot.keyClick(part.plan.tiles["Salon"], Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: place(other, "Salon") == (1, 0, 0) and place(other, "Cuisine") == (0, 0, 0))
    part.box.click()
    part.finish.click()
    qtbot.waitUntil(lambda: len(other.hold.view.walks) == 1, timeout=8000)
    kept = other.hold.view.walks[0]
    assert kept.box_room == "Salon" and {one.name for one in kept.rooms} == {"Salon", "Cuisine"} and notes
