"""Secure connections to known sites: who vouches for each certificate."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TlsStatus(StrEnum):
    """How a site's certificate was judged.

    ``PUBLIC``: valid, and the root is one the public knows. ``LOCAL``: valid on this
    computer only, through a root added to it. ``UNTRUSTED``, ``EXPIRED``, ``NOT_YET``,
    ``WRONG_NAME``, ``INVALID``: the computer refuses it. ``NO_TLS``: something answered
    that was no secure connection. The last three never got that far.
    """

    PUBLIC = "public"
    LOCAL = "local"
    UNTRUSTED = "untrusted"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    WRONG_NAME = "wrong_name"
    INVALID = "invalid"
    NO_TLS = "no_tls"
    NAME_FAILED = "name_failed"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"


VALID = frozenset({TlsStatus.PUBLIC, TlsStatus.LOCAL})
REFUSED = frozenset(
    {TlsStatus.UNTRUSTED, TlsStatus.EXPIRED, TlsStatus.NOT_YET, TlsStatus.WRONG_NAME, TlsStatus.INVALID}
)


@dataclass(frozen=True, slots=True)
class TlsTry:
    """One site. ``issuer`` is the name the certificate gives for who vouches; ``leaf`` a short fingerprint.

    ``by_name``: the address came from this PC's name resolution, not from the profile.
    """

    host: str
    address: str | None
    status: TlsStatus
    by_name: bool = True
    issuer: str | None = None
    leaf: str | None = None
    self_signed: bool = False
    duration_ms: float | None = None


@dataclass(frozen=True, slots=True)
class TlsPayload:
    """All sites that ended in time. ``public_roots`` is how many roots count as public (0: none could be read)."""

    tries: tuple[TlsTry, ...]
    public_roots: int
