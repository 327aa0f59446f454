"""systemd-networkd: the resolvers that somebody set on a link while it runs, beside those it gets by itself."""

from __future__ import annotations

import json
from typing import Any

from selfcare.helper import owner
from selfcare.helper.bus import ABSENT, Bus, BusError

MANAGER, PATH = f"{owner.NETWORKD}.Manager", "/org/freedesktop/network1"
SET_BY_HAND = "runtime"  # networkd's own word for where a server comes from


def tell(member: str, signature: str, *args: Any) -> None:
    """Has networkd change something."""
    with Bus() as bus:
        bus.change(owner.NETWORKD, PATH, MANAGER, member, signature, *args)


def tells_apart(interface: str) -> bool:
    """Whether this networkd says which resolvers somebody set; those before 250 do not."""
    try:
        servers_by_hand(owner.index_of(interface))
    except BusError as error:
        if error.name in ABSENT:
            return False
        raise
    return True


def servers_by_hand(index: int) -> list[Any] | None:
    """Those that stand in for its own at this moment; None while it uses its own, whichever they are."""
    with Bus() as bus:
        text = bus.call(owner.NETWORKD, PATH, MANAGER, "DescribeLink", "i", index)[0]
    servers = [each for each in json.loads(text).get("DNS", []) if each.get("ConfigSource") == SET_BY_HAND]
    return [[s["Family"], s["Address"], s.get("Port", 0), s.get("ServerName", "")] for s in servers] or None


def set_servers(index: int, servers: list[Any] | None) -> None:
    """These instead of its own; or its own again."""
    if servers is None:
        tell("RevertLinkDNS", "i", index)
    else:
        tell("SetLinkDNSEx", "ia(iayqs)", index, servers)
