"""Facts about what is let through: firewalls, filters, ports, parts of the Internet, single services."""

from __future__ import annotations

from collections.abc import Iterable

from selfcare.diagnosis import thresholds
from selfcare.diagnosis.observe.view import Drawn, View
from selfcare.model.payloads.addressing import NatPayload
from selfcare.model.payloads.gateway import GatewayPayload
from selfcare.model.payloads.path import HopAnswer, HopKind, PathPayload
from selfcare.model.payloads.reach import (
    BoxPage,
    BoxPagePayload,
    Departure,
    Fate,
    FirewallPayload,
    PathComparePayload,
    PortsPayload,
    PortState,
    PortTry,
    SiteAnswer,
    SitesPayload,
)
from selfcare.model.tri import Tri

SYMPTOMS: tuple[str, ...] = ("pc_lets_through", "ports_pass", "networks_reach")
SOURCES: dict[str, str] = {
    "pc_lets_through": "pc.firewall",
    "pc_stops_sending": "pc.firewall",
    "pc_drops_replies": "pc.firewall",
    "operator_alive": "path.hops",
    "operator_resolvers_silent": "dns.isp",
    "box_refuses_device": "box.page",
    "page_is_box": "box.page",
    "sites_partly_silent": "sites.sample",
    "secure_port_silent": "sites.sample",
    "site_refuses": "sites.sample",
    "site_silent": "path.failing",
    "networks_silent": "path.failing",
    "stops_at_operator": "path.failing",
    "networks_reach": "path.failing",
    "ports_pass": "ports.reach",
    "ports_cut_by_box": "ports.reach",
    "ports_cut_twice": "ports.reach",
    "mail_port_closed": "ports.reach",
}
_NEEDED = (("tcp", 443), ("tcp", 80), ("udp", 53))


def firewall(view: View) -> Drawn:
    """Whether this computer itself stops what the web needs. Only its own system's word counts."""
    payload = view.get("pc.firewall", FirewallPayload)
    if payload is None:
        return
    fates = [_fate(payload.tries, protocol, port) for protocol, port in _NEEDED]
    if not _way_known(view) and Fate.STOPPED not in fates[2:] and Fate.ANSWERED not in fates:
        # A packet that waits for the box's hardware address looks like one that was stopped.
        fates = [Fate.UNKNOWN if f is Fate.STOPPED else f for f in fates]
    stopped = any(f is Fate.STOPPED for f in fates)
    leaves = all(f in (Fate.ANSWERED, Fate.LEFT) for f in fates)
    sending = Tri.YES if stopped else Tri.NO if leaves else Tri.UNKNOWN
    if stopped and Fate.STOPPED not in fates[:2]:
        # Only plain DNS is kept in: the choice of somebody who resolves another way, if names do resolve.
        resolves = view.tri("names_resolve")
        sending = Tri.NO if resolves is Tri.YES else Tri.YES if resolves is Tri.NO else Tri.UNKNOWN
    if _guarded(view, payload):
        sending = Tri.YES
    replies = _drops_replies(payload)
    yield "pc_stops_sending", sending, "pc.firewall"
    yield "pc_drops_replies", replies, "pc.firewall"
    if Tri.YES in (sending, replies):
        yield "pc_lets_through", Tri.NO, "pc.firewall"
        yield from _nothing_but_silence(view)
    elif sending is Tri.NO and replies is Tri.NO:
        yield "pc_lets_through", Tri.YES, "pc.firewall"


def _guarded(view: View, payload: FirewallPayload) -> bool:
    """A VPN's guard lets nothing past the tunnel, not even to the box whose address is known; the tunnel is dead."""
    inside = [t.fate for t in payload.tries if t.inside]
    kept_in = bool(inside) and all(fate is Fate.STOPPED for fate in inside)
    dead = view.tri("tunnel_owns_default") is Tri.YES and view.tri("outside_answers") is Tri.NO
    return kept_in and dead and _way_known(view)


def _way_known(view: View) -> bool:
    """Whether the next hop's hardware address is known, so that packets need not wait for it."""
    gateway = view.get("gateway.reach", GatewayPayload)
    return gateway is not None and gateway.neighbour is not False and bool(gateway.neighbour or gateway.mac)


def _fate(tries: Iterable[Departure], protocol: str, port: int) -> Fate:
    """The best that happened to one kind of packet towards the outside, over either family."""
    seen = {t.fate for t in tries if not t.inside and (t.protocol, t.port) == (protocol, port)}
    order = (Fate.ANSWERED, Fate.LEFT, Fate.UNKNOWN, Fate.STOPPED)
    return next((f for f in order if f in seen), Fate.UNKNOWN)


def _drops_replies(payload: FirewallPayload) -> Tri:
    """As many packets lost on arrival as questions were asked, and not one answer that came through."""
    asked = [t for t in payload.tries if t.protocol == "tcp"]
    if any(t.fate is Fate.ANSWERED for t in asked):
        return Tri.NO
    if payload.lost_in is None:
        return Tri.UNKNOWN
    return Tri.of(payload.lost_in >= max(len(asked), thresholds.MIN_LOST_REPLIES))


