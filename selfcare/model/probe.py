"""What a probe declares about itself, and why it may not run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Layer(StrEnum):
    """The level of the stack a probe looks at, in the order a person would check them."""

    LINK = "link"
    ADDRESS = "address"
    ROUTE = "route"
    GATEWAY = "gateway"
    NAME = "name"
    PATH = "path"
    WEB = "web"


class Platform(StrEnum):
    """Operating systems a probe has code for."""

    LINUX = "linux"
    WINDOWS = "windows"
    MACOS = "macos"


ALL_PLATFORMS = frozenset(Platform)


class Tier(StrEnum):
    """``FAST`` runs by default; ``DEEP`` only with ``--deep`` or on suspicion."""

    FAST = "fast"
    DEEP = "deep"


class NotRunReason(StrEnum):
    """Closed list of reasons why a test gave no result. None of them is evidence."""

    NEEDS_PRIVILEGE = "needs_privilege"
    UNSUPPORTED_PLATFORM = "unsupported_platform"
    NO_INTERFACE = "no_interface"
    NO_LINK = "no_link"
    NO_ADDRESS = "no_address"
    NO_GATEWAY = "no_gateway"
    NO_ROUTE = "no_route"
    NO_IPV6 = "no_ipv6"
    NOT_CONFIGURED = "not_configured"
    OPERATOR_UNKNOWN = "operator_unknown"
    SAME_AS_OTHER = "same_as_other"
    NOTHING_TO_COMPARE = "nothing_to_compare"
    SOURCE_UNAVAILABLE = "source_unavailable"
    PERMISSION_DENIED = "permission_denied"
    DEPENDENCY_FAILED = "dependency_failed"
    DECIDED = "decided"
    NOT_SELECTED = "not_selected"
    DEADLINE = "deadline"
    CANCELLED = "cancelled"


class CannotRun(Exception):
    """Raised by a probe, and only this, when it cannot give a result."""

    def __init__(self, reason: NotRunReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ProbeCost:
    """What a run may cost the network.

    ``bytes_up``/``bytes_down`` are upper bounds for one run; ``loads_line`` marks
    probes that fill the line and therefore run alone and only in the deep tier.
    """

    bytes_up: int = 0
    bytes_down: int = 0
    loads_line: bool = False


@dataclass(frozen=True, slots=True)
class ProbeSpec:
    """The declaration of one probe.

    ``id`` is also the id of its measurement. ``requires`` names probes whose
    measurement must be there first. ``answers`` names the facts only this probe
    establishes: once a certain culprit explains all of them, the probe is stopped.
    ``time_limit_ms`` is a fence; a probe keeps its own, shorter, deadlines. ``called_by``
    names facts of which one being YES is suspicion enough to call a deep probe into a fast
    check. ``needs`` names what else must be there: "speed_server" is one in the profile.
    """

    id: str
    version: int
    layer: Layer
    requires: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    cost: ProbeCost = ProbeCost()
    platforms: frozenset[Platform] = ALL_PLATFORMS
    tier: Tier = Tier.FAST
    time_limit_ms: int = 3000
    needs: tuple[str, ...] = ()
    called_by: tuple[str, ...] = ()
