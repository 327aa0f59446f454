"""``ipv6.cost``: what it costs that programs prefer IPv6 here."""

from __future__ import annotations

from probes.framework import ProbeContext, probe
from probes.wire.gathering import collect
from probes.wire.tcp import try_tcp
from selfcare.model.payloads.addressing import Ipv6CostPayload
from selfcare.model.payloads.gateway import TcpAnswer
from selfcare.model.payloads.ipv6 import Ipv6Payload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeCost, ProbeSpec

DEADLINE_S = 0.8


@probe(
    ProbeSpec(
        id="ipv6.cost",
        version=1,
        layer=Layer.PATH,
        requires=("ipv6.reach",),
        answers=("ipv6_slower",),
        cost=ProbeCost(bytes_up=1000, bytes_down=1000),
    )
)
async def measure(ctx: ProbeContext) -> Ipv6CostPayload:
    """Connects to the profile's anchors over both families at once; nothing where IPv6 is not in use. At most 0.8 s."""
    ipv6 = ctx.need("ipv6.reach", Ipv6Payload)
    if not ipv6.offered or not ipv6.answered:
        raise CannotRun(NotRunReason.NO_IPV6)
    anchors = [a for a in ctx.profile.anchors if a.port == 443]
    best: dict[int, list[float]] = {4: [], 6: []}

    async def one(address: str, port: int) -> None:
        tried = await try_tcp(address, port, DEADLINE_S)
        if tried.answer is TcpAnswer.OPEN and tried.rtt_ms is not None:
            best[6 if ":" in address else 4].append(tried.rtt_ms)

    await collect([one(a.address, a.port) for a in anchors], deadline=DEADLINE_S + 0.05)
    return Ipv6CostPayload(min(best[4], default=None), min(best[6], default=None))
