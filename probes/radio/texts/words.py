"""Values as programs print them: each reader gives the value, or nothing where it is none that can be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from probes.radio.channels import centre_of, channel, number_of
from selfcare.model.wifi import Band, Channel, Rate, Security, Why

MOST_KBIT_S = 11_530_000
"""Four streams, 320 MHz, MCS 13, short guard interval (802.11be-2024 table 36-86): no PC has more."""
_LOWEST_DBM, _HIGHEST_DBM = -100, -1
_MAC = re.compile(r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}")
_STANDARD = re.compile(r"(?:802\.)?11\s?(be|ax|ac|n|a|b|g)\b|\bWi-?Fi\s?([4-7])\b", re.IGNORECASE)
_GENERATIONS = {"be": 7, "ax": 6, "ac": 5, "n": 4}
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_HIDDEN = ("<redacted>", "redacted", "<hidden>", "<unknown ssid>")


@dataclass(slots=True)
class Missing:
    """Collects why a field is None while the others are read."""

    why: dict[str, Why] = field(default_factory=dict)

    def rssi(self, value: float | None, name: str = "rssi_dbm") -> float | None:
        """A signal in dBm that a receiver can have; else None, and why."""
        return self._within(value, _LOWEST_DBM, _HIGHEST_DBM, name)

    def noise(self, value: float | None) -> float | None:
        """A noise floor in dBm: no receiver is quieter than its heat (-174 dBm/Hz over 20 MHz is -101)."""
        return self._within(value, -110, _HIGHEST_DBM, "noise_dbm")

    def rate(self, kbit_s: float | None, name: str, **more: int | bool | None) -> Rate | None:
        """One direction's rate; a lie of the driver is none."""
        value = self._within(kbit_s, 1, MOST_KBIT_S, name)
        return None if value is None else Rate(round(value), **more)  # type: ignore[arg-type]

    def none(self, why: Why, *names: str) -> None:
        """Says it for several, where nothing better is known of them."""
        for name in names:
            self.why.setdefault(name, why)

    def settled(self, values: Mapping[str, object], otherwise: Why = Why.NOT_OFFERED) -> dict[str, Why]:
        """The reasons of exactly the values that are None."""
        return {name: self.why.get(name, otherwise) for name, value in values.items() if value is None}

    def _within(self, value: float | None, low: float, high: float, name: str) -> float | None:
        if value is not None and not low <= value <= high:
            self.why[name] = Why.IMPLAUSIBLE
            return None
        return value


def number(text: str) -> float | None:
    """The first number in it, whatever mark divides its decimals; None without one, or with one beyond reason."""
    found = _NUMBER.search(text)
    if found is None or len(found[0]) > 18:
        return None
    return float(found[0].replace(",", "."))


def whole(text: str) -> int | None:
    """A text that is one whole number and nothing else."""
    return int(text) if re.fullmatch(r"-?\d{1,9}", text, re.ASCII) else None


def mac(text: str) -> str | None:
    """A hardware address, in small letters with colons."""
    found = _MAC.search(text)
    return found[0].lower().replace("-", ":") if found else None


def is_mac(text: str) -> bool:
    """The whole value is one."""
    return _MAC.fullmatch(text.strip()) is not None


def generation(text: str) -> int | None:
    """The newest standard in it ("802.11ax", "a/n/ac/ax", "11be"): 4 to 7; None for older ones and none."""
    found = [_GENERATIONS.get(m[1].lower(), 0) if m[1] else int(m[2]) for m in _STANDARD.finditer(text)]
    if "802.11" in text:
        found += [_GENERATIONS.get(part, 0) for part in re.split(r"[\s/]+|802\.11", text.lower())]
    return max(found, default=0) or None


def band(text: str) -> Band | None:
    """From "2,4 GHz", "5GHz", "6 GHz"; some say 2 for 2.4."""
    found = re.search(r"(\d)(?:[.,](\d))?\s?GHz", text, re.IGNORECASE | re.ASCII)
    if found is None:
        return None
    return {"2": Band.GHZ_24, "5": Band.GHZ_5, "6": Band.GHZ_6}.get(found[1])


def by_number(primary: int | None, where: Band | None = None, width_mhz: int | None = None) -> Channel | None:
    """A channel by its number. Without its band, 1 to 14 are of 2.4 GHz and others of 5 GHz."""
    if primary is None:
        return None
    mhz = centre_of(primary, where or (Band.GHZ_24 if primary <= 14 else Band.GHZ_5))
    return None if mhz is None else channel(mhz, width_mhz)


def by_mhz(text: str) -> Channel | None:
    """A channel by its frequency, in MHz or GHz."""
    value = number(text)
    if value is None:
        return None
    mhz = round(value * 1000) if value < 100 else round(value)
    return channel(mhz) if number_of(mhz) else None


def hidden(name: str | None) -> bool:
    """The system wrote that it keeps the name to itself."""
    return name is not None and name.strip().lower() in _HIDDEN


def security(text: str) -> Security | None:
    """From the names of the standards, which no language translates; None where none of them is there."""
    low = text.lower()
    if re.search(r"802\.?1x|8021x|\beap\b|en(?:t(?:er|re)|treprise)|empres|aziend|unternehm|corporat", low):
        return Security.ENTERPRISE
    three, two = "wpa3" in low or "sae" in low, bool(re.search("wpa2|rsn|wpa_personal_mixed", low))
    if three:
        return Security.TRANSITION if two or "transition" in low or "mixed" in low else Security.WPA3
    if two:
        return Security.WPA2
    if "wpa" in low:
        return Security.WPA
    return Security.OWE if "owe" in low or "enhanced" in low else Security.WEP if "wep" in low else None


def of_percent(percent: float) -> float:
    """Windows' percentage as dBm: 0 is -100 and 100 is -50, in a straight line (WLAN_ASSOCIATION_ATTRIBUTES)."""
    return min(max(percent, 0), 100) / 2 - 100


def decoded(raw: bytes) -> str:
    """Text of a console: UTF-8 where it is that, else this Windows' code page; cp850 elsewhere."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("oem", "replace")
    except LookupError:
        return raw.decode("cp850")
