"""What people change on a box (TR-181 ``WiFi``, ``NAT.PortMapping``; parental control has no TR-181 object)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from selfcare.model.units import Megahertz, Seconds


class WifiBand(StrEnum):
    """TR-181 ``OperatingFrequencyBand``."""

    GHZ_2_4 = "2.4"
    GHZ_5 = "5"
    GHZ_6 = "6"


class Security(StrEnum):
    """TR-181 ``ModeEnabled``, as far as the boxes go."""

    OPEN = "open"
    WEP = "wep"
    WPA = "wpa"
    WPA2 = "wpa2"
    WPA_WPA2 = "wpa_wpa2"
    WPA2_WPA3 = "wpa2_wpa3"
    WPA3 = "wpa3"


@dataclass(frozen=True, slots=True)
class WifiRadio:
    """``id`` is the box's own name for it. ``up`` is what it does, ``enable`` what it was told."""

    id: str
    band: WifiBand | None = None
    enable: bool | None = None
    up: bool | None = None
    state: str | None = None
    channel: int | None = None
    auto_channel: bool | None = None
    width: Megahertz | None = None
    auto_width: bool | None = None
    possible_channels: tuple[int, ...] = ()
    possible_widths: tuple[Megahertz, ...] = ()
    standards: str | None = None


@dataclass(frozen=True, slots=True)
class WifiSsid:
    """A network on a radio. ``key`` is never in a ``repr``; None: the box hides it (so it cannot be put back)."""

    id: str
    radio: str | None = None
    ssid: str | None = None
    bssid: str | None = None
    enable: bool | None = None
    hidden: bool | None = None
    security: Security | None = None
    key: str | None = field(default=None, repr=False)
    guest: bool = False


@dataclass(frozen=True, slots=True)
class WifiSettings:
    """``enable`` is the switch for all. ``planned``: off by a timetable. ``shared``: one name and key for all bands."""

    enable: bool | None = None
    radios: tuple[WifiRadio, ...] = ()
    ssids: tuple[WifiSsid, ...] = ()
    planned: bool | None = None
    shared: bool | None = None


@dataclass(frozen=True, slots=True)
class GuestNetwork:
    """``remaining`` until it ends by itself (None: never, or not told). ``internet_only``: the home is out of reach."""

    enable: bool | None = None
    ssid: str | None = None
    key: str | None = field(default=None, repr=False)
    remaining: Seconds | None = None
    internet_only: bool | None = None


class ParentalRule(StrEnum):
    """What the box does with a device now: by itself (``PLANNED``), or told by hand."""

    PLANNED = "planned"
    ALLOWED = "allowed"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class ParentalSlot:
    """No Internet from ``start`` to ``end``, in seconds since 00:00, on ``weekdays`` (0 Monday … 6 Sunday)."""

    start: Seconds
    end: Seconds
    weekdays: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ParentalSchedule:
    """One device, or several that a box keeps together as a person's. ``until``: when a word by hand ends."""

    phys_addresses: tuple[str, ...]
    rule: ParentalRule = ParentalRule.PLANNED
    until: datetime | None = None
    slots: tuple[ParentalSlot, ...] = ()
    blocked_now: bool | None = None
    id: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class ParentalControl:
    """``enable`` is the box's switch for all of it, where it has one."""

    enable: bool | None = None
    schedules: tuple[ParentalSchedule, ...] = ()


class Protocol(StrEnum):
    """Of a port mapping."""

    TCP = "tcp"
    UDP = "udp"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class PortMapping:
    """TR-181 ``NAT.PortMapping``. ``external_last`` equals ``external_port`` but for a range.

    ``id`` is the box's own. ``lease``: seconds until it goes by itself (None: stays). ``valid``: False where the box
    itself says that it cannot work. ``origin``: "user", "upnp", …
    """

    external_port: int
    internal_port: int
    internal_client: str
    protocol: Protocol
    enable: bool = True
    external_last: int | None = None
    remote_host: str | None = None
    description: str | None = None
    lease: Seconds | None = None
    origin: str | None = None
    valid: bool | None = None
    id: str | None = None

    @property
    def last(self) -> int:
        """The last external port."""
        return self.external_last if self.external_last is not None else self.external_port
