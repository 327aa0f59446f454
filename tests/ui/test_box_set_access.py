"""The box's settings without a mouse, without sight, and with large letters in the smallest window."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from selfcare.ground.secrets import Backend
from selfcare.ground.settings import Settings
from selfcare.i18n import Catalogue
from tests.ui.access import focused, nameless, tab_to
from tests.ui.box_bench import box_of
from tests.ui.box_set_way import Way, way
from tests.ui.conftest import OpenBox
from tests.ui.events import SCRIPTS, replay, services
from tests.ui.test_access import clipped, focusable
from ui.box_set_state import ChangePhase, Setting
from ui.bridge import EngineBridge
from ui.check_state import CheckState
from ui.context import Context
from ui.pages.box_set_card import SettingCard, ToldKey
from ui.pages.box_set_home import ForwardCard
from ui.pages.box_set_parental import ParentalCard
from ui.pages.box_set_wifi import GuestCard, WifiCard
from ui.theme import Theme
from ui.window import MINIMUM, MainWindow


def open_all(w: Way) -> None:
    """Every card with its form."""
    for setting in (s for s in Setting if s is not Setting.REBOOT):
        w.card(setting, SettingCard)
    parental = w.settings.cards[Setting.PARENTAL]
    assert isinstance(parental, ParentalCard)
    parental.what.chips["planned"].click()
    parental.table.days[0].click()
    parental.table.add.click()


def test_the_whole_way_without_a_mouse(qtbot: QtBot, open_box: OpenBox) -> None:
    w = way(qtbot, open_box, "freebox")
    tab_to(qtbot, w.settings.cards[Setting.GUEST].button)
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    card = w.card(Setting.GUEST, GuestCard)
    tab_to(qtbot, card.key.field)
    qtbot.keyClicks(focused(), "court")
    assert card.key.problem.isVisibleTo(w.page) and "encore 3" in card.key.field.accessibleDescription()
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    assert card.key.field.hasFocus() and w.phase is ChangePhase.IDLE  # not sent, and the cursor is where it is wrong
    qtbot.keyClicks(focused(), "-mais-bon")
    assert not card.key.problem.isVisibleTo(w.page)
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    w.asked()
    assert "éteint → allumé" in w.settings.offer.refuse.accessibleDescription()
    qtbot.keyClick(focused(), Qt.Key.Key_Escape)
    w.until(ChangePhase.IDLE)
    assert card.button.hasFocus() and not w.home.guest.enable
    tab_to(qtbot, card.key.field)
    qtbot.keyClicks(focused(), "court-mais-bon")
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    w.asked()
    tab_to(qtbot, w.settings.offer.agree, back=True)
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    w.until(ChangePhase.DONE)
    assert w.settings.offer.close_it.hasFocus() and w.home.guest.key == "court-mais-bon"
    qtbot.keyClick(focused(), Qt.Key.Key_Escape)
    assert w.phase is ChangePhase.IDLE and card.button.hasFocus()
    qtbot.keyClick(focused(), Qt.Key.Key_Escape)
    assert not card.is_open and card.button.hasFocus()


def test_tab_walks_in_the_order_of_the_page(qtbot: QtBot, open_box: OpenBox) -> None:
    w = way(qtbot, open_box, "freebox")
    open_all(w)
    forward = w.card(Setting.FORWARD, ForwardCard)
    w.page.head.refresh.setFocus()
    walked: list[QWidget] = []
    while focused() not in walked:
        walked.append(focused())
        qtbot.keyClick(focused(), Qt.Key.Key_Tab)
    inside = [one for one in focusable(w.page.window()) if w.settings.isAncestorOf(one)]
    assert set(inside) <= set(walked)
    marks: list[QWidget] = []
    for setting, card in w.settings.cards.items():
        marks += [card.button, *([card.send] if setting is not Setting.REBOOT else [])]
    assert [one for one in walked if one in marks] == marks
    assert walked.index(forward.removers[0]) < walked.index(forward.device.combo) < walked.index(forward.send)
    tops = [one.mapTo(w.settings, one.rect().topLeft()).y() for one in walked if one in inside]
    assert all(after >= before - 5 for before, after in pairwise(tops))


@pytest.mark.full
def test_everything_has_a_name(qtbot: QtBot, open_box: OpenBox) -> None:
    w = way(qtbot, open_box, "freebox")
    open_all(w)
    assert nameless(w.page.window()) == []
    assert all(one.accessibleName() for one in w.settings.findChildren(QComboBox))
    names = [card.button.accessibleName() for card in w.settings.cards.values()]
    assert len(set(names)) == len(names)


@pytest.mark.full
def test_focus_can_be_seen(qtbot: QtBot, open_box: OpenBox) -> None:
    w = way(qtbot, open_box, "freebox")
    w.card(Setting.WIFI, WifiCard).what.chips["radio"].click()
    for widget in (one for one in focusable(w.page) if w.settings.isAncestorOf(one)):
        w.page.window().setFocus()
        before = widget.grab().toImage()
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        assert widget.grab().toImage() != before, widget


@pytest.fixture(params=[15.0, pytest.param(20.0, marks=pytest.mark.full)])
def large(
    qtbot: QtBot,
    qapp: QApplication,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Iterator[OpenBox]:
    """The box's page with letters at 150 % and at 200 % in the smallest window."""
    before = qapp.font()
    font = QFont(before)
    font.setPointSizeF(request.param)
    qapp.setFont(font)
    monkeypatch.setattr("selfcare.boxes.freebox.pairing.POLL_S", 0.02)
    with contextlib.ExitStack() as stack:
        stack.callback(qapp.setFont, before)

        def opened(family: str, *_faults: str, language: str = "fr", keyring: Backend | None = None) -> Any:
            box, bench = stack.enter_context(box_of(family, tmp_path / "data", keyring=keyring))
            catalogue = Catalogue(language)
            given = bench.into(services(tmp_path, replay(SCRIPTS["ok"], catalogue), language))
            bridge = EngineBridge(given.warm_up, qapp)
            stack.callback(bridge.shutdown)
            context = Context(
                given, catalogue, Theme(qapp, "light"), bridge, Settings(), CheckState(), lambda _settings: ""
            )
            window = MainWindow(lambda _change: context)
            qtbot.addWidget(window)
            window.resize(MINIMUM)
            window.show()
            window.go("box")
            bridge.start()
            return window.page("box"), box, bench

        yield opened


@pytest.mark.parametrize("language", ["fr", pytest.param("en", marks=pytest.mark.full)])
def test_nothing_is_cut_in_the_smallest_window(qtbot: QtBot, large: OpenBox, language: str) -> None:
    """Every form, the question, the result, the list of changes."""
    w = way(qtbot, large, "freebox", language=language)
    window = w.page.window()
    assert isinstance(window, MainWindow)

    def fits() -> None:
        qtbot.wait(60)
        assert window.size() == MINIMUM
        assert clipped(window, w.page) == []

    open_all(w)
    guest = w.card(Setting.GUEST, GuestCard)
    guest.key.suggest.click()
    guest.key.put("court")
    guest.key.check()
    wifi = w.card(Setting.WIFI, WifiCard)
    for told in wifi.findChildren(ToldKey):
        told.button.click()
    fits()
    wifi.what.chips["radio"].click()
    w.card(Setting.FORWARD, ForwardCard).removers[0].click()
    w.asked()
    w.settings.offer.exact.button.click()
    fits()
    w.agree()
    qtbot.waitUntil(lambda: bool(w.settings.made.buttons))
    fits()