def _nothing_but_silence(view: View) -> Drawn:
    """Questions that are refused on the way are no silence; that nothing outside answers is true all the same."""
    silent = view.tri("web_by_address") is Tri.NO and view.tri("outside_answers") is Tri.UNKNOWN
    if silent and not view.waiting("dns.public", "dns.isp", "web.address", "web.name"):
        yield "outside_answers", Tri.NO, "web.address"


def operator(view: View) -> Drawn:
    """Whether a router of the operator passes word, so that the access line works.

    Only "time exceeded" from beyond the home counts: a box may say "unreachable" under its public address,
    and may answer in the name of the operator's resolvers.
    """
    payload = view.get("path.hops", PathPayload)
    if payload is None:
        return
    beyond = (HopKind.PUBLIC, HopKind.CGNAT)
    heard = [h for h in payload.hops if h.answer is HopAnswer.TIME_EXCEEDED and h.kind in beyond and h.ttl > 1]
    yield "operator_alive", Tri.of(bool(heard)), "path.hops"


_BOXES_OWN = (BoxPage.BOX, BoxPage.ACTIVATION)


def page_words(view: View) -> Drawn:
    """Whether the page that the gateway shows in place of others is a box's, or asks guests to sign in."""
    page = view.get("box.page", BoxPagePayload)
    shown = (page.instead or page.own) if page is not None else None
    if shown in _BOXES_OWN:
        yield "page_is_box", Tri.YES, "box.page"
    elif shown is BoxPage.SIGN_IN:
        yield "page_is_box", Tri.NO, "box.page"


def own_operator(view: View) -> Drawn:
    """Whether the resolvers that are silent are surely those of this line: another operator's answer nobody here."""
    silent = view.tri("isp_resolver_answers") is Tri.NO
    path, nat = view.get("path.hops", PathPayload), view.get("nat.path", NatPayload)
    known = (path is not None and path.operator_network) or (nat is not None and nat.operator_network)
    # Through a tunnel the question comes from elsewhere, and strangers get no answer.
    own_way = view.tri("tunnel_owns_default") is not Tri.YES
    confirmed = bool(known) and own_way
    if silent and (confirmed or view.tri("configured_is_isp") is Tri.YES):
        yield "operator_resolvers_silent", Tri.YES, "dns.isp"
    elif view.tri("isp_resolver_answers") is Tri.YES:
        yield "operator_resolvers_silent", Tri.NO, "dns.isp"


def box_page(view: View) -> Drawn:
    """Whether the box itself says that it keeps this device out: by a page of its own or by refusing to forward."""
    path = view.get("path.hops", PathPayload)
    page = view.get("box.page", BoxPagePayload)
    if page is not None and page.instead is BoxPage.BLOCKED:
        yield "box_refuses_device", Tri.YES, "box.page"
        return
    if _kept_out_by_name(view):
        yield "box_refuses_device", Tri.YES, "box.status"
        return
    if page is not None and page.instead is not None:
        # A page of another kind in place of the Internet: that is a portal's way.
        yield "box_refuses_device", Tri.NO, "box.page"
        return
    gateways = view.gateways()
    refused = path is not None and any(
        h.address in gateways and h.answer is HopAnswer.ADMIN_PROHIBITED for h in path.hops
    )
    if refused:
        yield from _nothing_but_silence(view)
    works = view.tri("outside_answers")
    if refused and works is Tri.NO and not view.waiting("dns.public", "dns.isp", "web.address", "web.name"):
        yield "box_refuses_device", Tri.YES, "path.hops"
    elif page is not None and (not refused or works is Tri.YES):
        yield "box_refuses_device", Tri.NO, "box.page"


def _kept_out_by_name(view: View) -> bool:
    """The box says that it blocks this PC, and this PC gets no page: a block that does not work is none."""
    blocked = view.tri("box_blocks_this_pc") is Tri.YES
    kept_out = view.tri("web_by_address") is Tri.NO and view.tri("web_by_name") is not Tri.YES
    return blocked and kept_out and view.tri("line_down_told") is not Tri.YES


_TURNED_AWAY = (SiteAnswer.REFUSES, SiteAnswer.RESET)


def sites(view: View) -> Drawn:
    """A sample of services, told apart only where the rest of the Internet answers."""
    payload = view.get("sites.sample", SitesPayload)
    if payload is None or view.tri("outside_answers") is not Tri.YES or view.tri("pc_lets_through") is Tri.NO:
        return
    answers = [t.answer for t in payload.tries if t.answer is not SiteAnswer.NO_NAME]
    fine, silent = answers.count(SiteAnswer.FINE), answers.count(SiteAnswer.SILENT)
    turned, plain = sum(a in _TURNED_AWAY for a in answers), answers.count(SiteAnswer.PLAIN_ONLY)
    comparable = fine >= thresholds.MIN_FINE_SITES
    for fact, count, least in (
        ("sites_partly_silent", silent, 1),
        ("site_refuses", turned, 1),
        ("secure_port_silent", plain, thresholds.MIN_SILENT_NETWORKS),
    ):
        if count < least and answers:
            yield fact, Tri.NO, "sites.sample"
        elif comparable or fact == "secure_port_silent":
            yield fact, Tri.YES, "sites.sample"
    if answers and not silent:
        yield "site_silent", Tri.NO, "sites.sample"
        yield "networks_reach", Tri.YES, "sites.sample"


