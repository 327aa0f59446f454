"""The panel of a link on the page: mouse, keyboard, screen reader, and what it draws."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from selfcare.i18n import Catalogue
from selfcare.model.payloads.line import Target
from tests.ui import figures
from tests.ui.conftest import OpenWindow, check_page, run_to_end
from tests.ui.events import SCRIPTS
from ui.chain_state import STATIONS, LinkState, Station
from ui.chart import Chart, LatencyView
from ui.latency import curve
from ui.pages.check import CheckPage
from ui.theme import Theme

FR = Catalogue("fr")


def words_of(page: CheckPage) -> str:
    """Once the queue is empty: Qt shows what was added to a layout a moment later."""
    assert page.panel is not None
    QApplication.processEvents()
    return "\n".join(label.text() for label in page.panel.findChildren(QLabel) if label.isVisible())


def test_a_click_on_a_link_opens_its_details(qtbot: QtBot, open_window: OpenWindow) -> None:
    page = run_to_end(qtbot, open_window(SCRIPTS["ok_lines"]))
    assert page.panel is None and page.hint.isVisible()
    spot = page.chain._spots()[STATIONS.index(Station.LINE)]
    target = page.chain.childAt(spot.centre.toPoint())
    assert target is page.chain.links.buttons[Station.LINE]
    qtbot.mouseClick(target, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    assert page.panel is not None and page.panel.isVisible() and not page.hint.isVisible()
    assert page.panel.title.text() == "Ligne\u00a0: fonctionne"
    assert page.chain.links.reached is target  # Tab comes back to where the mouse was
    assert "Rien ne se perd au-delà de la box" in words_of(page)
    assert page.panel.view is not None
    page.chain.links.buttons[Station.BOX].click()
    assert page.panel.title.text().startswith("Box")
    assert "Rien ne se perd au-delà de la box" not in words_of(page)
    assert not page.chain.links.buttons[Station.LINE].isChecked()
    page.chain.links.buttons[Station.BOX].click()  # again: closed
    assert not page.panel.isVisible() and page.hint.isVisible()


def test_the_keyboard_alone_will_do(qtbot: QtBot, open_window: OpenWindow) -> None:
    page = run_to_end(qtbot, open_window(SCRIPTS["ok_lines"]))
    page.answer.deep.setFocus()
    qtbot.keyClick(page.answer.deep, Qt.Key.Key_Tab)
    buttons = page.chain.links.buttons
    assert buttons[Station.PC].hasFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left):
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, key)
    assert buttons[Station.BOX].hasFocus()
    qtbot.keyClick(buttons[Station.BOX], Qt.Key.Key_Return)
    assert page.panel is not None and page.panel.isVisible()
    assert buttons[Station.BOX].hasFocus()
    QApplication.processEvents()
    qtbot.keyClick(buttons[Station.BOX], Qt.Key.Key_Tab)
    assert page.panel.close_button.hasFocus()
    qtbot.keyClick(page.panel.close_button, Qt.Key.Key_Tab)
    assert page.panel.ruled_out is not None and page.panel.ruled_out.button.hasFocus()
    qtbot.keyClick(page.panel.ruled_out.button, Qt.Key.Key_Escape)
    assert not page.panel.isVisible()
    assert buttons[Station.BOX].hasFocus()
    qtbot.keyClick(buttons[Station.BOX], Qt.Key.Key_End)
    assert buttons[Station.INTERNET].hasFocus()
    qtbot.keyClick(buttons[Station.INTERNET], Qt.Key.Key_Space)
    assert page.panel.isVisible()


def test_escape_on_another_page_closes_nothing_here(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(SCRIPTS["ok_lines"])
    page = run_to_end(qtbot, window)
    page.chain.links.buttons[Station.LINE].click()
    window.go("settings")
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    window.go("check")
    assert page.panel is not None and page.panel.isVisible()


def test_each_link_is_read_out_with_its_state(qtbot: QtBot, open_window: OpenWindow) -> None:
    page = run_to_end(qtbot, open_window(SCRIPTS["isp_dns"]))
    said = page.chain.links.buttons[Station.ISP].accessibleName()
    assert said == "Opérateur\u00a0: problème ici."
    assert page.chain.links.buttons[Station.ISP].accessibleDescription()


def test_details_follow_a_running_check(qtbot: QtBot, open_window: OpenWindow) -> None:
    page = check_page(open_window(SCRIPTS["isp_dns"], stop_after=13))
    page.chain.links.buttons[Station.PC].click()
    assert page.panel is not None and FR.text("ui.link.lead.unknown") in words_of(page)
    page.start()
    qtbot.waitUntil(lambda: page.chain.chain.of(Station.PC) is LinkState.FINE)
    qtbot.waitUntil(lambda: "La connexion réseau de l’ordinateur est activée" in words_of(page))
    page.stop()
    qtbot.waitUntil(lambda: FR.text("ui.link.lead.unknown") in words_of(page))


def test_no_empty_frame_where_nothing_was_timed(qtbot: QtBot, open_window: OpenWindow) -> None:
    page = run_to_end(qtbot, open_window(SCRIPTS["no_chart"]))
    page.chain.links.buttons[Station.LINE].click()
    assert page.panel is not None and page.panel.view is None
    assert not [w for w in page.panel.findChildren(LatencyView) if w.isVisible()]
    assert FR.text("ui.chart.none", why=FR.text("reason.permission_denied")) in words_of(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_lost_answer_is_a_cross_where_no_answer_stands(qtbot: QtBot, theme: Theme, scheme: str) -> None:
    theme.choose(scheme)
    try:
        shown = curve(figures.latency((10.0, 10.0, None, 10.0), Target.ANCHOR))
        assert shown is not None
        chart = Chart(theme, FR, shown)
        qtbot.addWidget(chart)
        chart.resize(300, 120)
        lost = chart.place(2, None)
        assert lost.y() > chart.place(2, 0.0).y()  # below the scale: its place tells, not only its colour
        image = chart.grab().toImage()
        fault = theme.colour("fault")
        near = [image.pixelColor(round(lost.x()) + d, round(lost.y()) + d) for d in (-2, -1, 0, 1, 2)]
        assert all(abs(c.red() - fault.red()) < 60 and abs(c.green() - fault.green()) < 60 for c in near)
        assert "1 sur 4" in chart.accessibleDescription()
    finally:
        theme.choose("light")


def test_the_line_breaks_where_an_answer_is_missing(theme: Theme, qtbot: QtBot) -> None:
    shown = curve(figures.latency((1.0, 2.0, None, None, 3.0), Target.ANCHOR))
    assert shown is not None
    chart = Chart(theme, FR, shown)
    qtbot.addWidget(chart)
    assert chart._runs() == [[0, 1], [4]]


def test_why_after_a_healthy_check_is_what_was_looked_at(qtbot: QtBot, open_window: OpenWindow) -> None:
    page = run_to_end(qtbot, open_window(SCRIPTS["ok_lines"]))
    assert page.why.fold.button.text() == FR.text("ui.why.title.ok")
    page.why.fold.button.click()
    fold = page.why.ruled_out
    assert fold is not None and fold.button.text() == FR.text("ui.why.ruled_out", n=len(figures.RULED_OUT))
    assert not fold.body.isVisible()
    fold.button.click()
    lines = [label.text() for label in fold.body.findChildren(QLabel)]
    assert "Box muette\u00a0: non, la box répond" in lines and "Ordinateur" in lines
    page = run_to_end(qtbot, open_window(SCRIPTS["isp_dns"]))
    assert page.why.fold.button.text() == FR.text("ui.why.title")
