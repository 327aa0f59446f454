"""``web.name``: known pages, found by name as a browser would."""

from __future__ import annotations

import asyncio
import socket
import time

from probes.framework import ProbeContext, probe
from probes.wire.gathering import FENCE_S, collect
from probes.wire.http import enough, fetch_any, name_failed
from probes.wire.threads import in_thread
from selfcare.model.payloads.web import WebPayload, WebTry
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeCost, ProbeSpec
from selfcare.model.profile import HttpEndpoint

# Three round trips of a satellite line, and one lost packet.
DEADLINE_S = 3.0


@probe(
    ProbeSpec(
        id="web.name",
        version=1,
        layer=Layer.WEB,
        requires=("link.interfaces",),
        answers=("web_by_name", "web_unaltered"),
        # Three pages of a kilobyte; a portal may send its own page in their place, cut at 80 KiB each.
        cost=ProbeCost(bytes_up=3000, bytes_down=20_000),
        time_limit_ms=5000,
    )
)
async def measure(ctx: ProbeContext) -> WebPayload:
    """All pages at once; two that agree are enough. At most 3 s, and only when hardly anything answers."""
    if not ctx.profile.endpoints:
        raise CannotRun(NotRunReason.NOT_CONFIGURED)
    tries = await collect(
        [_by_name(endpoint) for endpoint in ctx.profile.endpoints], deadline=DEADLINE_S + FENCE_S, settled=enough
    )
    return WebPayload(tuple(tries))


async def _by_name(endpoint: HttpEndpoint) -> WebTry:
    started = time.monotonic()
    try:
        async with asyncio.timeout(DEADLINE_S):
            found = await in_thread(socket.getaddrinfo, endpoint.host, endpoint.port, 0, socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # gaierror and TimeoutError are OSErrors
        return name_failed(endpoint)
    # One address of each family, IPv4 first: whether IPv6 works is another probe's question.
    v4 = [str(item[4][0]) for item in found if item[0] == socket.AF_INET][:1]
    v6 = [str(item[4][0]) for item in found if item[0] == socket.AF_INET6][:1]
    if not v4 and not v6:
        return name_failed(endpoint)
    return await fetch_any(endpoint, [*v4, *v6], DEADLINE_S - (time.monotonic() - started))
