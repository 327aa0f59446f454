"""The home behind the box: hosts, DHCP, ports, decoder, telephone (TR-181 ``Hosts``, ``DHCPv4``, ``Ethernet``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from selfcare.model.units import Dbm, Kbps, Seconds


class HostLayer(StrEnum):
    """How a host is attached (TR-181 ``Layer1Interface``)."""

    ETHERNET = "ethernet"
    WIFI_2_4 = "wifi_2_4"
    WIFI_5 = "wifi_5"
    WIFI_6 = "wifi_6"
    WIFI = "wifi"
    POWERLINE = "powerline"
    OTHER = "other"


class ActivityState(StrEnum):
    """Of a decoder or a telephone line."""

    UP = "up"
    STANDBY = "standby"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class HomeHost:
    """A machine the box knows. ``blocked``: the box lets it out (False) or not (True) right now.

    ``down_rate``/``up_rate`` are what it moves at this moment; ``phy_down``/``phy_up`` what its link could.
    """

    phys_address: str
    ip_address: str | None = None
    ipv6_addresses: tuple[str, ...] = ()
    host_name: str | None = None
    vendor: str | None = None
    kind: str | None = None
    active: bool | None = None
    layer: HostLayer | None = None
    guest: bool | None = None
    blocked: bool | None = None
    signal: Dbm | None = None
    phy_down: Kbps | None = None
    phy_up: Kbps | None = None
    down_rate: Kbps | None = None
    up_rate: Kbps | None = None
    last_seen: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reservation:
    """Always the same address for one machine (TR-181 ``DHCPv4.Server.Pool.StaticAddress``)."""

    phys_address: str
    ip_address: str
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class DhcpServer:
    """The box's own DHCP server. ``reservations`` is None where the box does not tell them."""

    enable: bool | None = None
    box_address: str | None = None
    subnet_mask: str | None = None
    min_address: str | None = None
    max_address: str | None = None
    lease_time: Seconds | None = None
    dns_servers: tuple[str, ...] = ()
    reservations: tuple[Reservation, ...] | None = None


@dataclass(frozen=True, slots=True)
class EthernetPort:
    """One socket of the box's switch."""

    name: str
    up: bool | None = None
    rate: Kbps | None = None
    full_duplex: bool | None = None


@dataclass(frozen=True, slots=True)
class TvDecoder:
    """``state`` of the decoder or, where only that is known, of the television service."""

    state: ActivityState | None = None
    model_name: str | None = None
    phys_address: str | None = None
    service_available: bool | None = None


@dataclass(frozen=True, slots=True)
class Phone:
    """``state``: registered with the operator's exchange. The number itself is not kept."""

    state: ActivityState | None = None
    off_hook: bool | None = None
    defect: bool | None = None
