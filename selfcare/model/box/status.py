"""Everything a box says of itself at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from selfcare.model.box.absent import Absent
from selfcare.model.box.device import DeviceInfo, Restart
from selfcare.model.box.home import EthernetPort, Phone, TvDecoder
from selfcare.model.box.line import CellularInterface, DslLine, LineEvent, OpticalInterface, WanStatus, WanTraffic


@dataclass(frozen=True, slots=True)
class BoxStatus:
    """A reading, or why there is none. ``taken`` by this PC's clock.

    ``paired``: read with the subscriber's login. ``adds`` names (``Capability`` values) what pairing would add.
    """

    taken: datetime
    device: DeviceInfo
    paired: bool
    wan: WanStatus | Absent
    traffic: WanTraffic | Absent
    dsl: DslLine | Absent
    optical: OpticalInterface | Absent
    cellular: CellularInterface | Absent
    ports: tuple[EthernetPort, ...] | Absent
    tv: tuple[TvDecoder, ...] | Absent
    phone: tuple[Phone, ...] | Absent
    events: tuple[LineEvent, ...] | Absent
    restarts: tuple[Restart, ...] | Absent
    adds: tuple[str, ...] = ()
