"""``lan.conflict``: does anybody else answer for this PC's own address (RFC 5227, raw socket)?"""

from __future__ import annotations

from probes.framework import ProbeContext, probe
from probes.raw.client import ask
from probes.raw.verbs import DuplicateAddress
from probes.rawtarget import home_link, own_address
from selfcare.model.payloads.addressing import ConflictPayload
from selfcare.model.probe import Layer, Platform, ProbeCost, ProbeSpec, Tier

SECONDS = 1.3


@probe(
    ProbeSpec(
        id="lan.conflict",
        version=1,
        layer=Layer.ADDRESS,
        requires=("link.interfaces", "addr.lease", "route.table"),
        answers=("address_conflict", "address_unique"),
        cost=ProbeCost(bytes_up=200, bytes_down=200),
        platforms=frozenset({Platform.LINUX}),
        tier=Tier.DEEP,
        time_limit_ms=4500,
        needs=("raw_socket",),
        called_by=("address_conflict", "address_manual"),
    )
)
async def measure(ctx: ProbeContext) -> ConflictPayload:
    """Three questions in 1.2 s; needs raw sockets."""
    adapter, config = home_link(ctx)
    address = str(own_address(config).ip)
    result = await ask(DuplicateAddress(adapter.name, address), SECONDS)
    return ConflictPayload(adapter.name, address, tuple(result["macs"]))
