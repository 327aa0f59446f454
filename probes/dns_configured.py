"""``dns.configured``: the servers this PC uses, asked directly."""

from __future__ import annotations

from dataclasses import replace

from probes.framework import ProbeContext, probe
from probes.names import outside_questions
from probes.wire.dnsask import Server
from probes.wire.dnspath import ask_all
from selfcare.model.payloads.address import AddressPayload
from selfcare.model.payloads.dns import DnsPayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeCost, ProbeSpec

MAX_SERVERS = 4


@probe(
    ProbeSpec(
        id="dns.configured",
        version=1,
        layer=Layer.NAME,
        requires=("link.interfaces", "addr.lease"),
        answers=("configured_resolver_answers", "other_resolver_fails"),
        cost=ProbeCost(bytes_up=4000, bytes_down=8000),
        time_limit_ms=3500,
    )
)
async def measure(ctx: ProbeContext) -> DnsPayload:
    """Asks the resolvers in use on the primary interface, at most four."""
    resolvers = in_use(ctx)
    payload = await ask_all([Server(address) for address in resolvers[:MAX_SERVERS]], outside_questions(ctx))
    ended = {closed.address for closed in ctx.profile.closed_resolvers}
    return replace(payload, discontinued=tuple(a for a in resolvers if a in ended))


def in_use(ctx: ProbeContext) -> tuple[str, ...]:
    """The resolvers of the primary interface. Raises CannotRun when it has none."""
    addressing = ctx.need("addr.lease", AddressPayload)
    config = addressing.get(addressing.primary)
    if config is None or not config.resolvers:
        raise CannotRun(NotRunReason.NOT_CONFIGURED)
    return config.resolvers
