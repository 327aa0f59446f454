"""``mtu.path``: how large a packet reaches the box, and how large one gets beyond it?"""

from __future__ import annotations

from probes.framework import ProbeContext, probe
from probes.hostnet.gateways import box_config
from probes.wire.gathering import collect
from probes.wire.sizes import believed, largest
from selfcare.model.payloads.address import AddressPayload
from selfcare.model.payloads.addressing import MtuPayload
from selfcare.model.payloads.link import LinkPayload
from selfcare.model.payloads.routes import RoutePayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, Platform, ProbeCost, ProbeSpec, Tier

DEADLINE_S = 1.2
# Ethernet, PPPoE, PPPoE inside another header, 6rd and common tunnels, IPv6's smallest, and a size that always passes.
_SIZES = (1500, 1492, 1480, 1460, 1440, 1400, 1360, 1320, 1280, 576)
_TARGETS = 2


@probe(
    ProbeSpec(
        id="mtu.path",
        version=1,
        layer=Layer.PATH,
        requires=("link.interfaces", "addr.lease", "route.table"),
        answers=("pc_mtu_fits", "large_reach_box", "path_black_hole"),
        cost=ProbeCost(bytes_up=180_000, bytes_down=60_000),
        platforms=frozenset({Platform.LINUX}),
        tier=Tier.DEEP,
        time_limit_ms=5000,
        called_by=("large_packets_lost", "pc_mtu_oversized"),
    )
)
async def measure(ctx: ProbeContext) -> MtuPayload:
    """Ten sizes to two addresses outside, three to the box, at most 1.3 s; then what the kernel learnt, 0.6 s."""
    addressing = ctx.need("addr.lease", AddressPayload)
    link = ctx.need("link.interfaces", LinkPayload)
    config = box_config(addressing, ctx.get("route.table", RoutePayload), link)
    adapter = link.get(config.interface) if config else None
    if config is None or config.gateway4 is None or adapter is None or adapter.mtu is None:
        raise CannotRun(NotRunReason.NO_GATEWAY)
    gateway, own = config.gateway4, adapter.mtu
    targets = [a.address for a in ctx.profile.anchors if ":" not in a.address][:_TARGETS]
    sizes = [size for size in _SIZES if size <= own]
    near = sorted({own, min(own, 1500), 576})
    asked = {"": largest(gateway, near, DEADLINE_S), **{t: largest(t, sizes, DEADLINE_S) for t in targets}}

    async def one(name: str) -> tuple[str, int | None]:
        return name, await asked[name]

    found = dict(await collect([one(name) for name in asked], deadline=DEADLINE_S + 0.3))
    reached = {t: size for t in targets if (size := found.get(t)) is not None}
    best = max(reached, key=lambda t: reached[t], default=None)
    belief = await believed(best, min(own, max(_SIZES)), 0.6) if best is not None else None
    return MtuPayload(
        interface=adapter.name,
        link_mtu=own,
        gateway=gateway,
        gateway_largest=found.get(""),
        target=best,
        outside_largest=reached[best] if best is not None else None,
        believed=belief,
    )
