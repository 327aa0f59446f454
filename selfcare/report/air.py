"""The Wi-Fi in a report: how this PC is joined, who else is on which channel (counted, unnamed), walks by room.

Reads the check as the first pass left it (names and addresses are tokens there), and walks as they are kept: those go
through the first pass here, field by field. A room's name is the subscriber's own words, and leaves with these only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from selfcare.diagnosis import grades
from selfcare.model.wifi import Room, WalkRecord
from selfcare.redaction.by_key import ByKey
from selfcare.redaction.tokens import Tokens
from selfcare.report.facts import Telling

PROBES = ("wifi.scan", "wifi.link")
"""The fuller one first: a deep check searched."""
MOST_WALKS = 3
"""Before, after, and one more; the case has all of them."""
_ROWS: tuple[tuple[str, str, str, str | None], ...] = (
    ("wifi_signal", "rssi_dbm", "dBm", "Device.WiFi.EndPoint.1.Stats.SignalStrength"),
    ("wifi_noise", "noise_dbm", "dBm", "Device.WiFi.Radio.1.Stats.Noise"),
    ("wifi_sending", "tx", "kbit/s", "Device.WiFi.EndPoint.1.Stats.LastDataUplinkRate"),
    ("wifi_receiving", "rx", "kbit/s", "Device.WiFi.EndPoint.1.Stats.LastDataDownlinkRate"),
    ("wifi_retries", "tx_retries", "", "Device.WiFi.EndPoint.1.Stats.Retransmissions"),
)
"""Name, field of the link, unit, path: of the PC's own end, as TR-181 has one for it."""


