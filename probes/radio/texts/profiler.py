"""``system_profiler SPAirPortDataType -json`` of macOS 10.15 to 26."""

from __future__ import annotations

import json
import re
from typing import Any

from probes.radio.texts import apple, made, words
from probes.radio.texts.words import Missing
from selfcare.model.wifi import Band, Bss, Radio, RadioState, Rate, Why, WifiAccess, WifiReading

SOURCE = "system_profiler"
_P = "spairport_"
_NEIGHBOURS = (f"{_P}airport_other_local_wireless_networks", f"{_P}airport_local_wireless_networks")
_HERE = f"{_P}current_network_information"


def read(text: str) -> WifiReading:
    """The interface that is in a network, else the first that is an adapter."""
    try:
        top = json.loads(text)
    except (ValueError, RecursionError):
        return made.refused(SOURCE, WifiAccess.UNREADABLE)
    if not isinstance(top, dict) or "SPAirPortDataType" not in top:
        return made.refused(SOURCE, WifiAccess.UNREADABLE)
    cards = [
        each for part in _dicts(top["SPAirPortDataType"]) for each in _dicts(part.get(f"{_P}airport_interfaces"))
        if f"{_P}status_information" in each
    ]  # fmt: skip
    if not cards:
        return made.refused(SOURCE, WifiAccess.NO_ADAPTER)
    return _reading(next((card for card in cards if isinstance(card.get(_HERE), dict)), cards[0]))


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _text(card: dict[str, Any], key: str) -> str:
    value = card.get(key)
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _reading(card: dict[str, Any]) -> WifiReading:
    neighbours = tuple(_bss(each) for key in _NEIGHBOURS for each in _dicts(card.get(key)))
    here = card.get(_HERE)
    radio = _radio(card)
    if not isinstance(here, dict) or not here or _text(card, f"{_P}status_information").endswith("_off"):
        return made.reading(SOURCE, radio, neighbours=neighbours)
    name = _text(here, "_name")
    unnamed = not name or words.hidden(name)
    missing = Missing()
    missing.none(Why.NO_CONSENT, "ssid", *(("bssid",) if unnamed else ()))
    missing.none(Why.UNREADABLE, "channel", "rssi_dbm", "noise_dbm", "tx")
    signal, noise = _signal(here)
    there = made.link(
        missing, ssid=None if unnamed else name, bssid=words.mac(_text(here, f"{_P}network_bssid")),
        channel=apple.channel(_text(here, f"{_P}network_channel")), rssi_dbm=missing.rssi(signal),
        noise_dbm=missing.noise(noise), tx=_rate(here, missing),
        generation=words.generation(_text(here, f"{_P}network_phymode")),
        security=apple.security(_text(here, f"{_P}security_mode")),
    )  # fmt: skip
    access = WifiAccess.NAMELESS if unnamed else WifiAccess.TOLD
    return made.reading(SOURCE, radio, there, neighbours=neighbours, access=access)


def _signal(network: dict[str, Any]) -> tuple[float | None, float | None]:
    """Like "-57 dBm / -97 dBm": signal and noise."""
    parts = _text(network, f"{_P}signal_noise").split("/")
    return words.number(parts[0]), words.number(parts[1]) if len(parts) > 1 else None


def _rate(here: dict[str, Any], missing: Missing) -> Rate | None:
    mbit = words.number(_text(here, f"{_P}network_rate"))
    mcs = words.whole(_text(here, f"{_P}network_mcs"))
    return missing.rate(None if mbit is None else mbit * 1000, "tx", mcs=None if mcs is None or mcs < 0 else mcs)


def _bss(network: dict[str, Any]) -> Bss:
    name = _text(network, "_name")
    return Bss(
        bssid=words.mac(_text(network, f"{_P}network_bssid")) or "",
        ssid=None if not name or words.hidden(name) else name,
        channel=apple.channel(_text(network, f"{_P}network_channel")),
        rssi_dbm=Missing().rssi(_signal(network)[0]),
        generation=words.generation(_text(network, f"{_P}network_phymode")),
        security=apple.security(_text(network, f"{_P}security_mode")),
    )


def _radio(card: dict[str, Any]) -> Radio:
    status = _text(card, f"{_P}status_information")
    listed = card.get(f"{_P}supported_channels")
    able = [where for each in listed if (where := apple.channel(str(each)))] if isinstance(listed, list) else []
    state = RadioState.SOFT_OFF if status.endswith("_off") else RadioState.ON if status else RadioState.UNKNOWN
    country = _text(card, f"{_P}wireless_country_code")
    bands: frozenset[Band] = frozenset(where.band for where in able)
    return Radio(
        _text(card, "_name"), state, bands, words.generation(_text(card, f"{_P}supported_phymodes")),
        country=country if re.fullmatch(r"[A-Z]{2}", country) else None,
        driver=_text(card, f"{_P}wireless_firmware_version").partition("\n")[0] or None,
    )  # fmt: skip
