"""``proxy.settings``: a proxy that this PC's programs are told to use, and whether it answers."""

from __future__ import annotations

import asyncio
import socket

from probes.framework import ProbeContext, probe
from probes.hostnet import proxies
from probes.wire.gathering import collect
from probes.wire.tcp import try_tcp
from probes.wire.threads import in_thread
from selfcare.model.payloads.gateway import TcpAnswer
from selfcare.model.payloads.routes import ProxyPayload
from selfcare.model.probe import Layer, ProbeCost, ProbeSpec

DEADLINE_S = 1.2


@probe(
    ProbeSpec(
        id="proxy.settings",
        version=1,
        layer=Layer.ROUTE,
        answers=("proxy_answers",),
        cost=ProbeCost(bytes_up=400, bytes_down=400),
        time_limit_ms=2500,
    )
)
async def measure(ctx: ProbeContext) -> ProxyPayload:
    """Reads the settings; connects to the proxy (or to the host of its script) if there is one."""
    setting = await in_thread(proxies.read)
    if setting is None:
        return ProxyPayload(None, None)
    endpoint = setting.endpoint()
    answers = await _connects(*endpoint) if endpoint else False
    return ProxyPayload(setting.source, setting.url, setting.pac, answers)


async def _connects(host: str, port: int) -> bool:
    try:
        async with asyncio.timeout(DEADLINE_S):
            found = await in_thread(socket.getaddrinfo, host, port, 0, socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    addresses = dict.fromkeys(str(item[4][0]) for item in found)
    tries = await collect(
        [try_tcp(address, port, DEADLINE_S) for address in list(addresses)[:3]],
        deadline=DEADLINE_S,
        settled=lambda so_far: any(t.answer is TcpAnswer.OPEN for t in so_far),
    )
    return any(t.answer is TcpAnswer.OPEN for t in tries)
