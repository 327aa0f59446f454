"""``lan.arp_watch``: does more than one device answer for the gateway's address (raw socket)?"""

from __future__ import annotations

from probes.framework import ProbeContext, probe
from probes.raw.client import ask
from probes.raw.verbs import ArpWatch
from probes.rawtarget import home_link
from selfcare.model.payloads.addressing import ArpWatchPayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, Platform, ProbeCost, ProbeSpec, Tier

SECONDS = 3.0


@probe(
    ProbeSpec(
        id="lan.arp_watch",
        version=1,
        layer=Layer.LINK,
        requires=("link.interfaces", "addr.lease", "route.table"),
        answers=("gateway_claimed_twice", "gateway_genuine"),
        cost=ProbeCost(bytes_up=300, bytes_down=1000),
        platforms=frozenset({Platform.LINUX}),
        tier=Tier.DEEP,
        time_limit_ms=6500,
        needs=("raw_socket",),
        called_by=("gateway_mac_changed", "other_router_on_link"),
    )
)
async def measure(ctx: ProbeContext) -> ArpWatchPayload:
    """One question a second for three seconds; needs raw sockets."""
    adapter, config = home_link(ctx)
    if config.gateway4 is None:
        raise CannotRun(NotRunReason.NO_GATEWAY)
    result = await ask(ArpWatch(adapter.name, config.gateway4, SECONDS), SECONDS)
    return ArpWatchPayload(adapter.name, config.gateway4, tuple(result["macs"]), SECONDS)
