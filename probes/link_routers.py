"""``link.routers``: does anything that routes answer on this cable or Wi-Fi, whatever IPv4 says?

It tells a wrong or missing IPv4 setting from a dead box: the question goes to all
routers of the link over IPv6, which needs no address of theirs and no lease of ours.
"""

from __future__ import annotations

import time

from probes.framework import ProbeContext, probe
from probes.hostnet import neighbours
from probes.wire.icmp import echo
from probes.wire.settled import link_local_settled
from probes.wire.threads import in_thread
from selfcare.model.payloads.address import AddressPayload
from selfcare.model.payloads.gateway import IcmpMethod, RouterPayload
from selfcare.model.payloads.link import LinkPayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, Platform, ProbeCost, ProbeSpec

DEADLINE_S = 1.05
ALL_ROUTERS = "ff02::2"


@probe(
    ProbeSpec(
        id="link.routers",
        version=1,
        layer=Layer.LINK,
        requires=("link.interfaces", "addr.lease"),
        answers=("router_on_link",),
        cost=ProbeCost(bytes_up=400, bytes_down=400),
        time_limit_ms=4000,
    )
)
async def measure(ctx: ProbeContext) -> RouterPayload:
    """One echo to ``ff02::2``, repeated within 1.05 s; then what the kernel's neighbour table confirmed meanwhile.

    Just after a change of the connection our own address is still being checked: that is waited for.
    """
    addressing = ctx.need("addr.lease", AddressPayload)
    link = ctx.get("link.interfaces", LinkPayload)
    adapter = link.get(addressing.primary) if link else None
    config = addressing.get(addressing.primary)
    if adapter is None or config is None:
        raise CannotRun(NotRunReason.NO_INTERFACE)
    if not adapter.admin_up or adapter.carrier is False:
        raise CannotRun(NotRunReason.NO_LINK)
    if not await link_local_settled(config, adapter.index):
        # Without a settled address of our own nobody can answer us.
        raise CannotRun(NotRunReason.NO_IPV6)
    started = time.monotonic()
    answer = await echo(f"{ALL_ROUTERS}%{adapter.name}", DEADLINE_S)
    answered = bool(answer.rtts_ms)
    if not answered and ctx.platform is Platform.LINUX:
        elapsed = time.monotonic() - started
        answered = await in_thread(neighbours.router_alive, adapter.index, elapsed)
    if not answered and (answer.method is IcmpMethod.NONE or not answer.sent):
        raise CannotRun(NotRunReason.PERMISSION_DENIED)
    return RouterPayload(adapter.name, answered)
