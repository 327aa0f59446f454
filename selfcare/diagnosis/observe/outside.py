"""Facts about the web, the path and IPv6."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from selfcare.diagnosis import thresholds
from selfcare.diagnosis.observe.view import Drawn, View
from selfcare.model.payloads.ipv6 import Ipv6Payload
from selfcare.model.payloads.online import PortalApiPayload
from selfcare.model.payloads.path import HopAnswer, HopKind, PathPayload
from selfcare.model.payloads.tls import TlsPayload, TlsStatus
from selfcare.model.payloads.web import WebPayload, WebStatus, WebTry
from selfcare.model.tri import Tri

_ALTERED = frozenset({WebStatus.REDIRECTED, WebStatus.ALTERED})


def web_by_name(view: View) -> Drawn:
    """A page to the letter is proof; a portal is named only when two known pages were altered and none is right."""
    payload = view.get("web.name", WebPayload)
    if payload is None or not payload.tries:
        return
    good = any(t.status is WebStatus.EXPECTED for t in payload.tries)
    altered = [t for t in payload.tries if t.status in _ALTERED]
    portal = not good and len(altered) >= thresholds.MIN_PORTAL_PAGES
    yield "web_by_name", Tri.of(good), "web.name"
    if good:
        yield "web_unaltered", Tri.YES, "web.name"
        yield "portal_seen", Tri.NO, "web.name"
    elif portal:
        yield "web_unaltered", Tri.NO, "web.name"
        yield "portal_seen", Tri.YES, "web.name"
        yield "portal_on_gateway", _on_gateway(altered, view.gateways()), "web.name"
        yield "portal_has_name", _has_name(altered), "web.name"
    elif not altered:
        yield from _portal_unseen(view)


def _portal_unseen(view: View) -> Drawn:
    """No page was replaced, yet a network that refuses everything may still say so itself (RFC 8908)."""
    said = view.get("portal.api", PortalApiPayload)
    if said is not None and said.captive:
        yield "portal_seen", Tri.YES, "portal.api"
    elif not view.waiting("portal.api"):
        yield "portal_seen", Tri.NO, "web.name"


def impostor(view: View) -> Drawn:
    """Whether the box itself is what answered: it speaks in place of the Internet when it has none."""
    if view.tri("portal_seen") is Tri.YES:
        on_box = view.tri("portal_on_gateway") is Tri.YES and view.tri("box_reaches_outside") is not Tri.YES
        own = on_box or view.tri("names_lead_to_box") is Tri.YES
        yield "box_answers_for_all", Tri.of(own), "web.name"
    elif view.tri("web_unaltered") is Tri.YES:
        yield "box_answers_for_all", Tri.NO, "web.name"
    elif view.tri("portal_seen") is Tri.NO:
        # No name leads anywhere, yet somebody takes connections to addresses: who is on the way and has no line.
        if _impostors(view) and view.tri("box_resolver_answers") is Tri.NO:
            yield "box_answers_for_all", Tri.YES, "tls.sites"
        elif not view.waiting("tls.sites", "dns.box"):
            yield "box_answers_for_all", Tri.NO, "tls.sites"


def _on_gateway(altered: Iterable[WebTry], gateways: frozenset[str]) -> Tri:
    """Where the pages lead; a page that leads nowhere came from the address its name was given."""
    hosts = {t.location_host or t.address for t in altered} - {None}
    return Tri.of(bool(hosts & gateways)) if hosts else Tri.UNKNOWN


# Names that boxes give themselves, and those of operators, who put pages of their own before a line in no service.
_BOX_NAMES = ("home", "lan", "local", "box", "internal", "home.arpa")
_OPERATORS = ("orange.fr", "sosh.fr", "free.fr", "freebox.fr", "sfr.fr", "sfr.net", "red-by-sfr.fr", "bytel.fr",
              "bouyguestelecom.fr", "bbox.fr")  # fmt: skip


def _has_name(altered: Iterable[WebTry]) -> Tri:
    """Whether the pages lead to a name of somebody else's: a box without a line leads to itself."""
    hosts = {t.location_host.lower().rstrip(".") for t in altered if t.location_host}
    if not hosts:
        return Tri.UNKNOWN
    if any(_is_box_name(host) for host in hosts):
        return Tri.NO
    return Tri.UNKNOWN if any(_under(host, _OPERATORS) for host in hosts) else Tri.YES


def _is_box_name(host: str) -> bool:
    """An address, a name without a dot, or one of a home."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or _under(host, _BOX_NAMES)
    return True


def _under(host: str, domains: Iterable[str]) -> bool:
    return any(host == d or host.endswith("." + d) for d in domains)


def web_by_address(view: View) -> Drawn:
    """Whether any address answers when no name is involved (TCP; an altered page proves nothing beyond the box)."""
    payload = view.get("web.address", WebPayload)
    if payload is None:
        return
    real = [t for t in payload.tries if t.status not in _ALTERED]
    if _impostors(view) and not any(t.http_status is not None for t in real):
        return  # connections are taken by somebody else, on the way
    if any(t.status is WebStatus.EXPECTED or t.connected for t in real):
        yield "web_by_address", Tri.YES, "web.address"
    elif len({t.address for t in real}) >= thresholds.MIN_SILENT_ADDRESSES:
        yield "web_by_address", Tri.NO, "web.address"


def _impostors(view: View) -> bool:
    """An address that needs no name shows a certificate made by a stranger: whoever answers there is not it."""
    payload = view.get("tls.sites", TlsPayload)
    tries = payload.tries if payload is not None else ()
    return any(not t.by_name and t.status is TlsStatus.UNTRUSTED for t in tries)


def path(view: View) -> Drawn:
    """Hops beyond the box. Silence there proves nothing by itself; the box's own refusal does."""
    payload = view.get("path.hops", PathPayload)
    if payload is None:
        return
    gateways = view.gateways()
    beyond = [h for h in payload.hops if h.address and h.kind is not HopKind.GATEWAY and h.address not in gateways]
    refused = [
        h
        for h in payload.hops
        if h.address in gateways and h.answer in (HopAnswer.NET_UNREACHABLE, HopAnswer.HOST_UNREACHABLE)
    ]
    yield "beyond_box_answers", Tri.of(bool(beyond)), "path.hops"
    if not refused or view.tri("box_elsewhere_on_link") is not Tri.YES:
        # Else who says so may not be the box.
        yield "box_says_unreachable", Tri.of(bool(refused)), "path.hops"


def ipv6(view: View) -> Drawn:
    """IPv6 offered and working; not offered is no fault."""
    payload = view.get("ipv6.reach", Ipv6Payload)
    if payload is None:
        return
    yield "ipv6_offered", Tri.of(payload.offered), "ipv6.reach"
    yield "ipv6_works", Tri.of(payload.answered), "ipv6.reach"


OBSERVERS = (web_by_name, impostor, web_by_address, path, ipv6)
