"""Facts about the gateway and about name resolution through each path."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from selfcare.diagnosis import thresholds
from selfcare.diagnosis.observe.view import Drawn, View
from selfcare.model.payloads.dns import DnsAnswer, DnsPayload, DnsStatus, NameKind
from selfcare.model.payloads.gateway import GatewayPayload, IcmpMethod, RouterPayload, TcpAnswer
from selfcare.model.tri import Tri

ANSWERED = frozenset({DnsStatus.NOERROR, DnsStatus.NXDOMAIN})
_NO_DATA = frozenset({DnsStatus.DENIED, DnsStatus.ERROR})
# Any reply at all proves a program is listening there, even one that only says it failed.
_REPLIED = ANSWERED | {DnsStatus.SERVFAIL, DnsStatus.REFUSED, DnsStatus.OTHER_RCODE}


def gateway(view: View) -> Drawn:
    """The parts of the gateway's answer; the conclusion is drawn in ``derived``."""
    payload = view.get("gateway.reach", GatewayPayload)
    if payload is None:
        return
    yield "gateway_in_subnet", Tri.of(payload.in_subnet), "gateway.reach"
    yield "gateway_neighbour", Tri.of(payload.neighbour), "gateway.reach"
    if payload.icmp_method is not IcmpMethod.NONE:
        yield "gateway_ping", Tri.of(bool(payload.rtts_ms)), "gateway.reach"


def routers(view: View) -> Drawn:
    """Whether somebody that routes is alive on the link, whatever IPv4 says."""
    payload = view.get("link.routers", RouterPayload)
    if payload is not None:
        yield "router_on_link", Tri.of(payload.answered), "link.routers"


def gateway_spoke(payload: GatewayPayload) -> bool:
    """Whether the gateway itself answered anything: ARP/ND, ICMP or TCP (a refusal is an answer)."""
    tcp = any(t.answer in (TcpAnswer.OPEN, TcpAnswer.REFUSED) for t in payload.tcp)
    return bool(payload.neighbour) or bool(payload.rtts_ms) or tcp


def _leads_to(gateways: frozenset[str]) -> Callable[[DnsAnswer], bool]:
    """Whether an answer to a name that cannot exist is the box's own address: the box speaks for everybody."""
    return lambda a: a.kind is NameKind.RANDOM and bool(a.addresses) and set(a.addresses) <= gateways


def outcome(answers: Iterable[DnsAnswer]) -> Tri:
    """YES if a question no cache can answer was answered; NO if all failed; else UNKNOWN.

    A fixed name alone does not count as YES: a cache may have known it.
    """
    asked = [a for a in answers if a.kind is not NameKind.LOCAL and a.status not in _NO_DATA]
    fresh = [a for a in asked if a.kind is NameKind.RANDOM]
    if any(a.status in ANSWERED for a in fresh):
        return Tri.YES
    if fresh and all(a.status not in ANSWERED for a in fresh):
        return Tri.NO
    return Tri.UNKNOWN


def resolvers(view: View) -> Drawn:
    """One fact per path. Public resolvers need two silent ones before a NO.

    Answers in which the box gives its own address for a name that cannot exist are nobody else's.
    """
    to_box, seen = _leads_to(view.gateways()), Tri.UNKNOWN
    for probe, fact in (
        ("dns.os", "names_resolve"),
        ("dns.configured", "configured_resolver_answers"),
        ("dns.box", "box_resolver_answers"),
        ("dns.isp", "isp_resolver_answers"),
    ):
        payload = view.get(probe, DnsPayload)
        if payload is not None:
            own = [a for a in payload.answers if to_box(a)]
            seen = _more(seen, own, payload)
            yield fact, outcome(a for a in payload.answers if a not in own), probe
    public = view.get("dns.public", DnsPayload)
    if public is not None:
        own = [a for a in public.answers if to_box(a)]
        seen = _more(seen, own, public)
        value = outcome(a for a in public.answers if a not in own)
        enough = len(public.servers) >= thresholds.MIN_PUBLIC_RESOLVERS
        yield "public_resolver_answers", value if value is Tri.YES or enough else Tri.UNKNOWN, "dns.public"
    yield "names_lead_to_box", seen, "dns.os" if view.get("dns.os", DnsPayload) else "dns.public"
    if view.get("dns.os", DnsPayload) is None and view.tri("configured_resolver_answers") is Tri.NO:
        # The system asks these very servers; its own answer would only come later (or was not waited for).
        yield "names_resolve", Tri.NO, "dns.configured"


def _more(seen: Tri, own: list[DnsAnswer], payload: DnsPayload) -> Tri:
    if own or seen is Tri.YES:
        return Tri.YES
    return Tri.NO if outcome(payload.answers) is Tri.YES else seen


def forwarder(view: View) -> Drawn:
    """Whether the box's DNS service is alive, and what it says of the world behind it."""
    payload = view.get("dns.box", DnsPayload)
    if payload is None:
        return
    asked = [a for a in payload.answers if a.status not in _NO_DATA]
    alive = Tri.of(any(a.status in _REPLIED for a in asked)) if asked else Tri.UNKNOWN
    yield "box_forwarder_alive", alive, "dns.box"
    answers = view.tri("box_resolver_answers")
    if answers is Tri.YES:
        yield "box_reaches_outside", Tri.YES, "dns.box"
    elif answers is Tri.NO and alive is Tri.YES:
        yield "box_reaches_outside", Tri.NO, "dns.box"


OBSERVERS = (gateway, routers, resolvers, forwarder)
