"""``ports.reach``: which uses of the Internet get through, and whether the box passes on those that do not."""

from __future__ import annotations

import asyncio
import contextlib
import socket

from probes.framework import ProbeContext, probe
from probes.web_address import resolve_directly
from probes.wire.departure import tcp_fate
from probes.wire.gathering import collect
from probes.wire.sockets import Failure, endpoint, meaning, new_socket
from probes.wire.tcp import try_tcp
from probes.wire.udptalk import converse
from selfcare.model.payloads.gateway import TcpAnswer
from selfcare.model.payloads.reach import Fate, PortsPayload, PortState, PortTry
from selfcare.model.payloads.routes import RoutePayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeCost, ProbeSpec, Tier
from selfcare.model.profile import PortTarget

_CONNECT_S = 1.6
# The second try is also the one that shows whether this computer let it out.
_AGAIN_S = 1.3
_NAME_S = 1.0
_BEYOND_S = 0.8
# The first router after the box.
_BEYOND_HOPS = 2


@probe(
    ProbeSpec(
        id="ports.reach",
        version=1,
        layer=Layer.PATH,
        requires=("link.interfaces", "route.table"),
        answers=("ports_pass", "ports_cut_by_box", "mail_port_closed"),
        cost=ProbeCost(bytes_up=14_000, bytes_down=6000),
        tier=Tier.DEEP,
        time_limit_ms=7000,
        called_by=("secure_port_silent",),
    )
)
async def measure(ctx: ProbeContext) -> PortsPayload:
    """Two tries each, all at once. At most 5 s."""
    if not ctx.profile.ports:
        raise CannotRun(NotRunReason.NOT_CONFIGURED)
    routing = ctx.need("route.table", RoutePayload)
    hosts = list(dict.fromkeys(p.host for p in ctx.profile.ports))
    found = await asyncio.gather(*(resolve_directly(host, ctx.profile, _NAME_S) for host in hosts))
    addresses = {host: addresses[0] for host, addresses in zip(hosts, found, strict=True) if addresses}
    questions = [_one(p, addresses.get(p.host), routing.owner4) for p in ctx.profile.ports]
    return PortsPayload(tuple(await collect(questions, deadline=_CONNECT_S + _AGAIN_S + _BEYOND_S + 0.5)))


async def _one(target: PortTarget, address: str | None, device: str | None) -> PortTry:
    if address is None:
        return PortTry(target.host, target.protocol, target.port, PortState.NOT_ASKED)
    if target.talk != "tcp":
        failure = await converse(address, target.port, target.talk, _CONNECT_S)
        return PortTry(target.host, "udp", target.port, _UDP.get(failure, PortState.SILENT))
    state = await _tcp(address, target.port, device)
    past = None if state is PortState.STOPPED else await _past_box(address, target.port)
    return PortTry(target.host, "tcp", target.port, state, past)


_UDP = {None: PortState.OPEN, Failure.DENIED: PortState.STOPPED, Failure.REFUSED: PortState.REFUSED}


async def _tcp(address: str, port: int, device: str | None) -> PortState:
    first = await try_tcp(address, port, _CONNECT_S)
    if first.answer is TcpAnswer.OPEN:
        return PortState.OPEN
    fate = await tcp_fate(address, port, _AGAIN_S, device)
    if fate is Fate.STOPPED:
        return PortState.STOPPED
    if first.answer is TcpAnswer.REFUSED:
        return PortState.REFUSED
    # Silent at first and answered now: lost packets, no filter.
    return PortState.OPEN if fate is Fate.ANSWERED else PortState.SILENT


async def _past_box(address: str, port: int) -> bool | None:
    """True when a router beyond the box says that it saw a packet for this port; silence says nothing by itself."""
    try:
        family, target = endpoint(address, port)
        with contextlib.closing(new_socket(family, socket.SOCK_STREAM)) as sock:
            if family != socket.AF_INET:
                return None
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, _BEYOND_HOPS)
            async with asyncio.timeout(_BEYOND_S):
                await asyncio.get_running_loop().sock_connect(sock, target)
    except TimeoutError:
        return False
    except OSError as error:
        return True if meaning(error) is Failure.UNREACHABLE else None
    return None
