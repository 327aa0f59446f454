"""``iwlist scan`` and ``iwconfig``, which old systems still have."""

from __future__ import annotations

import re

from probes.radio.texts import made, words
from probes.radio.texts.words import Missing
from selfcare.model.wifi import Bss, Radio, RadioState, Security, Why, WifiAccess, WifiReading


def _told(text: str, pattern: str) -> str | None:
    found = re.search(pattern, text)
    return found[1] if found else None


def _dbm(text: str) -> float | None:
    told = _told(text, r"Signal level[=:]\s?(-?\d{1,4}) dBm")
    return None if told is None else float(told)


def scan(text: str) -> WifiReading:
    """``iwlist X scan``."""
    blocks = re.split(r"^\s*Cell \d+ - ", text, flags=re.MULTILINE)
    name = _told(text, r"(?m)^(\S+)\s+Scan completed")
    if len(blocks) < 2:
        if name or "No scan results" in text:
            return made.reading("iwlist", missing={"link": Why.NOT_OFFERED})
        unable = "support scanning" in text or "No such device" in text
        return made.refused("iwlist", WifiAccess.NO_ADAPTER if unable else WifiAccess.UNREADABLE)
    found = [_cell(block) for block in blocks[1:]]
    radio = Radio(name, RadioState.ON) if name else None
    return made.reading("iwlist", radio, neighbours=found, missing={"link": Why.NOT_OFFERED})


def _cell(block: str) -> Bss:
    age = _told(block, r"Last beacon: (\d{1,12})ms ago")
    return Bss(
        bssid=words.mac(block.partition("\n")[0]) or "",
        ssid=_told(block, r'ESSID:"([^"\n]+)"'),
        channel=words.by_mhz(_told(block, r"Frequency:(\d[\d.]* GHz)") or ""),
        rssi_dbm=Missing().rssi(_dbm(block)),
        age_s=None if age is None else int(age) / 1000,
        security=_security(block),
    )


def _security(block: str) -> Security | None:
    if "Encryption key:off" in block:
        return Security.OPEN
    if "Encryption key:on" not in block:
        return None
    if re.search(r"Authentication Suites[^:\n]*: [^\n]*802\.1x", block):
        return Security.ENTERPRISE
    if "WPA2" in block:
        return Security.WPA2
    return Security.WPA if "WPA Version" in block else Security.WEP


def status(text: str) -> WifiReading:
    """``iwconfig``: the first interface that is in a network, else the first that has a radio."""
    blocks = [block for block in re.split(r"\n(?=\S)", text) if "ESSID:" in block]
    if not blocks:
        wired = "no wireless extensions" in text or "No such device" in text
        return made.refused("iwconfig", WifiAccess.NO_ADAPTER if wired else WifiAccess.UNREADABLE)
    found = [_one(block) for block in blocks]
    return next((each for each in found if each.link is not None), found[0])


def _one(block: str) -> WifiReading:
    off = "Tx-Power=off" in block
    radio = Radio(block.split()[0], RadioState.SOFT_OFF if off else RadioState.ON)
    name = _told(block, r'ESSID:"([^"\n]*)"')
    point = re.search(r"Access Point: (\S{17})", block)
    if point is None or not words.is_mac(point[1]):
        return made.reading("iwconfig", radio, missing={"neighbours": Why.NOT_OFFERED})
    missing = Missing()
    missing.none(Why.UNREADABLE, "ssid", "channel", "rssi_dbm", "tx")
    rate = words.number(_told(block, r"Bit Rate[=:]\s?(\d[^\n]*)") or "")
    power = _told(block, r"Power Management:(\w+)")
    lost = _told(block, r"Missed beacon:(\d{1,9})")
    failed = _told(block, r"Tx excessive retries:(\d{1,9})")
    unit = 1e6 if re.search(r"Bit Rate[=:]\s?[\d.]+ Gb", block) else 1e3
    there = made.link(
        missing, ssid=name or None, bssid=words.mac(point[1]),
        channel=words.by_mhz(_told(block, r"Frequency[:=](\d[\d.]*) GHz") or ""), rssi_dbm=missing.rssi(_dbm(block)),
        tx=missing.rate(None if rate is None else rate * unit, "tx"),
        beacons_lost=None if lost is None else int(lost), tx_failed=None if failed is None else int(failed),
        power_save=None if power is None else power == "on",
    )  # fmt: skip
    return made.reading("iwconfig", radio, there, missing={"neighbours": Why.NOT_OFFERED})
