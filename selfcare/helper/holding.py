"""An address that worked stays in use where nobody gives a new one (NetworkManager).

It has no renewal: it gives up the old lease first. If then no server answers, the PC would be cut off by our doing, for
as long as the server is silent, although its lease was good for hours.
"""

from __future__ import annotations

import ipaddress
from typing import Any

from selfcare.helper import link
from selfcare.helper.names import servers_of, with_servers
from selfcare.helper.nm import Nm, Settings

AGAIN_S = 5.0


def held(nm: Nm, device: str) -> dict[str, Any]:
    """The automatic IPv4 address in use, with gateway, resolvers and search domains; {} where there is none."""
    if not nm.connected(device) or _method(nm.applied(device)[0]) != "auto":
        return {}
    found = nm.ipv4(device)
    servers = [s for s in nm.nameservers(device) if ipaddress.ip_address(s).version == 4]
    return found | {"servers": servers} if found["addresses"] else {}


def hold(nm: Nm, device: str, name: str, kept: dict[str, Any]) -> None:
    """What was held is in use again, until the interface is connected anew; the profile says what it always said."""
    settings, version = nm.applied(device)
    if not kept or _method(settings) != "auto":
        return
    nm.reapply(device, _by_hand(settings, kept), version)
    link.until(lambda: link.has_address(name), AGAIN_S)


def _by_hand(settings: Settings, kept: dict[str, Any]) -> Settings:
    made = with_servers(settings, servers_of(settings) | {"ipv4": kept["servers"]})
    section = made["ipv4"]
    for old in ("addresses", "ignore-auto-dns"):
        section.pop(old, None)
    section["method"] = ["s", "manual"]
    section["address-data"] = ["aa{sv}", [{"address": ["s", a], "prefix": ["u", p]} for a, p in kept["addresses"]]]
    if kept["domains"]:
        section["dns-search"] = ["as", kept["domains"]]
    if kept["gateway"]:
        section["gateway"] = ["s", kept["gateway"]]
    return made


def _method(settings: Settings) -> str:
    return str(settings.get("ipv4", {}).get("method", ["s", ""])[1])
