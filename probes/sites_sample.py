"""``sites.sample``: one service down, some networks, or everything?"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import time

from probes.framework import ProbeContext, probe
from probes.web_address import resolve_directly
from probes.wire.gathering import FENCE_S, collect
from probes.wire.sockets import Failure, meaning
from probes.wire.tcp import let_go, open_tcp, try_tcp
from selfcare.model.payloads.gateway import TcpAnswer
from selfcare.model.payloads.reach import SiteAnswer, SitesPayload, SiteTry
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeCost, ProbeSpec
from selfcare.model.profile import Profile, Site

DEADLINE_S = 1.2
_NAME_S = 0.6
_REFUSALS = (403, 451)


@probe(
    ProbeSpec(
        id="sites.sample",
        version=1,
        layer=Layer.WEB,
        requires=("link.interfaces", "route.table"),
        answers=("sites_partly_silent", "site_refuses"),
        cost=ProbeCost(bytes_up=8000, bytes_down=42_000),
        time_limit_ms=3500,
    )
)
async def measure(ctx: ProbeContext) -> SitesPayload:
    """The head of each first page, past this PC's name resolution. At most 1.2 s."""
    if not ctx.profile.sites:
        raise CannotRun(NotRunReason.NOT_CONFIGURED)
    end = time.monotonic() + DEADLINE_S
    context = _context()
    questions = [_site(site, ctx.profile, context, end) for site in ctx.profile.sites]
    return SitesPayload(tuple(await collect(questions, deadline=DEADLINE_S + FENCE_S)))


def _context() -> ssl.SSLContext:
    """Whose certificate it is does not matter here: nothing is sent that anybody might not read."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


async def _site(site: Site, profile: Profile, context: ssl.SSLContext, end: float) -> SiteTry:
    addresses = await resolve_directly(site.host, profile, _NAME_S)
    if not addresses:
        return SiteTry(site.host, site.network, SiteAnswer.NO_NAME)
    address = addresses[0]
    plain = asyncio.ensure_future(_plain(address, end))
    try:
        answer, status = await _secure(site.host, address, context, end)
        if answer is SiteAnswer.SILENT and await plain:
            answer = SiteAnswer.PLAIN_ONLY
    finally:
        plain.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await plain
    return SiteTry(site.host, site.network, answer, address, status)


async def _plain(address: str, end: float) -> bool:
    """Port 80, but only once the other one has had its time."""
    await asyncio.sleep(min(0.3, max(end - time.monotonic() - 0.5, 0)))
    return (await try_tcp(address, 80, max(end - time.monotonic(), 0.01))).answer is TcpAnswer.OPEN


async def _secure(host: str, address: str, context: ssl.SSLContext, end: float) -> tuple[SiteAnswer, int | None]:
    connection = await open_tcp(address, 443, max(end - time.monotonic(), 0.01))
    if connection.sock is None:
        return SiteAnswer.SILENT, None
    try:
        async with asyncio.timeout(max(end - time.monotonic(), 0.01)):
            reader, writer = await asyncio.open_connection(sock=connection.sock, ssl=context, server_hostname=host)
            try:
                writer.write(_request(host))
                status = _status(await reader.readline())
            finally:
                writer.transport.abort()
    except TimeoutError:
        # Connected is reached; what takes long then is another probe's matter.
        return SiteAnswer.FINE, None
    except OSError as error:
        return (SiteAnswer.RESET if meaning(error) is Failure.RESET else SiteAnswer.FINE), None
    finally:
        let_go(connection.sock)
    return (SiteAnswer.REFUSES if status in _REFUSALS else SiteAnswer.FINE), status


def _request(host: str) -> bytes:
    lines = ("HEAD / HTTP/1.1", f"Host: {host}", "User-Agent: selfcare", "Accept: */*", "Connection: close", "", "")
    return "\r\n".join(lines).encode("ascii", "replace")


def _status(line: bytes) -> int | None:
    words = line.split(b" ", 2)
    fits = len(words) > 1 and words[0].startswith(b"HTTP/") and len(words[1]) == 3 and words[1].isdigit()
    return int(words[1]) if fits else None
