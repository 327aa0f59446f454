"""What identifies this PC and its home, wherever it may stand: given to the tokens before anything is written."""

from __future__ import annotations

import contextlib
import getpass
import platform
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

from selfcare.redaction import forms
from selfcare.redaction.tokens import Tokens

_NOBODY = frozenset({"root", "user", "admin", "administrator", "administrateur", "utilisateur", "localhost", "home"})
"""Accounts and names that thousands have."""


@dataclass(frozen=True, slots=True)
class Known:
    """Each in any spelling. ``hosts``: (name, role) where the role is known, else "device"."""

    persons: tuple[str, ...] = ()
    hosts: tuple[tuple[str, str], ...] = ()
    ssids: tuple[str, ...] = ()
    macs: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    serials: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()

    def __or__(self, other: Known) -> Known:
        return Known(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Known)))

    def into(self, tokens: Tokens) -> None:
        """Each gets its token, so that the second pass looks for it."""
        for name in self.persons:
            if name.casefold() not in _NOBODY:
                tokens.person(name)
        for name, role in self.hosts:
            tokens.host(name, role)
        _all(self.ssids, tokens.ssid)
        _all(self.macs, tokens.mac)
        _all(self.addresses, tokens.place)
        _all(self.serials, tokens.serial)
        _all(self.secrets, tokens.secret)
        # Nothing was replaced by any of this.
        tokens.times.clear()
        tokens.by_kind.clear()


def _all(texts: Iterable[str], give: object) -> None:
    for text in texts:
        if text:
            give(text)  # type: ignore[operator]


def this_pc() -> Known:
    """Who uses it, what it is called, where the user's files are."""
    persons, hosts = list[str](), list[tuple[str, str]]()
    with contextlib.suppress(OSError, KeyError, ImportError):
        persons.append(getpass.getuser())
    with contextlib.suppress(RuntimeError):
        persons.append(Path.home().name)
    if name := platform.node():
        hosts.append((name, "pc"))
        if (short := name.partition(".")[0]) != name:
            hosts.append((short, "pc"))
    return Known(tuple(one for one in dict.fromkeys(persons) if one), tuple(hosts))


_ROLES: tuple[tuple[str, str], ...] = (
    ("tv", r"tv|television|bravia|chromecast|shield|decod|player|stb|firestick|roku"),
    ("console", r"playstation|ps[345]\b|xbox|nintendo|switch\b|console|game"),
    ("tablet", r"ipad|tablet|tablette|galaxy-?tab"),
    ("phone", r"phone|iphone|smartphone|galaxy|pixel|redmi|oneplus|huawei|android"),
    ("printer", r"print|imprimante|epson|canon|brother|hp[0-9a-f]{6}"),
    ("nas", r"nas|synology|diskstation|qnap|freenas|truenas"),
    ("camera", r"cam|doorbell|arlo|netatmo"),
    ("speaker", r"sonos|speaker|homepod|echo|alexa|enceinte"),
    ("pc", r"pc|laptop|macbook|imac|desktop|computer|workstation|ordinateur|thinkpad|portable"),
)


def role_of(*hints: str | None) -> str:
    """What a machine of the home is, by what the box or its name says; "device" where nothing does."""
    said = " ".join(one.lower() for one in hints if one)
    return next((role for role, words in _ROLES if re.search(rf"(?:^|[^a-z])(?:{words})", said)), "device")


def looks_like_mac(text: str) -> bool:
    """Some boxes name a machine by its hardware address."""
    return forms.mac(text) is not None
