"""``route.table``: default routes and the interface that really carries traffic outwards."""

from __future__ import annotations

from dataclasses import replace

from probes.framework import ProbeContext, probe
from probes.hostnet import native, routes
from probes.wire.threads import in_thread
from selfcare.model.payloads.link import LinkPayload
from selfcare.model.payloads.routes import RoutePayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, Platform, ProbeSpec


@probe(
    ProbeSpec(
        id="route.table",
        version=1,
        layer=Layer.ROUTE,
        requires=("link.interfaces",),
        answers=("default_route", "tunnel_owns_default"),
        time_limit_ms=1500,
    )
)
async def measure(ctx: ProbeContext) -> RoutePayload:
    """Reads the routing table and asks the kernel for the way to public addresses; sends nothing."""
    link = ctx.need("link.interfaces", LinkPayload)
    anchors = [anchor.address for anchor in ctx.profile.anchors]
    payload = await in_thread(
        _read, link, tuple(a for a in anchors if ":" not in a), tuple(a for a in anchors if ":" in a), ctx.platform
    )
    if payload.tunnels and ctx.platform is Platform.LINUX:
        return replace(payload, tunnel_resolvers=await _tunnel_resolvers(link, payload.tunnels))
    return payload


def _read(link: LinkPayload, anchors4: tuple[str, ...], anchors6: tuple[str, ...], platform: Platform) -> RoutePayload:
    if platform is Platform.LINUX:
        try:
            return routes.read_linux(link, anchors4, anchors6)
        except (OSError, ImportError):
            pass
    try:
        return native.routes(platform, link, anchors4, anchors6) or routes.read_generic(link)
    except ImportError as error:
        raise CannotRun(NotRunReason.SOURCE_UNAVAILABLE) from error


async def _tunnel_resolvers(link: LinkPayload, tunnels: tuple[str, ...]) -> tuple[str, ...]:
    """DNS servers that systemd-resolved keeps for the tunnels; none without it."""
    from probes.hostnet import bus, resolved

    indexes = {i.index for i in link.interfaces if i.name in tunnels}
    async with bus.system_bus() as connection:
        known = await resolved.read(connection) if connection else None
    if known is None:
        return ()
    return tuple(dict.fromkeys(a for index in sorted(indexes) for a in known.links.get(index, ())))
