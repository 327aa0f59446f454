"""What can be told over any telephone: 16 digits, read four by four, two of them to check (ISO 7064 mod 97-10).

46 bits: version 2, verdict 8, access 3, five layers of 2, Wi-Fi 4, light or margin 4, cuts 4, how long 5, tried 6. A
verdict, no more: it says which part of the story is not in it. Digits, because letters rhyme on the telephone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from selfcare.ground.errors import SelfcareError
from selfcare.report.spoken_numbers import CANNOT_TEST, CONNECTING, NOT_PROVEN, NOTHING, NUMBERS, OK, OTHER

DIGITS = 16
LAYOUT = (
    ("version", 2), ("verdict", 8), ("access", 3), ("pc", 2), ("home", 2), ("box", 2), ("line", 2), ("beyond", 2),
    ("wifi", 4), ("signal", 4), ("cuts", 4), ("lasts", 5), ("tried", 6),
)  # fmt: skip
VERSION = 0
UNKNOWN, NOT_FOUND, SUSPECTED, FOUND = range(4)
"""Of a layer: nothing is known; looked at and nothing found; accused with others or not surely; surely the culprit."""
ACCESSES = ("", "fibre", "dsl", "cable", "cellular", "ethernet")
LAYERS = ("pc", "home", "box", "line", "beyond")
_LAYER = {
    "pc": "pc", "wifi": "home", "lan": "home", "box": "box", "access": "line", "isp": "beyond", "internet": "beyond",
}  # fmt: skip
_PREFIX = {"PC": "pc", "WIFI": "home", "LAN": "home", "BOX": "box", "ACC": "line", "ISP": "beyond", "NET": "beyond"}
_STATES = {"ok": OK, "not_proven": NOT_PROVEN, "connecting": CONNECTING, "cannot_test": CANNOT_TEST}
TRIED = ("restart", "address", "names", "wifi", "wires", "other")
"""Bits of ``tried``, the lowest first."""
_TRIED = (
    (("box-restart", "box.reboot", "factory-reset"), "restart"),
    (("lease.", "dhcp.", "ip.", "ip-", "address.", "adapter.", "connection.", "route."), "address"),
    (("dns.", "hosts.", "box-dns"), "names"),
    (("wifi-", "wifi.", "box.wifi"), "wifi"),
    (("dsl-", "fibre-", "cable"), "wires"),
)
WIFI_FROM, WIFI_STEP = -88.0, 4.0  # dBm: 1 is below, 15 is from -32 on
LIGHT_FROM, LIGHT_STEP = -34.0, 2.0  # dBm: 1 is below, 15 is from -6 on
MARGIN_FROM, MARGIN_STEP = 1.0, 1.0  # dB: 1 is below, 15 is from 14 on
FRESH = timedelta(hours=1)
"""The digits have no date: of an older check they blame nobody surely, and clear nobody."""


def spoken(document: Mapping[str, object]) -> str:
    """``1234 5678 9012 3456``, from the finished document."""
    told, value = facts(document), 0
    for name, size in LAYOUT:
        value = value << size | told[name]
    data = f"{value:014d}"
    digits = data + check_digits(data)
    return " ".join(digits[at : at + 4] for at in range(0, DIGITS, 4))


def check_digits(data: str) -> str:
    """ISO 7064 mod 97-10: the whole number leaves 1 when divided by 97."""
    return f"{(1 - int(data) * 100) % 97:02d}"


def plain(text: str) -> str:
    """The digits alone, however they were separated; "" where there is anything else."""
    kept = "".join(c for c in text if not c.isspace() and c not in ".-_/\u2010\u2011\u2012\u2013\u2014\u2212")
    return kept if kept.isascii() and kept.isdecimal() else ""


def read(text: str) -> dict[str, int]:
    """The numbers of ``LAYOUT``.

    Raises:
        SelfcareError: ``code_digits`` (there are not 16), ``code_check`` (mistyped), ``code_version``.
    """
    digits = plain(text)
    if len(digits) != DIGITS:
        raise SelfcareError("code_digits", found=len(digits))
    if int(digits) % 97 != 1 or int(digits[:14]) >> sum(size for _, size in LAYOUT):
        raise SelfcareError("code_check")
    value, found = int(digits[:14]), dict[str, int]()
    for name, size in reversed(LAYOUT):
        value, found[name] = value >> size, value & ((1 << size) - 1)
    if found["version"] != VERSION:
        raise SelfcareError("code_version")
    return found


def facts(document: Mapping[str, object]) -> dict[str, int]:
    """The number of each field; 0 is "not known" in all but the version."""
    access = str(document.get("access") or "")
    made = _moment(document.get("made"))
    return {
        "version": VERSION, "verdict": _verdict(_map(document, "verdict"), _fresh(document)),
        "access": ACCESSES.index(access) if access in ACCESSES else 0, **_layers(document),
        "wifi": bucket(_weakest(document), WIFI_FROM, WIFI_STEP), "signal": _signal(document, access),
        "cuts": _cuts(_map(document, "downtime"), made), "lasts": _lasts(_map(document, "since"), made),
        "tried": _tried(document.get("tried")),
    }  # fmt: skip


def bucket(value: float | None, first: float, step: float) -> int:
    """1 is below ``first``, 15 is all that is above; 0 is not known."""
    return 0 if value is None else min(max(math.floor((value - first) / step) + 2, 1), 15)


def span(number: int, first: float, step: float) -> tuple[float | None, float | None]:
    """From (included) and to (not) of a bucket; None has no end."""
    low = first + (number - 2) * step
    return (None if number == 1 else low, None if number == 15 else low + step)


def lasts(number: int) -> tuple[float, float | None]:
    """Minutes, from and to."""
    return (0.0 if number == 1 else 2 ** ((number - 1) / 2), None if number == 31 else 2 ** (number / 2))


def _verdict(verdict: Mapping[str, Any], fresh: bool) -> int:
    code = verdict.get("code")
    if isinstance(code, str) and code:
        return NUMBERS.get(code, OTHER)
    return _STATES.get(str(verdict.get("state")), NOTHING) if fresh else NOTHING


def _fresh(document: Mapping[str, object]) -> bool:
    at, made = _moment(_map(document, "verdict").get("at")), _moment(document.get("made"))
    return at is not None and made is not None and timedelta(0) <= made - at <= FRESH


def _layers(document: Mapping[str, object]) -> dict[str, int]:
    verdict, check = _map(document, "verdict"), _map(document, "check")
    segments = [str(one) for one in verdict.get("segments") or ()]
    culprits = [one for one in _maps(check.get("findings")) if one.get("role") == "culprit"]
    named = [*segments, *(str(segment) for one in culprits for segment in one.get("segments") or ())]
    accused = {_LAYER[one] for one in named if one in _LAYER}
    fresh = _fresh(document)
    sure = fresh and verdict.get("band") == "certain" and verdict.get("state") == "fault" and len(segments) == 1
    found = {_PREFIX.get(str(one.get("code")).partition("-")[0]) for one in _maps(check.get("findings"))}
    away = {_PREFIX.get(str(one.get("code")).partition("-")[0]) for one in _maps(check.get("ruled_out"))}
    states = {}
    for layer in LAYERS:
        fine = fresh and (verdict.get("state") == "ok" or layer in away - found)
        states[layer] = (FOUND if sure else SUSPECTED) if layer in accused else NOT_FOUND if fine else UNKNOWN
    return states


def _signal(document: Mapping[str, object], access: str) -> int:
    if access == "fibre":
        return bucket(min(_values(document, "line", "optical_rx", "dBm"), default=None), LIGHT_FROM, LIGHT_STEP)
    margin = min(_values(document, "line", "downstream_snr", "dB"), default=None)
    return bucket(margin, MARGIN_FROM, MARGIN_STEP) if access == "dsl" else 0


def _weakest(document: Mapping[str, object]) -> float | None:
    """Of the devices' signals, as the box receives them: which device it is, is not told."""
    return min(_values(document, "wifi", "device_signal", "dBm"), default=None)


