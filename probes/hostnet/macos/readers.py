"""Reads this PC under macOS. All functions block; the commands take some milliseconds each."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
from collections.abc import Sequence

from probes.hostnet.macos import assemble, scutil, store, texts
from probes.hostnet.neighbours import Neighbour
from selfcare.model.payloads.address import AddressPayload
from selfcare.model.payloads.link import LinkPayload
from selfcare.model.payloads.routes import RoutePayload

_LIMIT_S = 0.8
# ARP asks once a second: an entry that young has not been given its chance.
_PATIENCE_S = 0.9


def _print(*words: str) -> str:
    """What a command prints; empty where it is missing, fails or hangs."""
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, timeout=_LIMIT_S, check=False,
            env={**os.environ, "LC_ALL": "C"},
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode("utf-8", "replace")


def _store() -> dict[str, object]:
    with contextlib.suppress(OSError, AttributeError, ValueError):
        return store.copy()
    return {}


def read_link(anchors: Sequence[str]) -> LinkPayload:
    """Adapters. Raises OSError where ifconfig says nothing."""
    found = texts.ifconfig(_print("/sbin/ifconfig", "-a"))
    if not found:
        raise OSError("ifconfig")
    known = _store()
    primary = store.primary(known) or _owner(anchors)
    ports = texts.hardware_ports(_print("/usr/sbin/networksetup", "-listallhardwareports"))
    indexes = {name: number for number, name in socket.if_nameindex()}
    return assemble.link(found, indexes, store.wifi_interfaces(known), ports, primary)


def read_addresses(link: LinkPayload) -> AddressPayload:
    """Addressing. Raises OSError where ifconfig says nothing."""
    found = texts.ifconfig(_print("/sbin/ifconfig", "-a"))
    if not found:
        raise OSError("ifconfig")
    known = _store()
    services = store.services(known)
    resolvers = store.global_resolvers(known) or scutil.in_use(scutil.dns(_print("/usr/sbin/scutil", "--dns")))
    routes = texts.netstat(_print("/usr/sbin/netstat", "-rn"))
    told = {service.interface for service in services if service.lease is not None}
    packets = {
        i.name: scutil.getpacket(_print("/usr/sbin/ipconfig", "getpacket", i.name))
        for i in link.physical
        if i.carrier and i.name not in told
    }
    return assemble.addresses(link, found, services, resolvers, routes, packets)


def read_routes(link: LinkPayload, anchors4: Sequence[str], anchors6: Sequence[str]) -> RoutePayload:
    """The routing table, and whom the system would hand packets to public addresses. Raises OSError."""
    found = texts.netstat(_print("/usr/sbin/netstat", "-rn"))
    if not found:
        raise OSError("netstat")
    return assemble.routing(link, found, _owner(anchors4), _owner(anchors6))


def _owner(anchors: Sequence[str]) -> str | None:
    """Asks for several addresses: one of them may have a host route of its own."""
    owners = [owner for anchor in anchors[:3] if (owner := _route_to(anchor)) is not None]
    return max(owners, key=owners.count) if owners else None


def _route_to(anchor: str) -> str | None:
    family = ("-inet6",) if ":" in anchor else ()
    return texts.route_get(_print("/sbin/route", "-n", "get", *family, anchor))[1]


def read_neighbours(interface: str, elapsed_s: float, *gateways: str | None) -> list[Neighbour]:
    """A judgement per gateway, by ARP alone. An entry has no date, so it proves no life; a missing answer does."""
    table = texts.arp(_print("/usr/sbin/arp", "-an"))
    return [neighbour(table, interface, gateway, elapsed_s) for gateway in gateways]


def neighbour(
    table: dict[tuple[str, str], str | None], interface: str, gateway: str | None, elapsed_s: float
) -> Neighbour:
    """What the ARP table proves about one gateway."""
    key = (interface, gateway or "")
    if key not in table:
        return Neighbour()
    known = table[key]
    return Neighbour(False if known is None and elapsed_s >= _PATIENCE_S else None, known)
