"""``dns.encrypted``: DNS over TLS (RFC 7858) and over HTTPS (RFC 8484) at public resolvers, by address."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable

from probes.framework import ProbeContext, probe
from probes.names import random_questions
from probes.wire.certificate import trusted
from probes.wire.dnsmessage import Question, build, read
from probes.wire.gathering import collect
from selfcare.model.payloads.dns import DnsStatus
from selfcare.model.payloads.naming import EncryptedPayload, EncryptedTry, Tls, Transport
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeCost, ProbeSpec, Tier
from selfcare.model.profile import Resolver

DEADLINE_S = 2.0
DOH_PATH = "/dns-query"
_PORTS = {Transport.DOT: 853, Transport.DOH: 443}
_SERVERS = 2
_MAX_HEAD, _MAX_BODY = 16 * 1024, 65_535
_ANSWERED = (DnsStatus.NOERROR, DnsStatus.NXDOMAIN)

Exchange = Callable[[asyncio.StreamReader, asyncio.StreamWriter, str, bytes], Awaitable[bytes]]


@probe(
    ProbeSpec(
        id="dns.encrypted",
        version=1,
        layer=Layer.NAME,
        requires=("link.interfaces",),
        answers=("dot_answers", "doh_answers"),
        cost=ProbeCost(bytes_up=8000, bytes_down=24_000),
        tier=Tier.DEEP,
        time_limit_ms=3000,
        called_by=("dns_intercepted",),
    )
)
async def measure(ctx: ProbeContext) -> EncryptedPayload:
    """One fresh name over each transport at two public resolvers. At most 2 s."""
    servers = [r for r in ctx.profile.public_resolvers if r.tls_name][:_SERVERS]
    if not servers:
        raise CannotRun(NotRunReason.NOT_CONFIGURED)
    context = await trusted()
    question = random_questions(ctx, 1)[0]
    tries = [attempt(server, transport, question, context) for server in servers for transport in Transport]
    return EncryptedPayload(tuple(await collect(tries, deadline=DEADLINE_S + 0.2)))


async def attempt(
    server: Resolver, transport: Transport, question: Question, context: ssl.SSLContext, port: int | None = None
) -> EncryptedTry:
    """Asks once within two seconds; every failure is a value."""
    started = time.perf_counter()
    tls, answered = Tls.SILENT, False
    try:
        async with asyncio.timeout(DEADLINE_S):
            reader, writer = await asyncio.open_connection(
                server.address, port or _PORTS[transport], ssl=context, server_hostname=server.tls_name
            )
            try:
                tls = Tls.VALID
                number, wire = build(question)
                reply = await _EXCHANGES[transport](reader, writer, server.tls_name, wire)
                answered = read(reply, number, question).status in _ANSWERED
            finally:
                writer.transport.abort()
    except ssl.SSLCertVerificationError:
        tls = Tls.INVALID
    except ssl.SSLError:
        tls = Tls.ERROR
    except (OSError, ValueError, EOFError, asyncio.LimitOverrunError):
        pass  # the status says how far it went
    rtt = (time.perf_counter() - started) * 1000 if answered else None
    return EncryptedTry(server.address, transport, answered, tls, rtt)


async def _over_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _host: str, wire: bytes) -> bytes:
    writer.write(len(wire).to_bytes(2, "big") + wire)
    await writer.drain()
    return await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))


async def _over_https(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, wire: bytes) -> bytes:
    """HTTP/1.1 is enough for one question; the answer must say its length."""
    lines = (
        f"POST {DOH_PATH} HTTP/1.1", f"Host: {host}", "Accept: application/dns-message",
        "Content-Type: application/dns-message", f"Content-Length: {len(wire)}", "Connection: close", "", "",
    )  # fmt: skip
    writer.write("\r\n".join(lines).encode("ascii") + wire)
    await writer.drain()
    head = (await reader.readuntil(b"\r\n\r\n"))[:_MAX_HEAD].decode("latin-1").lower().split("\r\n")
    if " 200" not in head[0]:
        raise ValueError("no answer")
    fields = dict(line.split(":", 1) for line in head[1:] if ":" in line)
    length = int(fields.get("content-length", "-1"))
    if not 0 < length <= _MAX_BODY:
        raise ValueError("no length")
    return await reader.readexactly(length)


_EXCHANGES: dict[Transport, Exchange] = {Transport.DOT: _over_tls, Transport.DOH: _over_https}
