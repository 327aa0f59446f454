"""The first hops of the path outwards."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class HopKind(StrEnum):
    """``GATEWAY`` is the box; ``PRIVATE`` another router of home or ISP; ``CGNAT`` 100.64/10; ``PUBLIC`` the rest."""

    GATEWAY = "gateway"
    PRIVATE = "private"
    CGNAT = "cgnat"
    PUBLIC = "public"
    SILENT = "silent"


class HopAnswer(StrEnum):
    """What kind of ICMP message came back."""

    TIME_EXCEEDED = "time_exceeded"
    DESTINATION = "destination"
    NET_UNREACHABLE = "net_unreachable"
    HOST_UNREACHABLE = "host_unreachable"
    ADMIN_PROHIBITED = "admin_prohibited"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Hop:
    """One TTL. ``address`` None when silent; ``rtt_ms`` of the first answer."""

    ttl: int
    address: str | None
    kind: HopKind
    answer: HopAnswer
    rtt_ms: float | None = None


@dataclass(frozen=True, slots=True)
class PathPayload:
    """Hops towards ``target``; ``first_isp_hop`` is the first one beyond the home, where one answered.

    ``operator_network``: the first public router stands in a network of the profile's operator. None: no such
    router heard, or elsewhere, which says nothing as the list is not complete.
    """

    target: str
    method: str
    hops: tuple[Hop, ...]
    reached: bool
    first_isp_hop: str | None
    operator_network: bool | None = None
