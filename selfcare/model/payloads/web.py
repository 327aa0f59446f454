"""Web reachability with portal detection, by name and by address."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class WebStatus(StrEnum):
    """What came back from one known page.

    ``EXPECTED`` to the letter; ``REDIRECTED`` elsewhere; ``ALTERED`` another page or
    status; ``NAME_FAILED`` no address for the name; the rest never reached a page.
    """

    EXPECTED = "expected"
    REDIRECTED = "redirected"
    ALTERED = "altered"
    NAME_FAILED = "name_failed"
    TIMEOUT = "timeout"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    CLOSED = "closed"
    MALFORMED = "malformed"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class WebTry:
    """One request. ``location_host`` is where a redirect points; ``connected`` whether TCP was established.

    ``clock_offset_s`` is the server's Date minus this computer's time (whole seconds: give or take one).
    """

    host: str
    address: str | None
    status: WebStatus
    connected: bool
    http_status: int | None = None
    location_host: str | None = None
    duration_ms: float | None = None
    optional: bool = True
    clock_offset_s: float | None = None


@dataclass(frozen=True, slots=True)
class WebPayload:
    """All requests of one probe."""

    tries: tuple[WebTry, ...]
