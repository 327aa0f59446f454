"""``dns.timing``: a few uncached lookups at each server, beside the plain way there and back."""

from __future__ import annotations

from probes.dns_isp import own_servers
from probes.framework import ProbeContext, probe
from probes.wire.dnsask import DNS_PORT, Server, ask
from probes.wire.dnsmessage import Question
from probes.wire.gathering import collect
from probes.wire.tcp import try_tcp
from selfcare.model.payloads.dns import DnsAnswer, DnsStatus, NameKind
from selfcare.model.payloads.gateway import TcpAnswer
from selfcare.model.payloads.naming import Path, ServerSeries, TimingPayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeCost, ProbeSpec, Tier

LOOKUPS = 4
# A forwarder that takes 2.5 s still answers: slow is another matter than dead.
DEADLINE_S = 3.0
_PUBLIC = 3
_ANSWERED = (DnsStatus.NOERROR, DnsStatus.NXDOMAIN)


@probe(
    ProbeSpec(
        id="dns.timing",
        version=1,
        layer=Layer.NAME,
        requires=("link.interfaces", "addr.lease"),
        answers=("names_fast", "isp_names_fast"),
        cost=ProbeCost(bytes_up=6000, bytes_down=8000),
        tier=Tier.DEEP,
        time_limit_ms=4500,
        called_by=("names_seem_slow",),
    )
)
async def measure(ctx: ProbeContext) -> TimingPayload:
    """Four fresh names at the configured, the operator's and three public resolvers, all at once. At most 3 s."""
    servers = own_servers(ctx)
    servers += [(Path.PUBLIC, r.address) for r in ctx.profile.public_resolvers[:_PUBLIC]]
    if not servers:
        raise CannotRun(NotRunReason.NOT_CONFIGURED)
    found = await collect(
        [_series(ctx, place, *server) for place, server in enumerate(servers)], deadline=DEADLINE_S + 0.3
    )
    return TimingPayload(tuple(sorted(found, key=lambda s: (s.path, s.server))))


async def _series(ctx: ProbeContext, place: int, path: Path, address: str) -> ServerSeries:
    suffixes = ctx.profile.random_suffixes
    # Fresh names for each server: one forwards to another, and its cache must not help.
    names = [f"{ctx.label}-{place}-{number}.{suffixes[number % len(suffixes)]}" for number in range(LOOKUPS)]
    connect: list[float | None] = []

    async def handshake() -> None:
        tried = await try_tcp(address, DNS_PORT, DEADLINE_S)
        connect.append(tried.rtt_ms if tried.answer is TcpAnswer.OPEN else None)

    async def lookup(name: str) -> DnsAnswer:
        return await ask(Server(address), Question(name, NameKind.RANDOM), DEADLINE_S)

    results = await collect([handshake(), *(lookup(name) for name in names)], deadline=DEADLINE_S + 0.1)
    answers = [r for r in results if isinstance(r, DnsAnswer)]
    rtts = tuple(a.rtt_ms for a in answers if a.status in _ANSWERED and a.rtt_ms is not None)
    return ServerSeries(address, path, LOOKUPS, rtts, connect[0] if connect else None)
