"""The box's page without a mouse, without sight, and with large letters in the smallest window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from selfcare.i18n import Catalogue
from tests.boxes.home import Host
from tests.ui.access import focus_is_seen, focused, letters_of, meets, nameless, smallest, tab_to
from tests.ui.box_bench import box_of
from tests.ui.conftest import OpenBox, let_in, settled
from tests.ui.events import SCRIPTS, replay, services
from tests.ui.test_access import clipped
from ui.box_state import PairPhase
from ui.pages.box import BoxPage
from ui.window import MINIMUM, MainWindow

PASSWORD = "Tr0ub4dor-et-3"


def test_the_whole_way_without_a_mouse(qtbot: QtBot, open_box: OpenBox) -> None:
    page, _, _ = open_box("bbox")
    settled(qtbot, page)
    assert page.head.refresh.hasFocus()
    tab_to(qtbot, page.head.pair, back=True)
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    assert page.pairing.password.field.hasFocus()
    qtbot.keyClicks(focused(), PASSWORD)
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.hold.view.pairing.phase is PairPhase.GRANTED, timeout=5000)
    assert page.pairing.leave.hasFocus()
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    assert page.head.refresh.hasFocus()
    settled(qtbot, page)
    tab_to(qtbot, page.line.technical.button)
    qtbot.keyClick(focused(), Qt.Key.Key_Space)
    tab_to(qtbot, page.line.technical.copy)
    tab_to(qtbot, page.home.away.button)
    tab_to(qtbot, page.head.forget, back=True)
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    assert page.forgetting.no.hasFocus()
    qtbot.keyClick(focused(), Qt.Key.Key_Escape)
    assert not page.forgetting.isVisibleTo(page) and page.head.refresh.hasFocus()


def test_tab_walks_in_the_order_of_the_page(qtbot: QtBot, open_box: OpenBox) -> None:
    page, box, _ = open_box("freebox")
    box.home.hosts.extend(Host(f"02:00:00:00:01:{n:02x}", f"192.168.1.{40 + n}", f"pc-{n}") for n in range(9))
    let_in(qtbot, page)
    page.line.technical.button.click()
    page.home.rest.button.click()
    card, marks = page.pairing, page.graphs.days.chips
    wanted: list[QWidget] = [
        page.head.refresh, page.head.forget, card.leave, page.line.technical.button, page.line.technical.copy,
        marks["1"], marks["30"], page.home.rest.button, page.home.away.button,
    ]  # fmt: skip
    meets(qtbot, page, wanted)


def test_focus_can_be_seen(qtbot: QtBot, open_box: OpenBox) -> None:
    page, _, _ = open_box("bbox")
    settled(qtbot, page)
    page.head.pair.click()
    focus_is_seen(page)


def test_what_a_screen_reader_says(qtbot: QtBot, open_box: OpenBox) -> None:
    page, _, _ = open_box("bbox")
    settled(qtbot, page)
    page.head.pair.click()
    assert "mabbox" in page.pairing.go.accessibleDescription()
    let_in(qtbot, page, PASSWORD)
    spoken = {label.accessibleName().replace("\xa0", " ") for label in page.findChildren(QWidget)}
    assert {"Session Internet, Établie", "tablette-leo, Wi-Fi 5 GHz, signal correct (−61 dBm)"} <= spoken


@pytest.fixture(params=[1.5, 2.0])
def letters(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[float]:
    with letters_of(qapp, request.param) as scale:
        yield scale


@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_is_cut_in_the_smallest_window(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, letters: float, language: str
) -> None:
    """A stranger, the question for a password, its refusal, what is told once let in, the question to forget."""
    catalogue = Catalogue(language)
    with box_of("bbox", tmp_path / "data") as (box, bench):
        box.home.hosts[1].name = "tabletteavecunnombeaucouptroplongpouruneligne" * 2  # as people do name them
        box.home.line.ipv6 = "2a01:cb08:8a00:1200:5c3f:9bff:fe12:3456"
        box.home.serial = "SN" + "0123456789" * 3
        given = bench.into(services(tmp_path, replay(SCRIPTS["ok"], catalogue), language))
        with smallest(qtbot, qapp, given, catalogue, "box") as window:
            _all_fits(qtbot, window)


def _all_fits(qtbot: QtBot, window: MainWindow) -> None:
    page = window.page("box")
    assert isinstance(page, BoxPage)

    def fits() -> None:
        qtbot.wait(40)
        assert window.size() == MINIMUM
        assert clipped(window, page) == []
        assert nameless(window) == []

    settled(qtbot, page)
    fits()
    page.head.pair.click()
    fits()
    let_in(qtbot, page, "not the one")
    fits()
    let_in(qtbot, page, PASSWORD)
    page.line.technical.button.click()
    fits()
    page.head.forget.click()
    fits()
