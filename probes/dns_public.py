"""``dns.public``: resolvers that have nothing to do with the operator."""

from __future__ import annotations

from probes.framework import ProbeContext, probe
from probes.names import fixed_questions, random_questions
from probes.wire.dnsask import Server
from probes.wire.dnspath import ask_all
from selfcare.model.payloads.dns import DnsPayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeCost, ProbeSpec

MAX_SERVERS = 4


@probe(
    ProbeSpec(
        id="dns.public",
        version=1,
        layer=Layer.NAME,
        requires=("link.interfaces",),
        answers=("public_resolver_answers",),
        cost=ProbeCost(bytes_up=2500, bytes_down=5000),
        time_limit_ms=3500,
    )
)
async def measure(ctx: ProbeContext) -> DnsPayload:
    """Asks the profile's public resolvers; one that answers is enough, the others have 150 ms more."""
    servers = [Server(resolver.address) for resolver in ctx.profile.public_resolvers[:MAX_SERVERS]]
    if not servers:
        raise CannotRun(NotRunReason.NOT_CONFIGURED)
    return await ask_all(servers, (*random_questions(ctx, 1), *fixed_questions(ctx)), enough=1)
