"""How well it works: the cable's speed and errors, delay and loss, what this computer does meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from selfcare.model.series import Summary


class Ask(StrEnum):
    """How a series was asked; TCP is the time of a connection, DNS of a fixed name over UDP."""

    ICMP = "icmp"
    TCP = "tcp"
    DNS = "dns"


class Target(StrEnum):
    """Who was asked."""

    GATEWAY = "gateway"
    ISP_HOP = "isp_hop"
    ANCHOR = "anchor"


@dataclass(frozen=True, slots=True)
class Series:
    """One series of questions to one address, ``rtts_ms`` in the order of sending (None: no answer).

    ``kernel_time`` tells whether the kernel stamped the arrivals. Round trips of long
    series are left out of the document where their figures suffice (``rtts_ms`` empty).
    """

    target: Target
    ask: Ask
    address: str
    port: int | None
    rtts_ms: tuple[float | None, ...]
    kernel_time: bool
    summary: Summary


@dataclass(frozen=True, slots=True)
class LatencyPayload:
    """Delay and loss to a place: the first series is the one to draw, the others confirm it.

    ``extended`` tells that something looked wrong and longer series were taken. ``control``
    are series to the box taken at the same time. ``other_up_kbit_s`` and ``other_down_kbit_s``
    are what this computer sent and received besides, None where no counters are readable.
    """

    interface: str
    series: tuple[Series, ...]
    extended: bool
    control: tuple[Series, ...] = ()
    other_up_kbit_s: float | None = None
    other_down_kbit_s: float | None = None


@dataclass(frozen=True, slots=True)
class LinkQualityPayload:
    """The cable's negotiated speed and what went wrong on it in ``window_s`` seconds.

    Speeds in Mb/s. ``nic_max_mbps`` is what this adapter could do, ``partner_max_mbps`` what
    the other end announced; None where the driver does not say. ``errors`` counts frames
    with errors in the window, ``drops`` frames thrown away for lack of room.
    """

    interface: str
    wired: bool
    speed_mbps: int | None
    full_duplex: bool | None
    nic_max_mbps: int | None
    partner_max_mbps: int | None
    window_s: float
    packets: int
    errors: int
    drops: int


@dataclass(frozen=True, slots=True)
class Traffic:
    """What went through one interface while this was measured, in kbit/s (median of short windows)."""

    interface: str
    up_kbit_s: float
    down_kbit_s: float


@dataclass(frozen=True, slots=True)
class LoadPayload:
    """What this computer does besides the check, over ``window_s`` seconds.

    ``cpu_pct`` is without this program's own share. ``memory_available_pct`` of all memory;
    ``memory_stalled_pct`` the share of time programs waited for memory (last 10 s), where
    the kernel tells. ``metered``: the desktop's word for a connection that is paid by volume.
    """

    window_s: float
    cpu_pct: float | None
    memory_available_pct: float | None
    memory_stalled_pct: float | None
    traffic: tuple[Traffic, ...]
    metered: bool | None
