"""``lan.dhcp_servers``: how many devices hand out addresses here (DHCPDISCOVER by raw socket)?"""

from __future__ import annotations

from typing import Any

from probes.framework import ProbeContext, probe
from probes.raw.client import ask
from probes.raw.verbs import DhcpDiscover
from probes.rawtarget import home_link
from selfcare.model.payloads.addressing import DhcpOffer, DhcpServersPayload
from selfcare.model.probe import Layer, Platform, ProbeCost, ProbeSpec, Tier

# The slowest sound server we know looks for three seconds whether the address is free.
SECONDS = 5.0


@probe(
    ProbeSpec(
        id="lan.dhcp_servers",
        version=1,
        layer=Layer.ADDRESS,
        requires=("link.interfaces", "addr.lease", "route.table"),
        answers=("several_dhcp_servers", "lease_trusted"),
        cost=ProbeCost(bytes_up=800, bytes_down=4000),
        platforms=frozenset({Platform.LINUX}),
        tier=Tier.DEEP,
        time_limit_ms=8500,
        needs=("raw_socket",),
        called_by=("lease_from_elsewhere", "other_router_on_link", "box_elsewhere_on_link"),
    )
)
async def measure(ctx: ProbeContext) -> DhcpServersPayload:
    """Two questions, five seconds of listening, no request; needs raw sockets."""
    adapter, _ = home_link(ctx)
    result = await ask(DhcpDiscover(adapter.name, SECONDS), SECONDS)
    return DhcpServersPayload(adapter.name, tuple(_offer(o) for o in result["offers"]), SECONDS)


def _offer(raw: dict[str, Any]) -> DhcpOffer:
    return DhcpOffer(raw["server"], raw["mac"], raw["address"], tuple(raw["routers"]), tuple(raw["resolvers"]))
