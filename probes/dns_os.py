"""``dns.os``: names as every program of this PC resolves them."""

from __future__ import annotations

from probes.framework import ProbeContext, probe
from probes.names import outside_questions
from probes.wire.gathering import FENCE_S, collect
from probes.wire.sysnames import ANSWERED, beyond_doubt, resolve
from selfcare.model.payloads.dns import DnsPayload, NameKind
from selfcare.model.probe import Layer, ProbeCost, ProbeSpec

# Less than two seconds, so that a first verdict that rests on this silence comes within two.
DEADLINE_S = 1.8
_GRACE_S = 0.25


@probe(
    ProbeSpec(
        id="dns.os",
        version=1,
        layer=Layer.NAME,
        requires=("link.interfaces",),
        answers=("names_resolve",),
        cost=ProbeCost(bytes_up=1200, bytes_down=3000),
        time_limit_ms=3500,
    )
)
async def measure(ctx: ProbeContext) -> DnsPayload:
    """Random and fixed names through ``getaddrinfo``; a name that is not answered in 1.8 s is a time-out."""
    questions = outside_questions(ctx)
    answers = await collect(
        [resolve(question, DEADLINE_S) for question in questions],
        deadline=DEADLINE_S + FENCE_S,
        settled=lambda so_far: {NameKind.RANDOM, NameKind.FIXED} <= {a.kind for a in so_far if a.status in ANSWERED},
        grace=_GRACE_S,
    )
    return DnsPayload(tuple(beyond_doubt(answers, ctx.platform)), ("os",))
