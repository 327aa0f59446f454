"""All adapters of this computer, as the link payload wants them."""

from __future__ import annotations

import socket
from pathlib import Path

from probes.hostnet import kinds, sysfs
from selfcare.model.payloads.link import Interface, InterfaceKind, LinkPayload

_NM_DEVICES = Path("/run/NetworkManager/devices")


def read_linux(anchors: tuple[str, ...]) -> LinkPayload:
    """Adapters by netlink and /sys. Blocking, about 5 ms. Raises OSError without netlink.

    Args:
        anchors: public addresses; the route towards them tells which adapter carries the Internet.
    """
    from probes.hostnet import netlink

    found: list[Interface] = []
    for link in netlink.links():
        extra = sysfs.read(link.name, link.index)
        found.append(
            Interface(
                name=link.name,
                index=link.index,
                kind=kinds.linux_kind(link, extra),
                admin_up=bool(link.flags & netlink.IFF_UP),
                carrier=link.carrier,
                mac=link.mac,
                mtu=link.mtu,
                speed_mbps=extra.speed_mbps,
                full_duplex=extra.full_duplex,
                radio_blocked=extra.radio_blocked,
                managed=_managed(link.index),
            )
        )
    interfaces = tuple(found)
    names = {i.index: i.name for i in interfaces}
    owners = [netlink.route_to(anchor) for anchor in anchors]
    defaults = sorted(
        (r for r in netlink.routes() if r.destination in ("0.0.0.0/0", "::/0")),
        key=lambda r: (r.family, r.metric or 0),
    )
    indexes = [*owners, *(r.index for r in defaults)]
    return LinkPayload(interfaces, kinds.choose_primary(interfaces, tuple(names.get(i or 0) for i in indexes)))


def _managed(index: int) -> bool | None:
    """NetworkManager's state file says whether it looks after a device; it needs no bus."""
    try:
        text = (_NM_DEVICES / str(index)).read_text("utf-8", "replace")
    except OSError:
        return None
    for line in text.splitlines():
        key, _, value = line.partition("=")
        if key.strip() == "managed":
            return value.strip() in ("true", "1")
    return None


def read_generic() -> LinkPayload:
    """Adapters by psutil, gateways by netifaces: Windows, macOS, or Linux without netlink. Blocking."""
    import psutil

    from probes.hostnet._netifaces import default_gateways

    addresses = psutil.net_if_addrs()
    interfaces = []
    for number, (name, stats) in enumerate(psutil.net_if_stats().items(), start=1):
        flags = str(getattr(stats, "flags", "")).split(",")
        macs = [a.address for a in addresses.get(name, ()) if a.family == psutil.AF_LINK]
        kind = kinds.kind_by_name(name, "loopback" in flags)
        interfaces.append(
            Interface(
                name=name,
                index=_index(name, number),
                kind=kind,
                admin_up="up" in flags if flags != [""] else stats.isup,
                # psutil's "up" means running: on Windows and macOS that includes the cable.
                carrier=stats.isup if kind is not InterfaceKind.LOOPBACK else True,
                mac=macs[0].replace("-", ":").lower() if macs else None,
                mtu=stats.mtu or None,
                speed_mbps=stats.speed or None,
                full_duplex={int(psutil.NIC_DUPLEX_FULL): True, int(psutil.NIC_DUPLEX_HALF): False}.get(
                    int(stats.duplex)
                ),
            )
        )
    known = tuple(interfaces)
    owners = tuple(name for _, _, name, default in default_gateways() if default)
    return LinkPayload(known, kinds.choose_primary(known, owners))


def _index(name: str, fallback: int) -> int:
    try:
        return socket.if_nametoindex(name)
    except OSError:
        return fallback