def payload_of(check: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """What the check read of the Wi-Fi; empty where it read nothing."""
    from selfcare.report.source import payload

    found = (payload(check, probe) for probe in PROBES)
    return next((one for one in found if one.get("reading")), {})


def facts(check: Mapping[str, Any] | None, telling: Telling) -> list[dict[str, Any]]:
    """Figures of the link, beside the box's own radios."""
    link = _mapping(_mapping(payload_of(check).get("reading")).get("link"))
    made = []
    for name, field, unit, path in _ROWS:
        value = link.get(field)
        value = value.get("kbit_s") if isinstance(value, Mapping) else value
        if isinstance(value, int | float) and not isinstance(value, bool):
            grade = grades.signal(value) if name == "wifi_signal" else None
            made.append(telling.fact(name, value, unit, grade, path, "check"))
    return made


def air(check: Mapping[str, Any] | None, clean: ByKey) -> dict[str, Any] | None:
    """The last reading without a neighbour's name. None: no check read it."""
    told = payload_of(check)
    reading = _mapping(told.get("reading"))
    if not reading:
        return None
    link = _mapping(reading.get("link"))
    return {
        "access": clean.word(reading.get("access")), "radio": clean.word(_mapping(reading.get("radio")).get("state")),
        "default": bool(told.get("default")), "scan_age_s": _number(reading.get("scan_age_s")),
        "link": _link(link, clean) if link else None,
        "missing": _missing(link or reading, clean),
        "channels": _channels(reading.get("neighbours"), clean),
        "events": [
            {"kind": clean.word(one.get("kind")), "at": _iso(one.get("at")), "reason": _number(one.get("reason")),
             "by_us": one.get("by_us"), "key_refused": one.get("key_refused"), "channel": _number(one.get("channel"))}
            for one in _mappings(reading.get("events"))
        ],
    }  # fmt: skip


def _link(link: Mapping[str, Any], clean: ByKey) -> dict[str, Any]:
    channel = _mapping(link.get("channel"))
    numbers = ("rssi_dbm", "noise_dbm", "connected_s", "tx_packets", "tx_retries", "tx_failed", "beacons_lost",
               "busy_share", "generation")  # fmt: skip
    return {
        "network": link.get("ssid"), "point": link.get("bssid"), "band": clean.word(channel.get("band")),
        "channel": _number(channel.get("number")), "width_mhz": _number(channel.get("width_mhz")),
        "security": clean.word(link.get("security")), "power_save": link.get("power_save"),
        "tx_kbit_s": _number(_mapping(link.get("tx")).get("kbit_s")),
        "rx_kbit_s": _number(_mapping(link.get("rx")).get("kbit_s")),
        **{name: _number(link.get(name)) for name in numbers},
    }  # fmt: skip


def _missing(told: Mapping[str, Any], clean: ByKey) -> dict[str, Any]:
    return {clean.word(name): clean.word(why) for name, why in _mapping(told.get("missing")).items()}


def _channels(neighbours: object, clean: ByKey) -> list[dict[str, Any]]:
    """By band and channel: how many, the strongest, the highest use announced, whether ours is among them."""
    groups: dict[tuple[str, int], list[Mapping[str, Any]]] = {}
    for one in _mappings(neighbours):
        channel = _mapping(one.get("channel"))
        number = _number(channel.get("number"))
        if number is not None:
            groups.setdefault((str(clean.word(channel.get("band"))), int(number)), []).append(one)
    return [
        {"band": band, "channel": number, "count": len(here), "own": any(one.get("joined") is True for one in here),
         "strongest_dbm": max((v for one in here if (v := _number(one.get("rssi_dbm"))) is not None), default=None),
         "use": max((v for one in here if (v := _number(_mapping(one.get("load")).get("use"))) is not None),
                    default=None)}
        for (band, number), here in sorted(groups.items())
    ]  # fmt: skip


# -- walks ---------------------------------------------------------------------------------------------


def known(walks: Iterable[WalkRecord], tokens: Tokens) -> None:
    """Names and addresses of walks, so that they are found in every other text, too."""
    for walk in walks:
        if walk.ssid:
            tokens.ssid(walk.ssid)
        for room in walk.rooms:
            if room.bssid:
                tokens.mac(room.bssid)


def walks(kept: Sequence[WalkRecord], clean: ByKey, tokens: Tokens, *, typed: bool) -> list[dict[str, Any]]:
    """Newest first. ``typed``: with the names that the subscriber gave the rooms; they are numbered in any case."""
    return [_walk(one, clean, tokens, typed) for one in kept[:MOST_WALKS]]


def _walk(walk: WalkRecord, clean: ByKey, tokens: Tokens, typed: bool) -> dict[str, Any]:
    names = [room.name.casefold() for room in walk.rooms]
    box = (walk.box_room or "").casefold()
    rooms = [_room(at, room, clean, tokens, typed) for at, room in enumerate(walk.rooms, 1)]
    return {
        "at": _iso(walk.begun), "network": tokens.ssid(walk.ssid) if walk.ssid else None, "roams": walk.roams,
        "drops": walk.drops, "box_room": names.index(box) + 1 if box in names else None,
        "box_name": clean.label(walk.box_room) if typed and walk.box_room else None, "rooms": rooms,
    }  # fmt: skip


def _room(at: int, room: Room, clean: ByKey, tokens: Tokens, typed: bool) -> dict[str, Any]:
    return {
        "number": at, "name": clean.label(room.name) if typed else None, "grade": room.grade.value,
        "samples": room.samples, "rssi_dbm": room.rssi_dbm, "rssi_low_dbm": room.rssi_low_dbm, "rtt_ms": room.rtt_ms,
        "rtt_p90_ms": room.rtt_p90_ms, "loss_pct": room.loss_pct, "band": room.band.value if room.band else None,
        "point": tokens.mac(room.bssid) if room.bssid else None, "tx_kbit_s": room.tx_kbit_s,
        "x": room.x, "y": room.y, "floor": room.floor,
    }  # fmt: skip


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _mappings(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list | tuple) else []


def _number(value: object) -> float | int | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _iso(at: object) -> str | None:
    try:
        return datetime.fromtimestamp(float(at)).astimezone().isoformat(timespec="seconds")  # type: ignore[arg-type]
    except (ValueError, TypeError, OverflowError, OSError):
        return None
