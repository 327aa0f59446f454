"""Who the box is (TR-181 ``Device.DeviceInfo``) and when it started."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from selfcare.model.units import Celsius, Seconds


class BoxFamily(StrEnum):
    """Which driver speaks to it. ``IGD``, ``NATPMP``: any gateway by a common protocol. ``LEGACY``: recognised only."""

    FREEBOX = "freebox"
    LIVEBOX = "livebox"
    SFR = "sfr"
    BBOX = "bbox"
    FRITZ = "fritz"
    IGD = "igd"
    NATPMP = "natpmp"
    LEGACY = "legacy"


class Mode(StrEnum):
    """``BRIDGE``: no NAT, no DHCP, no Wi-Fi of its own: another router does that."""

    ROUTER = "router"
    BRIDGE = "bridge"


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """``uid`` tells this very box from another of its kind (a serial number, a hardware address): never shown.

    ``up_time`` since the last start; ``number_of_reboots`` in its life; ``model_name`` as its operator sells it;
    ``product_class`` as the box names itself; ``updating``: its firmware is being changed right now.
    """

    family: BoxFamily
    model_name: str | None = None
    product_class: str | None = None
    manufacturer: str | None = None
    software_version: str | None = None
    api_version: str | None = None
    serial_number: str | None = None
    mac_address: str | None = None
    uid: str | None = None
    up_time: Seconds | None = None
    number_of_reboots: int | None = None
    mode: Mode | None = None
    temperature: Celsius | None = None
    updating: bool | None = None


@dataclass(frozen=True, slots=True)
class Restart:
    """One start of the box. ``reason`` in the box's own word."""

    at: datetime
    reason: str | None = None
