"""Facts about how good names are: speed, truth, freshness, who answers, and the resolver on this PC."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from selfcare.diagnosis import thresholds
from selfcare.diagnosis.observe.truth import Truth
from selfcare.diagnosis.observe.view import Drawn, View
from selfcare.model.middle import median
from selfcare.model.payloads.address import AddressPayload, Method
from selfcare.model.payloads.dns import DnsAnswer, DnsPayload, DnsStatus, NameKind
from selfcare.model.payloads.naming import (
    EncryptedPayload,
    IdentityPayload,
    OrderPayload,
    Path,
    ServerSeries,
    TimingPayload,
    Transport,
    TruthPayload,
)
from selfcare.model.payloads.routes import HostsPayload
from selfcare.model.tri import Tri

SYMPTOMS: tuple[str, ...] = ("names_true", "names_fresh", "names_fast")
SOURCES: dict[str, str] = {
    "names_true": "dns.truth",
    "isp_names_true": "dns.truth",
    "names_fresh": "dns.truth",
    "stale_address_kept": "dns.truth",
    "chosen_resolver_filters": "dns.truth",
    "isp_blocks_by_order": "dns.truth",
    "names_seem_slow": "dns.configured",
    "names_fast": "dns.timing",
    "isp_names_fast": "dns.timing",
    "names_ms": "dns.timing",
    "isp_names_ms": "dns.timing",
    "isp_rewrites_missing": "dns.isp",
    "dns_intercepted": "dns.identity",
    "other_resolver_fails": "dns.configured",
    "resolver_partly_dead": "dns.configured",
    "resolver_discontinued": "dns.configured",
    "resolver_in_home": "addr.lease",
    "resolver_local": "dns.local",
    "local_resolver_listens": "dns.local",
    "dot_answers": "dns.encrypted",
    "doh_answers": "dns.encrypted",
    "ipv4_first": "names.order",
}

# systemd-resolved: it forwards to the adapter's server and remembers, no more.
_SYSTEM_STUBS = {"127.0.0.53", "127.0.0.54"}
_ANSWERED = (DnsStatus.NOERROR, DnsStatus.NXDOMAIN)
_SPOKEN = (*_ANSWERED, DnsStatus.SERVFAIL, DnsStatus.REFUSED, DnsStatus.OTHER_RCODE)
_MUTE = (DnsStatus.TIMEOUT, DnsStatus.REFUSED_PORT, DnsStatus.UNREACHABLE)


def home_resolver(view: View) -> Drawn:
    """Whether the resolver is a device of the home that is not the box (a Pi-hole, a NAS)."""
    config = view.config()
    if config is None or not config.resolvers:
        return
    others = {s.partition("%")[0] for s in config.resolvers} - view.gateways()
    parsed = [ipaddress.ip_address(a) for a in others]
    # IPv4 only: a box may well give an IPv6 address of the home that is another of its own.
    inside = [a for a in parsed if a.version == 4 and a.is_private and not a.is_loopback]
    yield "resolver_in_home", Tri.of(bool(inside) and len(inside) == len(config.resolvers)), "addr.lease"


def configured(view: View) -> Drawn:
    """Servers of this PC that are silent although others answer, or that belong to a service that ended."""
    payload = view.get("dns.configured", DnsPayload)
    if payload is None:
        return
    yield "resolver_discontinued", Tri.of(bool(payload.discontinued)), "dns.configured"
    dead = [s for s in payload.servers if _mute(payload, s)]
    live = [s for s in payload.servers if payload.answered(s)]
    partly = bool(dead) and bool(live)
    yield "resolver_partly_dead", Tri.of(partly), "dns.configured"
    yield "other_resolver_fails", _others_fail(view, payload, dead), "dns.configured"


def _others_fail(view: View, payload: DnsPayload, dead: list[str]) -> Tri:
    """Whether names fail because of a server that is not the box: all of them do, or the first of several does.

    Systems that ask their servers in turn wait five seconds for a dead first one, with every name.
    """
    box = view.gateways() & {s.partition("%")[0] for s in payload.servers}
    answers = view.tri("configured_resolver_answers")
    if answers is not Tri.YES:
        late = view.tri("late_answer") is Tri.YES
        return Tri.of(not box and not late) if answers is Tri.NO else answers
    resolve = view.tri("names_resolve")
    if resolve is Tri.NO and payload.servers[0] in dead:
        return Tri.of(payload.servers[0].partition("%")[0] not in box)
    return Tri.NO if not dead or resolve is Tri.YES else Tri.UNKNOWN


def _mute(payload: DnsPayload, server: str) -> bool:
    fresh = [a for a in payload.answers if a.server == server and a.kind is NameKind.RANDOM]
    return bool(fresh) and all(a.status in _MUTE for a in fresh)


def local_resolver(view: View) -> Drawn:
    """Whether this PC asks a program on itself, and whether anybody listens there."""
    payload = view.get("dns.local", DnsPayload)
    if payload is None:
        return
    config = view.config()
    # Set by hand in the network settings, it is a manual resolver like any other.
    by_hand = (
        config is not None and config.resolvers_method is Method.MANUAL and set(payload.servers) & set(config.resolvers)
    )
    yield "resolver_local", Tri.of(bool(payload.servers) and not by_hand), "dns.local"
    if any(a.status in _SPOKEN for a in payload.answers):
        yield "local_resolver_listens", Tri.YES, "dns.local"
    elif payload.answers and all(a.status is DnsStatus.REFUSED_PORT for a in payload.answers):
        yield "local_resolver_listens", Tri.NO, "dns.local"


def suspicion(view: View) -> Drawn:
    """Whether names seem slow at the resolver in use while a public one is quick at the same moment."""
    if view.waiting("dns.configured", "dns.public"):
        return
    mine, public = _quickest(view, "dns.configured"), _quickest(view, "dns.public")
    if mine is None:
        # Too late for the ordinary question; somebody waited longer.
        mine = _quickest(view, "dns.patient")
    if mine is None or public is None:
        return
    slow = mine > thresholds.NAMES_SEEM_SLOW_MS and mine > thresholds.NAMES_SEEM_SLOW_RATIO * public
    yield "names_seem_slow", Tri.of(slow), "dns.configured"


def _quickest(view: View, probe: str) -> float | None:
    payload = view.get(probe, DnsPayload)
    return min((a.rtt_ms for a in _fresh(payload) if a.rtt_ms is not None), default=None)


def _fresh(payload: DnsPayload | None) -> list[DnsAnswer]:
    answers = payload.answers if payload is not None else ()
    return [a for a in answers if a.kind is NameKind.RANDOM and a.status in _ANSWERED]


def speed(view: View) -> Drawn:
    """Pure lookup time: the median of a series less the way there and back."""
    payload = view.get("dns.timing", TimingPayload)
    if payload is None:
        # Without suspicion the series was not asked for: quick answers speak for themselves.
        if view.tri("names_seem_slow") is Tri.NO:
            yield "names_fast", Tri.YES, "dns.configured"
        isp = _quickest(view, "dns.isp")
        if isp is not None and isp <= thresholds.NAMES_FAST_MS:
            yield "isp_names_fast", Tri.YES, "dns.isp"
        return
    control = _control(payload)
    if control is None:
        return
    for path, fact, number in _SERIES:
        mine = next((s for s in payload.series if s.path is path), None)
        if mine is None or (path is Path.CONFIGURED and not _sure_whose(view, mine.server)):
            continue
        lookup = _lookup_ms(mine, control)
        view.number(number, lookup, "ms", "dns.timing")
        if lookup is not None and lookup > thresholds.NAMES_SLOW_MS:
            yield fact, Tri.NO, "dns.timing"
        elif lookup is not None and (lookup <= thresholds.NAMES_FAST_MS or path is Path.CONFIGURED):
            yield fact, Tri.YES, "dns.timing"


_SERIES = ((Path.CONFIGURED, "names_fast", "names_ms"), (Path.ISP, "isp_names_fast", "isp_names_ms"))


def _sure_whose(view: View, server: str) -> bool:
    """Of several servers only one may be the box: what is said of one must not be said of the other."""
    return (server.partition("%")[0] in view.gateways()) is (view.tri("configured_is_box") is Tri.YES)


def _control(payload: TimingPayload) -> float | None:
    """The way to the best public resolver and back, if names are quick there; else nobody can be called slow."""
    found = [
        (lookup, s.connect_ms or min(s.rtts_ms))
        for s in payload.series
        if s.path is Path.PUBLIC and (lookup := _lookup_ms(s, 0.0)) is not None
    ]
    quick = [way for lookup, way in found if lookup <= thresholds.NAMES_FAST_MS]
    return min(quick, default=None)


def _lookup_ms(series: ServerSeries, control: float) -> float | None:
    """A box is near, but whoever it asks is not: the way counts at least as far as the public resolver's."""
    if len(series.rtts_ms) < thresholds.MIN_LOOKUPS:
        return None
    return max(median(series.rtts_ms) - max(series.connect_ms or 0.0, control), 0.0)


