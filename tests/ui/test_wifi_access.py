"""The Wi-Fi page without a mouse, without sight, and with large letters in the smallest window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from selfcare.i18n import LANGUAGES, Catalogue
from selfcare.model.wifi import Place, RadioState, Security, Why, WifiAccess
from tests.screens.wifi import before
from tests.ui.access import focus_is_seen, focused, letters_of, meets, nameless, smallest, tab_to
from tests.ui.conftest import OpenWifi
from tests.ui.events import SCRIPTS, replay, services
from tests.ui.test_access import clipped
from tests.ui.test_wifi_page import settled
from tests.ui.test_wifi_walk import begun, part_of, rooms, stand
from tests.ui.wifi_bench import WifiBench
from ui.pages.wifi import WifiPage
from ui.pages.wifi_gauge import GaugeView
from ui.theme import Theme
from ui.wifi_words import Gauge
from ui.window import MINIMUM, MainWindow


def test_tab_walks_in_the_order_of_the_page(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, _ = open_wifi(prepare=before)
    settled(qtbot, page)
    qtbot.waitUntil(page.walk.last.isVisible)
    page.now.details.button.click()
    page.walk.older.button.click()
    page.walk.last.delete.click()
    last, air = page.walk.last, page.air
    assert last.to_guide is not None
    meets(qtbot, page, [
        page.now.details.button, page.now.details.copy, page.walk.start, last.to_guide, last.delete, last.sure.yes,
        last.sure.no, page.walk.older.button, page.walk.entries[0].delete, air.to_box, air.to_guide, air.go,
        air.list.button, page.share.open,
    ])  # fmt: skip


def test_tab_meets_the_walk_that_was_cut_off(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    def prepare(bench: WifiBench) -> None:
        before(bench)
        bench.unfinished = replace(bench.kept[0], id="walk-00000000000c")

    page, _ = open_wifi(prepare=prepare)
    settled(qtbot, page)
    qtbot.waitUntil(page.walk.unfinished.isVisible)
    offer = page.walk.unfinished
    meets(qtbot, page, [page.now.details.button, offer.go_on, offer.keep, page.walk.last.delete, page.air.go])


def test_tab_while_walking(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, bench = open_wifi()
    begun(qtbot, page)
    for name in ("Salon", "Cuisine"):
        stand(qtbot, page, bench, name, -50.0)
    part = part_of(page)
    meets(qtbot, page, [
        part.sound, part.field, part.go, part.rooms["Chambre"], part.plan.tiles["Salon"], part.plan.tiles["Cuisine"],
        part.box, part.finish, part.abandon,
    ])  # fmt: skip


def test_focus_can_be_seen(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, bench = open_wifi()
    settled(qtbot, page)
    page.share.open.click()
    focus_is_seen(page)
    page.hold.close_share()
    begun(qtbot, page)
    stand(qtbot, page, bench, "Salon", -50.0)
    bench.frozen = True  # else a picture may change by itself
    qtbot.wait(30)
    focus_is_seen(page)


def test_what_a_screen_reader_says(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, bench = open_wifi()
    settled(qtbot, page)
    assert page.now.gauge.accessibleName().replace("\xa0", " ") == "Signal du Wi-Fi : Fort"
    assert "Canal 6" in page.air.charts[0].accessibleDescription().replace("\xa0", " ")
    begun(qtbot, page)
    stand(qtbot, page, bench, "Salon", -50.0)
    part = part_of(page)
    part.box.click()
    spoken = part.plan.tiles["Salon"].accessibleName().replace("\xa0", " ")
    assert spoken.startswith("Salon, bon, −50 dBm") and spoken.endswith("vous y êtes, la box y est")
    assert "flèches" in part.plan.tiles["Salon"].accessibleDescription()


def test_the_longest_word_of_the_gauge_stands_clear_of_its_arc(qtbot: QtBot, qapp: QApplication) -> None:
    view = GaugeView(Theme(qapp, "light"))
    qtbot.addWidget(view)
    pictures = []
    for word in ("", *(Catalogue(one).text("ui.wifi.signal.bad") for one in LANGUAGES)):
        view.show_gauge(Gauge(1.0, word, "fault", word))
        pictures.append(view.grab().toImage())
    bare, *worded = pictures
    ground = bare.pixel(0, 0)
    for image in worded:
        there = [
            (x, y) for x in range(bare.width()) for y in range(bare.height()) if image.pixel(x, y) != bare.pixel(x, y)
        ]
        assert there and all(bare.pixel(x, y) == ground for x, y in there)


def test_escape_says_no(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, _ = open_wifi(prepare=before)
    settled(qtbot, page)
    qtbot.waitUntil(page.walk.last.isVisible)
    tab_to(qtbot, page.walk.last.delete)
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    qtbot.keyClick(focused(), Qt.Key.Key_Escape)
    assert not page.walk.last.sure.isVisible() and page.walk.last.delete.hasFocus()
    tab_to(qtbot, page.share.open)
    qtbot.keyClick(focused(), Qt.Key.Key_Space)
    assert page.share.no.hasFocus()
    qtbot.keyClick(focused(), Qt.Key.Key_Escape)
    assert page.share.open.hasFocus()


@pytest.mark.parametrize("catalogue", [Catalogue(one) for one in LANGUAGES], ids=LANGUAGES)
def test_every_key_built_from_data_exists(catalogue: Catalogue) -> None:
    keys = [f"ui.wifi.{kind}.{place}" for kind in ("signal", "heard") for place in Place]
    keys += [f"wifi.place.{place}" for place in Place] + ["ui.wifi.big.unknown", "ui.wifi.place.short.unknown"]
    keys += [f"ui.wifi.now.{place}{more}" for place in Place for more in ("", ".lead")]
    keys += [f"ui.wifi.security.{one}" for one in Security] + [f"ui.wifi.why.{one}" for one in Why]
    hidden = (WifiAccess.TOLD, WifiAccess.NAMELESS)
    keys += [f"ui.wifi.now.{one}{more}" for one in WifiAccess if one not in hidden for more in ("", ".lead")]
    off = {RadioState.SOFT_OFF: "soft", RadioState.HARD_OFF: "hard", RadioState.DISABLED: "disabled"}
    keys += [f"ui.wifi.now.off.{one}" for one in off.values()]
    assert [key for key in keys if not catalogue.has(key)] == []


@pytest.fixture(params=[pytest.param(1.5, marks=pytest.mark.full), 2.0])
def letters(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[float]:
    with letters_of(qapp, request.param) as scale:
        yield scale


@pytest.mark.parametrize("language", ["fr", pytest.param("en", marks=pytest.mark.full)])
def test_nothing_is_cut_in_the_smallest_window(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, letters: float, language: str
) -> None:
    """How it is, the folds, the walk with a long name, what came of it, the question and the picture."""
    catalogue, bench = Catalogue(language), WifiBench()
    before(bench)
    bench.unfinished = replace(bench.kept[0], id="walk-00000000000c")
    given = bench.into(services(tmp_path, replay(SCRIPTS["ok"], catalogue), language))
    with smallest(qtbot, qapp, given, catalogue, "wifi") as window:
        _all_fits(qtbot, window)


def _all_fits(qtbot: QtBot, window: MainWindow) -> None:
    page = window.page("wifi")
    assert isinstance(page, WifiPage)

    def fits() -> None:
        qtbot.waitUntil(lambda: clipped(window, page) == [])
        assert window.size() == MINIMUM
        assert nameless(window) == []

    settled(qtbot, page)
    qtbot.waitUntil(page.walk.unfinished.isVisible)
    fits()
    page.walk.unfinished.keep.click()
    qtbot.waitUntil(page.walk.start.isVisible)
    for fold in (page.now.details.button, page.air.list.button, page.walk.older.button):
        fold.click()
    fits()
    page.share.open.click()
    fits()
    page.share.yes.click()
    qtbot.waitUntil(lambda: page.share.view is not None)
    fits()
    page.walk.start.click()
    for name in ("Unepiecedontlenomesttroplongpouruneligne", "Salle à manger"):
        part_of(page).field.setText(name)
        part_of(page).go.click()
        qtbot.waitUntil(lambda one=name: any(room.name == one for room in rooms(page)))
    part_of(page).abandon.click()
    fits()
