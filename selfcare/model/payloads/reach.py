"""What is let through: by this computer, by the box, by the operator, by single services."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What became of a packet, as far as this computer's own system tells.

    ``ANSWERED`` by somebody else; ``LEFT`` this computer and was not answered (yet);
    ``STOPPED`` by this computer itself; ``UNKNOWN`` where the system does not tell.
    """

    ANSWERED = "answered"
    LEFT = "left"
    STOPPED = "stopped"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Departure:
    """One attempt. ``protocol`` is ``tcp`` or ``udp``; ``inside`` when meant for the box."""

    family: int
    protocol: str
    port: int
    fate: Fate
    inside: bool = False


@dataclass(frozen=True, slots=True)
class FirewallPayload:
    """Whether packets get out of this computer and answers into it.

    ``lost_in`` counts packets for this computer alone that arrived during the run and
    were delivered to no program; None where the system does not count. ``tools`` are
    firewalls set to start with the computer.
    """

    tries: tuple[Departure, ...]
    lost_in: int | None = None
    tools: tuple[str, ...] = ()


class BoxPage(StrEnum):
    """What kind of page the box shows."""

    SILENT = "silent"
    REFUSED = "refused"
    ORDINARY = "ordinary"
    BLOCKED = "blocked"
    ACTIVATION = "activation"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class BoxPagePayload:
    """``own``: the box's own first page. ``instead``: what came from the box in place of an outside page, if so."""

    own: BoxPage
    instead: BoxPage | None = None
    http_status: int | None = None


class SiteAnswer(StrEnum):
    """How one service behaved. ``NO_NAME``: no address was found, so nothing was tried."""

    FINE = "fine"
    REFUSES = "refuses"
    RESET = "reset"
    SILENT = "silent"
    NO_NAME = "no_name"
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class SiteTry:
    """One service of one network; ``http_status`` where it got so far."""

    host: str
    network: str
    answer: SiteAnswer
    address: str | None = None
    http_status: int | None = None


@dataclass(frozen=True, slots=True)
class SitesPayload:
    """A sample of services whose networks have nothing to do with each other."""

    tries: tuple[SiteTry, ...]


@dataclass(frozen=True, slots=True)
class PortTry:
    """One port of the echo host. ``stops_after`` is the number of hops that are known to have passed it on."""

    protocol: str
    port: int
    open: bool | None
    refused: bool = False
    stops_after: int | None = None


@dataclass(frozen=True, slots=True)
class PortsPayload:
    """``reach`` is how many hops speak on the way of a port that is open: the measure for ``stops_after``."""

    host: str
    tries: tuple[PortTry, ...]
    reach: int | None = None


@dataclass(frozen=True, slots=True)
class PathComparePayload:
    """Last hop that passed something on: towards a service that fails, and towards one that works."""

    failing: str
    working: str
    failing_hops: int
    working_hops: int
