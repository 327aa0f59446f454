"""How good name resolution is: speed, truth, who answers, and over which transports."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from selfcare.model.payloads.dns import DnsAnswer


class Path(StrEnum):
    """The way a question took."""

    OS = "os"
    CONFIGURED = "configured"
    ISP = "isp"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class ServerSeries:
    """Several uncached questions to one server.

    ``rtts_ms`` are those answered out of ``asked``; ``connect_ms`` is one TCP handshake
    with the same server: the way there and back with no lookup in it, where it takes TCP.
    """

    server: str
    path: Path
    asked: int
    rtts_ms: tuple[float, ...]
    connect_ms: float | None = None


@dataclass(frozen=True, slots=True)
class TimingPayload:
    """One series per server; a server that is on two paths stands here twice."""

    series: tuple[ServerSeries, ...]


class Tls(StrEnum):
    """What a TLS handshake for a name met at an address. ``SILENT``: no connection at all."""

    VALID = "valid"
    INVALID = "invalid"
    SILENT = "silent"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class CertificateCheck:
    """Whether ``address`` can prove, by a certificate this PC trusts, that it is ``name``."""

    name: str
    address: str
    outcome: Tls


@dataclass(frozen=True, slots=True)
class PathAnswer:
    """One answer and the way it came."""

    path: Path
    answer: DnsAnswer


@dataclass(frozen=True, slots=True)
class TruthPayload:
    """The same names through each path, and certificates where the answers had nothing in common."""

    answers: tuple[PathAnswer, ...]
    certificates: tuple[CertificateCheck, ...] = ()

    def of(self, path: Path) -> tuple[DnsAnswer, ...]:
        """The answers of one path."""
        return tuple(a.answer for a in self.answers if a.path is path)


@dataclass(frozen=True, slots=True)
class IdentityPayload:
    """What public resolvers say they are, and answers from addresses where no resolver is."""

    identities: tuple[DnsAnswer, ...]
    impossible: tuple[DnsAnswer, ...]


@dataclass(frozen=True, slots=True)
class OrderPayload:
    """Address families (4, 6) in the order in which programs are given the addresses of ``name``."""

    name: str
    families: tuple[int, ...]


class Transport(StrEnum):
    """Encrypted ways to ask."""

    DOT = "dot"
    DOH = "doh"


@dataclass(frozen=True, slots=True)
class EncryptedTry:
    """One question over one encrypted transport; ``answered`` only with a verified certificate."""

    server: str
    transport: Transport
    answered: bool
    tls: Tls
    rtt_ms: float | None = None


@dataclass(frozen=True, slots=True)
class EncryptedPayload:
    """DNS over TLS and over HTTPS, each tried with each server that offers it."""

    tries: tuple[EncryptedTry, ...]
