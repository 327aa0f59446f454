"""Wi-Fi on the simulated Mac: the radio, and what macOS keeps to itself."""

from __future__ import annotations

from typing import Any

import pytest

from tests.helper.mac import on_a_mac
from tests.helper.test_macos import Make, changes, quick, refused

__all__ = ["on_a_mac", "quick"]


def test_the_radio_that_was_off_is_on_and_goes_off_again(on_a_mac: Make) -> None:
    mac = on_a_mac()
    mac.power = False
    before = mac.whole()
    entry = changes(mac).apply("wifi.radio", {"on": True}, 30)
    assert mac.power
    changes(mac).undo(entry.name)
    assert mac.whole() == before


@pytest.mark.parametrize(("verb", "more"), [
    ("wifi.prefer", {"band": "5"}), ("wifi.stick", {"bssid": "02:00:00:00:01:00"}), ("wifi.rejoin", {}),
])  # fmt: skip
def test_what_macos_keeps_to_itself_is_for_a_hand(verb: str, more: dict[str, Any], on_a_mac: Make) -> None:
    mac = on_a_mac()
    assert refused(mac, verb, {"interface": "en0", **more}) == "unknown_owner" and mac.said == []
    assert refused(mac, "wifi.reconnect", {"interface": "en7"}) == "bad_argument"
