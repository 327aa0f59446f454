"""One model for all boxes, named after TR-181 (Broadband Forum, Device:2). Standard library only.

Every field may be ``None``: this box, this firmware or this line does not tell. ``None`` is never 0, and
:class:`Absent` says why a whole reading is not there. Serial numbers, addresses, names of networks and keys identify
somebody: they stay in these objects and are redacted before anything leaves the PC.
"""

from selfcare.model.box.absent import Absent, Why
from selfcare.model.box.capability import Capability, Support
from selfcare.model.box.device import BoxFamily, DeviceInfo, Mode, Restart
from selfcare.model.box.home import (
    ActivityState,
    DhcpServer,
    EthernetPort,
    HomeHost,
    HostLayer,
    Phone,
    Reservation,
    TvDecoder,
)
from selfcare.model.box.line import (
    AccessMedium,
    CellularInterface,
    ConnectionStatus,
    DslDirection,
    DslLine,
    LineEvent,
    LinkStatus,
    OnuState,
    OpticalInterface,
    PortRange,
    WanStatus,
    WanTraffic,
)
from selfcare.model.box.settings import (
    GuestNetwork,
    ParentalControl,
    ParentalRule,
    ParentalSchedule,
    ParentalSlot,
    PortMapping,
    Protocol,
    Security,
    WifiBand,
    WifiRadio,
    WifiSettings,
    WifiSsid,
)
from selfcare.model.box.status import BoxStatus
from selfcare.model.box.wish import (
    ForwardWish,
    GuestWish,
    ParentalWish,
    RebootWish,
    ReservationWish,
    WifiWish,
    Wish,
)

__all__ = [
    "Absent",
    "AccessMedium",
    "ActivityState",
    "BoxFamily",
    "BoxStatus",
    "Capability",
    "CellularInterface",
    "ConnectionStatus",
    "DeviceInfo",
    "DhcpServer",
    "DslDirection",
    "DslLine",
    "EthernetPort",
    "ForwardWish",
    "GuestNetwork",
    "GuestWish",
    "HomeHost",
    "HostLayer",
    "LineEvent",
    "LinkStatus",
    "Mode",
    "OnuState",
    "OpticalInterface",
    "ParentalControl",
    "ParentalRule",
    "ParentalSchedule",
    "ParentalSlot",
    "ParentalWish",
    "Phone",
    "PortMapping",
    "PortRange",
    "Protocol",
    "RebootWish",
    "Reservation",
    "ReservationWish",
    "Restart",
    "Security",
    "Support",
    "TvDecoder",
    "WanStatus",
    "WanTraffic",
    "Why",
    "WifiBand",
    "WifiRadio",
    "WifiSettings",
    "WifiSsid",
    "WifiWish",
    "Wish",
]
