"""What the event log's XML says of the Wi-Fi: joined, refused, dropped, and whether this PC wanted that."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from probes.radio.texts import words
from selfcare.model.wifi import EventKind, WifiEvent

JOINED, FAILED, DROPPED, NOT_ASSOCIATED, NOT_SECURED = 8001, 8002, 8003, 11002, 11006
CHANNEL = "Microsoft-Windows-WLAN-AutoConfig/Operational"
SLEEP_CHANNEL = "System"
ASLEEP = (42, 506)
"""Kernel-Power: the system goes to sleep, or enters modern standby."""

_LONGEST = 64 << 10
_AROUND_SLEEP_S = 15.0
_SAME_TRY_S = 30.0
_CANCELLED = frozenset({229377, 294929})
"""WLAN_REASON_CODE_USER_CANCELLED, WLAN_REASON_CODE_MSMSEC_CANCELLED."""
_KEY = frozenset({163853, 294930, 294932})
"""WLAN_REASON_CODE_KEY_MISMATCH, …_MSMSEC_KEY_FORMAT, …_MSMSEC_PSK_MISMATCH_SUSPECTED. A handshake that timed out is
none of them: a weak signal does that too."""
_NO_KEY = frozenset({131073, 131074, 163851, 229378, 229379, 229387, 229388})
"""Not compatible, not in sight, not associated, no driver: the password was not even asked for."""
_ONEX = range(0x50000, 0x60000)
_WANTED = re.compile(
    r"by the user|new connection|par l.utilisateur|nouvelle connexion|vom Benutzer|neue Verbindung|por el usuario|"
    r"nueva conexi|dall.utente|nuova connessione|through the user|manually",
    re.IGNORECASE,
)
_DRIVER = re.compile(r"\bdriver\b|pilote|Treiber|controlador", re.IGNORECASE)


def moment(system_time: str) -> float | None:
    """Unix seconds of "2026-11-22T20:15:30.1234567Z"."""
    found = re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?", system_time)
    try:
        return datetime.fromisoformat(found[0] + "+00:00").timestamp() if found else None
    except (ValueError, OverflowError):
        return None


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def parse(xml: str) -> tuple[int, float, dict[str, str]] | None:
    """Number, moment and named data of one event; None for anything else, or too long."""
    if len(xml) > _LONGEST:
        return None
    try:
        top = fromstring(xml)
    except (ParseError, DefusedXmlException, ValueError):
        return None
    number, at, data = None, None, {}
    for element in top.iter():
        name = _local(element)
        if name == "EventID" and element.text and re.fullmatch(r"\d{1,6}", element.text.strip()):
            number = int(element.text)
        elif name == "TimeCreated":
            at = moment(element.get("SystemTime", ""))
        elif name == "Data":
            data[element.get("Name", "")] = (element.text or "").strip()
    return None if number is None or at is None else (number, at, data)


def _code(data: dict[str, str]) -> int | None:
    text = data.get("ReasonCode", "")
    return int(text, 0) if re.fullmatch(r"0x[0-9a-fA-F]{1,8}|[1-9]\d{0,9}|0", text) else None


def event(number: int, at: float, data: dict[str, str]) -> WifiEvent | None:
    """In our words; None for numbers that say nothing of an association."""
    bssid = next((words.mac(data[name]) for name in ("BSSID", "PeerMac") if words.mac(data.get(name, ""))), None)
    code = _code(data)
    # Below 1000 it is the standard's own number, above it is Windows'.
    reason = code if code is not None and 0 < code < 1000 else None
    if number == JOINED:
        return WifiEvent(EventKind.JOINED, at, bssid)
    text = data.get("Reason") or data.get("FailureReason") or ""
    wanted = True if code in _CANCELLED or _WANTED.search(text) else None
    if number == DROPPED:
        if wanted is None and _DRIVER.search(text):
            wanted = False  # unless the PC was going to sleep: see ``story``
        return WifiEvent(EventKind.DROPPED, at, bssid, reason, wanted)
    if number in (FAILED, NOT_ASSOCIATED, NOT_SECURED):
        key = True if code in _KEY or (code or 0) in _ONEX else False if code in _NO_KEY else None
        return WifiEvent(EventKind.REFUSED, at, bssid, reason, wanted, key)
    return None


def story(told: Iterable[str], asleep: Iterable[str] | None) -> tuple[WifiEvent, ...]:
    """Oldest first. ``asleep``: events of the system's sleep; None where they could not be read."""
    found = []
    for each in told:
        parts = parse(each)
        one = event(*parts) if parts else None
        if one is not None:
            found.append(one)
    found.sort(key=lambda one: one.at)
    nights = None if asleep is None else [parts[1] for each in asleep if (parts := parse(each))]
    return tuple(_merged([_slept(one, nights) for one in found]))


def _slept(one: WifiEvent, nights: list[float] | None) -> WifiEvent:
    """A drop beside a sleep is the PC's own. Where sleeps are not told, a driver's drop may be one: nobody knows."""
    if one.kind is not EventKind.DROPPED or one.by_us:
        return one
    if nights is None:
        return replace(one, by_us=None)
    near = any(abs(one.at - night) <= _AROUND_SLEEP_S for night in nights)
    return replace(one, by_us=True) if near else one


def _merged(events: list[WifiEvent]) -> list[WifiEvent]:
    """Windows writes one failed try as two or three events: one remains, with what any of them knew."""
    found: list[WifiEvent] = []
    for one in events:
        last = found[-1] if found else None
        if (
            last is None or one.kind is not EventKind.REFUSED or last.kind is not EventKind.REFUSED
            or one.at - last.at > _SAME_TRY_S
        ):  # fmt: skip
            found.append(one)
            continue
        key = next((each for each in (True, False) if each in (last.key_refused, one.key_refused)), None)
        found[-1] = replace(
            last, bssid=last.bssid or one.bssid, reason=last.reason or one.reason, by_us=last.by_us or one.by_us,
            key_refused=key,
        )  # fmt: skip
    return found
