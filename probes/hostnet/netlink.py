"""The Linux kernel's own word on links, addresses, routes and neighbours (rtnetlink, through pyroute2).

Blocking, a few milliseconds per call: run it in a thread. Every function returns plain
records and raises ``OSError`` only when netlink itself is not to be had.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from probes.hostnet import rtnl

IFF_UP = 0x1
IFF_LOOPBACK = 0x8
IFF_POINTOPOINT = 0x10
IFF_NOARP = 0x80

IFA_F_DADFAILED = 0x08
IFA_F_TENTATIVE = 0x40
IFA_F_PERMANENT = 0x80

NUD_INCOMPLETE = 0x01
NUD_REACHABLE = 0x02
NUD_STALE = 0x04
NUD_DELAY = 0x08
NUD_PROBE = 0x10
NUD_FAILED = 0x20
NTF_ROUTER = 0x80

_TABLE_LOCAL = 255
_RTN_UNICAST = 1
# The kernel counts ages of addresses and neighbours in hundredths of a second.
_TICKS = 100.0


@dataclass(frozen=True, slots=True)
class RawLink:
    """One link; ``kind`` is the kernel's type of a made-up device ("veth", "bridge"), None for hardware."""

    index: int
    name: str
    flags: int
    arp_type: int
    carrier: bool | None
    mac: str | None
    mtu: int | None
    kind: str | None
    master: int | None


@dataclass(frozen=True, slots=True)
class RawAddress:
    """One address with its flags; ``age_s`` since it was added."""

    index: int
    family: int
    address: str
    prefix: int
    flags: int
    age_s: float | None


@dataclass(frozen=True, slots=True)
class RawRoute:
    """One unicast route; ``destination`` is "0.0.0.0/0" style."""

    family: int
    destination: str
    gateway: str | None
    index: int
    metric: int | None
    table: int


@dataclass(frozen=True, slots=True)
class RawNeighbour:
    """One neighbour. ``confirmed_s``: since it last proved alive; ``updated_s``: since its state changed."""

    index: int
    address: str
    mac: str | None
    state: int
    flags: int
    confirmed_s: float | None
    updated_s: float | None


@contextlib.contextmanager
def _iproute() -> Iterator[Any]:
    route_socket, failure = rtnl.load()
    try:
        with route_socket() as handle:
            yield handle
    except failure as error:
        raise OSError(getattr(error, "code", 0), str(error)) from error


def links() -> list[RawLink]:
    """All links of this network namespace."""
    with _iproute() as handle:
        return [_link(message) for message in handle.get_links()]


def _link(message: Any) -> RawLink:
    carrier = message.get("carrier")
    info = message.get("linkinfo")
    kind = info.get("kind") if info else None
    up = bool(message["flags"] & IFF_UP)
    return RawLink(
        index=message["index"],
        name=str(message.get("ifname") or message["index"]),
        flags=message["flags"],
        arp_type=message["ifi_type"],
        carrier=bool(carrier) if up and carrier is not None else None,
        mac=_mac(message.get("address")),
        mtu=message.get("mtu"),
        kind=str(kind) if kind else None,
        master=message.get("master"),
    )


def addresses() -> list[RawAddress]:
    """All IPv4 and IPv6 addresses."""
    with _iproute() as handle:
        return [a for a in map(_address, handle.get_addr()) if a is not None]


def _address(message: Any) -> RawAddress | None:
    family = _FAMILIES.get(message["family"])
    # On point-to-point links IFA_ADDRESS is the peer, IFA_LOCAL our own.
    own = message.get("local") or message.get("address")
    if family is None or not own:
        return None
    cache = message.get("cacheinfo")
    age = None
    if cache:
        # Stamped in time since boot without suspend: what Linux calls monotonic.
        age = max(0.0, time.monotonic() - cache["cstamp"] / _TICKS)
    flags = message.get("flags")
    return RawAddress(message["index"], family, own, message["prefixlen"], int(flags or 0), age)


def routes() -> list[RawRoute]:
    """All unicast routes of all tables but the kernel's own for local addresses."""
    with _iproute() as handle:
        return [r for message in handle.get_routes() for r in _routes(message)]


def _routes(message: Any) -> Iterator[RawRoute]:
    family = _FAMILIES.get(message["family"])
    table = message.get("table") or 0
    if family is None or table == _TABLE_LOCAL or message["type"] != _RTN_UNICAST:
        return
    network = message.get("dst") or ("0.0.0.0" if family == 4 else "::")
    destination = f"{network}/{message['dst_len']}"
    metric = message.get("priority")
    for hop in message.get("multipath") or [message]:
        index = hop.get("oif") or hop.get("ifindex")
        if index is not None:
            yield RawRoute(family, destination, _gateway(hop), index, metric, table)


def _gateway(hop: Any) -> str | None:
    gateway = hop.get("gateway")
    if gateway:
        return str(gateway)
    # An IPv4 route through an IPv6 next hop carries it in another attribute.
    via = hop.get("via")
    return str(via.get("addr")) if via else None


def route_to(address: str) -> int | None:
    """Index of the interface the kernel would send to ``address`` through, None without a route."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with _iproute() as handle:
            for message in handle.route("get", dst=address, family=family):
                index = message.get("oif")
                return int(index) if index else None
    except OSError:
        return None
    return None


def neighbours(index: int) -> list[RawNeighbour]:
    """The ARP and ND table of one interface."""
    with _iproute() as handle:
        found = handle.get_neighbours(ifindex=index)
        return [_neighbour(m) for m in found if m["ifindex"] == index and m.get("dst")]


def _neighbour(message: Any) -> RawNeighbour:
    cache = message.get("cacheinfo")
    return RawNeighbour(
        index=message["ifindex"],
        address=str(message.get("dst")),
        mac=_mac(message.get("lladdr")),
        state=message["state"],
        flags=message["flags"],
        confirmed_s=cache["ndm_confirmed"] / _TICKS if cache else None,
        updated_s=cache["ndm_updated"] / _TICKS if cache else None,
    )


def _mac(value: Any) -> str | None:
    text = str(value) if value else ""
    return text if len(text) == 17 and text.strip("0:") else None


_FAMILIES = {int(socket.AF_INET): 4, int(socket.AF_INET6): 6}
