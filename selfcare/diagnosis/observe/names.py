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

    A page that came by its name outweighs a random name that was only late, unless patience shows
    that a cache knew the page; a definite failure of the random name is no answer whatever a cache knew.
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
        value = _beside_a_page(view, payload) if page_came else _while_pages_are_out(payload)
    yield "names_resolve", value, "dns.os"
    if value is Tri.YES:
        yield "only_known_names", Tri.NO, "dns.os"
    elif value is Tri.NO and _known_name(payload) and not any(a.status in ANSWERED for a in fresh):
        yield "only_known_names", Tri.YES, "dns.os"


def _while_pages_are_out(payload: DnsPayload) -> Tri:
    """Even a name that caches know was not found: the pages still under way will not come either."""
    asked = any(a.kind is NameKind.FIXED for a in payload.answers)
    return Tri.NO if asked and not _known_name(payload) else Tri.UNKNOWN


def _known_name(payload: DnsPayload) -> bool:
    """Whether a name that caches may know, or what a server keeps of a zone, was told."""
    return any(a.kind is NameKind.FIXED and a.status in ANSWERED for a in payload.answers)


def _beside_a_page(view: View, payload: DnsPayload) -> Tri:
    """A page came by its name, new names were late: are they slow, or does a cache hide that they are dead?

    Dead only if, within three seconds, no new name was found by the system or at its servers, nor anything that
    exists but that no browser asks for, while the same names are answered for somebody else on the Internet.
    """
    if not _known_name(payload):
        return Tri.YES  # the page's name was as late, and was found: no cache, but a slow server
    patient = view.get("dns.patient", DnsPayload)
    told = (view.tri("configured_resolver_answers"), view.tri("late_answer"))
    # A server that keeps silent about what does not exist may still tell of what does.
    if Tri.YES in told or (patient is not None and _known_name(patient)):
        return Tri.YES
    silent = patient is not None and set(told) == {Tri.NO} and any(map(_system_in_vain, patient.answers))
    return Tri.NO if silent and view.tri("public_resolver_answers") is Tri.YES else Tri.UNKNOWN


def _system_in_vain(answer: DnsAnswer) -> bool:
    return answer.server == "os" and answer.status not in (_NO_DATA | ANSWERED)


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


def impostor(view: View) -> Drawn:
    """Whether the box gives its own address for names that cannot exist: it speaks for everybody."""
    fresh = [
        (probe, answer)
        for probe in ("dns.os", "dns.box", "dns.configured", "dns.isp", "dns.public")
        if (payload := view.get(probe, DnsPayload)) is not None
        for answer in payload.answers
        if answer.kind is NameKind.RANDOM and answer.status in ANSWERED
    ]
    gateways = view.gateways()
    for probe, answer in fresh:
        if answer.addresses and set(answer.addresses) <= gateways:
            yield "names_lead_to_box", Tri.YES, probe
            return
    if any(not made_up(answer) for _, answer in fresh):
        yield "names_lead_to_box", Tri.NO, fresh[0][0]


OBSERVERS = (gateway, routers, resolvers, impostor, system, forwarder)
