"""Remedies for adapters, addresses and routes."""

from __future__ import annotations

import ipaddress

from selfcare.model.payloads.address import Activation, AddressPayload, Method
from selfcare.model.payloads.link import InterfaceKind
from selfcare.model.payloads.routes import Route, RoutePayload
from selfcare.model.remedy import NotPossible
from selfcare.model.repair import Action, Argument, Change, Instruction, Risk, Verb
from selfcare.model.rule import Gate
from selfcare.model.tri import Tri
from selfcare.remedies.naming import SERVERS, interface_of
from selfcare.remedies.ranking import ranked
from selfcare.remedies.remedy import BASIC, Answer, Remedy
from selfcare.remedies.situation import Situation

YES, NO = Tri.YES, Tri.NO
DEFAULT = "0.0.0.0/0"
STANDARD_MTU = 1500
SMALLEST_MTU = 1280
RENEW_PAUSE_S = 3.0
"""NetworkManager has no renewal: it activates the connection anew."""
RESTART_PAUSE_S = 5.0
RENEWED_S = 6.0
"""The change itself waits for the lease; this is for what comes right after it."""
_WAYS = ("gateway.reach", "route.table", *BASIC[1:])


def renew(situation: Situation) -> tuple[Action, ...]:
    """A new lease; where the manager can only re-activate, or may have to (macOS), with a pause."""
    pause = RENEW_PAUSE_S if situation.manager in ("networkmanager", "macos", None) else 0.0
    return (Change(Verb.DHCP_RENEW, {"interface": interface_of(situation)}, pause),)


def automatic(situation: Situation) -> tuple[Action, ...]:
    """Address, gateway and resolvers by the network again."""
    return (Change(Verb.IP_AUTO, {"interface": interface_of(situation)}, RENEW_PAUSE_S),)


def duplicate(situation: Situation) -> tuple[Action, ...]:
    """Another address than the one somebody else has: by the network, which knows what it has given away."""
    config = situation.config
    manual = config is not None and config.method4 is Method.MANUAL
    return automatic(situation) if manual else renew(situation)


def restart(situation: Situation) -> tuple[Action, ...]:
    """Off and on again."""
    return (Change(Verb.ADAPTER_RESTART, {"interface": interface_of(situation)}, RESTART_PAUSE_S),)


def reconnect(situation: Situation) -> tuple[Action, ...]:
    """The adapter is on and has its cable, but nobody connected it."""
    config = situation.config
    if config is None or config.activation not in (Activation.DOWN, Activation.FAILED):
        raise NotPossible("nothing_to_do")
    return (Change(Verb.ADAPTER_ENABLE, {"interface": interface_of(situation)}),)


def enable(situation: Situation) -> tuple[Action, ...]:
    """The adapter that is switched off; the radio switch of a laptop is for a hand."""
    link = situation.link
    if link is None:
        raise NotPossible("no_adapter")
    off = [i for i in link.physical if not i.admin_up]
    preferred = sorted(off, key=lambda i: (i.name != link.primary, i.kind is not InterfaceKind.ETHERNET, i.index))
    if preferred:
        return (Change(Verb.ADAPTER_ENABLE, {"interface": preferred[0].name}),)
    if any(i.radio_blocked for i in link.physical):
        return (Instruction("radio", ("adapter_enabled",)),)
    raise NotPossible("nothing_to_do")


def routes(situation: Situation) -> tuple[Action, ...]:
    """The default routes that lead nowhere: past the router the lease names, or through an adapter without Internet."""
    table = situation.routes
    if table is None or table.owner4 is None:
        raise NotPossible("nothing_to_do")
    off_lease = situation.tri("gateway_off_lease") is YES
    wrong = _past_the_lease(situation, table) if off_lease else _through_the_dead_end(situation, table)
    if not wrong:
        raise NotPossible("nothing_to_do")
    removed = [Change(Verb.ROUTE_REMOVE, _route(r.destination, r.gateway, r.interface, r.metric)) for r in wrong]
    # With the right one gone as well, it is asked for anew; NetworkManager knows it, and has it back with the removal.
    alone = not any(r.family == 4 and r not in wrong for r in table.routes)
    anew = alone and not (off_lease and situation.manager == "networkmanager")
    return (*removed, *renew(situation)) if anew else tuple(removed)


def _past_the_lease(situation: Situation, table: RoutePayload) -> list[Route]:
    config = situation.config
    routers = config.lease.routers if config is not None and config.lease is not None else ()
    if config is None or not routers:
        return []
    mine = (r for r in table.routes if r.interface == config.interface and r.destination == DEFAULT)
    return [r for r in mine if r.gateway is not None and r.gateway not in routers]


def _through_the_dead_end(situation: Situation, table: RoutePayload) -> list[Route]:
    """Only while another adapter has been seen to reach out."""
    bound = situation.bound
    if bound is None or not any(t.answered for t in bound.tries if t.interface != table.owner4):
        raise NotPossible("no_other_way")
    return [r for r in table.routes if r.interface == table.owner4 and r.family == 4]


def _route(destination: str, gateway: str | None, interface: str, metric: int | None) -> dict[str, Argument]:
    """The very route: a direct one has no gateway, and one without a metric has the kernel's 0."""
    return {"destination": destination, "gateway": gateway or "", "interface": interface, "metric": metric or 0}


def tunnel(situation: Situation) -> tuple[Action, ...]:
    """The tunnel that owns the way out and is dead; and what its program would leave behind in resolv.conf."""
    table = situation.routes
    if table is None or table.owner4 is None or table.owner4 not in table.tunnels:
        raise NotPossible("nothing_to_do")
    stop = Change(Verb.TUNNEL_STOP, {"interface": table.owner4})
    config = situation.config
    if config is None or not _asks_inside(situation, table.owner4):
        return (stop,)
    given = config.lease.resolvers if config.lease is not None else ()
    servers = (given or tuple(r.address for r in ranked(situation)))[:SERVERS]
    if not servers:
        return (stop,)
    return (stop, Change(Verb.DNS_SET, {"interface": config.interface, "servers": servers}), Change(Verb.DNS_FLUSH))


