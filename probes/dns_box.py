"""``dns.box``: the box as a resolver, even if this PC is told to use another."""

from __future__ import annotations

from probes.framework import ProbeContext, probe
from probes.names import outside_questions
from probes.wire.dnsask import Server
from probes.wire.dnsmessage import Question
from probes.wire.dnspath import ask_all
from selfcare.model.payloads.address import AddressPayload
from selfcare.model.payloads.dns import DnsPayload, NameKind
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeCost, ProbeSpec

# Questions a forwarder answers out of itself: they tell a dead forwarder from a living
# one whose upstream is dead.
LOCAL_QUESTIONS = (
    Question("version.bind", NameKind.LOCAL, "TXT", "CH"),
    Question("localhost", NameKind.LOCAL),
)


@probe(
    ProbeSpec(
        id="dns.box",
        version=1,
        layer=Layer.NAME,
        requires=("link.interfaces", "addr.lease"),
        answers=("box_resolver_answers", "box_forwarder_alive"),
        cost=ProbeCost(bytes_up=1600, bytes_down=3000),
        time_limit_ms=3500,
    )
)
async def measure(ctx: ProbeContext) -> DnsPayload:
    """Asks the gateway of the primary interface, about the outside and about itself."""
    addressing = ctx.need("addr.lease", AddressPayload)
    config = addressing.get(addressing.primary)
    gateway = (config.gateway4 or config.gateway6) if config else None
    if gateway is None:
        raise CannotRun(NotRunReason.NO_GATEWAY)
    return await ask_all([Server(gateway)], (*outside_questions(ctx), *LOCAL_QUESTIONS))
