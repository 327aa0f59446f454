"""Facts that need several measurements: a NO here is the silence of everything that could have spoken."""

from __future__ import annotations

import ipaddress

from selfcare.diagnosis.observe.local import usable4
from selfcare.diagnosis.observe.names import gateway_spoke
from selfcare.diagnosis.observe.view import Drawn, View
from selfcare.model.payloads.address import AddressPayload, IpConfig, Method
from selfcare.model.payloads.addressing import PeersPayload
from selfcare.model.payloads.dns import DnsPayload, DnsStatus
from selfcare.model.payloads.gateway import GatewayPayload
from selfcare.model.payloads.path import HopAnswer, PathPayload
from selfcare.model.payloads.routes import BoundPayload, RoutePayload
from selfcare.model.tri import Tri

# Not names_resolve: names may come from the box, which proves that the box reaches out, not this PC.
_PROOFS_OUTSIDE = ("public_resolver_answers", "isp_resolver_answers", "web_by_address", "web_by_name", "ipv6_works")
_PROBES_OUTSIDE = ("dns.public", "web.address")


def outside(view: View) -> Drawn:
    """Whether anything beyond the box answers.

    NO needs two protocols and several endpoints silent (DNS over UDP and TCP to addresses),
    and nobody else having heard anything. IPv6 answering is an answer.
    """
    if view.tri("box_answers_for_all") is Tri.YES:
        return  # whatever answered may have been the box
    for fact in _PROOFS_OUTSIDE:
        if view.tri(fact) is Tri.YES:
            yield "outside_answers", Tri.YES, view.facts[fact].measurement
            return
    silent = view.tri("public_resolver_answers") is Tri.NO and view.tri("web_by_address") is Tri.NO
    if silent and not view.waiting(*_PROBES_OUTSIDE, "dns.isp"):
        yield "outside_answers", Tri.NO, "web.address"


def internet(view: View) -> Drawn:
    """Whether anything beyond the operator's own servers answers: its resolvers may live on while it is cut off."""
    beyond = ("public_resolver_answers", "web_by_address", "web_by_name", "ipv6_works")
    heard = next((fact for fact in beyond if view.tri(fact) is Tri.YES), None)
    if heard is not None:
        yield "internet_answers", Tri.YES, view.facts[heard].measurement
    elif all(view.tri(f) is Tri.NO for f in beyond[:2]) and not view.waiting(*_PROBES_OUTSIDE, "web.name"):
        yield "internet_answers", Tri.NO, "web.address"
    if view.tri("box_reaches_outside") is Tri.YES:
        # Where the operator's resolvers answer this computer as well, the box passes on what it gets.
        alone = view.tri("isp_resolver_answers") is not Tri.YES
        if not alone or not view.waiting("dns.isp"):
            yield "box_alone_gets_out", Tri.of(alone), "dns.isp"


def no_page(view: View) -> Drawn:
    """No sign-in page can show itself where no name resolves and no address answers: no need to await the pages."""
    if view.waiting("web.name") and view.tri("names_resolve") is Tri.NO and view.tri("web_by_address") is Tri.NO:
        yield "portal_seen", Tri.NO, "web.address"


def ipv4(view: View) -> Drawn:
    """Whether IPv4 reaches outside, where this PC has an IPv4 address: IPv6 alone misses half of the sites."""
    config = view.config()
    if config is None or not usable4(config):
        return
    by_address, public = view.tri("web_by_address"), view.tri("public_resolver_answers")
    if Tri.YES in (by_address, public):
        yield "ipv4_outside", Tri.YES, "web.address"
    elif by_address is Tri.NO and public is Tri.NO and not view.waiting(*_PROBES_OUTSIDE):
        yield "ipv4_outside", Tri.NO, "web.address"


def gateway(view: View) -> Drawn:
    """Whether the box is alive: its own answers, or traffic that only it can have carried."""
    payload = view.get("gateway.reach", GatewayPayload)
    spoke = payload is not None and gateway_spoke(payload)
    if spoke or view.tri("box_forwarder_alive") is Tri.YES:
        yield "gateway_answers", Tri.YES, "gateway.reach" if spoke else "dns.box"
    elif _carried(view):
        yield "gateway_answers", Tri.YES, "web.address"
    elif payload is not None and not view.waiting("gateway.reach", "dns.box", "dns.public", "web.address"):
        yield "gateway_answers", Tri.NO, "gateway.reach"


def _carried(view: View) -> bool:
    """Something outside answered over the real adapter, so the box forwards (IPv4 only, not through a tunnel)."""
    if view.tri("tunnel_owns_default") is Tri.YES or view.tri("several_defaults") is Tri.YES:
        return view.tri("physical_link_reaches") is Tri.YES
    path = view.get("path.hops", PathPayload)
    hop = path is not None and any(h.answer is HopAnswer.TIME_EXCEEDED for h in path.hops)
    proofs = ("public_resolver_answers", "isp_resolver_answers", "web_by_address")
    return hop or any(view.tri(fact) is Tri.YES for fact in proofs)


