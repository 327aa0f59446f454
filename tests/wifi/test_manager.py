"""NetworkManager's word: names, attempts, refusals; and the link where the kernel may not be asked."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from probes.radio.linux import manager, strength
from probes.radio.linux.manager import Device, Manager, Told
from selfcare.model.wifi import Band, RadioState, Security, Why, WifiAccess
from selfcare.model.wifi.radios import ScanOutcome

POINT: dict[str, Any] = {
    "HwAddress": "02:00:5E:10:00:01", "Ssid": b"Chez nous", "Frequency": 5180, "Strength": 75, "Bandwidth": 80,
    "Flags": 1, "WpaFlags": 0, "RsnFlags": 0x188,
}  # fmt: skip


def device(state: int = 100, reason: int = 0, **props: Any) -> Device:
    return Device("/d/1", state, reason, 5.0, {"ActiveAccessPoint": "/p/1", "Bitrate": 866_700, **props})


class Points(Manager):
    async def points(self, device: Device) -> list[tuple[str, dict[str, Any]]]:
        return [("/p/1", POINT), ("/p/2", {**POINT, "HwAddress": "02:00:5e:10:00:02", "Strength": 0})]


def reading(one: Device | None) -> Any:
    told = None if one is None else Told({"wlan0": one}, ("Chez nous",))
    return asyncio.run(strength.reading(Points(), told, 1.0, "networkmanager"))


def test_the_link_by_networkmanager_alone() -> None:
    found = reading(device())
    link = found.link
    assert (found.access, found.radio.state, found.known_names) == (WifiAccess.TOLD, RadioState.ON, ("Chez nous",))
    assert (link.ssid, link.bssid, link.rssi_dbm, link.tx.kbit_s) == ("Chez nous", "02:00:5e:10:00:01", -55.0, 866_700)
    assert (link.channel.number, link.channel.band, link.channel.width_mhz) == (36, Band.GHZ_5, 80)
    assert (link.security, link.noise_dbm, link.missing["noise_dbm"]) == (Security.WPA2, None, Why.NO_RIGHT)
    assert [b.rssi_dbm for b in found.neighbours] == [-55.0, None]  # a strength of 0 is none


def test_nobody_to_ask_is_not_no_adapter() -> None:
    found = reading(None)
    assert (found.access, found.missing["link"]) == (WifiAccess.UNREADABLE, Why.NO_RIGHT)


def test_radio_off() -> None:
    found = reading(device(state=20))
    assert (found.link, found.radio.state) == (None, RadioState.SOFT_OFF)


@pytest.mark.parametrize(
    ("rsn", "wpa", "flags", "security"),
    [
        (0, 0, 0, Security.OPEN), (0, 0, 1, Security.WEP), (0, 0x104, 1, Security.WPA), (0x188, 0, 1, Security.WPA2),
        (0x588, 0, 1, Security.TRANSITION), (0x488, 0, 1, Security.WPA3), (0x288, 0, 1, Security.ENTERPRISE),
        (0x888, 0, 1, Security.OWE), (0x88, 0, 1, None),
    ],
)  # fmt: skip
def test_security(rsn: int, wpa: int, flags: int, security: Security | None) -> None:
    assert strength.security({"RsnFlags": rsn, "WpaFlags": wpa, "Flags": flags}) is security


@pytest.mark.parametrize(
    ("state", "reason", "joining", "refused", "key"),
    [
        (50, 0, True, False, None), (60, 0, True, False, None), (100, 0, False, False, None),
        (120, 7, False, True, True), (30, 8, False, True, None), (30, 11, False, True, None),
        (30, 39, False, False, None), (120, 17, False, False, None), (50, 7, True, False, None),
    ],
)  # fmt: skip
def test_how_the_last_attempt_ended(state: int, reason: int, joining: bool, refused: bool, key: bool | None) -> None:
    one = device(state, reason)
    assert (one.joining, one.refused, one.key_refused) == (joining, refused, key)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, ScanOutcome.DONE),
        ("org.freedesktop.NetworkManager.Device.NotAllowed", ScanOutcome.BUSY),
        ("org.freedesktop.NetworkManager.PermissionDenied", ScanOutcome.DENIED),
        ("org.freedesktop.DBus.Error.AccessDenied", ScanOutcome.DENIED),
        ("silence", ScanOutcome.FAILED),
    ],
)
def test_asking_it_to_search(monkeypatch: pytest.MonkeyPatch, error: str | None, outcome: ScanOutcome) -> None:
    async def connected(self: Manager) -> object:
        return object()

    async def devices(self: Manager, bus: object) -> dict[str, Device]:
        return {"wlan0": device(Managed=True), "wlan1": device(Managed=False)}

    async def ordered(*_: Any) -> str | None:
        return error

    monkeypatch.setattr(Manager, "_connected", connected)
    monkeypatch.setattr(Manager, "_devices", devices)
    monkeypatch.setattr(manager, "_ordered", ordered)
    assert asyncio.run(Manager().scan("wlan0")) is outcome
    # Another program's adapter, or none of its own: it has no say.
    assert asyncio.run(Manager().scan("wlan1")) is None
    assert asyncio.run(Manager().scan("wlan9")) is None
