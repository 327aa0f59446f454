"""``path.failing``: services found silent, asked again with patience, and where the way to them ends."""

from __future__ import annotations

import asyncio

from probes.framework import ProbeContext, probe
from probes.path_hops import classify
from probes.wire.tcp import try_tcp
from probes.wire.ttl import IcmpError, trace
from selfcare.model.payloads.gateway import TcpAnswer
from selfcare.model.payloads.path import HopKind
from selfcare.model.payloads.reach import FailingPath, PathComparePayload, SiteAnswer, SitesPayload, SiteTry
from selfcare.model.probe import CannotRun, Layer, NotRunReason, Platform, ProbeCost, ProbeSpec, Tier

# Two more packets are sent in that time: a lost one is no silence.
PATIENCE_S = 2.2
_TRACE_S = 1.5
_MAX_HOPS = 8
_MOST = 3
_TIME_EXCEEDED = 11


@probe(
    ProbeSpec(
        id="path.failing",
        version=1,
        layer=Layer.PATH,
        requires=("sites.sample",),
        answers=("networks_reach", "stops_at_operator", "site_silent"),
        cost=ProbeCost(bytes_up=6000, bytes_down=6000),
        platforms=frozenset({Platform.LINUX}),
        tier=Tier.DEEP,
        time_limit_ms=4500,
        called_by=("sites_partly_silent",),
    )
)
async def measure(ctx: ProbeContext) -> PathComparePayload:
    """At most 2.2 s."""
    tries = ctx.need("sites.sample", SitesPayload).tries
    silent = [t for t in tries if t.answer is SiteAnswer.SILENT][:_MOST]
    working = next((t for t in tries if t.answer is SiteAnswer.FINE and t.address), None)
    if not silent or working is None or working.address is None:
        raise CannotRun(NotRunReason.NOTHING_TO_COMPARE)
    ways = asyncio.ensure_future(_hops(working.address))
    failing = await asyncio.gather(*(_again(t) for t in silent))
    good = await ways
    outside = [e.ttl for e in good.values() if e.ttl > 1 and classify(e.address, e.ttl, None) in _OPERATOR]
    return PathComparePayload(tuple(failing), working.host, max(good, default=0), min(outside, default=None))


_OPERATOR = (HopKind.PUBLIC, HopKind.CGNAT)


async def _again(site: SiteTry) -> FailingPath:
    assert site.address is not None  # only what was tried can be silent
    tried, heard = await asyncio.gather(try_tcp(site.address, 443, PATIENCE_S), _hops(site.address))
    silent = tried.answer is not TcpAnswer.OPEN
    return FailingPath(site.host, silent, max(heard, default=0))


async def _hops(address: str) -> dict[int, IcmpError]:
    heard, error = await trace(address, _MAX_HOPS, _TRACE_S, lambda _: None)
    if error is not None:
        return {}
    return {ttl: e for ttl, e in heard.items() if e.icmp_type == _TIME_EXCEEDED}
