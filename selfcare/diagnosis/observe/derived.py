"""Facts that need several measurements: a NO here is the silence of everything that could have spoken."""

from __future__ import annotations

from selfcare.diagnosis.observe.local import usable4
from selfcare.diagnosis.observe.names import gateway_spoke
from selfcare.diagnosis.observe.view import Drawn, View
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
    dead_owner = reaches is Tri.YES and owner is not Tri.YES and not works
    for fact, applies in (("tunnel_misleads", tunnel), ("route_misdirected", not tunnel)):
        if not applies or works or reaches is Tri.NO or _single(view):
            yield fact, Tri.NO, "route.bound" if view.get("route.bound", BoundPayload) else "route.table"
        elif dead_owner and view.tri("outside_answers") is Tri.NO:
            yield fact, Tri.YES, "route.bound"


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


OBSERVERS = (outside, no_page, ipv4, gateway, routing)
