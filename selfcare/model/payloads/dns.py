"""Name resolution through one path (OS, configured servers, box, ISP, public)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class DnsStatus(StrEnum):
    """``NOERROR`` and ``NXDOMAIN`` are answers; the rest is a failure of one kind or another.

    ``REFUSED_PORT`` is the ICMP "port unreachable" of a host with no DNS service.
    """

    NOERROR = "noerror"
    NXDOMAIN = "nxdomain"
    SERVFAIL = "servfail"
    REFUSED = "refused"
    OTHER_RCODE = "other_rcode"
    TIMEOUT = "timeout"
    REFUSED_PORT = "refused_port"
    UNREACHABLE = "unreachable"
    MALFORMED = "malformed"
    DENIED = "denied"
    ERROR = "error"


class NameKind(StrEnum):
    """``RANDOM`` has a fresh label no cache can know; ``FIXED`` is well known; ``LOCAL`` asks the server itself."""

    RANDOM = "random"
    FIXED = "fixed"
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class DnsAnswer:
    """One question. ``server`` is "os" for the system's resolver; ``rtt_ms`` only when something answered.

    ``texts`` are those of a TXT answer; ``extended_error`` is the code of RFC 8914 a server
    gave with its answer, if the question asked for it.
    """

    server: str
    name: str
    kind: NameKind
    rrtype: str
    status: DnsStatus
    addresses: tuple[str, ...] = ()
    rtt_ms: float | None = None
    transport: str = "udp"
    tries: int = 1
    texts: tuple[str, ...] = ()
    extended_error: int | None = None


@dataclass(frozen=True, slots=True)
class DnsPayload:
    """All questions asked through one path, in the order they ended.

    ``discontinued`` are those servers whose service is known to have ended for good.
    """

    answers: tuple[DnsAnswer, ...]
    servers: tuple[str, ...]
    discontinued: tuple[str, ...] = ()

    def answered(self, server: str | None = None) -> bool:
        """Whether any question about the outside was answered (of one server, or of all)."""
        return any(
            a.status in (DnsStatus.NOERROR, DnsStatus.NXDOMAIN)
            and a.kind is not NameKind.LOCAL
            and (server is None or a.server == server)
            for a in self.answers
        )