def failing(view: View) -> Drawn:
    """Silent services asked again. Only several of them, whose ways all end at the operator, are the way's fault."""
    payload = view.get("path.failing", PathComparePayload)
    if payload is None or view.tri("sites_partly_silent") is not Tri.YES:
        return
    still = [f for f in payload.failing if f.silent]
    near = [f for f in still if payload.operator_hop is not None and f.last_hop <= payload.operator_hop]
    far = [f for f in still if f.last_hop >= payload.working_last_hop]
    view.number("networks_silent", len(still), "", "path.failing")
    if still and len(near) == len(still):
        yield "stops_at_operator", Tri.YES, "path.failing"
    elif far:
        yield "stops_at_operator", Tri.NO, "path.failing"
    several = len(still) >= thresholds.MIN_SILENT_NETWORKS
    cut = several and view.tri("stops_at_operator") is Tri.YES
    yield "networks_reach", Tri.of(not cut), "path.failing"
    yield "site_silent", Tri.of(bool(still) and not cut), "path.failing"


def ports(view: View) -> Drawn:
    """Uses that do not get through to where others do. A port stopped by this computer says nothing here."""
    payload = view.get("ports.reach", PortsPayload)
    if payload is None or view.tri("outside_answers") is not Tri.YES or view.waiting("latency.isp"):
        return
    if view.tri("loss_heavy") is Tri.YES:
        return  # connections fail by chance, whatever their port
    cut = [t for t in payload.tries if _cut(t, payload)]
    if any(_haphazard(t, payload) for t in payload.tries):
        # Connections fail by chance here: only several hosts that agree show a filter.
        cut = [t for t in cut if len(_kin(t, payload)) > 1]
    mail = [t for t in payload.tries if t.port == thresholds.MAIL_PORT and t.state is not PortState.NOT_ASKED]
    others = [t for t in cut if t.port != thresholds.MAIL_PORT]
    if mail:
        yield "mail_port_closed", Tri.of(any(t in cut for t in mail)), "ports.reach"
    if others:
        yield "ports_pass", Tri.NO, "ports.reach"
        yield "ports_cut_twice", Tri.of(any(len(_kin(t, payload)) > 1 for t in others)), "ports.reach"
        yield "ports_cut_by_box", _by_box(others, payload), "ports.reach"
    elif any(t.state is PortState.OPEN for t in payload.tries):
        yield "ports_pass", Tri.YES, "ports.reach"


def _kin(one: PortTry, payload: PortsPayload) -> list[PortTry]:
    """All hosts asked on that port."""
    same = [t for t in payload.tries if (t.protocol, t.port) == (one.protocol, one.port)]
    return [t for t in same if t.state is not PortState.NOT_ASKED]


def _haphazard(one: PortTry, payload: PortsPayload) -> bool:
    """Silent, although this host answers on other ports and this port is answered by another host."""
    opened = [t for t in payload.tries if t.protocol == "tcp" and t.state is PortState.OPEN]
    host, port = any(t.host == one.host for t in opened), any(t.port == one.port for t in opened)
    return one.protocol == "tcp" and one.state is PortState.SILENT and host and port


def _cut(one: PortTry, payload: PortsPayload) -> bool:
    """No host answers on that port, although one of them, or any other over TCP, answers on several."""
    kin = _kin(one, payload)
    if not kin or not all(t.state in (PortState.SILENT, PortState.REFUSED) for t in kin):
        return False
    if one.protocol == "udp" and len(kin) < thresholds.MIN_SILENT_NETWORKS:
        return False
    opened = [t.host for t in payload.tries if t.protocol == "tcp" and t.state is PortState.OPEN]
    hosts = {t.host for t in kin} if one.protocol == "tcp" else set(opened)
    return any(opened.count(host) >= thresholds.MIN_OPEN_PORTS for host in hosts)


def _by_box(cut: list[PortTry], payload: PortsPayload) -> Tri:
    """The router after the box speaks of every open port: does it of the closed ones too?"""
    known = [t.past_box for t in cut if t.protocol == "tcp" and t.past_box is not None]
    speaks = [t.past_box for t in payload.tries if t.protocol == "tcp" and t.state is PortState.OPEN]
    if not known or not speaks or not all(speaks):
        return Tri.UNKNOWN
    if all(known):
        return Tri.NO
    return Tri.UNKNOWN if any(known) else Tri.YES


EARLY = (operator,)
OBSERVERS = (firewall, own_operator, page_words, box_page, sites, failing, ports)
