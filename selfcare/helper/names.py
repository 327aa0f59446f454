"""Resolvers in NetworkManager's settings, and getting NetworkManager to really use them."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from typing import Any

from selfcare.helper.journal import State
from selfcare.helper.nm import Nm, Settings

FAMILIES = (("ipv4", 4), ("ipv6", 6))
FAMILY_NAMES = ("ipv4", "ipv6")
TRIES = 3
USED_S = 1.5  # it takes a few hundredths; then it will not come any more
Edit = Callable[[Settings], Settings]


def put(nm: Nm, device: str, edit: Edit) -> bool:
    """Reapplies what ``edit`` makes of the running settings, until their resolvers are really in use.

    NetworkManager 1.42 loses the resolvers every other time one manual list follows another: it then has none at all,
    though its settings name them. Automatic ones in between, for a moment, get it out of that.
    """
    for _ in range(TRIES):
        settings, version = nm.applied(device)
        wanted = edit(settings)
        nm.reapply(device, wanted, version)
        if used(nm, device, wanted, instead_of=settings):
            return True
        settings, version = nm.applied(device)
        nm.reapply(device, automatic(settings), version)
        _until(lambda: bool(nm.nameservers(device)))
    return False


def used(nm: Nm, device: str, settings: Settings, instead_of: Settings | None = None) -> bool:
    """Whether the interface soon has the resolvers these settings name; or, automatic ones, others than before."""
    named, old = _named(settings), _named(instead_of or {})
    if named or not old:
        return _until(lambda: named <= set(nm.nameservers(device)))
    return _until(lambda: bool(set(nm.nameservers(device)) - old))


def _named(settings: Settings) -> set[str]:
    state = servers_of(settings)
    return {server.partition("#")[0] for family in FAMILY_NAMES for server in state[family]}


def _until(so: Callable[[], bool]) -> bool:
    end = time.monotonic() + USED_S
    while not (found := so()) and time.monotonic() < end:
        time.sleep(0.02)
    return found


def automatic(settings: Settings) -> Settings:
    """The same settings with the resolvers that the box gives."""
    made = {name: dict(section) for name, section in settings.items()}
    for family in FAMILY_NAMES:
        for key in ("dns", "dns-data", "ignore-auto-dns"):
            made.get(family, {}).pop(key, None)
    return made


def servers_of(settings: Settings) -> State:
    """The resolvers of a profile and whether they stand alone, whichever way this NetworkManager spells it."""
    state: State = {}
    for family, _ in FAMILIES:
        section = settings.get(family, {})
        state[family] = _spelled(section, family)
        state[f"{family} ignores"] = bool(section.get("ignore-auto-dns", ["b", False])[1])
    return state


def _spelled(section: dict[str, Any], family: str) -> list[str]:
    if "dns-data" in section:
        return [str(text) for text in section["dns-data"][1]]
    numbers = section.get("dns", ["", []])[1]
    if family == "ipv4":
        return [str(ipaddress.IPv4Address(number.to_bytes(4, "little"))) for number in numbers]
    return [str(ipaddress.IPv6Address(bytes(number))) for number in numbers]


def with_servers(settings: Settings, state: State) -> Settings:
    """The same settings with these resolvers."""
    made = {name: dict(section) for name, section in settings.items()}
    for family, _ in FAMILIES:
        section = made.setdefault(family, {})
        modern = section.pop("dns-data", None) is not None
        section.pop("dns", None)
        section["ignore-auto-dns"] = ["b", state[f"{family} ignores"]]
        servers = state[family]
        if modern:
            section["dns-data"] = ["as", servers]
        elif family == "ipv4":
            section["dns"] = ["au", [int.from_bytes(ipaddress.IPv4Address(s).packed, "little") for s in servers]]
        else:
            section["dns"] = ["aay", [list(ipaddress.IPv6Address(s).packed) for s in servers]]
    return made
