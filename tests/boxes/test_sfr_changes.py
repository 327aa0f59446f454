"""What is changed on a simulated SFR Box is changed, and back; what cannot be is said before anything is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from selfcare.boxes.sfr.session import SfrSession
from selfcare.model.box import (
    GuestNetwork,
    Security,
    WifiRadio,
    WifiSettings,
    WifiSsid,
)
from tests.boxes.sfr import NB6
from tests.boxes.sfr.bench import at, refused, simulated


def test_wifi_is_changed_and_changed_back() -> None:
    box = simulated()

    async def use(session: SfrSession) -> None:
        before = await session.wifi()
        await session.set_radio(WifiRadio("wlan", channel=11, enable=False, standards="11n"))
        await session.set_radio(WifiRadio("wlan5", auto_channel=True))
        await session.set_ssid(WifiSsid("wlan", ssid="Nouveau réseau", security=Security.WPA_WPA2, key="0123 456+789/"))
        changed = await session.wifi()
        assert isinstance(before, WifiSettings) and isinstance(changed, WifiSettings)
        small, large = changed.radios
        assert (small.channel, small.enable, small.standards, large.auto_channel) == (11, False, "11n", True)
        name, other = changed.ssids
        assert (name.ssid, name.security, name.key) == ("Nouveau réseau", Security.WPA_WPA2, "0123 456+789/")
        assert other == before.ssids[1]
        for radio in before.radios:
            enable = radio.enable if radio.id == "wlan" else None
            await session.set_radio(
                WifiRadio(radio.id, enable=enable, channel=radio.channel, standards=radio.standards)
            )
        for ssid in before.ssids:
            await session.set_ssid(ssid)
        assert await session.wifi() == before

    at(box, use)


def test_guests_come_and_go() -> None:
    box = simulated()

    async def use(session: SfrSession) -> None:
        before = await session.guest()
        wish = GuestNetwork(enable=True, ssid="Fête", key="soiree et musique")
        await session.set_guest(wish)
        assert await session.guest() == wish
        assert isinstance(before, GuestNetwork)
        await session.set_guest(before)
        assert await session.guest() == before

    at(box, use)


def test_a_restart_is_ordered_once() -> None:
    box = simulated()
    at(box, lambda session: session.reboot())
    assert box.home.reboot_asked == 1


@pytest.mark.parametrize(
    ("use", "code", "part"),
    [
        (lambda s: s.set_radio(WifiRadio("wlan5", enable=False)), "unsupported", "switch_5ghz"),
        (lambda s: s.set_wifi_enable(False), "unsupported", "switch_5ghz"),
        (lambda s: s.set_radio(WifiRadio("wlan", auto_channel=True)), "unsupported", "auto_channel"),
        (lambda s: s.set_radio(WifiRadio("wlan", channel=1, width=40)), "unsupported", "width"),
        (lambda s: s.set_radio(WifiRadio("wlan", channel=36)), "invalid", None),
        (lambda s: s.set_radio(WifiRadio("wlan", channel=1, standards="11be")), "invalid", None),
        (lambda s: s.set_radio(WifiRadio("wl6", channel=1)), "not_found", None),
        (lambda s: s.set_ssid(WifiSsid("wlan", hidden=True)), "unsupported", "hidden"),
        (lambda s: s.set_ssid(WifiSsid("wlan", enable=True)), "unsupported", "network_switch"),
        (lambda s: s.set_ssid(WifiSsid("wlan", security=Security.WPA3)), "unsupported", "security"),
        (lambda s: s.set_ssid(WifiSsid("wlan", ssid="bon", key="court")), "invalid", None),
        (lambda s: s.set_ssid(WifiSsid("wlan", ssid="é" * 17)), "invalid", None),
        (lambda s: s.set_guest(GuestNetwork(enable=True, remaining=60)), "unsupported", "guest_end"),
        (lambda s: s.set_guest(GuestNetwork(enable=True, internet_only=True)), "unsupported", "guest_isolation"),
        (lambda s: s.set_guest(GuestNetwork(enable=True, ssid="")), "invalid", None),
    ],
)  # fmt: skip
def test_what_the_box_cannot_is_said_before_anything_is_sent(
    use: Callable[[SfrSession], Awaitable[None]], code: str, part: str | None
) -> None:
    box = simulated()
    error = refused(box, use)
    assert (error.code.value, error.right) == (code, part)
    assert not [request for request in box.asked if request.method == "POST"]


def test_the_switch_works_where_there_is_one_radio() -> None:
    box = simulated(model=NB6)
    at(box, lambda session: session.set_wifi_enable(False))
    assert box.home.radios[0].enable is False
