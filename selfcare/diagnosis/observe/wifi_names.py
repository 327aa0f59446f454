"""Whose network it is, as far as its name and its addresses tell."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

HOTSPOTS = frozenset(
    name.casefold()
    for name in (
        # Free: open and SIM-authenticated network of subscribers' boxes (ended in 2022, still saved on many PCs).
        "FreeWifi",
        "FreeWifi_secure",
        # Orange: its own hotspots and those of subscribers' boxes.
        "orange",
        # SFR: community network of its boxes, the second with SIM authentication.
        "SFR WiFi FON",
        "SFR WiFi Mobile",
        "SFR WiFi Public",
        # Bouygues Telecom: community network of its boxes.
        "Bouygues Telecom Wi-Fi",
    )
)
"""Public networks of the four operators, by the names they send (general knowledge, 2026; not confirmed by them).

Compared to the letter but for case: "Orange-1A2B" or "Livebox-…" is a subscriber's own.
"""

_GUEST = re.compile(r"(^|[\W_])(guests?|invit(e|é)(e|é|s|es|és|ées)?|visiteurs?)($|[\W_])", re.IGNORECASE)
"""A word that people and boxes put into the name of a network for guests. Own."""

_PHONES = tuple(
    ipaddress.IPv4Network(net)
    for net in (
        # Android's tethering until version 10 (frameworks/base, TetheringConfiguration: 192.168.43.1/24).
        "192.168.43.0/24",
        # iOS Personal Hotspot: 172.20.10.1, 14 guests at most.
        "172.20.10.0/28",
    )
)
_WINDOWS_SHARE = ipaddress.IPv4Network("192.168.137.0/24")
"""Windows' Mobile Hotspot and connection sharing (192.168.137.1): a PC that passes its own connection on."""


_PHONE = re.compile(r"\biphone\b|^androidap", re.IGNORECASE)
"""What iOS (the owner's device name) and Android (until 10) call their hotspot unless somebody renames it."""


def is_hotspot(ssid: str) -> bool:
    """A public network of one of the operators."""
    return ssid.strip().casefold() in HOTSPOTS


def is_guest(ssid: str) -> bool:
    """Named as a network for guests."""
    return _GUEST.search(ssid) is not None


def is_phone(ssid: str | None, gateway: str | None) -> bool:
    """A phone, or a PC, that passes its connection on: their routers have addresses that boxes do not use."""
    if ssid is not None and _PHONE.search(ssid):
        return True
    try:
        address = ipaddress.IPv4Address(gateway or "")
    except ValueError:
        return False
    return any(address in net for net in (*_PHONES, _WINDOWS_SHARE))


def homes(known: Iterable[str]) -> set[str]:
    """Of the networks a PC knows, those that may be its home's."""
    return {n for n in known if not (is_hotspot(n) or is_guest(n) or is_phone(n, None))}
