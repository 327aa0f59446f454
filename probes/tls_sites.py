"""``tls.sites``: who vouches for the certificates of unrelated, well-known sites."""

from __future__ import annotations

import asyncio
import socket
import time

from probes.framework import ProbeContext, probe
from probes.wire import trust
from probes.wire.gathering import collect
from probes.wire.threads import in_thread
from probes.wire.tls import judge
from selfcare.model.payloads.tls import TlsPayload, TlsStatus, TlsTry
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeCost, ProbeSpec
from selfcare.model.profile import TlsSite

DEADLINE_S = 1.1


@probe(
    ProbeSpec(
        id="tls.sites",
        version=1,
        layer=Layer.WEB,
        requires=("link.interfaces",),
        answers=("certificates_valid",),
        # Three handshakes of 7 kB; three times as many if a certificate is not plainly in order.
        cost=ProbeCost(bytes_up=9000, bytes_down=45_000),
        time_limit_ms=2500,
    )
)
async def measure(ctx: ProbeContext) -> TlsPayload:
    """All sites at once, at most 1.1 s. Nothing is asked of them beyond the handshake."""
    if not ctx.profile.tls_sites:
        raise CannotRun(NotRunReason.NOT_CONFIGURED)
    known = await in_thread(trust.read)
    tries = await collect([_site(site, known) for site in ctx.profile.tls_sites], deadline=DEADLINE_S + 0.2)
    return TlsPayload(tuple(tries), len(known.public_roots))


async def _site(site: TlsSite, known: trust.Trust) -> TlsTry:
    started = time.perf_counter()
    address = site.address or await _resolved(site.host)
    if address is None:
        return TlsTry(site.host, None, TlsStatus.NAME_FAILED)
    left = DEADLINE_S - (time.perf_counter() - started)
    seen = await judge(site.host, address, known, left)
    return TlsTry(
        host=site.host,
        address=address,
        status=seen.status,
        by_name=site.address is None,
        issuer=seen.issued.issuer if seen.issued else None,
        leaf=seen.issued.fingerprint if seen.issued else None,
        self_signed=seen.issued is not None and seen.issued.self_signed,
        duration_ms=(time.perf_counter() - started) * 1000,
    )


async def _resolved(host: str) -> str | None:
    """The first IPv4 address, else the first of any family."""
    try:
        async with asyncio.timeout(DEADLINE_S):
            found = await in_thread(socket.getaddrinfo, host, 443, 0, socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return None
    ordered = sorted(found, key=lambda item: item[0] != socket.AF_INET)
    return str(ordered[0][4][0]) if ordered else None
