"""``dns.patient``: the servers this PC uses, and its own programs' way to them, asked once more with patience.

The other DNS probes stop listening early so that a verdict comes soon. Before anybody is
accused for certain of not answering, somebody must have waited longer: a slow answer is
another matter than none. And a server that is silent about names that do not exist may
still tell of those that do: it is asked for something that exists and that no browser asked for.
"""

from __future__ import annotations

from dataclasses import replace

from probes.dns_configured import in_use
from probes.framework import ProbeContext, fresh_label, probe
from probes.names import random_questions, zone_questions
from probes.wire.dnsask import Server, ask
from probes.wire.dnsmessage import Question
from probes.wire.dnspath import GRACE_S, answered_random
from probes.wire.gathering import FENCE_S, collect
from probes.wire.sysnames import beyond_doubt, resolve
from selfcare.model.payloads.dns import DnsAnswer, DnsPayload
from selfcare.model.probe import Layer, ProbeCost, ProbeSpec

DEADLINE_S = 3.0
MAX_SERVERS = 3


@probe(
    ProbeSpec(
        id="dns.patient",
        version=2,
        layer=Layer.NAME,
        requires=("link.interfaces", "addr.lease"),
        answers=("late_answer",),
        cost=ProbeCost(bytes_up=3000, bytes_down=4000),
        time_limit_ms=5000,
    )
)
async def measure(ctx: ProbeContext) -> DnsPayload:
    """A random name of its own, so that no earlier question has warmed it; its first answer is enough. At most 3 s."""
    servers = [Server(address) for address in in_use(ctx)[:MAX_SERVERS]]
    fresh = random_questions(replace(ctx, label=fresh_label()), 1)
    answers = await collect(
        [
            *(ask(server, question, DEADLINE_S) for server in servers for question in (*fresh, *zone_questions(ctx))),
            *(_by_system(ctx, question) for question in fresh),
        ],
        deadline=DEADLINE_S + FENCE_S,
        settled=lambda so_far: bool(answered_random(so_far)),
        grace=GRACE_S,
    )
    return DnsPayload(tuple(answers), tuple(server.address for server in servers))


async def _by_system(ctx: ProbeContext, question: Question) -> DnsAnswer:
    """As programs find it: behind a tunnel or a filter program that is another way than to these servers."""
    (answer,) = beyond_doubt([await resolve(question, DEADLINE_S)], ctx.platform)
    return answer
