"""All questions to all servers of one path at once, until each server has shown what it is worth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from probes.wire.dnsask import DEADLINE_S, Server, ask
from probes.wire.dnsmessage import Question
from probes.wire.gathering import FENCE_S, collect
from selfcare.model.payloads.dns import DnsAnswer, DnsPayload, DnsStatus, NameKind

# After every server has answered about a random name, its other answers may take this long.
GRACE_S = 0.15
_ANSWERED = (DnsStatus.NOERROR, DnsStatus.NXDOMAIN)


def answered_random(answers: Iterable[DnsAnswer]) -> set[str]:
    """Servers that answered about a name no cache can hold: nothing more is needed of them."""
    return {a.server for a in answers if a.kind is NameKind.RANDOM and a.status in _ANSWERED}


async def ask_all(
    servers: Sequence[Server], questions: Sequence[Question], *, enough: int | None = None, deadline: float = DEADLINE_S
) -> DnsPayload:
    """Asks every server every question.

    Args:
        servers: where to ask.
        questions: what to ask each of them.
        enough: how many servers must answer about a random name before the rest is given
            up after a grace; all of them when None.
        deadline: seconds for everything together.
    """
    needed = len(servers) if enough is None else min(enough, len(servers))
    answers = await collect(
        [ask(server, question, deadline) for server in servers for question in questions],
        # Each question ends by itself at the deadline; the fence is for a stuck event loop.
        deadline=deadline + FENCE_S,
        settled=lambda so_far: len(answered_random(so_far)) >= needed,
        grace=GRACE_S,
    )
    return DnsPayload(tuple(answers), tuple(server.address for server in servers))
