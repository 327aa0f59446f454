"""``dns.identity``: do public resolvers answer themselves, or does somebody on the way answer for them?"""

from __future__ import annotations

from collections.abc import Sequence

from probes.framework import ProbeContext, probe
from probes.names import random_questions
from probes.wire.dnsask import Server, ask
from probes.wire.dnsmessage import Question
from probes.wire.gathering import collect
from selfcare.model.payloads.dns import DnsAnswer, DnsStatus, NameKind
from selfcare.model.payloads.naming import IdentityPayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeCost, ProbeSpec

DEADLINE_S = 0.7
# An impostor stands on the way, so it is nearer than those it stands in for.
GRACE_S = 0.15
_PUBLIC = 4
_IDENTITY = Question("id.server", NameKind.LOCAL, "TXT", "CH")
_SPOKEN = (DnsStatus.NOERROR, DnsStatus.NXDOMAIN, DnsStatus.REFUSED, DnsStatus.SERVFAIL, DnsStatus.OTHER_RCODE)


@probe(
    ProbeSpec(
        id="dns.identity",
        version=1,
        layer=Layer.NAME,
        requires=("link.interfaces",),
        answers=("dns_intercepted",),
        cost=ProbeCost(bytes_up=1500, bytes_down=1500),
        time_limit_ms=1500,
    )
)
async def measure(ctx: ProbeContext) -> IdentityPayload:
    """Asks public resolvers for their name (RFC 4892), and an address where no server can be. At most 0.7 s."""
    publics = [r.address for r in ctx.profile.public_resolvers[:_PUBLIC]]
    nowhere = {anchor.address: anchor.port for anchor in ctx.profile.dnsless}
    if not nowhere:
        raise CannotRun(NotRunReason.NOT_CONFIGURED)
    asked = [ask(Server(address), _IDENTITY, DEADLINE_S) for address in publics]
    asked += [
        ask(Server(address, port), question, DEADLINE_S)
        for address, port in nowhere.items()
        for question in random_questions(ctx, 1)
    ]
    answers = await collect(
        asked, deadline=DEADLINE_S + 0.1, settled=lambda so_far: _heard(so_far, publics), grace=GRACE_S
    )
    return IdentityPayload(
        tuple(a for a in answers if a.server in publics), tuple(a for a in answers if a.server in nowhere)
    )


def _heard(answers: Sequence[DnsAnswer], publics: Sequence[str]) -> bool:
    """Two public resolvers have said something: an impostor would have, too."""
    return sum(1 for a in answers if a.server in publics and a.status in _SPOKEN) >= min(2, len(publics))
