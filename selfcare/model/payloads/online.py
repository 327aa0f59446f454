"""What stands between this PC and the web: its clock, its proxy, a sign-in service, the system's own opinion."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class ClockSample:
    """A time server's word: ``offset_s`` is its time minus ours, known to ``uncertainty_s`` either way."""

    server: str
    offset_s: float
    uncertainty_s: float
    stratum: int


@dataclass(frozen=True, slots=True)
class ClockPayload:
    """Answers in the order they came; ``asked`` is the number of servers asked."""

    samples: tuple[ClockSample, ...]
    asked: int


class ProxyUse(StrEnum):
    """What became of a page asked through the proxy. ``NO_SCRIPT``: the script that names it cannot be had."""

    WORKS = "works"
    WANTS_PASSWORD = "wants_password"
    REFUSES = "refuses"
    ALTERED = "altered"
    SILENT = "silent"
    UNREACHABLE = "unreachable"
    NAME_FAILED = "name_failed"
    NO_SCRIPT = "no_script"
    DIRECT = "direct"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ProxyUsePayload:
    """The proxy that was really used (``host:port``, never a password) and what came of it.

    ``DIRECT``: the script sends everything past any proxy. ``http_status`` is the proxy's own word.
    """

    source: str
    proxy: str | None
    use: ProxyUse
    script: bool = False
    http_status: int | None = None
    duration_ms: float | None = None


class ApiStatus(StrEnum):
    """How the network's sign-in service (RFC 8908) answered. ``UNRESTRICTED``: the network says it has none."""

    ANSWERED = "answered"
    UNRESTRICTED = "unrestricted"
    NOT_SECURE = "not_secure"
    SILENT = "silent"
    CERTIFICATE = "certificate"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class PortalApiPayload:
    """RFC 8910 option 114 and what RFC 8908 says behind it. ``user_portal_url`` is the page to sign in at."""

    api_host: str | None
    status: ApiStatus
    captive: bool | None = None
    user_portal_url: str | None = None
    seconds_remaining: int | None = None


class SystemSays(StrEnum):
    """What the operating system tells programs about the Internet."""

    FULL = "full"
    LIMITED = "limited"
    PORTAL = "portal"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class IndicatorPayload:
    """``source`` is the service asked; ``checks`` whether it tests the Internet itself (None: not told)."""

    source: str
    says: SystemSays
    checks: bool | None = None
