"""From what Windows tells to the payloads that every system gives."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from probes.hostnet import kinds
from probes.hostnet.windows import registry
from probes.hostnet.windows.adapters import DAD_DUPLICATE, DAD_TENTATIVE, ORIGIN_DHCP, ORIGIN_ROUTER, RawAdapter
from probes.hostnet.windows.tables import RawInterface, RawRoute
from selfcare.model.payloads.address import Activation, AddressPayload, IpAddress, IpConfig, Method
from selfcare.model.payloads.link import Interface, InterfaceKind, LinkPayload
from selfcare.model.payloads.routes import Route, RoutePayload

# Numbers of the Internet assigned numbers authority, as Windows uses them.
_ETHERNET, _PPP, _LOOPBACK, _PROPRIETARY, _WIFI, _TUNNEL, _WWAN_PP, _WWAN_PP2 = 6, 23, 24, 53, 71, 131, 243, 244
_KINDS = {
    _LOOPBACK: InterfaceKind.LOOPBACK, _PPP: InterfaceKind.TUNNEL, _TUNNEL: InterfaceKind.TUNNEL,
    # Layer-3 adapters of VPN programs (wintun, ovpn-dco) call themselves proprietary.
    _PROPRIETARY: InterfaceKind.TUNNEL, _WWAN_PP: InterfaceKind.CELLULAR, _WWAN_PP2: InterfaceKind.CELLULAR,
}  # fmt: skip
_BLUETOOTH = 10
# Drivers' own product names, which no language changes.
_TUNNEL_DRIVER = re.compile(
    r"tap-|tap0|wintun|wireguard|openvpn|tailscale|nordlynx|zerotier|anyconnect|fortinet|vpn", re.I
)
_UP, _DOWN, _NOT_PRESENT, _LOWER_DOWN = 1, 2, 6, 7
_HALVES = frozenset({"0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "::/0", "::/1", "8000::/1", "2000::/3"})


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything read, before it is put together. ``rows`` by index, ``settings`` and ``radios`` by GUID."""

    adapters: Sequence[RawAdapter]
    rows: Mapping[int, RawInterface] = field(default_factory=dict)
    settings: Mapping[str, tuple[registry.Values, registry.Values]] = field(default_factory=dict)
    radios: Mapping[str, bool | None] = field(default_factory=dict)
    disabled: Sequence[registry.DisabledAdapter] = ()
    owners: Sequence[int | None] = ()


def link(snapshot: Snapshot) -> LinkPayload:
    """All adapters, those that are switched off too."""
    found = [_interface(raw, snapshot) for raw in snapshot.adapters]
    known = {raw.guid.upper() for raw in snapshot.adapters}
    found += [_switched_off(card) for card in snapshot.disabled if card.guid.upper() not in known]
    interfaces = tuple(found)
    names = {i.index: i.name for i in interfaces}
    routed = sorted((r for r in snapshot.adapters if r.gateways), key=lambda r: r.metric4)
    owners = [names.get(index or 0) for index in snapshot.owners] + [names.get(number(r)) for r in routed]
    return LinkPayload(interfaces, kinds.choose_primary(interfaces, tuple(owners)))


def number(raw: RawAdapter) -> int:
    """The interface's index; IPv6 has its own where IPv4 is switched off."""
    return raw.index or raw.index6


def _interface(raw: RawAdapter, snapshot: Snapshot) -> Interface:
    row = snapshot.rows.get(number(raw))
    speed = raw.speed_bps if raw.speed_bps is not None else (row.speed_bps if row else None)
    return Interface(
        name=raw.name,
        index=number(raw),
        kind=kind(raw, row),
        admin_up=row.admin_up if row else raw.oper_status != _NOT_PRESENT,
        carrier=_carrier(raw, row),
        mac=raw.mac,
        mtu=raw.mtu or None,
        speed_mbps=speed // 1_000_000 or None if speed else None,
        radio_blocked=snapshot.radios.get(raw.guid.upper()),
    )


def _switched_off(card: registry.DisabledAdapter) -> Interface:
    sort = InterfaceKind.WIFI if card.wireless else InterfaceKind.ETHERNET
    return Interface(name=card.name, index=0, kind=sort, admin_up=False, carrier=None)


def kind(raw: RawAdapter, row: RawInterface | None) -> InterfaceKind:
    """By the number of its type and whether hardware stands behind it; its name says nothing reliable."""
    if raw.if_type in _KINDS:
        return _KINDS[raw.if_type]
    if raw.if_type not in (_ETHERNET, _WIFI):
        # Without an address of hardware there is no cable and no radio: packets go into a program.
        return InterfaceKind.OTHER if raw.mac else InterfaceKind.TUNNEL
    if _TUNNEL_DRIVER.search(raw.description):
        return InterfaceKind.TUNNEL
    if row is not None and row.physical_medium == _BLUETOOTH:
        return InterfaceKind.OTHER
    made_up = row is not None and not row.hardware
    # With an external switch of Hyper-V the PC itself goes out through an adapter that is made up.
    if made_up and not raw.gateways:
        return InterfaceKind.VIRTUAL
    return InterfaceKind.WIFI if raw.if_type == _WIFI else InterfaceKind.ETHERNET


