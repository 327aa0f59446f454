"""``ipv6.reach``: is IPv6 offered here, and does it work?"""

from __future__ import annotations

import asyncio
import ipaddress

from probes.framework import ProbeContext, probe
from probes.names import random_questions
from probes.wire.dnsask import Server, ask
from probes.wire.dnsmessage import Question
from probes.wire.gathering import FENCE_S, collect
from probes.wire.tcp import try_tcp
from selfcare.model.payloads.address import AddressPayload
from selfcare.model.payloads.gateway import TcpAnswer
from selfcare.model.payloads.ipv6 import Ipv6Payload
from selfcare.model.payloads.routes import RoutePayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeCost, ProbeSpec

DEADLINE_S = 1.2
_STARTS_S = (0.0, 0.4, 0.8)
_ULA = ipaddress.IPv6Network("fc00::/7")


@probe(
    ProbeSpec(
        id="ipv6.reach",
        version=1,
        layer=Layer.PATH,
        requires=("link.interfaces", "addr.lease", "route.table"),
        answers=("ipv6_works",),
        cost=ProbeCost(bytes_up=1500, bytes_down=1500),
        time_limit_ms=3500,
    )
)
async def measure(ctx: ProbeContext) -> Ipv6Payload:
    """TCP and DNS to the profile's IPv6 anchors; the first answer is enough. At most 1.2 s."""
    addressing = ctx.need("addr.lease", AddressPayload)
    routing = ctx.need("route.table", RoutePayload)
    own = [a for config in addressing.configs for a in config.v6() if is_global(a.address)]
    count = len(own)
    routed = any(route.family == 6 for route in routing.routes)
    anchors = [anchor for anchor in ctx.profile.anchors if ":" in anchor.address]
    if not count or not routed:
        return Ipv6Payload(count, routed, offered=False, answered=None, targets=0)
    if not anchors:
        raise CannotRun(NotRunReason.NOT_CONFIGURED)
    # While the kernel still checks that an address is unique, packets leave with another one
    # and are not answered: then later tries, on new sockets, count too.
    unchecked = all(a.tentative for a in own)
    questions = []
    for start in _STARTS_S if unchecked else _STARTS_S[:1]:
        questions += [_connect(anchor.address, anchor.port, start) for anchor in anchors]
        for question in random_questions(ctx, 1):
            questions += [_name(anchor.address, question, start) for anchor in anchors]
    results = await collect(
        questions, deadline=DEADLINE_S + FENCE_S, settled=lambda so_far: any(rtt is not None for rtt in so_far)
    )
    rtts = [rtt for rtt in results if rtt is not None]
    if unchecked and not rtts:
        return Ipv6Payload(count, routed, offered=False, answered=None, targets=len(anchors))
    return Ipv6Payload(
        count, routed, offered=True, answered=bool(rtts), targets=len(anchors), rtt_ms=min(rtts, default=None)
    )


def is_global(address: str) -> bool:
    """Whether an IPv6 address could reach the Internet (not link-local, ULA, loopback)."""
    try:
        parsed = ipaddress.IPv6Address(address.partition("%")[0])
    except ValueError:
        return False
    # Not is_global: laboratories and some tunnels use ranges Python calls private.
    return not (parsed.is_link_local or parsed.is_loopback or parsed.is_multicast or parsed in _ULA)


async def _connect(address: str, port: int, start: float) -> float | None:
    await asyncio.sleep(start)
    tried = await try_tcp(address, port, DEADLINE_S - start)
    # These ports are open: a refusal is the word of somebody on the way.
    return tried.rtt_ms if tried.answer is TcpAnswer.OPEN else None


async def _name(address: str, question: Question, start: float) -> float | None:
    await asyncio.sleep(start)
    return (await ask(Server(address), question, DEADLINE_S - start)).rtt_ms
