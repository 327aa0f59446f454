"""Resolvers that could stand in, ranked by what was measured of them in this check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from selfcare.model.middle import median
from selfcare.model.payloads.dns import DnsAnswer, DnsPayload, DnsStatus, NameKind
from selfcare.model.payloads.naming import Path, TimingPayload
from selfcare.model.tri import Tri
from selfcare.remedies.situation import Situation

_GOOD = (DnsStatus.NOERROR, DnsStatus.NXDOMAIN)


@dataclass(frozen=True, slots=True)
class Resolver:
    """One server: how many fresh names it answered out of those asked, and how fast (median)."""

    address: str
    operator: bool
    answered: int
    asked: int
    median_ms: float


def ranked(situation: Situation) -> tuple[Resolver, ...]:
    """Those that answered and are not in use: the operator's own first, then the most reliable, then the fastest.

    The operator's own asked directly are the smallest change (same answers, same rules), unless
    they are slow or untrue themselves.
    """
    config = situation.config
    in_use = {a.split("%")[0] for a in config.resolvers} if config is not None else set()
    found = [r for r in _measured(situation).values() if r.answered and r.address not in in_use]
    if Tri.NO in (situation.tri("isp_names_fast"), situation.tri("isp_names_true")):
        found = [r for r in found if not r.operator]
    return tuple(sorted(found, key=lambda r: (not r.operator, -r.answered / r.asked, r.median_ms, r.address)))


def _measured(situation: Situation) -> dict[str, Resolver]:
    """A series of questions tells more than the one question of the ordinary check."""
    single = {r.address: r for r in (*_asked(situation, "dns.isp", True), *_asked(situation, "dns.public", False))}
    return single | {r.address: r for r in _series(situation)}


def _asked(situation: Situation, probe: str, operator: bool) -> Iterator[Resolver]:
    payload = situation.get(probe, DnsPayload)
    for server in payload.servers if payload is not None else ():
        assert payload is not None
        fresh = [a for a in payload.answers if a.server == server and a.kind is NameKind.RANDOM]
        good = [a.rtt_ms for a in fresh if _answer(a) and a.rtt_ms is not None]
        if good and server not in payload.discontinued:
            yield Resolver(server, operator, len(good), len(fresh), median(good))


def _answer(answer: DnsAnswer) -> bool:
    return answer.status in _GOOD


def _series(situation: Situation) -> Iterator[Resolver]:
    payload = situation.get("dns.timing", TimingPayload)
    for line in payload.series if payload is not None else ():
        if line.path in (Path.ISP, Path.PUBLIC) and line.rtts_ms and line.asked:
            centre = median(line.rtts_ms)
            yield Resolver(line.server, line.path is Path.ISP, len(line.rtts_ms), line.asked, centre)
