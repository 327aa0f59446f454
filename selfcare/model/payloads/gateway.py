"""Gateway reachability: neighbour table, ICMP ladder, TCP."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class IcmpMethod(StrEnum):
    """Which rung of the ICMP ladder was used; ``NONE`` when the system permits none."""

    DATAGRAM = "datagram"
    API = "api"
    SYSTEM_PING = "system_ping"
    NONE = "none"


class TcpAnswer(StrEnum):
    """``REFUSED`` is an answer too: somebody is there."""

    OPEN = "open"
    REFUSED = "refused"
    SILENT = "silent"
    UNREACHABLE = "unreachable"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class TcpTry:
    """One connection attempt; ``rtt_ms`` only for open and refused."""

    port: int
    answer: TcpAnswer
    rtt_ms: float | None = None


@dataclass(frozen=True, slots=True)
class GatewayPayload:
    """What the gateway answered.

    ``neighbour`` is the kernel's own word on ARP/ND: True resolved after our packets,
    False failed or still incomplete, None unreadable. ``rtts_ms`` are ICMP round trips in ms.
    """

    gateway: str
    interface: str
    neighbour: bool | None
    mac: str | None
    icmp_method: IcmpMethod
    icmp_sent: int
    rtts_ms: tuple[float, ...]
    tcp: tuple[TcpTry, ...]
    gateway6: str | None = None
    neighbour6: bool | None = None
    in_subnet: bool | None = None


@dataclass(frozen=True, slots=True)
class RouterPayload:
    """Whether anything that routes answered the all-routers IPv6 multicast of the link.

    ``answered`` False means asked and silent: a box without IPv6 is silent too.
    """

    interface: str
    answered: bool