def _asks_inside(situation: Situation, tunnel_name: str) -> bool:
    """Whether the adapter's names are asked of the tunnel's own network only: without the tunnel, of nobody."""
    payload, config = situation.get("addr.lease", AddressPayload), situation.config
    inner = payload.get(tunnel_name) if payload is not None else None
    if inner is None or config is None or not config.resolvers or inner.interface == config.interface:
        return False
    networks = [ipaddress.ip_network(f"{a.address}/{a.prefix}", strict=False) for a in inner.v4()]
    asked = [ipaddress.ip_address(server.partition("%")[0]) for server in config.resolvers]
    return all(any(server in network for network in networks) for server in asked)


def packet_size(situation: Situation) -> tuple[Action, ...]:
    """The usual size, or the largest that was seen to get through where that is smaller."""
    adapter, measured = situation.adapter, situation.packets
    if adapter is None or adapter.mtu is None:
        raise NotPossible("no_adapter")
    seen = [s for s in (measured.outside_largest, measured.gateway_largest) if s] if measured is not None else []
    # Measured with the size that is set now: a small setting hides what would pass.
    limit = min([s for s in seen if s < adapter.mtu], default=STANDARD_MTU)
    size = max(SMALLEST_MTU, min(STANDARD_MTU, limit))
    if size == adapter.mtu:
        raise NotPossible("nothing_to_do")
    return (Change(Verb.MTU_SET, {"interface": adapter.name, "bytes": size}),)


RENEW = Remedy(
    id="lease.renew",
    answers=(Answer("LAN-DHCP-NONE"), Answer("PC-ROUTES", (Gate("default_route", NO),))),
    risk=Risk.PAUSE,
    plan=renew,
    needs=(Gate("link_up", YES),),
    unless=(Gate("address_manual", YES),),
    verify=_WAYS,
    duration_s=10.0,
    settle_s=RENEWED_S,
    everyday=True,
    reversible=False,
)
IP_AUTOMATIC = Remedy(
    id="ip.automatic",
    answers=(Answer("PC-IP-STATIC"), Answer("PC-ROUTES", (Gate("default_route", NO),))),
    risk=Risk.SETTING,
    plan=automatic,
    needs=(Gate("link_up", YES),),
    verify=_WAYS,
    duration_s=10.0,
    settle_s=RENEWED_S,
)
DUPLICATE = Remedy(
    id="address.duplicate",
    answers=(Answer("LAN-IP-CONFLICT"),),
    risk=Risk.SETTING,
    plan=duplicate,
    needs=(Gate("link_up", YES), Gate("address_conflict", YES)),
    verify=_WAYS,
    duration_s=10.0,
    settle_s=RENEWED_S,
)
RESTART = Remedy(
    id="adapter.restart",
    # By hand only: where a lease is missing, a renewal asks the very same question.
    answers=(),
    risk=Risk.PAUSE,
    plan=restart,
    needs=(Gate("adapter_enabled", YES), Gate("link_up", YES)),
    verify=_WAYS,
    duration_s=15.0,
    settle_s=12.0,
    reversible=False,
    everyday=True,
)
RECONNECT = Remedy(
    id="connection.reconnect",
    answers=(Answer("LAN-DHCP-NONE", (Gate("address_manual", NO),)),),
    risk=Risk.NONE,
    plan=reconnect,
    needs=(Gate("link_up", YES), Gate("address_valid", NO)),
    verify=_WAYS,
    duration_s=10.0,
    settle_s=RENEWED_S,
    everyday=True,
)
ENABLE = Remedy(
    id="adapter.enable",
    answers=(Answer("PC-NIC-OFF"),),
    risk=Risk.NONE,
    plan=enable,
    needs=(Gate("adapter_enabled", NO),),
    verify=_WAYS,
    duration_s=10.0,
    settle_s=12.0,
)
ROUTES = Remedy(
    id="route.remove",
    answers=(
        Answer("PC-ROUTES", (Gate("default_route", YES), Gate("physical_link_reaches", YES))),
        Answer("PC-ROUTES", (Gate("gateway_off_lease", YES),)),
    ),
    risk=Risk.SETTING,
    plan=routes,
    unless=(Gate("tunnel_owns_default", YES),),
    verify=(*_WAYS, "route.bound"),
    duration_s=8.0,
)
TUNNEL = Remedy(
    id="vpn.stop",
    # Only a tunnel seen to be dead, while the way beside it was seen to work; or one whose own names are dead.
    answers=(
        Answer("PC-VPN", (Gate("physical_link_reaches", YES),)),
        Answer("PC-VPN", (Gate("outside_answers", YES), Gate("names_resolve", NO))),
    ),
    risk=Risk.SETTING,
    plan=tunnel,
    needs=(Gate("tunnel_owns_default", YES), Gate("tunnel_misleads", YES)),
    verify=(*_WAYS, "route.bound"),
    settle_s=4.0,
)
PACKET_SIZE = Remedy(
    id="mtu.set",
    answers=(Answer("PC-MTU"), Answer("ISP-PMTU")),
    risk=Risk.SETTING,
    plan=packet_size,
    unless=(Gate("tunnel_owns_default", YES),),
    verify=(*BASIC, "mtu.large", "mtu.path"),
)

REMEDIES = (ENABLE, RECONNECT, RENEW, RESTART, ROUTES, TUNNEL, IP_AUTOMATIC, DUPLICATE, PACKET_SIZE)
