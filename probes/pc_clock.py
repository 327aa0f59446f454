"""``pc.clock``: how far this computer's clock is from the time servers'."""

from __future__ import annotations

import asyncio
import socket

from probes.framework import ProbeContext, probe
from probes.wire.gathering import collect
from probes.wire.sntp import ask
from probes.wire.threads import in_thread
from selfcare.model.payloads.online import ClockPayload, ClockSample
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeCost, ProbeSpec
from selfcare.model.profile import TimeServer

# Asked twice; many networks close this port, and their silence must not hold up the check.
DEADLINE_S = 0.8


@probe(
    ProbeSpec(
        id="pc.clock",
        version=1,
        layer=Layer.WEB,
        requires=("link.interfaces",),
        answers=("clock_right",),
        # Two packets of 48 bytes per server at most, and their headers.
        cost=ProbeCost(bytes_up=600, bytes_down=600),
        time_limit_ms=2000,
    )
)
async def measure(ctx: ProbeContext) -> ClockPayload:
    """All servers at once; two answers are enough. At most 0.9 s. Silence is common: many networks close this port."""
    servers = ctx.profile.time_servers
    if not servers:
        raise CannotRun(NotRunReason.NOT_CONFIGURED)
    answers = await collect(
        [_one(server) for server in servers],
        deadline=DEADLINE_S + 0.1,
        settled=lambda so_far: sum(sample is not None for sample in so_far) >= 2,
    )
    return ClockPayload(tuple(sample for sample in answers if sample is not None), len(servers))


async def _one(server: TimeServer) -> ClockSample | None:
    try:
        async with asyncio.timeout(DEADLINE_S):
            address = server.address or await _resolved(server.host)
            return await ask(server.host, address, DEADLINE_S)
    except (OSError, UnicodeError):  # gaierror and TimeoutError are OSErrors
        return None


async def _resolved(host: str) -> str:
    found = await in_thread(socket.getaddrinfo, host, 123, 0, socket.SOCK_DGRAM)
    return str(sorted(found, key=lambda item: item[0] != socket.AF_INET)[0][4][0])
