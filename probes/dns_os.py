"""``dns.os``: names as every program of this PC resolves them."""

from __future__ import annotations

import asyncio
import socket
import time

from probes.framework import ProbeContext, probe
from probes.names import outside_questions
from probes.wire.dnsmessage import Question
from probes.wire.gathering import FENCE_S, collect
from probes.wire.threads import in_thread
from selfcare.model.payloads.dns import DnsAnswer, DnsPayload, DnsStatus, NameKind
from selfcare.model.probe import Layer, Platform, ProbeCost, ProbeSpec

# Less than two seconds, so that a first verdict that rests on this silence comes within two.
DEADLINE_S = 1.8
_GRACE_S = 0.25
_ANSWERED = (DnsStatus.NOERROR, DnsStatus.NXDOMAIN)

_ERRORS = {
    socket.EAI_NONAME: DnsStatus.NXDOMAIN,
    socket.EAI_AGAIN: DnsStatus.SERVFAIL,
    socket.EAI_FAIL: DnsStatus.SERVFAIL,
    # Not on every system; the name exists without an address.
    getattr(socket, "EAI_NODATA", None): DnsStatus.NOERROR,
}


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
        [_resolve(question) for question in questions],
        deadline=DEADLINE_S + FENCE_S,
        settled=lambda so_far: {NameKind.RANDOM, NameKind.FIXED} <= {a.kind for a in so_far if a.status in _ANSWERED},
        grace=_GRACE_S,
    )
    return DnsPayload(tuple(_beyond_doubt(answers, ctx.platform)), ("os",))


async def _resolve(question: Question) -> DnsAnswer:
    started = time.perf_counter()
    addresses: tuple[str, ...] = ()
    try:
        async with asyncio.timeout(DEADLINE_S):
            # A stream socket type halves the result; a trailing dot would keep search domains
            # away but also the hosts file, which is part of what programs see.
            found = await in_thread(socket.getaddrinfo, question.name, None, 0, socket.SOCK_STREAM)
        addresses = tuple(dict.fromkeys(str(item[4][0]) for item in found))[:16]
        status = DnsStatus.NOERROR
    except TimeoutError:
        status = DnsStatus.TIMEOUT
    except socket.gaierror as error:
        status = _ERRORS.get(error.errno, DnsStatus.ERROR)
    except (OSError, UnicodeError):
        status = DnsStatus.ERROR
    spoken = status in _ANSWERED
    rtt = (time.perf_counter() - started) * 1000 if spoken else None
    return DnsAnswer("os", question.name, question.kind, "A", status, addresses, rtt, "os")


def _beyond_doubt(answers: list[DnsAnswer], platform: Platform) -> list[DnsAnswer]:
    """Windows and macOS say "no such name" also when nobody could be asked.

    There the word counts only once another name of the same check resolved.
    """
    if platform is Platform.LINUX or any(a.status is DnsStatus.NOERROR for a in answers):
        return answers
    return [_as_error(a) if a.status is DnsStatus.NXDOMAIN else a for a in answers]


def _as_error(answer: DnsAnswer) -> DnsAnswer:
    return DnsAnswer(answer.server, answer.name, answer.kind, answer.rrtype, DnsStatus.ERROR, transport="os")
