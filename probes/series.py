"""What both latency probes share: whom to ask, taking series at once, and when a longer look is due."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from probes.framework import ProbeContext
from probes.wire.dnsmessage import Question, build
from probes.wire.echoes import NOTHING, Heard, Plan, connections, pings, questions
from selfcare.model.payloads.dns import NameKind
from selfcare.model.payloads.gateway import GatewayPayload, TcpAnswer
from selfcare.model.payloads.line import Ask, Series, Target
from selfcare.model.series import summarise

FIRST = Plan(count=50, limit_s=1.15)
# With the first 50 questions: 200, enough for a lower bound above 1 % at a loss of 3 %.
MORE = Plan(count=150, limit_s=2.8)
# Enough to see whether what wavered has come to rest.
AGAIN = Plan(count=24, limit_s=0.6, pace_s=0.01)
# What makes a longer look worth its time; what it means is decided in the diagnosis.
SUSPICIOUS_MEDIAN_MS = 600.0
SUSPICIOUS_SPREAD_MS = 30.0
# Round trips kept for drawing, per series and for how many series of a payload.
DRAWN, DRAWN_SERIES = 200, 2


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom to ask, and how."""

    target: Target
    ask: Ask
    address: str
    port: int | None = None
    device: str | None = None


async def take(asked: Asked, plan: Plan, query: bytes = b"") -> Heard:
    """One series. Never raises for what a network may do."""
    if asked.ask is Ask.ICMP:
        return await pings(asked.address, plan, asked.device)
    if asked.ask is Ask.DNS:
        return await questions(asked.address, query, plan, asked.device)
    if asked.port is None:
        return NOTHING
    return await connections(asked.address, asked.port, plan, asked.device)


async def take_all(todo: Sequence[tuple[Asked, Plan]], query: bytes = b"") -> list[Series]:
    """Several series at once, in the order asked for."""
    heard = await asyncio.gather(*(take(asked, plan, query) for asked, plan in todo))
    return [series(asked, each) for (asked, _), each in zip(todo, heard, strict=True)]


def series(asked: Asked, heard: Heard) -> Series:
    """A series with its figures."""
    rtts = tuple(None if rtt is None else round(rtt, 3) for rtt in heard.rtts_ms)
    return Series(asked.target, asked.ask, asked.address, asked.port, rtts, heard.kernel_time, summarise(rtts))


def joined(first: Series, more: Series) -> Series:
    """A series and its continuation."""
    rtts = (*first.rtts_ms, *more.rtts_ms)
    return replace(first, rtts_ms=rtts, summary=summarise(rtts))


def answered(one: Series) -> bool:
    """Whether anything came back at all."""
    return one.summary.min_ms is not None


def suspicious(one: Series, skipped: float = 0.5) -> bool:
    """Whether a longer look is due: any loss, a very long way, or a delay that wavers.

    Wavering in the ``skipped`` share at its beginning may be the check's own burst, on a slow line.
    """
    late = summarise(one.rtts_ms[int(len(one.rtts_ms) * skipped) :])
    slow = (late.median_ms or 0.0) > SUSPICIOUS_MEDIAN_MS or (late.spread_ms or 0.0) > SUSPICIOUS_SPREAD_MS
    return one.summary.lost > 0 or slow


def only_wavers(one: Series) -> bool:
    """Suspicious for nothing but delays that come and go: nothing lost, and at its best not far."""
    return one.summary.lost == 0 and (one.summary.min_ms or 0.0) <= SUSPICIOUS_MEDIAN_MS


def expecting(plan: Plan, rtt_ms: float | None) -> Plan:
    """The plan for somebody whose answers are known to take that long."""
    return replace(plan, expect_s=(rtt_ms or 0.0) / 1000)


def bounded(many: Sequence[Series]) -> tuple[Series, ...]:
    """Round trips of the first series only: they are for drawing, the figures are there for all."""
    drawn = [replace(each, rtts_ms=each.rtts_ms[-DRAWN:]) for each in many[:DRAWN_SERIES]]
    return (*drawn, *(replace(each, rtts_ms=()) for each in many[DRAWN_SERIES:]))


def query(ctx: ProbeContext) -> bytes:
    """A question any resolver answers from its memory."""
    names = ctx.profile.fixed_names or ("localhost",)
    return build(Question(names[0], NameKind.FIXED))[1]


def to_gateway(reach: GatewayPayload) -> list[Asked]:
    """The ways the box has just answered, the one to measure by first: echo, then TCP; and DNS."""
    found = [Asked(Target.GATEWAY, Ask.ICMP, reach.gateway)] if reach.rtts_ms else []
    spoken = [t for t in reach.tcp if t.answer in (TcpAnswer.OPEN, TcpAnswer.REFUSED)]
    # A door that is open is less likely to be guarded by a limit than a refusal.
    spoken.sort(key=lambda t: t.answer is not TcpAnswer.OPEN)
    found += [Asked(Target.GATEWAY, Ask.TCP, reach.gateway, t.port) for t in spoken[:1]]
    return [*found, Asked(Target.GATEWAY, Ask.DNS, reach.gateway)] if found else []
