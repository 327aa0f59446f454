"""Facts about the gateway and about name resolution through each path."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from selfcare.diagnosis import thresholds
from selfcare.diagnosis.observe.view import Drawn, View
from selfcare.model.payloads.dns import DnsAnswer, DnsPayload, DnsStatus, NameKind
from selfcare.model.payloads.gateway import GatewayPayload, IcmpMethod, RouterPayload, TcpAnswer
from selfcare.model.payloads.web import WebPayload, WebStatus
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


def outcome(answers: Iterable[DnsAnswer]) -> Tri:
    """YES if a question no cache can answer was answered; NO if all failed; else UNKNOWN.

    A fixed name alone does not count as YES: a cache may have known it. Neither does an
    address of the home for a name that cannot exist: a box cut off answers so for every name.
    """
    fresh = [a for a in answers if a.kind is NameKind.RANDOM and a.status not in _NO_DATA]
    if any(a.status in ANSWERED and not made_up(a) for a in fresh):
        return Tri.YES
    return Tri.NO if fresh else Tri.UNKNOWN


def made_up(answer: DnsAnswer) -> bool:
    """An address of the home as the answer to a random public name."""
    return bool(answer.addresses) and all(ipaddress.ip_address(a.split("%")[0]).is_private for a in answer.addresses)


def resolvers(view: View) -> Drawn:
    """One fact per path. Public resolvers need two silent ones before a NO."""
    for probe, fact in (
        ("dns.configured", "configured_resolver_answers"),
        ("dns.box", "box_resolver_answers"),
        ("dns.isp", "isp_resolver_answers"),
    ):
        payload = view.get(probe, DnsPayload)
        if payload is not None:
            yield fact, outcome(payload.answers), probe
    public = view.get("dns.public", DnsPayload)
    if public is not None:
        value = outcome(public.answers)
        enough = len(public.servers) >= thresholds.MIN_PUBLIC_RESOLVERS
        yield "public_resolver_answers", value if value is Tri.YES or enough else Tri.UNKNOWN, "dns.public"
    patient = view.get("dns.patient", DnsPayload)
    if patient is not None:
        yield "late_answer", outcome(patient.answers), "dns.patient"


def system(view: View) -> Drawn:
    """Whether names resolve for the programs of this PC.

    A page that came by its name outweighs a random name that was only late; a definite
    failure of the random name does not become an answer because a cache knew the page.
    """
    payload = view.get("dns.os", DnsPayload)
    if payload is None:
        return
    value = outcome(payload.answers)
    fresh = [a for a in payload.answers if a.kind is NameKind.RANDOM]
    only_late = bool(fresh) and all(a.status is DnsStatus.TIMEOUT for a in fresh)
    pages = view.get("web.name", WebPayload)
    page_came = pages is not None and any(t.status is WebStatus.EXPECTED for t in pages.tries)
    if value is Tri.NO and only_late and (page_came or view.waiting("web.name")):
        value = Tri.YES if page_came else _while_pages_are_out(payload)
    yield "names_resolve", value, "dns.os"


def _while_pages_are_out(payload: DnsPayload) -> Tri:
    """Even a name that caches know was not found: the pages still under way will not come either."""
    fixed = [a for a in payload.answers if a.kind is NameKind.FIXED]
    return Tri.NO if fixed and not any(a.status in ANSWERED for a in fixed) else Tri.UNKNOWN


def forwarder(view: View) -> Drawn:
    """Whether the box's DNS service is alive, and what it says of the world behind it."""
    payload = view.get("dns.box", DnsPayload)
    if payload is None:
        return
    asked = [a for a in payload.answers if a.status not in _NO_DATA]
    alive = Tri.of(any(a.status in _REPLIED for a in asked)) if asked else Tri.UNKNOWN
    yield "box_forwarder_alive", alive, "dns.box"
    fresh = [a for a in asked if a.kind is NameKind.RANDOM]
    # "Refused" is a policy towards this PC; an address of the home is made up: neither tells about the line.
    unsaid = any(a.status is DnsStatus.REFUSED or made_up(a) for a in fresh)
    yield "box_refuses_names", Tri.of(any(a.status is DnsStatus.REFUSED for a in fresh)), "dns.box"
    answers = view.tri("box_resolver_answers")
    if answers is Tri.YES:
        yield "box_reaches_outside", Tri.YES, "dns.box"
    elif answers is Tri.NO and alive is Tri.YES and not unsaid:
        yield "box_reaches_outside", Tri.NO, "dns.box"


OBSERVERS = (gateway, routers, resolvers, system, forwarder)
