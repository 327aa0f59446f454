"""``latency.gateway``: delay and loss between this computer and the box."""

from __future__ import annotations

from probes.framework import ProbeContext, probe
from probes.series import FIRST, MORE, bounded, joined, query, suspicious, take_all, to_gateway
from probes.wire.echoes import Plan
from selfcare.model.payloads.gateway import GatewayPayload
from selfcare.model.payloads.line import LatencyPayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeCost, ProbeSpec

_CONFIRM = Plan(count=100, limit_s=2.8, pace_s=0.02)


@probe(
    ProbeSpec(
        id="latency.gateway",
        version=1,
        layer=Layer.GATEWAY,
        requires=("link.interfaces", "addr.lease", "route.table", "gateway.reach"),
        answers=("gateway_loss_free", "gateway_latency_fine"),
        # None of it leaves the home; most of it only when something looks wrong.
        cost=ProbeCost(bytes_up=40_000, bytes_down=25_000),
        time_limit_ms=5500,
    )
)
async def measure(ctx: ProbeContext) -> LatencyPayload:
    """50 questions, at most 1.2 s; on loss or delay 200, and TCP and DNS beside them, at most 4 s."""
    reach = ctx.need("gateway.reach", GatewayPayload)
    ways = to_gateway(reach)
    if not ways:
        raise CannotRun(NotRunReason.NOTHING_TO_COMPARE)
    (first,) = await take_all([(ways[0], FIRST)])
    if not suspicious(first):
        return LatencyPayload(reach.interface, bounded([first]), extended=False)
    more, *confirming = await take_all([(ways[0], MORE), *((way, _CONFIRM) for way in ways[1:])], query(ctx))
    return LatencyPayload(reach.interface, bounded([joined(first, more), *confirming]), extended=True)
