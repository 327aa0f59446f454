"""Addressing where there is neither netlink nor a bus: psutil, netifaces and resolv.conf."""

from __future__ import annotations

import ipaddress
import socket

from selfcare.model.payloads.address import Activation, AddressPayload, IpAddress, IpConfig, Method
from selfcare.model.payloads.link import Interface, InterfaceKind, LinkPayload


def read(link: LinkPayload) -> AddressPayload:
    """Addresses and gateways; where they come from stays UNKNOWN. Blocking."""
    import psutil

    from probes.hostnet import resolvconf
    from probes.hostnet._netifaces import default_gateways

    known = psutil.net_if_addrs()
    gateways = default_gateways()
    resolvers = resolvconf.read()
    configs = []
    for interface in link.interfaces:
        if interface.kind in (InterfaceKind.LOOPBACK, InterfaceKind.VIRTUAL):
            continue
        found = tuple(a for raw in known.get(interface.name, ()) if (a := _address(raw)) is not None)
        own = {family: gateway for family, gateway, name, _ in reversed(gateways) if name == interface.name}
        configs.append(
            IpConfig(
                interface=interface.name,
                addresses=found,
                method4=_method(found),
                activation=_activation(interface, found),
                resolvers=resolvers if interface.name == link.primary else (),
                resolvers_method=Method.UNKNOWN,
                gateway4=own.get(4),
                gateway6=own.get(6),
            )
        )
    return AddressPayload(tuple(configs), link.primary, None)


def _address(raw: object) -> IpAddress | None:
    family = {socket.AF_INET: 4, socket.AF_INET6: 6}.get(getattr(raw, "family", None))  # type: ignore[arg-type]
    if family is None:
        return None
    text = str(getattr(raw, "address", "")).partition("%")[0]
    try:
        ipaddress.ip_address(text)
        return IpAddress(text, _prefix(str(getattr(raw, "netmask", None) or ""), family), family)
    except ValueError:
        return None


def _prefix(mask: str, family: int) -> int:
    """Length of a mask like 255.255.255.0 or ffff:ffff::; the whole address when there is none."""
    if not mask:
        return 32 if family == 4 else 128
    return int(ipaddress.ip_address(mask.partition("/")[0])).bit_count()


def _method(found: tuple[IpAddress, ...]) -> Method:
    v4 = [a for a in found if a.family == 4]
    alone = bool(v4) and all(ipaddress.ip_address(a.address).is_link_local for a in v4)
    return Method.LINK_LOCAL if alone else Method.UNKNOWN


def _activation(interface: Interface, found: tuple[IpAddress, ...]) -> Activation:
    if not interface.admin_up or interface.carrier is False:
        return Activation.DOWN
    return Activation.ACTIVE if any(a.family == 4 for a in found) else Activation.UNKNOWN
