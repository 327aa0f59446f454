"""Facts about what is let through: firewalls, filters, ports, parts of the Internet, single services."""

from __future__ import annotations

from collections.abc import Iterable

from selfcare.diagnosis import thresholds
from selfcare.diagnosis.observe.view import Drawn, View
from selfcare.model.payloads.path import HopAnswer, HopKind, PathPayload
from selfcare.model.payloads.reach import BoxPage, BoxPagePayload, Departure, Fate, FirewallPayload
from selfcare.model.tri import Tri

SYMPTOMS: tuple[str, ...] = ("pc_lets_through",)
SOURCES: dict[str, str] = {
    "pc_lets_through": "pc.firewall",
    "pc_stops_sending": "pc.firewall",
    "pc_drops_replies": "pc.firewall",
    "operator_alive": "path.hops",
    "box_refuses_device": "box.page",
}
_NEEDED = (("tcp", 443), ("tcp", 80), ("udp", 53))


def firewall(view: View) -> Drawn:
    """Whether this computer itself stops what the web needs. Only its own system's word counts."""
    payload = view.get("pc.firewall", FirewallPayload)
    if payload is None:
        return
    fates = [_fate(payload.tries, protocol, port) for protocol, port in _NEEDED]
    stopped = any(f is Fate.STOPPED for f in fates)
    leaves = all(f in (Fate.ANSWERED, Fate.LEFT) for f in fates)
    sending = Tri.YES if stopped else Tri.NO if leaves else Tri.UNKNOWN
    replies = _drops_replies(payload)
    yield "pc_stops_sending", sending, "pc.firewall"
    yield "pc_drops_replies", replies, "pc.firewall"
    if Tri.YES in (sending, replies):
        yield "pc_lets_through", Tri.NO, "pc.firewall"
        yield from _nothing_but_silence(view)
    elif sending is Tri.NO and replies is Tri.NO:
        yield "pc_lets_through", Tri.YES, "pc.firewall"


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


def box_page(view: View) -> Drawn:
    """Whether the box itself says that it keeps this device out: by a page of its own or by refusing to forward."""
    path = view.get("path.hops", PathPayload)
    page = view.get("box.page", BoxPagePayload)
    if page is not None and page.instead is BoxPage.BLOCKED:
        yield "box_refuses_device", Tri.YES, "box.page"
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


OBSERVERS = (firewall, operator, box_page)
