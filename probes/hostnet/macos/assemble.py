"""From what macOS tells to the payloads that every system gives."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence

from probes.hostnet import kinds
from probes.hostnet.macos import store
from probes.hostnet.macos.texts import MacInterface, MacRoute
from selfcare.model.payloads.address import Activation, AddressPayload, IpAddress, IpConfig, Lease, Method
from selfcare.model.payloads.link import Interface, InterfaceKind, LinkPayload
from selfcare.model.payloads.routes import Route, RoutePayload

_HALVES = frozenset({"0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "::/0", "::/1", "8000::/1", "2000::/3"})
_WIFI_PORTS = frozenset({"wi-fi", "airport"})


def link(
    found: Sequence[MacInterface], indexes: Mapping[str, int], wifi: Mapping[str, bool | None],
    ports: Mapping[str, str], primary: str | None,
) -> LinkPayload:  # fmt: skip
    """All adapters. ``wifi``: those with a radio and whether it is off; ``ports``: hardware ports by device."""
    interfaces = tuple(
        Interface(
            name=raw.name,
            index=indexes.get(raw.name, number),
            kind=kind(raw, wifi, ports),
            admin_up="UP" in raw.flags,
            # An interface that says nothing of a cable (a tunnel) has none to lose.
            carrier=None if "UP" not in raw.flags else raw.active if raw.active is not None else True,
            mac=raw.mac,
            mtu=raw.mtu,
            speed_mbps=raw.speed_mbps,
            full_duplex=raw.full_duplex,
            radio_blocked=wifi.get(raw.name),
        )
        for number, raw in enumerate(found, start=1)
    )
    return LinkPayload(interfaces, kinds.choose_primary(interfaces, (primary,)))


def kind(raw: MacInterface, wifi: Mapping[str, bool | None], ports: Mapping[str, str]) -> InterfaceKind:
    """The hardware port where there is one; else the kernel's own names, which nobody can change."""
    if "LOOPBACK" in raw.flags:
        return InterfaceKind.LOOPBACK
    if raw.name in wifi or ports.get(raw.name, "").lower() in _WIFI_PORTS:
        return InterfaceKind.WIFI
    guess = kinds.kind_by_name(raw.name, loopback=False)
    if guess is InterfaceKind.ETHERNET and ports and raw.name not in ports:
        # Internal links (the touch bar, the T2 chip) are called en5 too, but are no port.
        return InterfaceKind.VIRTUAL
    if ports.get(raw.name, "").lower().startswith("bluetooth"):
        return InterfaceKind.OTHER
    return guess


def addresses(
    payload: LinkPayload, found: Sequence[MacInterface], services: Sequence[store.Service],
    system_resolvers: tuple[str, ...], routes: Sequence[MacRoute], packets: Mapping[str, Lease | None],
) -> AddressPayload:  # fmt: skip
    """Configurations. ``packets``: leases by ``ipconfig getpacket``, where the store told none."""
    by_name = {raw.name: raw for raw in found}
    of = {service.interface: service for service in reversed(services)}
    left_out = (InterfaceKind.LOOPBACK, InterfaceKind.VIRTUAL)
    configs = [
        _config(i, by_name[i.name], of.get(i.name), system_resolvers if i.name == payload.primary else (), routes,
                packets.get(i.name))
        for i in payload.interfaces
        if i.kind not in left_out and i.name in by_name
    ]  # fmt: skip
    return AddressPayload(tuple(configs), payload.primary, "macos")


def _config(
    interface: Interface, raw: MacInterface, service: store.Service | None, system: tuple[str, ...],
    routes: Sequence[MacRoute], packet: Lease | None,
) -> IpConfig:  # fmt: skip
    found = tuple(_address(a.address, a.prefix, a.words) for a in raw.addresses)
    lease = (service.lease if service else None) or packet
    resolvers = service.resolvers if service and service.resolvers else system
    usable = any(a.family == 4 and not ipaddress.ip_address(a.address).is_link_local for a in found)
    method = service.method4 if service else Method.UNKNOWN
    if method is Method.UNKNOWN and usable and lease is not None:
        method = Method.DHCP
    defaults = {r.family: r.gateway for r in reversed(routes) if r.destination in ("0.0.0.0/0", "::/0")
                and r.interface == interface.name and r.gateway}  # fmt: skip
    return IpConfig(
        interface=interface.name,
        addresses=found,
        method4=method,
        activation=_activation(interface, found, usable, method),
        resolvers=resolvers,
        resolvers_method=_resolvers_method(resolvers, service, lease),
        gateway4=defaults.get(4) or (service.router4 if service else None),
        gateway6=defaults.get(6) or (service.router6 if service else None),
        lease=lease,
    )


def _address(address: str, prefix: int, words: frozenset[str]) -> IpAddress:
    family = 6 if ":" in address else 4
    given = bool(words & {"autoconf", "dynamic"})
    return IpAddress(
        address, prefix, family, dynamic=given or None, duplicate="duplicated" in words, tentative="tentative" in words
    )


def _activation(interface: Interface, found: tuple[IpAddress, ...], usable: bool, method: Method) -> Activation:
    if not interface.admin_up or interface.carrier is False:
        return Activation.DOWN
    if usable:
        return Activation.ACTIVE
    if method is not Method.DHCP:
        return Activation.UNKNOWN
    return Activation.FAILED if any(a.family == 4 for a in found) else Activation.ACQUIRING


def _resolvers_method(used: tuple[str, ...], service: store.Service | None, lease: Lease | None) -> Method:
    if not used or service is None:
        return Method.UNKNOWN
    if set(used) & set(service.manual_resolvers):
        return Method.MANUAL
    offered = set(lease.resolvers) if lease else set()
    return Method.DHCP if offered and {u for u in used if ":" not in u} <= offered else Method.UNKNOWN


def routing(payload: LinkPayload, found: Sequence[MacRoute], owner4: str | None, owner6: str | None) -> RoutePayload:
    """Default routes in the table's order, which is the system's; scoped ones serve bound sockets only."""
    routes = tuple(
        Route(r.family, r.destination, r.gateway, r.interface, None)
        for r in found
        if r.destination in _HALVES and not r.scoped and not _idle_tunnel(r, payload)
    )
    carriers = {r.interface for r in routes} | {owner4, owner6}
    # Many utun interfaces exist without any VPN (iCloud, handoff): only those that carry something count.
    tunnels = tuple(
        i.name for i in payload.interfaces if i.kind is InterfaceKind.TUNNEL and i.admin_up and i.name in carriers
    )
    return RoutePayload(tuple(dict.fromkeys(routes)), owner4, owner6, tunnels)


def _idle_tunnel(route: MacRoute, payload: LinkPayload) -> bool:
    """The IPv6 default route by link-local address alone that every utun interface gets."""
    interface = payload.get(route.interface)
    tunnel = interface is not None and interface.kind is InterfaceKind.TUNNEL
    return tunnel and route.family == 6 and (route.gateway or "fe80").startswith("fe80")
