"""``link.quality``: the cable's negotiated speed against what both ends could do, and frames with errors."""

from __future__ import annotations

import asyncio
import time

from probes.framework import ProbeContext, probe
from probes.hostnet import ethtool, usage
from probes.wire.threads import in_thread
from selfcare.model.payloads.line import LinkQualityPayload
from selfcare.model.payloads.link import InterfaceKind, LinkPayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, Platform, ProbeSpec

WINDOW_S = 0.8


@probe(
    ProbeSpec(
        id="link.quality",
        version=1,
        layer=Layer.LINK,
        requires=("link.interfaces",),
        answers=("cable_full_speed", "cable_errors_rising"),
        time_limit_ms=2000,
    )
)
async def measure(ctx: ProbeContext) -> LinkQualityPayload:
    """Reads the counters twice, 0.8 s apart, while the other probes use the link; sends nothing."""
    link = ctx.need("link.interfaces", LinkPayload)
    adapter = link.get(link.primary)
    if adapter is None:
        raise CannotRun(NotRunReason.NO_INTERFACE)
    if not adapter.carrier:
        raise CannotRun(NotRunReason.NO_LINK)
    modes = ethtool.LinkModes()
    if ctx.platform is Platform.LINUX:
        modes = await in_thread(ethtool.read, adapter.name)
    before, begun = await in_thread(usage.of, adapter.name), time.monotonic()
    await asyncio.sleep(WINDOW_S)
    after = await in_thread(usage.of, adapter.name)
    if before is None or after is None:
        raise CannotRun(NotRunReason.SOURCE_UNAVAILABLE)
    return LinkQualityPayload(
        interface=adapter.name,
        wired=adapter.kind is InterfaceKind.ETHERNET,
        speed_mbps=modes.speed_mbps or adapter.speed_mbps,
        full_duplex=adapter.full_duplex if modes.full_duplex is None else modes.full_duplex,
        nic_max_mbps=modes.nic_max_mbps,
        partner_max_mbps=modes.partner_max_mbps,
        window_s=round(time.monotonic() - begun, 3),
        # A driver may start its counters anew.
        packets=max(0, after.packets - before.packets),
        errors=max(0, after.errors - before.errors),
        drops=max(0, after.drops - before.drops),
    )
