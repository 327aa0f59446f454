"""``nmcli``, terse or as a table: networks in sight, devices, saved networks, the switches."""

from __future__ import annotations

import re

from probes.radio.texts import made, words
from selfcare.model.wifi import Bss, Radio, RadioState, Security, Why, WifiAccess, WifiReading

SOURCE = "nmcli"
_MODES = ("Infra", "Ad-Hoc", "AP", "Mesh", "N/A")
_TYPES = ("wifi", "802-11-wireless")
_ROW = re.compile(
    r"^(?P<used>\*?)\s+(?:(?P<mac>(?:[0-9A-F]{2}:){5}[0-9A-F]{2})\s+)?(?P<name>.*?)\s{2,}"
    r"(?:Infra|Ad-Hoc|Mesh)\s+(?P<chan>\d{1,3})\s+(?:\d+ M\S+/s\s+)?(?P<signal>\d{1,3})\s+\S*\s+(?P<rest>.*)$"
)
_NOTHING = {"link": Why.NOT_OFFERED, "neighbours": Why.NOT_OFFERED, "radio": Why.NOT_OFFERED}


def fields(line: str) -> list[str]:
    """A terse line: colons divide, and those inside of a value have a backslash before them."""
    return [part.replace("\\:", ":").replace("\\\\", "\\") for part in re.split(r"(?<!\\):", line)]


def of_percent(percent: float) -> float:
    """NetworkManager's percentage as dBm: 0 is -100, and 100 is -40 or better, in a straight line."""
    return min(max(percent, 0), 100) * 0.6 - 100


def networks(text: str) -> WifiReading:
    """``nmcli device wifi list``."""
    lines = text.splitlines()
    found = [bss for line in lines if (bss := _terse(line) or _row(line)) is not None]
    if not found:
        # A heading alone, or nothing: asked, and nobody was heard.
        empty = not text.strip() or (len(lines) == 1 and "SSID" in text)
        return made.refused(SOURCE, WifiAccess.TOLD if empty else WifiAccess.UNREADABLE)
    return made.reading(SOURCE, neighbours=found, missing={"link": Why.NOT_OFFERED, "radio": Why.NOT_OFFERED})


def _terse(line: str) -> Bss | None:
    parts = fields(line)
    at = next((i for i, part in enumerate(parts) if words.is_mac(part)), None)
    if at is None or len(parts) < 4:
        return None
    before = at + 1 >= len(parts) or parts[at + 1] in _MODES
    name = parts[at - 1] if before and at else parts[at + 1] if not before else ""
    after = parts[at + 1 :]
    mhz = next((part for part in after if part.endswith("MHz")), None)
    strength = next((i for i, part in enumerate(after) if i >= 2 and re.fullmatch(r"\d{1,3}", part)), None)
    primary = next((words.whole(part) for part in after if words.whole(part) is not None), None)
    signal = None if strength is None else words.whole(after[strength])
    return Bss(
        bssid=words.mac(parts[at]) or "", ssid=name or None,
        channel=words.by_mhz(mhz) if mhz else words.by_number(primary),
        rssi_dbm=None if signal is None else of_percent(signal),
        security=None if strength is None else _security(after[strength + 1 :]), joined=parts[0] in ("yes", "*"),
    )  # fmt: skip


def _security(rest: list[str]) -> Security | None:
    """Like "WPA1 WPA2", "WPA2 802.1X", or nothing and then flags; bars may stand before it."""
    texts = [part for part in rest if re.search(r"WPA|WEP|OWE|802\.1X", part)]
    if texts:
        return words.security(texts[0].replace("WPA1", "WPA"))
    return Security.OPEN if rest and any(part in ("", "--") for part in rest) else None


def _row(line: str) -> Bss | None:
    found = _ROW.match(line)
    if found is None:
        return None
    name = found["name"].strip()
    closed = found["rest"].strip()
    return Bss(
        bssid=(found["mac"] or "").lower(), ssid=None if name in ("", "--") else name,
        channel=words.by_number(int(found["chan"])), rssi_dbm=of_percent(int(found["signal"])),
        security=_security([closed]) or (Security.OPEN if closed in ("", "--") else None), joined=found["used"] == "*",
    )  # fmt: skip


def devices(text: str) -> WifiReading:
    """``nmcli device`` or ``nmcli device show``: whether there is a radio at all. Types are never translated."""
    shown = re.findall(r"^GENERAL\.(DEVICE|TYPE):\s*(\S+)", text, re.MULTILINE)
    if shown:
        pairs = [(shown[i][1], shown[i + 1][1]) for i in range(len(shown) - 1) if shown[i][0] == "DEVICE"]
    else:
        rows = [fields(line) if ":" in line else line.split() for line in text.splitlines() if line.strip()]
        pairs = [(row[0], row[1]) for row in rows if len(row) > 2]
    if not pairs:
        return made.refused(SOURCE, WifiAccess.UNREADABLE)
    radio = next((name for name, kind in pairs if kind == "wifi"), None)
    if radio is None:
        return made.refused(SOURCE, WifiAccess.NO_ADAPTER)
    why = {"link": Why.NOT_OFFERED, "neighbours": Why.NOT_OFFERED}
    return made.reading(SOURCE, Radio(radio, RadioState.UNKNOWN), missing=why)


def connections(text: str) -> WifiReading:
    """``nmcli connection`` or ``nmcli connection show NAME``: saved networks, by the names they are saved under."""
    one = re.search(r"^connection\.type:\s*(\S+)", text, re.MULTILINE)
    if one:
        name = re.search(r"^802-11-wireless\.ssid:\s*(\S.*?)\s*$", text, re.MULTILINE)
        return made.reading(SOURCE, known_names=(name[1],) if name and one[1] in _TYPES else (), missing=_NOTHING)
    names = []
    for line in text.splitlines():
        row = fields(line) if ":" in line and "  " not in line.strip() else re.split(r"\s{2,}", line.strip())
        names += [row[0]] if any(kind in row[1:] for kind in _TYPES) else []
    if not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", text):
        return made.refused(SOURCE, WifiAccess.UNREADABLE)
    return made.reading(SOURCE, known_names=tuple(names), missing=_NOTHING)


def general(text: str) -> WifiReading:
    """``nmcli -t general``: the switch of the hardware and that of the software. It names no adapter."""
    rows = [row for line in text.splitlines() if len(row := fields(line)) == 6]
    if not rows:
        return made.refused(SOURCE, WifiAccess.UNREADABLE)
    hard, soft = rows[0][2], rows[0][3]
    if "missing" in (hard, soft):
        return made.refused(SOURCE, WifiAccess.NO_ADAPTER)
    state = _SWITCHES.get((hard, soft), RadioState.UNKNOWN)
    return made.reading(SOURCE, Radio("", state), missing={k: v for k, v in _NOTHING.items() if k != "radio"})


_SWITCHES = {
    ("enabled", "enabled"): RadioState.ON, ("enabled", "disabled"): RadioState.SOFT_OFF,
    ("disabled", "enabled"): RadioState.HARD_OFF, ("disabled", "disabled"): RadioState.HARD_OFF,
}  # fmt: skip


def permissions(text: str) -> WifiReading:
    """``nmcli general permissions``: what this user may do. Of the radio it says nothing, in so many words."""
    told = "org.freedesktop.NetworkManager." in text
    why = {**_NOTHING, "known_names": Why.NOT_OFFERED}
    return made.reading(SOURCE, missing=why) if told else made.refused(SOURCE, WifiAccess.UNREADABLE)
