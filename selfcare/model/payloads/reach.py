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
    """What kind of page the box shows, by its words. ``BOX``: it names itself. ``SIGN_IN``: for guests."""

    SILENT = "silent"
    REFUSED = "refused"
    ORDINARY = "ordinary"
    BLOCKED = "blocked"
    ACTIVATION = "activation"
    BOX = "box"
    SIGN_IN = "sign_in"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class BoxPagePayload:
    """``own``: the box's own first page. ``instead``: what came from the box in place of an outside page, if so."""

    own: BoxPage
    instead: BoxPage | None = None
    http_status: int | None = None


class SiteAnswer(StrEnum):
    """How one service behaved.

    ``PLAIN_ONLY``: port 443 is silent and port 80 answers. ``REFUSES``: 403 or 451.
    ``RESET``: connected, then cut off. ``NO_NAME``: no address found, nothing tried.
    """

    FINE = "fine"
    PLAIN_ONLY = "plain_only"
    REFUSES = "refuses"
    RESET = "reset"
    SILENT = "silent"
    NO_NAME = "no_name"


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


class PortState(StrEnum):
    """``REFUSED``: somebody says no. ``STOPPED``: this computer itself let nothing out. ``NOT_ASKED``: no address."""

    OPEN = "open"
    REFUSED = "refused"
    SILENT = "silent"
    STOPPED = "stopped"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class PortTry:
    """One port of one host. ``past_box``: a router beyond the box got to see a packet for it; None if unknown."""

    host: str
    protocol: str
    port: int
    state: PortState
    past_box: bool | None = None


@dataclass(frozen=True, slots=True)
class PortsPayload:
    """All ports asked."""

    tries: tuple[PortTry, ...]


@dataclass(frozen=True, slots=True)
class FailingPath:
    """A service found silent, asked again. ``last_hop`` is the number of the last router that spoke on the way."""

    host: str
    silent: bool
    last_hop: int


@dataclass(frozen=True, slots=True)
class PathComparePayload:
    """``working_last_hop`` and ``operator_hop``: the last router, and the first one outside, on a way that works."""

    failing: tuple[FailingPath, ...]
    working: str
    working_last_hop: int
    operator_hop: int | None
