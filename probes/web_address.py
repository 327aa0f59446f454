"""``web.address``: the same pages with this PC's name resolution left out, and plain addresses."""

from __future__ import annotations

import time

from probes.framework import ProbeContext, probe
from probes.wire.dnsask import Server, ask
from probes.wire.dnsmessage import Question
from probes.wire.gathering import FENCE_S, collect
from probes.wire.http import enough, fetch_any, name_failed
from probes.wire.tcp import try_tcp
from selfcare.model.payloads.dns import NameKind
from selfcare.model.payloads.gateway import TcpAnswer
from selfcare.model.payloads.web import WebPayload, WebStatus, WebTry
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeCost, ProbeSpec
from selfcare.model.profile import Anchor, HttpEndpoint, Profile

DEADLINE_S = 1.5
# Names are asked of two operator's and two public resolvers at once; the first answer counts.
_RESOLVERS_EACH = 2

_ANCHOR_STATUS = {
    TcpAnswer.OPEN: WebStatus.EXPECTED,
    TcpAnswer.REFUSED: WebStatus.REFUSED,
    TcpAnswer.SILENT: WebStatus.TIMEOUT,
    TcpAnswer.UNREACHABLE: WebStatus.UNREACHABLE,
}


@probe(
    ProbeSpec(
        id="web.address",
        version=1,
        layer=Layer.WEB,
        requires=("link.interfaces",),
        answers=("web_by_address",),
        cost=ProbeCost(bytes_up=5000, bytes_down=22_000),
        time_limit_ms=3500,
    )
)
async def measure(ctx: ProbeContext) -> WebPayload:
    """Pages by addresses that a resolver asked directly gave, and TCP to the anchors. At most 1.5 s.

    An anchor's try has its address for host and no ``http_status``; ``EXPECTED`` means connected.
    """
    anchors = [anchor for anchor in ctx.profile.anchors if ":" not in anchor.address]
    if not ctx.profile.endpoints and not anchors:
        raise CannotRun(NotRunReason.NOT_CONFIGURED)
    questions = [_page(endpoint, ctx.profile) for endpoint in ctx.profile.endpoints]
    questions += [_anchor(anchor) for anchor in anchors]
    tries = await collect(questions, deadline=DEADLINE_S + FENCE_S, settled=enough)
    return WebPayload(tuple(tries))


async def _page(endpoint: HttpEndpoint, profile: Profile) -> WebTry:
    started = time.monotonic()
    addresses = endpoint.addresses or await resolve_directly(endpoint.host, profile, DEADLINE_S - 0.3)
    if not addresses:
        return name_failed(endpoint)
    return await fetch_any(endpoint, addresses[:2], DEADLINE_S - (time.monotonic() - started))


async def resolve_directly(name: str, profile: Profile, deadline: float, rrtype: str = "A") -> tuple[str, ...]:
    """Addresses of a name from the ISP's or public resolvers, past everything this PC is told to use."""
    resolvers = (*profile.operator_resolvers[:_RESOLVERS_EACH], *profile.public_resolvers[:_RESOLVERS_EACH])
    answers = await collect(
        [ask(Server(r.address), Question(name, NameKind.FIXED, rrtype), deadline) for r in resolvers],
        deadline=deadline + FENCE_S,
        settled=lambda so_far: any(answer.addresses for answer in so_far),
    )
    return next((answer.addresses for answer in answers if answer.addresses), ())


async def _anchor(anchor: Anchor) -> WebTry:
    started = time.perf_counter()
    tried = await try_tcp(anchor.address, anchor.port, DEADLINE_S)
    return WebTry(
        host=anchor.address,
        address=anchor.address,
        status=_ANCHOR_STATUS.get(tried.answer, WebStatus.ERROR),
        connected=tried.answer is TcpAnswer.OPEN,
        duration_ms=(time.perf_counter() - started) * 1000,
        optional=anchor.optional,
    )
