"""``netsh wlan show interfaces``, in any language: by the order of its lines and the shape of their values."""

from __future__ import annotations

import re
from dataclasses import dataclass

from probes.radio.texts import made, words
from probes.radio.texts.words import Missing
from selfcare.model.wifi import Channel, Link, Radio, RadioState, Security, Why, WifiAccess, WifiReading

SOURCE = "netsh"
# An anonymised GUID is one too.
_GUID = re.compile(r"\{?[0-9a-fx]{8}(?:-[0-9a-fx]{4}){3}-[0-9a-fx]{12}\}?", re.IGNORECASE | re.ASCII)
_PERCENT = re.compile(r"(\d{1,3})\s?%", re.ASCII)
_RATE = re.compile(r"\d{1,9}(?:[.,]\d+)?", re.ASCII)
_LINK_ID = re.compile(r"link\s?id\s*[:=]?\s*\d+", re.IGNORECASE)
_OFF = re.compile(
    r"\b(off|aus(geschaltet)?|d[ée]sactiv[ée]e?|arr[êe]t[ée]?|d[ei]sactivad[oa]|apagad[oa]|disattivat[oa]|spent[oa]|uit)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """What stands before the first colon, and after it."""

    label: str
    value: str


def lines_of(text: str) -> list[Line]:
    """Every line that is not empty; one without a colon has no label."""
    found = []
    for raw in text.splitlines():
        label, colon, value = raw.partition(":")
        if raw.strip():
            found.append(Line(label.strip(), value.strip()) if colon else Line("", raw.strip()))
    return found


def interfaces(text: str, returncode: int = 0) -> WifiReading:
    """The adapter that is in a network, else the first. ``returncode``: of netsh, whose errors come as text."""
    lines = lines_of(text)
    heads = [at for at, line in enumerate(lines) if at >= 2 and _GUID.fullmatch(line.value)]
    if not heads:
        return made.refused(SOURCE, why_not(text, returncode))
    ends = [at - 2 for at in heads[1:]] + [len(lines)]
    found = [_interface(lines[at - 2 : end]) for at, end in zip(heads, ends, strict=True)]
    return next((each for each in found if each.link is not None), found[0])


def why_not(text: str, returncode: int = 0) -> WifiAccess:
    """Why there is no adapter in it. The name of the settings' page is the same in every language."""
    lines = [line for line in text.splitlines() if line.strip()]
    if "privacy-location" in text or "WlanQueryInterface" in text:
        return WifiAccess.DENIED
    if "wlansvc" in text.lower():
        return WifiAccess.NO_SERVICE
    if returncode and len(lines) > 3:
        return WifiAccess.DENIED  # Windows 11 24H2 shows the help of its command instead of an answer
    if 0 < len(lines) <= 2 and not any(":" in line for line in lines):
        return WifiAccess.NO_ADAPTER  # one sentence, which says so
    return WifiAccess.UNREADABLE


def _interface(block: list[Line]) -> WifiReading:
    """Name, description, GUID, hardware address, and then the state."""
    radio = Radio(block[0].value, _state(block), driver=block[1].value or None)
    addresses = [at for at, line in enumerate(block) if words.is_mac(line.value)]
    here = block[addresses[0] + 1 :] if addresses else []
    joined = len(addresses) > 1 or any(line.label == "SSID" and line.value for line in here)
    return made.reading(SOURCE, radio, _link(here) if joined else None)


def _state(block: list[Line]) -> RadioState:
    """Hardware's and software's switch stand in two lines, the second without a label; on where a network is joined."""
    for at, line in enumerate(block):
        if line.label == "SSID":
            return RadioState.ON
        if not line.label and at and not block[at - 1].value.startswith("0"):
            hard, soft = (bool(_OFF.search(each)) for each in (block[at - 1].value, line.value))
            return RadioState.HARD_OFF if hard else RadioState.SOFT_OFF if soft else RadioState.ON
    return RadioState.UNKNOWN


def _link(here: list[Line]) -> Link:
    missing = Missing()
    name = next((line.value for line in here if line.label == "SSID"), None)
    signal = next((at for at, line in enumerate(here) if _PERCENT.fullmatch(line.value)), None)
    standard = next((at for at, line in enumerate(here) if "802.11" in line.value), None)
    several = _several(here)
    where = several[1] if several else _channel(here, signal)
    receive, transmit = _rates(here, signal)
    missing.none(Why.UNREADABLE, *(() if name else ("ssid",)), "bssid", "channel", "rssi_dbm", "tx", "rx", "security")
    return made.link(
        missing,
        ssid=name or None,
        bssid=next((words.mac(line.value) for line in here if words.is_mac(line.value)), None),
        channel=where,
        rssi_dbm=missing.rssi(several[0] if several else _rssi(here, signal)),
        tx=missing.rate(transmit, "tx"),
        rx=missing.rate(receive, "rx"),
        generation=None if standard is None else words.generation(here[standard].value),
        security=None if standard is None else security_of(here[standard + 1 : standard + 3]),
    )


def security_of(pair: list[Line]) -> Security | None:
    """Authentication and cipher. Without the name of a standard in either it is open: every cipher has a name."""
    if len(pair) < 2:
        return None
    told = words.security(pair[0].value) or words.security(pair[1].value)
    closed = re.search(r"CCMP|GCMP|TKIP|AES", pair[1].value, re.IGNORECASE)
    return told or (None if closed or not pair[1].value else Security.OPEN)


def _channel(here: list[Line], signal: int | None) -> Channel | None:
    """After the band where there is one; before Windows told it, third before the signal."""
    for at, line in enumerate(here[:-1]):
        if re.fullmatch(r"\d(?:[.,]\d)?\s?GHz", line.value):
            return words.by_number(words.whole(here[at + 1].value), words.band(line.value))
    if signal is None or signal < 3:
        return None
    return words.by_number(words.whole(here[signal - 3].value))


def _rates(here: list[Line], signal: int | None) -> tuple[float | None, float | None]:
    """In kbit/s: received and sent, the two lines before the signal."""
    if signal is None or signal < 2:
        return None, None
    texts = [here[signal - 2].value, here[signal - 1].value]
    found = [words.number(text) if _RATE.fullmatch(text) else None for text in texts]
    receive, transmit = (None if each is None else each * 1000 for each in found)
    return receive, transmit


def _rssi(here: list[Line], signal: int | None) -> float | None:
    """In dBm where newer Windows writes that, beside the percentage, which ends at -50 dBm."""
    told = next((words.whole(line.value) for line in here if re.fullmatch(r"-\d{1,3}", line.value)), None)
    if told is not None or signal is None:
        return told
    return words.of_percent(float(here[signal].value.rstrip("% ")))


def _several(here: list[Line]) -> tuple[float | None, Channel | None] | None:
    """Wi-Fi 7 over several links at once: signal and channel of the strongest; the others only help it."""
    found = []
    for line in here:
        text = f"{line.label}: {line.value}"
        if _LINK_ID.search(text):
            numbers = {
                key: int(m[1]) if (m := re.search(pattern, text, re.IGNORECASE)) else None
                for key, pattern in (
                    ("rssi", r"rssi\s*[:=]\s*(-?\d{1,9})"),
                    ("channel", r"(?:channel|canal|kanal|canale)\s*[:=]\s*(\d{1,9})"),
                    ("width", r"\bbw\s*[:=]\s*(\d{1,9})"),
                )
            }  # fmt: skip
            where = words.by_number(numbers["channel"], words.band(text), numbers["width"])
            found.append((numbers["rssi"], where))
    if not found:
        return None
    return max(found, key=lambda each: -999 if each[0] is None else each[0])
