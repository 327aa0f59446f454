"""Wi-Fi and the guest network. Names of networks and radios differ on every model: they are read, never known."""

from __future__ import annotations

import re
from typing import Any

from selfcare.boxes.livebox.parse.values import flag, hardware, listed, mapping, names, number, text, whole
from selfcare.model.box import GuestNetwork, Security, WifiBand, WifiRadio, WifiSettings, WifiSsid
from selfcare.model.units import Megahertz, Seconds

_BANDS = {"2.4GHz": WifiBand.GHZ_2_4, "5GHz": WifiBand.GHZ_5, "6GHz": WifiBand.GHZ_6}
MODES = {
    "None": Security.OPEN,
    "WEP-64": Security.WEP,
    "WEP-128": Security.WEP,
    "WEP-128iv": Security.WEP,
    "WPA-Personal": Security.WPA,
    "WPA2-Personal": Security.WPA2,
    "WPA-WPA2-Personal": Security.WPA_WPA2,
    "WPA2-WPA3-Personal": Security.WPA2_WPA3,
    "WPA3-Personal": Security.WPA3,
}
"""``ModeEnabled``. Modes for offices have no counterpart here and are left out."""


def settings(mibs: Any, nmc: Any = None, profiles: Any = None, timetable: Any = None) -> WifiSettings:
    """``NeMo.Intf.lan:getMIBs``, ``NMC.Wifi:get``, ``PowerManagement``'s profile (6 and later), timetable.

    ``enable`` is what the subscriber switched; off by a timetable is ``planned``, not switched off.
    """
    found_radios, found_ssids = radios(mibs), ssids(mibs)
    up = any(radio.up for radio in found_radios)
    planned = _planned(profiles, timetable, mapping(nmc))
    return WifiSettings(
        enable=_switch(mapping(nmc), profile(profiles)),
        radios=found_radios,
        ssids=found_ssids,
        planned=None if planned is None else planned and not up,
        shared=_shared(found_ssids),
    )


def profile(profiles: Any, name: str = "WiFi") -> dict[str, Any]:
    """A ``PowerManagement`` profile out of an object keyed by name, or of a list of them."""
    told = profiles.get(name) if isinstance(profiles, dict) else None
    if isinstance(told, dict):
        return told
    found = (item for item in listed(profiles) if name in (item.get("Name"), item.get("profile"), item.get("Profile")))
    return dict(next(found, {}))


def _switch(nmc: Any, power: dict[str, Any]) -> bool | None:
    """The profile overrides the switch on recent models, unless a timetable moves the profile."""
    told, powered = flag(nmc.get("Enable")), flag(power.get("Enable"))
    if powered is None or flag(power.get("Activate")):
        return told
    return powered if told is None else told and powered


def _planned(profiles: Any, timetable: Any, nmc: Any) -> bool | None:
    """Whether a timetable keeps it off now. None: this box told of no timetable."""
    power = profile(profiles)
    active = flag(power.get("Activate"))
    if active is not None:
        return active and flag(power.get("Enable")) is False
    plans = [plan for plan in listed(mapping(timetable).get("scheduleInfo")) if flag(plan.get("enable")) is not False]
    if any(text(plan.get("value")) == "Disable" for plan in plans):
        return True
    return False if timetable is not None or flag(nmc.get("SchedulingEnabled")) is False else None


def radios(mibs: Any) -> tuple[WifiRadio, ...]:
    """Every ``wlanradio``."""
    base = mapping(mapping(mibs).get("base"))
    told = mapping(mapping(mibs).get("wlanradio"))
    return tuple(
        _radio(name, radio, mapping(base.get(name))) for name, radio in told.items() if isinstance(radio, dict)
    )


def _radio(name: str, told: dict[str, Any], base: Any) -> WifiRadio:
    asked = text(told.get("OperatingChannelBandwidth")) or ""
    auto = asked.lower() == "auto" if asked else None
    status = text(told.get("RadioStatus"))
    return WifiRadio(
        id=name,
        band=_BANDS.get(text(told.get("OperatingFrequencyBand")) or ""),
        enable=flag(base.get("Enable")),
        up=None if status is None else status.lower() == "up",
        state=status,
        channel=whole(told.get("Channel"), 1, 253),
        auto_channel=flag(told.get("AutoChannelEnable")),
        # What was set goes before what is in use: a neighbour may make it narrower for a while.
        width=_width(asked) or _width(told.get("CurrentOperatingChannelBandwidth")),
        auto_width=auto,
        possible_channels=tuple(c for part in names(told.get("PossibleChannels")) if (c := whole(part, 1, 253))),
        possible_widths=tuple(w for p in names(told.get("SupportedOperatingChannelBandwidth")) if (w := _width(p))),
        standards=text(told.get("OperatingStandards"), 40),
    )


def _width(value: object) -> Megahertz | None:
    found = re.fullmatch(r"(20|40|80|160|320)\s*MHz", text(value) or "", re.IGNORECASE)
    return None if found is None else Megahertz(int(found.group(1)))


def ssids(mibs: Any, *, guest: bool = False) -> tuple[WifiSsid, ...]:
    """Every ``wlanvap``, with the radio that ``base`` says lies below it."""
    base = mapping(mapping(mibs).get("base"))
    known = mapping(mapping(mibs).get("wlanradio"))
    told = mapping(mapping(mibs).get("wlanvap"))
    return tuple(
        _ssid(name, vap, mapping(base.get(name)), known, guest) for name, vap in told.items() if isinstance(vap, dict)
    )


def _ssid(name: str, vap: dict[str, Any], base: Any, known: Any, guest: bool) -> WifiSsid:
    below = [lower for lower in mapping(base.get("LLIntf")) if not known or lower in known]
    shown, lock = flag(vap.get("SSIDAdvertisementEnabled")), mapping(vap.get("Security"))
    key = lock.get("KeyPassPhrase") or lock.get("SAEPassphrase")
    return WifiSsid(
        id=name,
        radio=below[0] if below else None,
        ssid=_exact(vap.get("SSID"), 32),
        bssid=hardware(vap.get("BSSID")),
        enable=flag(base.get("Enable")),
        hidden=None if shown is None else not shown,
        security=MODES.get(text(lock.get("ModeEnabled")) or ""),
        key=_exact(key, 64),
        guest=guest,
    )


def _exact(value: object, most: int) -> str | None:
    """A name or key is put back as it was: not stripped, not cleaned; one that is too long is none."""
    return value if isinstance(value, str) and 0 < len(value) <= most else None


def _shared(found: tuple[WifiSsid, ...]) -> bool | None:
    used = {(item.ssid, item.key, item.security) for item in found if item.enable and item.ssid and not item.guest}
    return None if not used else len(used) == 1


def guest(told: Any, mibs: Any = None, timer: Any = None) -> GuestNetwork:
    """``NMC.Guest:get``, ``NeMo.Intf.guest:getMIBs`` (not on a Livebox 3), the timer in **seconds** (0: no end)."""
    status = mapping(told)
    networks = ssids(mibs, guest=True)
    left = number(timer, 1, 1e8)
    on = flag(status.get("Status"))
    on = flag(status.get("Enable")) if on is None else on
    return GuestNetwork(
        enable=on,
        ssid=next((item.ssid for item in networks if item.ssid), None),
        key=next((item.key for item in networks if item.key), None),
        remaining=Seconds(left) if on and left is not None else None,
    )
