"""``pc.load``: is this computer busy, or using the line itself, while the check looks at it?"""

from __future__ import annotations

import asyncio
import itertools
import time

from probes.framework import ProbeContext, probe
from probes.hostnet import usage
from probes.hostnet.bus import system_bus
from probes.hostnet.networkmanager import metered
from probes.wire.threads import in_thread
from selfcare.model.middle import median
from selfcare.model.payloads.line import LoadPayload, Traffic
from selfcare.model.payloads.link import LinkPayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, Platform, ProbeSpec

# The check's own questions come in one burst at the start; the median of short windows leaves it out.
WINDOWS, WINDOW_S = 9, 0.1


@probe(
    ProbeSpec(
        id="pc.load",
        version=1,
        layer=Layer.LINK,
        requires=("link.interfaces",),
        answers=("pc_busy", "own_traffic"),
        time_limit_ms=2500,
    )
)
async def measure(ctx: ProbeContext) -> LoadPayload:
    """Reads processor, memory and interface counters for 0.9 s; sends nothing on the network."""
    link = ctx.need("link.interfaces", LinkPayload)
    names = {i.name for i in link.physical}
    if not names:
        raise CannotRun(NotRunReason.NO_INTERFACE)
    cpu_before, begun = await in_thread(usage.cpu), time.monotonic()
    paid = asyncio.ensure_future(_metered()) if ctx.platform is Platform.LINUX else None
    marks = [(time.monotonic(), usage.all_interfaces())]
    for _ in range(WINDOWS):
        await asyncio.sleep(WINDOW_S)
        marks.append((time.monotonic(), usage.all_interfaces()))
    cpu_after = usage.cpu()
    return LoadPayload(
        window_s=round(time.monotonic() - begun, 3),
        cpu_pct=cpu_share(cpu_before, cpu_after),
        memory_available_pct=_rounded(usage.memory_available_pct()),
        memory_stalled_pct=usage.memory_stalled_pct() if ctx.platform is Platform.LINUX else None,
        traffic=tuple(t for name in sorted(names) if (t := traffic(name, marks)) is not None),
        metered=await paid if paid is not None else None,
    )


async def _metered() -> bool | None:
    async with system_bus() as bus:
        return await metered(bus) if bus is not None else None


def cpu_share(before: usage.Cpu | None, after: usage.Cpu | None) -> float | None:
    """Processor use by all programs but this one, in % of all cores; None if too little time went by to say."""
    if before is None or after is None or after.total_s - before.total_s < 0.1:
        return None
    total = after.total_s - before.total_s
    busy = after.busy_s - before.busy_s - (after.own_s - before.own_s)
    return round(100 * min(max(busy / total, 0.0), 1.0), 1)


def traffic(name: str, marks: list[tuple[float, dict[str, usage.Counters]]]) -> Traffic | None:
    """The median rate of the windows, in kbit/s, both ways; None for an interface that is not counted."""
    seen = [(at, found[name]) for at, found in marks if name in found]
    pairs = [(b[0] - a[0], a[1], b[1]) for a, b in itertools.pairwise(seen) if b[0] > a[0]]
    if not pairs:
        return None
    up = median(max(0, b.bytes_up - a.bytes_up) / seconds for seconds, a, b in pairs)
    down = median(max(0, b.bytes_down - a.bytes_down) / seconds for seconds, a, b in pairs)
    return Traffic(name, round(up * 8 / 1000, 1), round(down * 8 / 1000, 1))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
