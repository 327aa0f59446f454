"""Names as the system resolves them for every program: hosts file, cache and all."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Sequence
from dataclasses import replace

from probes.wire.dnsmessage import Question
from probes.wire.threads import in_thread
from selfcare.model.payloads.dns import DnsAnswer, DnsStatus
from selfcare.model.probe import Platform

ANSWERED = (DnsStatus.NOERROR, DnsStatus.NXDOMAIN)
_MOST = 16
STATUSES = {
    # The name exists without an address. Not on every system; on Windows it has the number of "no such name",
    # which is why it stands before it.
    getattr(socket, "EAI_NODATA", None): DnsStatus.NOERROR,
    socket.EAI_NONAME: DnsStatus.NXDOMAIN,
    socket.EAI_AGAIN: DnsStatus.SERVFAIL,
    socket.EAI_FAIL: DnsStatus.SERVFAIL,
}


async def resolve(question: Question, deadline: float, family: int = 0) -> DnsAnswer:
    """The system's answer within so many seconds. Never raises for what it may say."""
    started = time.perf_counter()
    addresses: tuple[str, ...] = ()
    try:
        async with asyncio.timeout(deadline):
            # A stream socket type halves the result; a trailing dot would keep search domains
            # away but also the hosts file, which is part of what programs see.
            found = await in_thread(socket.getaddrinfo, question.name, None, family, socket.SOCK_STREAM)
        addresses = tuple(dict.fromkeys(str(item[4][0]) for item in found))[:_MOST]
        status = DnsStatus.NOERROR
    except TimeoutError:
        status = DnsStatus.TIMEOUT
    except socket.gaierror as error:
        status = STATUSES.get(error.errno, DnsStatus.ERROR)
    except (OSError, UnicodeError):
        status = DnsStatus.ERROR
    rtt = (time.perf_counter() - started) * 1000 if status in ANSWERED else None
    return DnsAnswer("os", question.name, question.kind, "A", status, addresses, rtt, "os")


def beyond_doubt(answers: Sequence[DnsAnswer], platform: Platform) -> list[DnsAnswer]:
    """Windows and macOS say "no such name" also when nobody could be asked.

    There the word counts only once another name of the same check resolved.
    """
    if platform is Platform.LINUX or any(a.status is DnsStatus.NOERROR and a.addresses for a in answers):
        return list(answers)
    doubtful = {DnsStatus.NXDOMAIN, DnsStatus.NOERROR}
    return [replace(a, status=DnsStatus.ERROR, rtt_ms=None) if a.status in doubtful else a for a in answers]
