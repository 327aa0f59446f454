"""Bringing another device in: after a question, for a minute, and nothing of the key stays."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from selfcare.app.wifi.ports import PassRefused
from selfcare.model.wifi import Security
from tests.ui.conftest import OpenWifi
from tests.ui.test_wifi_page import settled, window_of
from tests.ui.wifi_bench import KEY, NAME, link, reading
from ui.pages.wifi import WifiPage
from ui.wifi_state import Share


def decoded(page: WifiPage) -> list[str]:
    assert page.share.view is not None
    shown = page.share.view.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    flat = bytes(shown.constBits())
    pixels = np.frombuffer(flat, np.uint8).reshape(shown.height(), shown.bytesPerLine())[:, : shown.width()]
    return [found.text for found in zxingcpp.read_barcodes(pixels.copy())]


def test_the_square_is_shown_after_a_question_and_for_a_minute(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, bench = open_wifi()
    settled(qtbot, page)
    page.share.open.click()
    assert bench.keys == [] and page.share.no.hasFocus()
    assert "qui voit cet écran" in page.share.words.text()
    page.share.no.click()
    assert page.share.open.hasFocus() and page.hold.view.share.step is Share.CLOSED
    page.share.open.click()
    page.share.yes.click()
    qtbot.waitUntil(lambda: page.share.view is not None)
    assert decoded(page) == [f"WIFI:T:WPA;S:{NAME};P:{KEY};;"]
    assert page.hold._hiding.isActive() and "60" in page.share.left.text()
    for _ in range(59):
        page.hold._on_second()
    assert page.share.view is not None and "1" in page.share.left.text()
    page.hold._on_second()
    assert page.share.view is None and not page.hold._hiding.isActive()
    assert KEY not in repr(page.hold.view)


def test_the_square_goes_with_the_page_and_with_escape(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, _ = open_wifi()
    settled(qtbot, page)
    for leave in (lambda: window_of(page).go("settings"), lambda: qtbot.keyClick(page, Qt.Key.Key_Escape)):
        window_of(page).go("wifi")
        page.share.open.click()
        page.share.yes.click()
        qtbot.waitUntil(lambda: page.share.view is not None)
        leave()
        assert page.hold.view.share.step is Share.CLOSED and page.share.view is None


def test_an_answer_after_the_page_was_left_shows_nothing(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, bench = open_wifi()
    settled(qtbot, page)
    page.share.open.click()
    page.share.yes.click()
    window_of(page).go("settings")
    qtbot.waitUntil(lambda: len(bench.keys) == 1)
    qtbot.wait(50)
    assert page.hold.view.share.picture is None


def test_a_key_that_the_system_keeps_is_typed(qtbot: QtBot, open_wifi: OpenWifi) -> None:
    page, bench = open_wifi(prepare=lambda b: setattr(b, "keeps_key", True))
    settled(qtbot, page)
    page.share.open.click()
    page.share.yes.click()
    qtbot.waitUntil(page.share.key.isVisible)
    assert page.share.key.field.hasFocus()
    qtbot.keyClick(page.share.key.field, Qt.Key.Key_Return)
    assert len(bench.keys) == 1  # nothing was typed
    qtbot.keyClicks(page.share.key.field, "court")
    qtbot.keyClick(page.share.key.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "Ce ne peut pas être" in page.share.words.text())
    assert page.share.key.field.text() == ""
    qtbot.keyClicks(page.share.key.field, "une-vraie-cle-32")
    page.share.yes.click()
    qtbot.waitUntil(lambda: page.share.view is not None)
    assert bench.keys == [None, "court", "une-vraie-cle-32"] and page.share.key.field.text() == ""
    assert decoded(page)[0].endswith("P:une-vraie-cle-32;;")


@pytest.mark.parametrize("why", [PassRefused.NOT_JOINED, PassRefused.NAMELESS, PassRefused.ENTERPRISE])
def test_why_there_is_no_square(qtbot: QtBot, open_wifi: OpenWifi, why: PassRefused) -> None:
    page, _ = open_wifi(prepare=lambda b: setattr(b, "refused", why))
    settled(qtbot, page)
    page.share.open.click()
    page.share.yes.click()
    qtbot.waitUntil(lambda: page.hold.view.share.step is Share.REFUSED)
    assert len(page.share.words.text()) > 30 and page.share.view is None and page.share.no.hasFocus()
    page.share.no.click()
    assert page.share.open.isVisible()


@pytest.mark.parametrize("security", [Security.OPEN, Security.OWE])
def test_no_password_is_spoken_of_where_there_is_none(qtbot: QtBot, open_wifi: OpenWifi, security: Security) -> None:
    page, _ = open_wifi(prepare=lambda one: setattr(one, "reading", reading(link=link(security=security))))
    settled(qtbot, page)
    assert "mot de passe" not in page.share.lead.text()
    page.share.open.click()
    assert "sans mot de passe" in page.share.words.text() and "contient le mot de passe" not in page.share.words.text()
