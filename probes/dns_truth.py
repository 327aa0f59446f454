"""``dns.truth``: names everybody must answer alike, through each path; certificates where they do not."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import replace

from probes.dns_isp import own_servers
from probes.framework import ProbeContext, probe
from probes.wire.certificate import check, trusted
from probes.wire.dnsask import Server, ask
from probes.wire.dnsmessage import Question
from probes.wire.gathering import collect
from probes.wire.sysnames import beyond_doubt, resolve
from selfcare.model.payloads.dns import DnsAnswer, DnsStatus, NameKind
from selfcare.model.payloads.naming import CertificateCheck, Path, PathAnswer, TruthPayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, Platform, ProbeCost, ProbeSpec

NAMES = 4
ASK_S = 0.8
CERTIFICATE_S = 0.7
CONTROLS = 2
_PUBLIC = 3
_GRACE_S = 0.1


@probe(
    ProbeSpec(
        id="dns.truth",
        version=1,
        layer=Layer.NAME,
        requires=("link.interfaces", "addr.lease"),
        answers=(
            "names_true",
            "isp_names_true",
            "names_fresh",
            "stale_address_kept",
            "chosen_resolver_filters",
            "isp_blocks_by_order",
        ),
        # Four names on six paths; at most eight handshakes, and only when answers differ.
        cost=ProbeCost(bytes_up=10_000, bytes_down=40_000),
        time_limit_ms=2500,
    )
)
async def measure(ctx: ProbeContext) -> TruthPayload:
    """Asks the system, its server, the operator's and three public ones. At most 1.6 s, usually one answer's time."""
    names = ctx.profile.truth_names[:NAMES]
    publics = [r.address for r in ctx.profile.public_resolvers[:_PUBLIC]]
    if not names or len(publics) < CONTROLS:
        raise CannotRun(NotRunReason.NOT_CONFIGURED)
    servers = own_servers(ctx)
    own = 1 + len(servers)
    servers += [(Path.PUBLIC, a) for a in publics]
    answers = await collect(
        [*(_system(name) for name in names), *(_ask(path, a, name) for path, a in servers for name in names)],
        deadline=ASK_S + 0.1,
        settled=lambda so_far: _settled(so_far, own, len(names)),
        grace=_GRACE_S,
    )
    answers = _trusted(answers, ctx.platform)
    return TruthPayload(tuple(answers), await _certificates(answers, names))


def _settled(answers: Sequence[PathAnswer], own: int, names: int) -> bool:
    """Every own path has answered every name, and so have two public resolvers."""
    public = sum(1 for a in answers if a.path is Path.PUBLIC and a.answer.addresses)
    return len(answers) - sum(1 for a in answers if a.path is Path.PUBLIC) >= own * names and public >= CONTROLS * names


async def _ask(path: Path, address: str, name: str) -> PathAnswer:
    return PathAnswer(path, await ask(Server(address), Question(name, NameKind.FIXED, edns=True), ASK_S))


async def _system(name: str) -> PathAnswer:
    answer = await resolve(Question(name, NameKind.FIXED), ASK_S, socket.AF_INET)
    # "No address" may be the word of a step on this PC: only "no such name" is an answer to compare.
    empty = answer.status is DnsStatus.NOERROR and not answer.addresses
    return PathAnswer(Path.OS, replace(answer, status=DnsStatus.ERROR, rtt_ms=None) if empty else answer)


def _trusted(answers: Sequence[PathAnswer], platform: Platform) -> list[PathAnswer]:
    """The same answers, the system's only as far as its word can be relied on."""
    own = beyond_doubt([a.answer for a in answers if a.path is Path.OS], platform)
    return [*(PathAnswer(Path.OS, a) for a in own), *(a for a in answers if a.path is not Path.OS)]


async def _certificates(answers: Sequence[PathAnswer], names: Sequence[str]) -> tuple[CertificateCheck, ...]:
    """For each name whose answers have nothing in common with the public ones: who of them can prove itself?"""
    wanted: list[tuple[str, str]] = []
    for name in names:
        mine = [a for a in answers if a.answer.name == name]
        control = {x for a in mine if a.path is Path.PUBLIC for x in a.answer.addresses if is_global(x)}
        strange = [a.answer for a in mine if a.path is not Path.PUBLIC and is_strange(a.answer, control)]
        if control and strange:
            firsts = [next((x for x in answer.addresses if is_global(x)), None) for answer in strange]
            wanted += [(name, address) for address in dict.fromkeys([sorted(control)[0], *firsts]) if address]
    if not wanted:
        return ()
    context = await trusted()
    outcomes = await asyncio.gather(*(check(context, name, address, CERTIFICATE_S) for name, address in wanted))
    return tuple(CertificateCheck(n, a, outcome) for (n, a), outcome in zip(wanted, outcomes, strict=True))


def is_strange(answer: DnsAnswer, control: set[str]) -> bool:
    """Answered, but with nothing that a public resolver says."""
    answered = answer.status in (DnsStatus.NOERROR, DnsStatus.NXDOMAIN)
    return answered and not control & set(answer.addresses)


def is_global(address: str) -> bool:
    """Whether an address can be one of the Internet's."""
    return ipaddress.ip_address(address).is_global