def _values(document: Mapping[str, object], section: str, name: str, unit: str) -> list[float]:
    told = [one for one in _maps(document.get(section)) if (one.get("name"), one.get("unit")) == (name, unit)]
    return [float(one["value"]) for one in told if _number(one.get("value"))]


def _cuts(downtime: Mapping[str, Any], made: datetime | None) -> int:
    """None seen is 1; 15 is fourteen or more. Without monitoring it is not known."""
    if made is None or not _number(downtime.get("day_min")):
        return 0
    starts = [_moment(one.get("start")) for one in _maps(downtime.get("outages")) if one.get("source") != "said"]
    return min(1 + sum(at is not None and made - at <= timedelta(days=1) for at in starts), 15)


def _lasts(since: Mapping[str, Any], made: datetime | None) -> int:
    """Steps of the square root of two, from a minute to three weeks."""
    at = _moment(since.get("at"))
    if at is None or made is None or at > made:
        return 0
    minutes = (made - at).total_seconds() / 60
    return 1 if minutes < 1 else min(math.floor(2 * math.log2(minutes)) + 1, 31)


def _tried(tried: object) -> int:
    """What was refused was not tried; what somebody advised neither, as far as anybody knows."""
    found = 0
    for one in _maps(tried):
        if one.get("effect") == "refused" or one.get("source") == "support":
            continue
        what = str(one.get("what"))
        kind = next((name for starts, name in _TRIED if what.startswith(starts)), "other")
        found |= 1 << TRIED.index(kind)
    return found


def _map(document: Mapping[str, object], name: str) -> Mapping[str, Any]:
    value = document.get(name)
    return value if isinstance(value, Mapping) else {}


def _maps(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list | tuple) else []


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _moment(value: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None