def _carrier(raw: RawAdapter, row: RawInterface | None) -> bool | None:
    if row is not None and not row.admin_up:
        return None
    if row is not None and row.connected is not None:
        return row.connected
    if raw.oper_status == _UP:
        return True
    return False if raw.oper_status in (_DOWN, _LOWER_DOWN) else None


def addresses(snapshot: Snapshot, payload: LinkPayload) -> AddressPayload:
    """Every real adapter's configuration."""
    left_out = (InterfaceKind.LOOPBACK, InterfaceKind.VIRTUAL)
    wanted = {i.index: i for i in payload.interfaces if i.kind not in left_out}
    configs = [_config(wanted[number(r)], r, snapshot) for r in snapshot.adapters if number(r) in wanted]
    off = [i for i in wanted.values() if not i.index]
    configs += [IpConfig(i.name, (), Method.UNKNOWN, Activation.DOWN, (), Method.UNKNOWN) for i in off]
    return AddressPayload(tuple(configs), payload.primary, "windows")


def _config(interface: Interface, raw: RawAdapter, snapshot: Snapshot) -> IpConfig:
    values4, values6 = snapshot.settings.get(raw.guid, ({}, {}))
    found = tuple(
        IpAddress(
            address=a.address,
            prefix=a.prefix,
            family=6 if ":" in a.address else 4,
            dynamic=a.prefix_origin in (ORIGIN_DHCP, ORIGIN_ROUTER) if a.prefix_origin else None,
            duplicate=a.dad_state == DAD_DUPLICATE,
            tentative=a.dad_state == DAD_TENTATIVE,
        )
        for a in raw.unicast
    )
    written = registry.dhcp_enabled(values4)
    automatic = raw.dhcp_enabled if written is None else written
    return IpConfig(
        interface=interface.name,
        addresses=found,
        method4=_method(raw, found, automatic, known=written is not None or raw.dhcp_enabled),
        activation=_activation(interface, found, automatic),
        resolvers=raw.resolvers,
        resolvers_method=_resolvers_method(raw, values4, values6),
        gateway4=next((g for g in raw.gateways if ":" not in g), None),
        gateway6=next((g for g in raw.gateways if ":" in g), None),
        lease=registry.lease(values4),
    )


def _usable4(found: tuple[IpAddress, ...]) -> bool:
    return any(a.family == 4 and not ipaddress.ip_address(a.address).is_link_local for a in found)


def _method(raw: RawAdapter, found: tuple[IpAddress, ...], automatic: bool, *, known: bool) -> Method:
    if automatic:
        return Method.DHCP
    if any(a.prefix_origin == 1 and ":" not in a.address for a in raw.unicast):
        return Method.MANUAL
    if _usable4(found):
        return Method.MANUAL if known else Method.UNKNOWN
    return Method.LINK_LOCAL if any(a.family == 4 for a in found) else Method.UNKNOWN


def _activation(interface: Interface, found: tuple[IpAddress, ...], automatic: bool) -> Activation:
    if not interface.admin_up or interface.carrier is False:
        return Activation.DOWN
    if _usable4(found):
        return Activation.ACTIVE
    if not automatic:
        return Activation.UNKNOWN
    # Windows gives itself 169.254.x.x once its first requests stayed without an answer.
    return Activation.FAILED if any(a.family == 4 for a in found) else Activation.ACQUIRING


def _resolvers_method(raw: RawAdapter, values4: registry.Values, values6: registry.Values) -> Method:
    """MANUAL as soon as a server in use was written by hand; UNKNOWN where the registry cannot be read."""
    if not raw.resolvers or not (values4 or values6):
        return Method.UNKNOWN
    used = {r.partition("%")[0] for r in raw.resolvers}
    if used & set(registry.manual_resolvers(values4, values6)):
        return Method.MANUAL
    lease = registry.lease(values4)
    offered = set(lease.resolvers) if lease else set()
    # IPv6 servers come with router advertisements, which the registry does not keep.
    return Method.DHCP if offered and {u for u in used if ":" not in u} <= offered else Method.UNKNOWN


def routing(
    payload: LinkPayload, found: Sequence[RawRoute], metrics: Mapping[int, tuple[int, int]],
    owner4: int | None, owner6: int | None, tunnel_resolvers: tuple[str, ...] = (),
) -> RoutePayload:  # fmt: skip
    """Default routes by rank. ``metrics``: each interface's own, IPv4 and IPv6, which Windows adds."""
    names = {i.index: i.name for i in payload.interfaces}
    routes = []
    for route in found:
        if route.destination in _HALVES:
            family = 6 if ":" in route.destination else 4
            own = metrics.get(route.index, (0, 0))[family == 6]
            name = names.get(route.index, str(route.index))
            routes.append(Route(family, route.destination, route.gateway, name, route.metric + own))
    routes.sort(key=lambda r: (r.family, r.metric or 0))
    tunnels = tuple(
        i.name for i in payload.interfaces if i.kind is InterfaceKind.TUNNEL and i.admin_up and i.carrier is not False
    )
    return RoutePayload(
        routes=tuple(dict.fromkeys(routes)),
        owner4=names.get(owner4 or 0),
        owner6=names.get(owner6 or 0),
        tunnels=tunnels,
        tunnel_resolvers=tunnel_resolvers if tunnels else (),
    )
