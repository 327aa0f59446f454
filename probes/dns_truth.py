"""``dns.truth``: names everybody must answer alike, through each path; certificates where they do not."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import time
from collections.abc import Sequence

from probes.dns_isp import operator_servers
from probes.framework import ProbeContext, probe
from probes.wire.certificate import check, trusted
from probes.wire.dnsask import Server, ask
from probes.wire.dnsmessage import Question
from probes.wire.gathering import collect
from probes.wire.threads import in_thread
from selfcare.model.payloads.address import AddressPayload
from selfcare.model.payloads.dns import DnsAnswer, DnsStatus, NameKind
from selfcare.model.payloads.naming import CertificateCheck, Path, PathAnswer, TruthPayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeCost, ProbeSpec

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
    addressing = ctx.get("addr.lease", AddressPayload)
    config = addressing.get(addressing.primary) if addressing else None
    servers = [(Path.CONFIGURED, a) for a in (config.resolvers[:1] if config else ())]
    servers += [(Path.ISP, a) for a in operator_servers(ctx.profile, config)[:1]]
    own = 1 + len(servers)
    servers += [(Path.PUBLIC, a) for a in publics]
    answers = await collect(
        [*(_system(name) for name in names), *(_ask(path, a, name) for path, a in servers for name in names)],
        deadline=ASK_S + 0.1,
        settled=lambda so_far: _settled(so_far, own, len(names)),
        grace=_GRACE_S,
    )
    certificates = await _certificates(answers, names)
    return TruthPayload(tuple(answers), certificates)


def _settled(answers: Sequence[PathAnswer], own: int, names: int) -> bool:
    """Every own path has answered every name, and so have two public resolvers."""
    public = sum(1 for a in answers if a.path is Path.PUBLIC and a.answer.addresses)
    return len(answers) - sum(1 for a in answers if a.path is Path.PUBLIC) >= own * names and public >= CONTROLS * names


async def _ask(path: Path, address: str, name: str) -> PathAnswer:
    return PathAnswer(path, await ask(Server(address), Question(name, NameKind.FIXED, edns=True), ASK_S))


async def _system(name: str) -> PathAnswer:
    """As programs see it, hosts file and cache included."""
    started = time.perf_counter()
    addresses: tuple[str, ...] = ()
    try:
        async with asyncio.timeout(ASK_S):
            found = await in_thread(socket.getaddrinfo, name, None, socket.AF_INET, socket.SOCK_STREAM)
        addresses = tuple(dict.fromkeys(str(item[4][0]) for item in found))[:16]
        status = DnsStatus.NOERROR
    except TimeoutError:
        status = DnsStatus.TIMEOUT
    except socket.gaierror as error:
        status = DnsStatus.NXDOMAIN if error.errno == socket.EAI_NONAME else DnsStatus.ERROR
    except (OSError, UnicodeError):
        status = DnsStatus.ERROR
    rtt = (time.perf_counter() - started) * 1000 if status is DnsStatus.NOERROR else None
    return PathAnswer(Path.OS, DnsAnswer("os", name, NameKind.FIXED, "A", status, addresses, rtt, "os"))


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
