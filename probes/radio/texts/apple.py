"""``airport``, ``wdutil info`` and ``ipconfig getsummary`` of macOS. English always; names may be hidden."""

from __future__ import annotations

import re

from probes.radio.texts import made, words
from probes.radio.texts.words import Missing
from selfcare.model.wifi import Band, Bss, Channel, Radio, RadioState, Security, Why, WifiAccess, WifiReading

_ROW = re.compile(
    r"^\s*(?P<name>.*?)\s+(?P<mac>(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\s+)?(?P<rssi>-?\d{1,3})\s+"
    r"(?P<chan>\d{1,3})(?P<wide>,[-+]?\d+)?\s+[YN]\s+(?P<cc>\S\S)\s+(?P<closed>\S.*?)\s*$",
    re.IGNORECASE,
)
_BANDS = {"2g": Band.GHZ_24, "5g": Band.GHZ_5, "6g": Band.GHZ_6}


def security(text: str) -> Security | None:
    """As macOS names it, in any of its programs."""
    low = text.strip().lower()
    if low in ("none", "open") or low.endswith("_mode_none"):
        return Security.OPEN
    return words.security(low)


def channel(text: str) -> Channel | None:
    """In any of its ways: "5g44/40", "144 (40 MHz, DFS)", "6 (2GHz, 20MHz)", "149,+1", "36,80", "11"."""
    short = re.fullmatch(r"([256]g)(\d{1,3})/(\d{2,3})", text.strip())
    if short:
        return words.by_number(int(short[2]), _BANDS[short[1]], int(short[3]))
    primary = re.match(r"\s*(\d{1,3})\b(?!\.)", text)
    if primary is None:
        return None
    width = re.search(r"(\d{2,3})\s?MHz|,\s?(\d{2,3})$", text)
    wide = int(width[1] or width[2]) if width else 40 if re.search(r",\s*[-+]1\b", text) else None
    return words.by_number(int(primary[1]), words.band(text), wide)


def scan(text: str) -> WifiReading:
    """``airport -s``. macOS 12 and later leave the addresses out without consent; 14.4 took the program away."""
    found = [_row(m) for line in text.splitlines() if (m := _ROW.match(line))]
    if not found:
        headed = "SSID" in text and "BSSID" in text
        return made.refused("airport", WifiAccess.TOLD if headed else WifiAccess.UNREADABLE)
    access = WifiAccess.TOLD if any(bss.ssid for bss in found) else WifiAccess.NAMELESS
    why = {"link": Why.NOT_OFFERED, "radio": Why.NOT_OFFERED}
    if not any(bss.bssid for bss in found):
        why["bssid"] = Why.NO_CONSENT
    return made.reading("airport", neighbours=found, access=access, missing=why)


def _row(row: re.Match[str]) -> Bss:
    name, address = row["name"].strip(), row["mac"]
    if address is None and words.is_mac(name):
        name, address = "", name  # a hidden network: nothing stands before its address
    wide = row["wide"]
    return Bss(
        bssid=(address or "").strip().lower(),
        ssid=None if not name or words.hidden(name) else name,
        channel=words.by_number(int(row["chan"]), None, 40 if wide and abs(int(wide[1:])) == 1 else None),
        rssi_dbm=Missing().rssi(float(row["rssi"])),
        security=security(row["closed"]),
    )