def rewriting(view: View) -> Drawn:
    """Whether the operator answers names that do not exist with an address of its own choice."""
    isp, public = view.get("dns.isp", DnsPayload), view.get("dns.public", DnsPayload)
    if isp is None or public is None or view.waiting("dns.public"):
        return
    missing = {a.name for a in _fresh(public) if a.status is DnsStatus.NXDOMAIN}
    missing -= {a.name for a in _fresh(public) if a.status is DnsStatus.NOERROR}
    same = [a for a in _fresh(isp) if a.name in missing]
    if same:
        yield "isp_rewrites_missing", Tri.of(any(a.addresses for a in same)), "dns.isp"


def truth(view: View) -> Drawn:
    """Whose answers lead to the named site, and whose do not."""
    payload = view.get("dns.truth", TruthPayload)
    if payload is None:
        return
    truths = Truth(payload)
    yield "isp_blocks_by_order", truths.blocked_by_order(Path.ISP), "dns.truth"
    yield "isp_names_true", truths.verdict(Path.ISP), "dns.truth"
    used = truths.verdict(Path.CONFIGURED)
    # The very server that was asked: of several only one may be the box.
    asked = {a.server.partition("%")[0] for a in payload.of(Path.CONFIGURED)}
    chosen = not asked <= view.gateways() | {a.server for a in payload.of(Path.ISP)} | _operator(view)
    # A resolver somebody chose may filter on purpose: told, but no fault.
    yield "chosen_resolver_filters", Tri.of(chosen and used is Tri.NO) if used is not Tri.UNKNOWN else used, "dns.truth"
    yield "names_true", Tri.YES if chosen and used is Tri.NO else used, "dns.truth"


