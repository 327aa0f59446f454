"""The Wi-Fi card of the box with an advised channel already chosen."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from selfcare.app.box_wishes import WifiOrder
from tests.ui.box_set_way import way
from tests.ui.conftest import OpenBox
from ui.box_set_state import Setting
from ui.pages.box_set_wifi import WifiCard
from ui.pages.box_settings import BoxSettings


def test_an_advised_channel_is_already_chosen(qtbot: QtBot, open_box: OpenBox) -> None:
    page = way(qtbot, open_box, "freebox").page
    page.point_at("wifi", WifiOrder(channel=11, band="2.4"))  # before the box was asked for its channels
    assert isinstance(page.settings, BoxSettings)
    card = page.settings.cards[Setting.WIFI]
    assert isinstance(card, WifiCard)
    qtbot.waitUntil(lambda: card.is_open and hasattr(card, "what"))
    qtbot.waitUntil(lambda: card.what.value == "radio")
    assert (card.band.value, card.channel.value) == ("2.4", 11)
    page.point_at("wifi", WifiOrder(channel=1, band="2.4"))  # asked again while it is open
    assert card.channel.value == 1
    page.point_at("wifi", WifiOrder(channel=14, band="2.4"))  # this box has no such channel: what is set stays
    assert card.channel.value == 0
