"""``gateway.reach``: is the box there? Asked by ARP/ND, ICMP and TCP at once."""

from __future__ import annotations

import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from probes.framework import ProbeContext, probe
from probes.hostnet import gateways, native, neighbours
from probes.wire.gathering import collect
from probes.wire.icmp import Echo, echo
from probes.wire.tcp import try_tcp
from probes.wire.threads import in_thread
from selfcare.model.payloads.address import AddressPayload, IpConfig
from selfcare.model.payloads.gateway import GatewayPayload, IcmpMethod, TcpAnswer, TcpTry
from selfcare.model.payloads.link import LinkPayload
from selfcare.model.payloads.routes import RoutePayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeCost, ProbeSpec

# ARP asks at 0 and again after one second: the second answer must still be caught, or one
# lost packet would convict the box.
DEADLINE_S = 1.1
# Whoever is later than this when the box has already answered is not waited for.
GRACE_S = 0.15
_PORTS = (53, 80, 443)


@dataclass(slots=True)
class _Seen:
    """Answers as they come in."""

    icmp: Echo | None = None
    sent: list[IcmpMethod] = field(default_factory=list)
    tcp: list[TcpTry] = field(default_factory=list)
    answered: bool = False
    answered6: bool = False


@probe(
    ProbeSpec(
        id="gateway.reach",
        version=1,
        layer=Layer.GATEWAY,
        requires=("link.interfaces", "addr.lease", "route.table"),
        answers=("gateway_answers",),
        cost=ProbeCost(bytes_up=1500, bytes_down=1500),
        time_limit_ms=2000,
    )
)
async def measure(ctx: ProbeContext) -> GatewayPayload:
    """At most 1.1 s when everything is silent; 150 ms after the box's first answer otherwise."""
    addressing = ctx.need("addr.lease", AddressPayload)
    link = ctx.get("link.interfaces", LinkPayload)
    config = gateways.box_config(addressing, ctx.get("route.table", RoutePayload), link)
    adapter = link.get(config.interface if config else addressing.primary) if link else None
    if adapter is not None and not adapter.carrier and (not adapter.admin_up or adapter.carrier is False):
        raise CannotRun(NotRunReason.NO_LINK)
    gateway = (config.gateway4 or config.gateway6) if config else None
    if config is None or gateway is None:
        raise CannotRun(NotRunReason.NO_GATEWAY)
    second = config.gateway6 if config.gateway6 != gateway else None

    started = time.monotonic()
    seen = _Seen()
    await collect(
        _questions(seen, gateway, second),
        deadline=DEADLINE_S,
        settled=lambda _: seen.answered,
        grace=GRACE_S,
    )
    table: list[neighbours.Neighbour] = [neighbours.Neighbour(), neighbours.Neighbour()]
    if adapter is not None:
        elapsed = time.monotonic() - started
        table = await in_thread(
            native.neighbours, ctx.platform, config.interface, adapter.index, elapsed, gateway, second
        )
    # A filtered ping was not waited for, but it was sent.
    icmp = seen.icmp or Echo(seen.sent[-1] if seen.sent else IcmpMethod.NONE, len(seen.sent))
    return GatewayPayload(
        gateway=gateway,
        interface=config.interface,
        neighbour=True if seen.answered else table[0].alive,
        mac=table[0].mac,
        icmp_method=icmp.method,
        icmp_sent=icmp.sent,
        rtts_ms=icmp.rtts_ms,
        tcp=tuple(sorted(seen.tcp, key=lambda t: t.port)),
        gateway6=config.gateway6,
        neighbour6=_neighbour6(config, seen, gateway, table),
        in_subnet=gateways.in_own_subnet(gateway, config),
    )


def _neighbour6(config: IpConfig, seen: _Seen, gateway: str, table: list[neighbours.Neighbour]) -> bool | None:
    if config.gateway6 is None:
        return None
    if gateway == config.gateway6:
        return True if seen.answered else table[0].alive
    return True if seen.answered6 else table[1].alive


def _questions(seen: _Seen, gateway: str, second: str | None) -> list[Coroutine[Any, Any, None]]:
    questions = [_icmp(seen, gateway), *(_tcp(seen, gateway, port) for port in _PORTS)]
    if second is not None:
        questions += [_icmp6(seen, second), *(_tcp6(seen, second, port) for port in _PORTS[:2])]
    return questions


async def _icmp(seen: _Seen, gateway: str) -> None:
    seen.icmp = await echo(gateway, DEADLINE_S - 0.05, seen.sent)
    seen.answered = seen.answered or bool(seen.icmp.rtts_ms)


async def _tcp(seen: _Seen, gateway: str, port: int) -> None:
    tried = await try_tcp(gateway, port, DEADLINE_S - 0.05)
    seen.tcp.append(TcpTry(port, tried.answer, tried.rtt_ms))
    # A reset comes from the gateway itself; "unreachable" may be this computer's own word.
    seen.answered = seen.answered or tried.answer in (TcpAnswer.OPEN, TcpAnswer.REFUSED)


async def _icmp6(seen: _Seen, gateway: str) -> None:
    answer = await echo(gateway, DEADLINE_S - 0.05)
    seen.answered6 = seen.answered6 or bool(answer.rtts_ms)


async def _tcp6(seen: _Seen, gateway: str, port: int) -> None:
    tried = await try_tcp(gateway, port, DEADLINE_S - 0.05)
    seen.answered6 = seen.answered6 or tried.answer in (TcpAnswer.OPEN, TcpAnswer.REFUSED)
