"""``dns.patient``: the servers this PC uses, asked once more with patience.

The other DNS probes stop listening early so that a verdict comes soon. Before anybody is
accused for certain of not answering, somebody must have waited longer: a slow answer is
another matter than none.
"""

from __future__ import annotations

from dataclasses import replace

from probes.dns_configured import in_use
from probes.framework import ProbeContext, fresh_label, probe
from probes.names import random_questions
from probes.wire.dnsask import Server
from probes.wire.dnspath import ask_all
from selfcare.model.payloads.dns import DnsPayload
from selfcare.model.probe import Layer, ProbeCost, ProbeSpec

DEADLINE_S = 3.0
MAX_SERVERS = 3


@probe(
    ProbeSpec(
        id="dns.patient",
        version=1,
        layer=Layer.NAME,
        requires=("link.interfaces", "addr.lease"),
        answers=("late_answer",),
        cost=ProbeCost(bytes_up=1000, bytes_down=2000),
        time_limit_ms=5000,
    )
)
async def measure(ctx: ProbeContext) -> DnsPayload:
    """One random name of its own, so that no earlier question has warmed it; the first answer ends it. At most 3 s."""
    servers = [Server(address) for address in in_use(ctx)[:MAX_SERVERS]]
    questions = random_questions(replace(ctx, label=fresh_label()), 1)
    return await ask_all(servers, questions, enough=1, deadline=DEADLINE_S)
