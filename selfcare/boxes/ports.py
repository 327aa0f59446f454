"""What a driver may offer, one small protocol per capability: a driver has those that its family has.

Every method may raise :class:`BoxError` and nothing else that is the box's doing; ``None`` or ``Absent`` in a result
is "this box cannot tell". A reader never changes anything. A writer sets what it is told and nothing more; it does not
read back: the use case does (``selfcare.app.boxes``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from selfcare.model.box import (
    Absent,
    Capability,
    CellularInterface,
    DeviceInfo,
    DhcpServer,
    DslLine,
    EthernetPort,
    GuestNetwork,
    HomeHost,
    LineEvent,
    OpticalInterface,
    ParentalControl,
    ParentalSchedule,
    Phone,
    PortMapping,
    Reservation,
    Restart,
    TvDecoder,
    WanStatus,
    WanTraffic,
    WifiRadio,
    WifiSettings,
    WifiSsid,
)


@runtime_checkable
class ReadsDevice(Protocol):
    """Identity: the one thing every driver has, without login wherever the family allows it."""

    async def device(self) -> DeviceInfo: ...


@runtime_checkable
class ReadsWan(Protocol):
    """The session with the operator."""

    async def wan(self) -> WanStatus | Absent: ...


@runtime_checkable
class ReadsWanTraffic(Protocol):
    """What goes through the line: counters, rates of the moment."""

    async def wan_traffic(self) -> WanTraffic | Absent: ...


@runtime_checkable
class ReadsDsl(Protocol):
    """``Absent(OTHER_LINE)`` on a box whose line is not DSL."""

    async def dsl(self) -> DslLine | Absent: ...


@runtime_checkable
class ReadsOptical(Protocol):
    """``Absent(OTHER_LINE)`` on DSL; ``Absent(CANNOT)`` where the optical terminal is another device."""

    async def optical(self) -> OpticalInterface | Absent: ...


@runtime_checkable
class ReadsCellular(Protocol):
    """4G/5G, main or backup."""

    async def cellular(self) -> CellularInterface | Absent: ...


@runtime_checkable
class ReadsLineEvents(Protocol):
    """Ups and downs, newest first."""

    async def line_events(self) -> tuple[LineEvent, ...] | Absent: ...


@runtime_checkable
class ReadsRestarts(Protocol):
    """Starts of the box, newest first."""

    async def restarts(self) -> tuple[Restart, ...] | Absent: ...


@runtime_checkable
class ReadsWifi(Protocol):
    """Radios and networks."""

    async def wifi(self) -> WifiSettings | Absent: ...


@runtime_checkable
class ReadsGuest(Protocol):
    """The network for guests."""

    async def guest(self) -> GuestNetwork | Absent: ...


@runtime_checkable
class ReadsParental(Protocol):
    """Who may when."""

    async def parental(self) -> ParentalControl | Absent: ...


@runtime_checkable
class ReadsForwards(Protocol):
    """Ports opened from outside, by the subscriber and by programs (UPnP)."""

    async def forwards(self) -> tuple[PortMapping, ...] | Absent: ...


@runtime_checkable
class ReadsDhcp(Protocol):
    """The box's DHCP server and its reservations."""

    async def dhcp(self) -> DhcpServer | Absent: ...


@runtime_checkable
class ReadsHosts(Protocol):
    """The machines the box knows."""

    async def hosts(self) -> tuple[HomeHost, ...] | Absent: ...


@runtime_checkable
class ReadsPorts(Protocol):
    """The sockets of the box."""

    async def ports(self) -> tuple[EthernetPort, ...] | Absent: ...


@runtime_checkable
class ReadsTv(Protocol):
    """Decoders."""

    async def tv(self) -> tuple[TvDecoder, ...] | Absent: ...


@runtime_checkable
class ReadsPhone(Protocol):
    """Telephone lines."""

    async def phone(self) -> tuple[Phone, ...] | Absent: ...


@runtime_checkable
class WritesWifi(Protocol):
    """``None`` in a field means: leave it. Networks and radios are named by the ``id`` that ``wifi()`` gave."""

    async def set_wifi_enable(self, enable: bool) -> None: ...

    async def set_radio(self, radio: WifiRadio) -> None: ...

    async def set_ssid(self, ssid: WifiSsid) -> None: ...


@runtime_checkable
class WritesGuest(Protocol):
    """``None`` in a field means: leave it. ``remaining`` is the time asked for (None: no end)."""

    async def set_guest(self, guest: GuestNetwork) -> None: ...


@runtime_checkable
class WritesParental(Protocol):
    """Sets one device's (or one person's) schedule whole. An empty schedule (planned, no slots) takes it away."""

    async def set_parental(self, schedule: ParentalSchedule) -> None: ...


@runtime_checkable
class WritesForwards(Protocol):
    """``put_forward`` makes a rule or sets the one with this ``id``; ``delete_forward`` takes one away."""

    async def put_forward(self, mapping: PortMapping) -> None: ...

    async def delete_forward(self, mapping: PortMapping) -> None: ...


@runtime_checkable
class WritesReservations(Protocol):
    """One reservation per machine."""

    async def put_reservation(self, reservation: Reservation) -> None: ...

    async def delete_reservation(self, phys_address: str) -> None: ...


@runtime_checkable
class Reboots(Protocol):
    """Returns when the box has taken the order, not when it is back."""

    async def reboot(self) -> None: ...


PORTS: Mapping[Capability, type] = {
    Capability.DEVICE: ReadsDevice,
    Capability.WAN: ReadsWan,
    Capability.WAN_TRAFFIC: ReadsWanTraffic,
    Capability.DSL: ReadsDsl,
    Capability.OPTICAL: ReadsOptical,
    Capability.CELLULAR: ReadsCellular,
    Capability.LINE_EVENTS: ReadsLineEvents,
    Capability.RESTARTS: ReadsRestarts,
    Capability.WIFI: ReadsWifi,
    Capability.GUEST: ReadsGuest,
    Capability.PARENTAL: ReadsParental,
    Capability.FORWARDS: ReadsForwards,
    Capability.DHCP: ReadsDhcp,
    Capability.HOSTS: ReadsHosts,
    Capability.PORTS: ReadsPorts,
    Capability.TV: ReadsTv,
    Capability.PHONE: ReadsPhone,
    Capability.SET_WIFI: WritesWifi,
    Capability.SET_GUEST: WritesGuest,
    Capability.SET_PARENTAL: WritesParental,
    Capability.SET_FORWARDS: WritesForwards,
    Capability.SET_RESERVATIONS: WritesReservations,
    Capability.REBOOT: Reboots,
}