def routing(view: View) -> Drawn:
    """Whether the routing table sends traffic where it dies although the real adapter works.

    The two facts exclude each other: a tunnel that misleads is not a wrong route.
    """
    table = view.get("route.table", RoutePayload)
    if table is None:
        return
    tunnel = view.tri("tunnel_owns_default") is Tri.YES
    works = view.tri("outside_answers") is Tri.YES
    reaches = view.tri("physical_link_reaches")
    owner = _owner_reaches(view, table)
    if view.tri("default_route") is Tri.NO:
        yield "route_misdirected", view.tri("lease_offers_gateway"), "route.table"
        yield "tunnel_misleads", Tri.NO, "route.table"
        return
    if tunnel and works and _tunnel_names_dead(view, table):
        yield "tunnel_misleads", Tri.YES, "dns.os"
        yield "route_misdirected", Tri.NO, "route.table"
        return
    if not works and not tunnel and (_against_lease(view) or _no_way(view, table)):
        yield "route_misdirected", Tri.YES, "route.table"
        yield "tunnel_misleads", Tri.NO, "route.table"
        return
    dead_owner = reaches is Tri.YES and owner is not Tri.YES and not works
    for fact, applies in (("tunnel_misleads", tunnel), ("route_misdirected", not tunnel)):
        if not applies or works or reaches is Tri.NO or _single(view):
            yield fact, Tri.NO, "route.bound" if view.get("route.bound", BoundPayload) else "route.table"
        elif dead_owner and view.tri("outside_answers") is Tri.NO:
            yield fact, Tri.YES, "route.bound"


def _tunnel_names_dead(view: View, table: RoutePayload) -> bool:
    """The tunnel carries, but names are asked of a resolver of its own, and that one does not answer; others do."""
    config, addresses = view.config(), view.get("addr.lease", AddressPayload)
    mine = set(table.tunnel_resolvers)
    for other in addresses.configs if addresses is not None else ():
        if config is not None and other.interface in table.tunnels:
            mine |= {s for s in config.resolvers if _within(s, other)}
    elsewhere = config is not None and not mine & set(config.resolvers)
    lively = "configured_resolver_answers" if elsewhere else "public_resolver_answers"
    return bool(mine) and view.tri("names_resolve") is Tri.NO and view.tri(lively) is Tri.YES


def _within(address: str, config: IpConfig) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    return any(parsed in ipaddress.ip_network(f"{a.address}/{a.prefix}", strict=False) for a in config.v4())


def off_lease(view: View) -> Drawn:
    """Whether the way out leads to another machine of the link than the one the lease names."""
    config, table = view.config(), view.get("route.table", RoutePayload)
    if config is None or table is None or config.lease is None or not config.lease.routers:
        return
    ways = [r for r in table.routes if r.destination == "0.0.0.0/0" and r.interface == config.interface and r.gateway]
    if ways and config.method4 is Method.DHCP:
        best = min(ways, key=lambda r: r.metric or 0)
        yield "gateway_off_lease", Tri.of(best.gateway not in config.lease.routers), "route.table"


def _against_lease(view: View) -> bool:
    """The default route passes the lease's router by, and nobody is there, or another router gets out."""
    if view.tri("gateway_off_lease") is not Tri.YES or view.tri("outside_answers") is not Tri.NO:
        return False
    peers = view.get("link.peers", PeersPayload)
    other = peers is not None and any(r.resolves for r in peers.routers)
    return other or view.tri("gateway_answers") is Tri.NO


def _no_way(view: View, table: RoutePayload) -> bool:
    """There is a default route, yet the system itself refuses every packet: a rule keeps it from being used."""
    public = view.get("dns.public", DnsPayload)
    refused = public is not None and all(a.status is DnsStatus.ERROR for a in public.answers) and public.answers
    default = any(r.destination == "0.0.0.0/0" for r in table.routes)
    return bool(refused) and default and table.owner4 is None and view.tri("web_by_address") is Tri.NO


def _single(view: View) -> bool:
    """Only one way out, and no tunnel: there is nothing that could mislead."""
    alone = view.tri("several_defaults") is Tri.NO and view.tri("tunnel_owns_default") is Tri.NO
    return alone and view.tri("physical_link_reaches") is not Tri.YES


def _owner_reaches(view: View, table: RoutePayload) -> Tri:
    bound = view.get("route.bound", BoundPayload)
    if bound is None:
        return Tri.UNKNOWN
    mine = [t for t in bound.tries if t.interface == table.owner4 and t.answered is not None]
    return Tri.of(any(t.answered for t in mine)) if mine else Tri.UNKNOWN


OBSERVERS = (outside, internet, no_page, ipv4, gateway, off_lease, routing)