def _pairs(text: str) -> dict[str, str]:
    """Label and value of each line; the first of each label counts, and lines without label go on with the last."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        label, colon, value = line.partition(":")
        if colon and label.strip():
            found.setdefault(label.strip(), value.strip())
    return found


def _told(value: str | None) -> str | None:
    return None if value is None or value in ("", "None") else value


def _number(value: str | None) -> float | None:
    return None if value is None else words.number(value)


def wdutil(text: str) -> WifiReading:
    """``wdutil info``, its section WIFI. Without a network it writes 0 dBm, which is no signal but none."""
    section = re.search(r"^\s*WIFI\s*$(.*?)(?:^\s*(?:BLUETOOTH|AWDL|POWER)\s*$|\Z)", text, re.MULTILINE | re.DOTALL)
    if section is None:
        return made.refused("wdutil", WifiAccess.UNREADABLE)
    told = _pairs(section[1])
    name = _told(told.get("Interface Name"))
    if name is None:
        return made.refused("wdutil", WifiAccess.UNREADABLE)
    power = told.get("Power", "")
    state = RadioState.ON if power.startswith("On") else RadioState.SOFT_OFF if power.startswith("Off") else None
    radio = Radio(name, state or RadioState.UNKNOWN, country=_told(told.get("Country Code")))
    if _told(told.get("Op Mode")) is None and _told(told.get("SSID")) is None:
        return made.reading("wdutil", radio, missing={"neighbours": Why.NOT_OFFERED})
    return _joined(told, radio)


def _joined(told: dict[str, str], radio: Radio) -> WifiReading:
    missing = Missing()
    unnamed = words.hidden(told.get("SSID"))
    missing.none(Why.NO_CONSENT if unnamed else Why.UNREADABLE, "ssid", "bssid")
    missing.none(Why.UNREADABLE, "channel", "rssi_dbm", "noise_dbm", "tx", "security", "generation")
    mbit, use = _number(told.get("Tx Rate")), _number(told.get("CCA"))
    mcs, streams, gap = (_number(told.get(label)) for label in ("MCS Index", "NSS", "Guard Interval"))
    generation = words.generation(told.get("PHY Mode", ""))
    where = channel(told.get("Channel", ""))
    there = made.link(
        missing, ssid=None if unnamed else _told(told.get("SSID")), bssid=words.mac(told.get("BSSID", "")),
        channel=where, rssi_dbm=missing.rssi(_number(told.get("RSSI"))),
        noise_dbm=missing.noise(_number(told.get("Noise"))), generation=generation,
        tx=missing.rate(
            None if mbit is None else mbit * 1000, "tx", mcs=None if mcs is None else int(mcs),
            streams=None if streams is None else int(streams), width_mhz=where.width_mhz if where else None,
            generation=generation, short_gi=None if gap is None or generation in (6, 7) else gap == 400,
        ),
        security=security(told.get("Security", "")),
        busy_share=None if use is None or not 0 <= use <= 100 else use / 100,
    )  # fmt: skip
    access = WifiAccess.NAMELESS if unnamed else WifiAccess.TOLD
    return made.reading("wdutil", radio, there, access=access, missing={"neighbours": Why.NOT_OFFERED})


def _padded(text: str) -> str:
    """Like "2:0:0:11:22:33": ``airport`` leaves leading zeros out."""
    return ":".join(part.zfill(2) for part in text.split(":"))


def info(text: str) -> WifiReading:
    """``airport -I``, of macOS up to 14.3."""
    told = _pairs(text)
    if told.get("AirPort") == "Off":
        return made.reading("airport", Radio("", RadioState.SOFT_OFF), missing={"neighbours": Why.NOT_OFFERED})
    if "state" not in told:
        return made.refused("airport", WifiAccess.UNREADABLE)
    radio = Radio("", RadioState.ON)
    if told["state"] != "running":
        return made.reading("airport", radio, missing={"neighbours": Why.NOT_OFFERED})
    missing, name = Missing(), _told(told.get("SSID"))
    missing.none(Why.NO_CONSENT, "ssid", "bssid")
    missing.none(Why.UNREADABLE, "channel", "rssi_dbm", "noise_dbm", "tx")
    mbit, mcs, streams = (_number(told.get(label)) for label in ("lastTxRate", "MCS", "NSS"))
    auth = told.get("link auth", "")
    there = made.link(
        missing, ssid=None if words.hidden(name) else name, bssid=words.mac(_padded(told.get("BSSID", ""))),
        channel=channel(told.get("channel", "")), rssi_dbm=missing.rssi(_number(told.get("agrCtlRSSI"))),
        noise_dbm=missing.noise(_number(told.get("agrCtlNoise"))), security=security(auth),
        tx=missing.rate(
            None if mbit is None else mbit * 1000, "tx", mcs=None if mcs is None or mcs < 0 else int(mcs),
            streams=None if streams is None else int(streams),
        ),
    )  # fmt: skip
    access = WifiAccess.TOLD if there.ssid else WifiAccess.NAMELESS
    return made.reading("airport", radio, there, access=access, missing={"neighbours": Why.NOT_OFFERED})


def summary(text: str) -> WifiReading:
    """``ipconfig getsummary en0``: the name, where it is not hidden, and how it is closed. No figure of the radio."""
    told = _pairs(text)
    if told.get("InterfaceType") != "WiFi":
        wired = "InterfaceType" in told
        return made.refused("ipconfig", WifiAccess.NO_ADAPTER if wired else WifiAccess.UNREADABLE)
    if told.get("LinkStatusActive") != "TRUE" or "SSID" not in told:
        return made.reading("ipconfig", missing={"radio": Why.NOT_OFFERED, "neighbours": Why.NOT_OFFERED})
    missing, name = Missing(), told["SSID"]
    unnamed = words.hidden(name) or not name
    missing.none(Why.NO_CONSENT, "ssid", "bssid")
    there = made.link(
        missing, ssid=None if unnamed else name, bssid=words.mac(told.get("BSSID", "")),
        security=security(told.get("Security", "")),
    )  # fmt: skip
    access = WifiAccess.NAMELESS if unnamed else WifiAccess.TOLD
    why = {"radio": Why.NOT_OFFERED, "neighbours": Why.NOT_OFFERED}
    return made.reading("ipconfig", joined=there, access=access, missing=why)
