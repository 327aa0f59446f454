"""Keyboard, names and sizes: what a person without mouse, without sight, or with large letters needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible, QFont, QFontMetrics
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPlainTextEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from selfcare.app.deep import deep_cost
from selfcare.app.options import CheckOptions
from selfcare.ground.settings import Settings
from selfcare.i18n import Catalogue
from tests.ui.conftest import OpenWindow, check_page, run_to_end
from tests.ui.events import SCRIPTS, SPECS, profile, replay, services
from ui.bridge import EngineBridge
from ui.chain import ChainWidget
from ui.chain_state import LinkState, Station
from ui.check_state import CheckState, Phase
from ui.context import Context
from ui.deep import DeepOffer
from ui.theme import Theme
from ui.window import MINIMUM, MainWindow


def focusable(window: QWidget) -> list[QWidget]:
    """What Tab can reach now."""
    return [
        w
        for w in window.findChildren(QWidget)
        if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisibleTo(window) and w.isEnabled()
    ]


def open_everything(qtbot: QtBot, window: MainWindow, again: bool = True) -> None:
    """The check page with all its parts in sight; after a new check, unless told not to."""
    page = run_to_end(qtbot, window) if again else check_page(window)
    page.symptom.what.chips["slow"].click()
    page.chain.links.buttons[Station.LINE].click()
    page.why.fold.button.click()
    assert page.why.technical is not None and page.panel is not None
    for fold in (page.why.ruled_out, page.panel.ruled_out, page.deep.numbers if page.deep else None):
        if fold is not None:
            fold.button.click()
    page.why.technical.button.click()
    technical = page.why.technical
    qtbot.waitUntil(technical.copy.isVisible)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_everything_has_a_name(qtbot: QtBot, open_window: OpenWindow, language: str) -> None:
    window = open_window(SCRIPTS["wan_loss"], language)
    open_everything(qtbot, window)
    page = check_page(window)
    page.answer.deep.click()
    qtbot.waitUntil(lambda: page.asking.open)
    window.page("settings")
    nameless = []
    for widget in window.findChildren(QWidget):
        acts = isinstance(widget, QAbstractButton) or widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if not acts or "qt_" in widget.objectName():
            continue
        spoken = QAccessible.queryAccessibleInterface(widget)
        if spoken is None or not spoken.text(QAccessible.Text.Name).strip():
            nameless.append(widget)
    assert nameless == []


def test_tab_walks_in_the_order_of_the_page(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(SCRIPTS["wan_loss"])
    open_everything(qtbot, window)
    page = check_page(window)
    page.answer.start.setFocus()
    walked: list[QWidget] = []
    for _ in range(100):
        current = QApplication.focusWidget()
        assert current is not None
        if current in walked:
            break
        walked.append(current)
        qtbot.keyClick(current, Qt.Key.Key_Tab)
    assert set(walked) == set(focusable(window))
    technical = page.why.technical
    assert technical is not None
    assert page.why.ruled_out is not None and page.panel is not None and page.panel.ruled_out is not None
    marks = [
        page.answer.start, page.answer.deep, page.chain.links.reached, page.panel.close_button,
        page.panel.ruled_out.button, page.why.fold.button, page.why.ruled_out.button,
        technical.button, technical.view, technical.copy,
        page.symptom.what.chips["no_web"], page.symptom.since.chips["hour"], page.symptom.others.chips["same"],
        window.sidebar.buttons["check"], window.sidebar.buttons["settings"],
    ]  # fmt: skip
    places = [walked.index(w) for w in marks]
    assert places == sorted(places)


def test_focus_can_be_seen(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(SCRIPTS["isp_dns"])
    open_everything(qtbot, window)
    for widget in focusable(window):
        window.setFocus()
        before = widget.grab().toImage()
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        assert widget.grab().toImage() != before, widget


def test_keys(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(SCRIPTS["isp_dns"], stop_after=13)
    page = check_page(window)
    qtbot.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert window.sidebar.buttons["settings"].isChecked()
    assert QApplication.focusWidget() is window.page("settings").focusProxy()
    qtbot.keyClick(window, Qt.Key.Key_F5)
    assert window.sidebar.buttons["check"].isChecked()
    assert page.state.phase is Phase.CHECKING
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.state.phase is Phase.IDLE)
    for key, page_id in ((Qt.Key.Key_2, "repair"), (Qt.Key.Key_4, "box"), (Qt.Key.Key_5, "guides")):
        qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        assert window.sidebar.buttons[page_id].isChecked()
    qtbot.keyClick(window, Qt.Key.Key_8, Qt.KeyboardModifier.ControlModifier)
    assert window.sidebar.buttons["settings"].isChecked()
    qtbot.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert page.state.phase is Phase.CHECKING
    qtbot.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert not window.isVisible()


def test_arrows_in_the_side_bar(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(SCRIPTS["ok"])
    buttons = list(window.sidebar.buttons.values())
    buttons[0].setFocus()
    last = len(buttons) - 1
    down, up = Qt.Key.Key_Down, Qt.Key.Key_Up
    for key, expected in (*((down, place) for place in range(1, last + 1)), (down, 0), (up, last)):
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, key)
        assert buttons[expected].hasFocus()
    qtbot.keyClick(buttons[last], Qt.Key.Key_Return)
    assert buttons[last].isChecked()


def test_the_chain_speaks(qtbot: QtBot, open_window: OpenWindow) -> None:
    page = check_page(open_window(SCRIPTS["isp_dns"]))
    before = page.chain.accessibleDescription()
    run_to_end(qtbot, page.window())  # type: ignore[arg-type]
    assert page.chain.accessibleDescription() != before
    assert "Opérateur\u00a0: problème ici." in page.chain.accessibleDescription()


def test_nothing_moves_when_nothing_should(
    qtbot: QtBot, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = check_page(open_window(SCRIPTS["isp_dns"], stop_after=13))
    page.start()
    qtbot.waitUntil(lambda: LinkState.CHECKING in page.chain.chain.states)
    assert page.chain._timer.isActive()
    page.stop()
    qtbot.waitUntil(lambda: page.state.phase is Phase.IDLE)
    assert not page.chain._timer.isActive()
    monkeypatch.setenv("SELFCARE_REDUCED_MOTION", "1")
    page.start()
    qtbot.waitUntil(lambda: LinkState.CHECKING in page.chain.chain.states)
    assert not page.chain._timer.isActive()


@pytest.fixture
def large_letters(qapp: QApplication) -> Iterator[None]:
    before = qapp.font()
    font = QFont(before)
    font.setPointSizeF(15.0)
    qapp.setFont(font)
    yield
    qapp.setFont(before)


def clipped(window: MainWindow, page: QScrollArea) -> list[str]:
    """Texts that do not fit where they stand."""
    bad = []
    ground = page.widget()
    if ground.width() > page.viewport().width():
        bad.append(f"the page is wider than the window by {ground.width() - page.viewport().width()}")
    for label in window.findChildren(QLabel):
        if not label.isVisibleTo(window) or not label.text():
            continue
        words = max(label.text().replace("\u200b", " ").split(), key=len)
        needed = QFontMetrics(label.font()).horizontalAdvance(words)
        if label.width() < needed or label.height() < label.heightForWidth(label.width()):
            bad.append(label.text())
    for button in window.findChildren(QAbstractButton):
        if button.isVisibleTo(window) and button.text() and button.width() < button.minimumSizeHint().width():
            bad.append(button.text())
    return bad


@pytest.mark.parametrize("name", ["wan_down", "wan_loss", "bloat"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_is_cut_in_the_smallest_window_with_large_letters(
    qtbot: QtBot, qapp: QApplication, large_letters: None, tmp_path: Path, language: str, name: str
) -> None:
    catalogue = Catalogue(language)
    given = services(tmp_path, replay(SCRIPTS[name], catalogue), language, metered=True)
    bridge = EngineBridge(given.warm_up)
    theme = Theme(qapp, "light")
    window = MainWindow(lambda change: Context(given, catalogue, theme, bridge, Settings(), CheckState(), change))
    qtbot.addWidget(window)
    window.resize(MINIMUM)
    window.show()
    bridge.start()
    try:
        page = check_page(window)
        page.start_deep(DeepOffer(deep_cost(SPECS, profile(True), CheckOptions(deep=True)), None))
        qtbot.waitUntil(lambda: page.state.phase is Phase.DONE)
        open_everything(qtbot, window, again=False)
        page.answer.deep.click()
        qtbot.waitUntil(lambda: page.asking.open)
        qtbot.wait(30)
        assert window.size() == MINIMUM
        assert clipped(window, page) == []
        assert not page.chain.in_row(page.chain.width())
        settings = window.page("settings")
        window.go("settings")
        qtbot.wait(30)
        assert isinstance(settings, QScrollArea)
        assert clipped(window, settings) == []
    finally:
        bridge.shutdown()


def test_the_chain_takes_the_room_it_needs(qtbot: QtBot, theme: Theme) -> None:
    chain = ChainWidget(theme, Catalogue("fr"))
    qtbot.addWidget(chain)
    wide = chain.sizeHint()
    assert chain.in_row(wide.width()) and not chain.in_row(wide.width() // 2)
    assert chain.heightForWidth(wide.width() // 2) > 2 * chain.heightForWidth(wide.width())
    for width in (wide.width(), wide.width() // 2):
        size = QSize(width, chain.heightForWidth(width))
        chain.resize(size)
        assert all(chain.rect().toRectF().contains(s.words.center()) for s in chain._spots())
        assert chain.grab().size() == size


def test_the_technical_text_lets_tab_through(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(SCRIPTS["ok"])
    open_everything(qtbot, window)
    assert all(view.tabChangesFocus() and view.isReadOnly() for view in window.findChildren(QPlainTextEdit))
