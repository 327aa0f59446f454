"""``latency.isp``: delay, jitter and loss beyond the box, with the way to the box as control."""

from __future__ import annotations

import time
from dataclasses import dataclass

from probes.framework import ProbeContext, probe
from probes.hostnet import usage
from probes.hostnet.gateways import box_config
from probes.series import (
    AGAIN,
    FIRST,
    MORE,
    Asked,
    answered,
    bounded,
    expecting,
    joined,
    only_wavers,
    query,
    suspicious,
    take_all,
    to_gateway,
)
from probes.wire.echoes import Plan
from selfcare.model.payloads.address import AddressPayload, IpConfig
from selfcare.model.payloads.gateway import GatewayPayload
from selfcare.model.payloads.line import Ask, LatencyPayload, Series, Target
from selfcare.model.payloads.link import LinkPayload
from selfcare.model.payloads.path import PathPayload
from selfcare.model.payloads.routes import RoutePayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeCost, ProbeSpec

# Several places, so that one of them having trouble is not taken for the line's.
_BY_TCP = Plan(count=50, limit_s=2.9, pace_s=0.045)
_BY_DNS = Plan(count=75, limit_s=2.8, pace_s=0.03)
_INSTEAD = Plan(count=40, limit_s=1.0, pace_s=0.015)
_PATIENT = Plan(count=40, limit_s=2.8, pace_s=0.03, give_up_s=2.5)
_PLANS = {Ask.ICMP: MORE, Ask.TCP: _BY_TCP, Ask.DNS: _BY_DNS}
_MAX_TCP, _MAX_DNS = 3, 2
_THINNED_PCT = 15.0
# The share of the second look in which a queue of our own may still be emptying.
_DRAINING = 0.33
# Bytes on the wire per question, Ethernet included: up and down.
_WEIGHTS = {Ask.ICMP: (58, 58), Ask.DNS: (80, 120), Ask.TCP: (194, 74)}


@dataclass(frozen=True, slots=True)
class _Places:
    """Who can be asked from here: the nearest that answers echo, and others by TCP and DNS."""

    echoes: list[Asked]
    confirming: list[Asked]
    hop_known: bool


@probe(
    ProbeSpec(
        id="latency.isp",
        version=1,
        layer=Layer.PATH,
        requires=("link.interfaces", "addr.lease", "route.table", "gateway.reach", "path.hops"),
        answers=("outside_loss_free", "outside_latency_fine", "outside_jitter_fine"),
        # Less than a tenth of it unless something looks wrong.
        cost=ProbeCost(bytes_up=80_000, bytes_down=60_000),
        time_limit_ms=7500,
    )
)
async def measure(ctx: ProbeContext) -> LatencyPayload:
    """50 echoes to the first ISP hop and to an anchor, at most 1.2 s; on a suspicion 200 and TCP and DNS, 4 s.

    Delays that only waver are looked at again first, 0.3 s: on a slow line the check's own pages made them.
    """
    addressing = ctx.need("addr.lease", AddressPayload)
    config = box_config(addressing, ctx.get("route.table", RoutePayload), ctx.get("link.interfaces", LinkPayload))
    if config is None:
        raise CannotRun(NotRunReason.NO_GATEWAY)
    places = _places(ctx, config)
    plan = _first_plan(ctx.get("path.hops", PathPayload))
    first = [s for s in await take_all([(a, plan) for a in places.echoes]) if answered(s)]
    if not first:
        first = [s for s in await take_all([(a, _INSTEAD) for a in places.confirming[:1]]) if answered(s)]
    if not first and places.hop_known:
        # Somebody out there did answer: a very slow line, filled by the check's own pages, needs more patience.
        first = [s for s in await take_all([(a, _PATIENT) for a in places.echoes]) if answered(s)]
    if not first:
        raise CannotRun(NotRunReason.NOTHING_TO_COMPARE)
    doubtful = [s for s in first if _worth_a_look(s)]
    if not doubtful:
        return LatencyPayload(config.interface, bounded(first[::-1]), extended=False)
    if all(map(only_wavers, doubtful)):
        again = await take_all([(_same(s, places), expecting(AGAIN, s.summary.min_ms)) for s in first])
        if all(map(answered, again)) and not any(suspicious(s, _DRAINING) for s in again):
            return LatencyPayload(config.interface, bounded([*again[::-1], *first[::-1]]), extended=False)
        first = [joined(one, two) for one, two in zip(first, again, strict=True)]
    return await _longer(ctx, config.interface, places, first)


