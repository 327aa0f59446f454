"""The link by NetworkManager alone, where nl80211 is not to be read: fewer figures, the signal from a percentage."""

from __future__ import annotations

from typing import Any

from probes.radio import elements
from probes.radio.channels import channel
from probes.radio.linux.manager import Device, Manager, Told
from selfcare.model.wifi import Bss, Link, Radio, RadioState, Rate, Security, Why, WifiAccess, WifiReading

_ACTIVATED, _UNAVAILABLE, _UNMANAGED = 100, 20, 10
_PRIVACY = 0x1
_PSK, _ENTERPRISE, _SAE, _OWE = 0x100, 0x200, 0x400, 0x1800
"""NM80211ApSecurityFlags; OWE with and without an open network beside it."""
_TOP_DBM, _DB_PER_CENT = -40.0, 0.6
"""NetworkManager's own scale: 100 % from -40 dBm up, 0 % at -100."""
_MISSING = (
    "rssi_average_dbm", "noise_dbm", "rx", "generation", "connected_s", "tx_packets", "tx_retries", "tx_failed",
    "beacons_lost", "busy_share", "power_save",
)  # fmt: skip


async def reading(manager: Manager, told: Told | None, taken: float, source: str) -> WifiReading:
    """What is known without the kernel's word."""
    if told is None:
        return WifiReading(WifiAccess.UNREADABLE, taken, missing={"link": Why.NO_RIGHT}, source=source)
    devices = sorted(told.devices.items(), key=lambda item: (item[1].state != _ACTIVATED, item[0]))
    if not devices:
        return WifiReading(WifiAccess.NO_ADAPTER, taken, source=source)
    name, device = devices[0]
    points = await manager.points(device)
    active = device.props.get("ActiveAccessPoint") if device.state >= _ACTIVATED else None
    seen = [(path == active, props, found) for path, props in points if (found := bss(props, path == active))]
    link = next((_link(props, found, device) for joined, props, found in seen if joined), None)
    state = RadioState.SOFT_OFF if device.state == _UNAVAILABLE else RadioState.UNKNOWN if not link else RadioState.ON
    return WifiReading(
        WifiAccess.TOLD,
        taken,
        Radio(name, state, driver=str(device.props.get("Driver") or "") or None),
        link,
        device.joining,
        tuple(found for _, _, found in seen),
        device.scan_age_s,
        known_names=told.names,
        missing={"country": Why.NO_RIGHT},
        source=source,
    )


def bss(props: dict[str, Any], joined: bool) -> Bss | None:
    """One access point; None without an address."""
    bssid, mhz = str(props.get("HwAddress") or "").lower(), props.get("Frequency")
    if len(bssid) != 17:
        return None
    width = props.get("Bandwidth")
    return Bss(
        bssid=bssid,
        ssid=elements.name(bytes(props.get("Ssid") or b"")),
        channel=channel(mhz, width if width else None) if isinstance(mhz, int) else None,
        rssi_dbm=signal(props.get("Strength")),
        security=security(props),
        joined=joined,
    )


def signal(per_cent: Any) -> float | None:
    """In dBm, of a strength; None for none, which NetworkManager says as 0."""
    if not isinstance(per_cent, int) or not 0 < per_cent <= 100:
        return None
    return round(_TOP_DBM - (100 - per_cent) * _DB_PER_CENT, 1)


def security(props: dict[str, Any]) -> Security | None:
    """From the three sets of flags."""
    rsn, wpa, plain = (int(props.get(name) or 0) for name in ("RsnFlags", "WpaFlags", "Flags"))
    if rsn & _SAE:
        return Security.TRANSITION if rsn & _PSK else Security.WPA3
    for flags, kind in ((rsn, Security.WPA2), (wpa, Security.WPA)):
        if flags & _PSK:
            return kind
        if flags & _ENTERPRISE:
            return Security.ENTERPRISE
    if rsn & _OWE:
        return Security.OWE
    if rsn or wpa:
        return None
    return Security.WEP if plain & _PRIVACY else Security.OPEN


def _link(props: dict[str, Any], found: Bss, device: Device) -> Link:
    kbit_s = device.props.get("Bitrate")
    missing = dict.fromkeys(_MISSING, Why.NO_RIGHT)
    if not kbit_s:
        missing["tx"] = Why.NOT_OFFERED
    return Link(
        found.ssid, found.bssid, found.channel, found.rssi_dbm, tx=Rate(int(kbit_s)) if kbit_s else None,
        security=found.security, missing=missing,
    )  # fmt: skip