def _operator(view: View) -> set[str]:
    payload = view.get("dns.isp", DnsPayload)
    return set(payload.servers) if payload is not None else set()


def freshness(view: View) -> Drawn:
    """Whether this PC remembers what its own server no longer says.

    Only where the system asks that very server: not with a filter program, another adapter's
    resolver or a tunnel in between, and not for names of the hosts file.
    """
    payload = view.get("dns.truth", TruthPayload)
    if payload is None or view.waiting("hosts.file", "dns.local", "route.table"):
        return
    truths = Truth(payload)
    if not truths.right(Path.OS):
        # Some systems say "no such name" when nobody could be asked.
        return
    stale = truths.wrong(Path.OS) & truths.right(Path.CONFIGURED)
    if not stale:
        yield "names_fresh", Tri.YES, "dns.truth"
        yield "stale_address_kept", Tri.NO, "dns.truth"
    elif not _overridden(view, stale) and not _asks_elsewhere(view):
        yield "names_fresh", Tri.NO, "dns.truth"
        yield "stale_address_kept", Tri.of(bool(truths.misled(Path.OS) & stale)), "dns.truth"


def _asks_elsewhere(view: View) -> bool:
    """Whether the system may ask somebody else than the server set on the adapter."""
    local = view.get("dns.local", DnsPayload)
    addresses = view.get("addr.lease", AddressPayload)
    if local is None or addresses is None or view.tri("tunnel_owns_default") is Tri.YES:
        return True
    others = any(c.resolvers for c in addresses.configs if c.interface != addresses.primary)
    return others or not set(local.servers) <= _SYSTEM_STUBS


def _overridden(view: View, names: frozenset[str]) -> bool:
    """Whether the hosts file has a say about one of these names."""
    hosts = view.get("hosts.file", HostsPayload)
    return hosts is None or any(check.name in names for check in hosts.checks)


def interception(view: View) -> Drawn:
    """Somebody on the way answers: an address nobody has replied, or different resolvers say the same name."""
    payload = view.get("dns.identity", IdentityPayload)
    if payload is None:
        return
    if any(a.status in _SPOKEN for a in payload.impossible):
        yield "dns_intercepted", Tri.YES, "dns.identity"
        return
    named = {a.server: a.texts for a in payload.identities if a.texts}
    if len(named) >= 2 and len(set(named.values())) == 1:
        yield "dns_intercepted", Tri.YES, "dns.identity"
    elif any(a.status in _SPOKEN for a in payload.identities):
        yield "dns_intercepted", Tri.NO, "dns.identity"


def encrypted(view: View) -> Drawn:
    """Whether encrypted DNS gets through; one server is enough."""
    payload = view.get("dns.encrypted", EncryptedPayload)
    if payload is None:
        return
    for transport, fact in ((Transport.DOT, "dot_answers"), (Transport.DOH, "doh_answers")):
        tries = [t for t in payload.tries if t.transport is transport]
        if tries:
            yield fact, Tri.of(any(t.answered for t in tries)), "dns.encrypted"


def order(view: View) -> Drawn:
    """Which family programs try first; a name with one family only tells nothing."""
    payload = view.get("names.order", OrderPayload)
    if payload is not None and {4, 6} <= set(payload.families):
        yield "ipv4_first", Tri.of(payload.families[0] == 4), "names.order"


OBSERVERS: tuple[Callable[[View], Drawn], ...] = (
    home_resolver, configured, local_resolver, suspicion, speed, rewriting, truth, freshness, interception, encrypted,
    order,
)  # fmt: skip
