"""``route.bound``: does the outside answer through each adapter, whatever the routing table prefers?"""

from __future__ import annotations

from dataclasses import dataclass

from probes.framework import ProbeContext, probe
from probes.names import random_questions
from probes.wire.dnsask import Server, ask
from probes.wire.dnsmessage import Question
from probes.wire.gathering import FENCE_S, collect
from probes.wire.sockets import Failure
from probes.wire.tcp import try_tcp
from selfcare.model.payloads.address import AddressPayload
from selfcare.model.payloads.dns import DnsStatus
from selfcare.model.payloads.gateway import TcpAnswer
from selfcare.model.payloads.link import LinkPayload
from selfcare.model.payloads.routes import BoundPayload, BoundTry, RoutePayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeCost, ProbeSpec
from selfcare.model.profile import Profile

DEADLINE_S = 1.2
_RESOLVERS, _ANCHORS = 2, 2


@dataclass(frozen=True, slots=True)
class _Word:
    """One packet's fate: its round trip, and whether the system let us choose the interface."""

    rtt_ms: float | None
    denied: bool


@probe(
    ProbeSpec(
        id="route.bound",
        version=1,
        layer=Layer.ROUTE,
        requires=("link.interfaces", "addr.lease", "route.table"),
        answers=("physical_link_reaches",),
        cost=ProbeCost(bytes_up=4000, bytes_down=4000),
        time_limit_ms=3500,
    )
)
async def measure(ctx: ProbeContext) -> BoundPayload:
    """DNS and TCP to public addresses, tied to each physical adapter and untied. At most 1.2 s."""
    routing = ctx.need("route.table", RoutePayload)
    link = ctx.need("link.interfaces", LinkPayload)
    addressing = ctx.need("addr.lease", AddressPayload)
    candidates = candidates_to_compare(link, addressing, routing)
    if not candidates:
        raise CannotRun(NotRunReason.NOTHING_TO_COMPARE)
    questions = random_questions(ctx, 1)
    others = [name for name in candidates if name != routing.owner4]
    tries = await collect(
        [_reach(name, name, ctx.profile, questions) for name in others]
        + ([_reach(routing.owner4, None, ctx.profile, questions)] if routing.owner4 else []),
        deadline=DEADLINE_S + FENCE_S,
    )
    return BoundPayload(routing.owner4, tuple(tries))


def candidates_to_compare(link: LinkPayload, addressing: AddressPayload, routing: RoutePayload) -> tuple[str, ...]:
    """Physical adapters with a gateway; empty when there is no choice to be wrong about."""
    physical = {i.name for i in link.physical if i.carrier}
    routed = {r.interface for r in routing.routes if r.family == 4}
    configured = {c.interface for c in addressing.configs if c.gateway4}
    candidates = sorted(physical & (routed | configured))
    owner = routing.owner4
    contested = owner in routing.tunnels or len(routed | (configured & physical)) > 1
    misplaced = owner is not None and link.primary is not None and owner != link.primary
    return tuple(candidates) if contested or misplaced else ()


async def _reach(name: str, device: str | None, profile: Profile, questions: tuple[Question, ...]) -> BoundTry:
    """The first answer from outside through one interface. ``device`` None leaves the choice to the kernel."""
    resolvers = profile.public_resolvers[:_RESOLVERS]
    anchors = [anchor for anchor in profile.anchors if ":" not in anchor.address][:_ANCHORS]
    words = await collect(
        [_dns(Server(r.address, device=device), question) for r in resolvers for question in questions]
        + [_tcp(anchor.address, anchor.port, device) for anchor in anchors],
        deadline=DEADLINE_S + FENCE_S,
        settled=lambda so_far: any(word.rtt_ms is not None for word in so_far),
    )
    rtts = [word.rtt_ms for word in words if word.rtt_ms is not None]
    bound = bool(rtts) or not words or not all(word.denied for word in words)
    return BoundTry(
        interface=name,
        bound=bound,
        answered=bool(rtts) if bound else None,
        targets=len(resolvers) + len(anchors),
        rtt_ms=min(rtts, default=None),
    )


async def _dns(server: Server, question: Question) -> _Word:
    answer = await ask(server, question, DEADLINE_S)
    return _Word(answer.rtt_ms, answer.status is DnsStatus.DENIED)


async def _tcp(address: str, port: int, device: str | None) -> _Word:
    tried = await try_tcp(address, port, DEADLINE_S, device)
    answered = tried.answer in (TcpAnswer.OPEN, TcpAnswer.REFUSED)
    return _Word(tried.rtt_ms if answered else None, tried.failure is Failure.DENIED)
