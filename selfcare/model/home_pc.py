"""What can be seen from this PC of its own doors, of the machines beside it, and by somebody outside. Data only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Listener:
    """A program that waits on a port. ``program``: None where the system does not tell whose it is.

    ``protocol``: ``tcp`` or ``udp``. ``loopback``: it hears this PC alone.
    """

    port: int
    protocol: str
    loopback: bool
    program: str | None = None


@dataclass(frozen=True, slots=True)
class Inbound:
    """Whether this PC's firewall lets a connection in. ``lets`` None: it does not let us read that.

    ``firewall``: which one is there, as far as it shows ("" where none does): nftables, ufw, firewalld, windows, macos.
    """

    lets: bool | None
    firewall: str = ""


class Spoke(StrEnum):
    """What a machine of the home said to one question at one port.

    ``REFUSED``: it is there, and nothing waits on that port. ``ABSENT``: nobody has that address now.
    ``SILENT``: it is there and says nothing. ``UNKNOWN``: nothing came back, and that proves nothing.
    """

    OPEN = "open"
    REFUSED = "refused"
    ABSENT = "absent"
    SILENT = "silent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outside:
    """What somebody outside saw when they knocked on a port. ``open`` None: they cannot tell.

    ``address``: whom they knocked at, which is where our question came from; None: they could not be asked at all.
    """

    open: bool | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class FarSide:
    """The address the home's box has on its line, and the ports of it that are this home's (None: all)."""

    address: str
    ports: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """The Wi-Fi this PC is in. ``name`` None: in none, or (``known`` False) the system does not tell."""

    name: str | None = None
    known: bool = False