def _first_plan(path: PathPayload | None) -> Plan:
    """A far hop has already told how long its answers take: then silence is waited for longer."""
    known = [hop.rtt_ms for hop in path.hops if hop.rtt_ms is not None] if path is not None else []
    return expecting(FIRST, max(known, default=None))


def _worth_a_look(one: Series) -> bool:
    """A hop that thins out its answers says nothing: it loses far more than a line that still works."""
    thinned = one.target is Target.ISP_HOP and one.summary.loss_pct > _THINNED_PCT
    return suspicious(one) and not thinned


def _same(one: Series, places: _Places) -> Asked:
    """Who answered that series."""
    everybody = [*places.echoes, *places.confirming]
    return next(a for a in everybody if (a.address, a.ask, a.port) == (one.address, one.ask, one.port))


def _places(ctx: ProbeContext, config: IpConfig) -> _Places:
    routing = ctx.get("route.table", RoutePayload)
    path = ctx.get("path.hops", PathPayload)
    # Past a VPN: the line is of interest, not the tunnel.
    tunnelled = routing is not None and bool({routing.owner4, routing.owner6} & set(routing.tunnels))
    device = config.interface if tunnelled else None
    six = config.gateway4 is None
    anchors = [a for a in ctx.profile.anchors if (":" in a.address) is six]
    resolvers = [r for r in ctx.profile.public_resolvers if (":" in r.address) is six]
    hop = path.first_isp_hop if path is not None and not six else None
    echoes = [Asked(Target.ISP_HOP, Ask.ICMP, hop, device=device)] if hop else []
    echoes += [Asked(Target.ANCHOR, Ask.ICMP, a.address, device=device) for a in anchors[:1]]
    tcp = [Asked(Target.ANCHOR, Ask.TCP, a.address, a.port, device) for a in anchors[:_MAX_TCP]]
    names = [r.address for r in resolvers] or [a.address for a in anchors]
    dns = [Asked(Target.ANCHOR, Ask.DNS, address, device=device) for address in names[:_MAX_DNS]]
    if not tcp:
        raise CannotRun(NotRunReason.NOT_CONFIGURED)
    return _Places(echoes, [*tcp, *dns], hop is not None)


async def _longer(ctx: ProbeContext, interface: str, places: _Places, first: list[Series]) -> LatencyPayload:
    reach = ctx.get("gateway.reach", GatewayPayload)
    echoes = [a for a in places.echoes if any(s.address == a.address and s.ask is a.ask for s in first)]
    control = to_gateway(reach) if reach is not None else []
    known = first[-1].summary.median_ms
    todo = [(a, expecting(MORE, known)) for a in echoes]
    todo += [(a, _PLANS[a.ask]) for a in control]
    todo += [(a, expecting(_PLANS[a.ask], known)) for a in places.confirming]
    before, begun = usage.of(interface), time.monotonic()
    taken = await take_all(todo, query(ctx))
    up, down = _others(before, usage.of(interface), taken, time.monotonic() - begun)
    more, rest = taken[: len(echoes)], taken[len(echoes) :]
    joint = [joined(one, two) for one, two in zip(first, more, strict=False)] if more else []
    confirming = rest[len(control) :]
    return LatencyPayload(
        interface, bounded([*joint[::-1], *confirming]), True, bounded(rest[: len(control)]), up, down
    )  # fmt: skip


def _others(
    before: usage.Counters | None, after: usage.Counters | None, taken: list[Series], seconds: float
) -> tuple[float | None, float | None]:
    """What else went up and down meanwhile, in kbit/s: all that was counted less what we sent ourselves."""
    if before is None or after is None or seconds <= 0:
        return None, None
    own_up = sum(_WEIGHTS[s.ask][0] * s.summary.sent for s in taken)
    own_down = sum(_WEIGHTS[s.ask][1] * (s.summary.sent - s.summary.lost) for s in taken)
    up = after.bytes_up - before.bytes_up - own_up
    down = after.bytes_down - before.bytes_down - own_down
    return tuple(round(max(0, n) * 8 / 1000 / seconds, 1) for n in (up, down))  # type: ignore[return-value]
