"""What a subscriber may want changed on the box. Each says the whole state wanted, so that it can be read back."""

from __future__ import annotations

from dataclasses import dataclass

from selfcare.model.box.home import Reservation
from selfcare.model.box.settings import GuestNetwork, ParentalSchedule, PortMapping, WifiRadio, WifiSsid


@dataclass(frozen=True, slots=True)
class WifiWish:
    """``None`` and empty: leave as it is. Radios and networks by the ``id`` the box gave, fields of them likewise."""

    enable: bool | None = None
    radios: tuple[WifiRadio, ...] = ()
    ssids: tuple[WifiSsid, ...] = ()


@dataclass(frozen=True, slots=True)
class GuestWish:
    """``remaining``: for how long."""

    guest: GuestNetwork


@dataclass(frozen=True, slots=True)
class ParentalWish:
    """One device or person; an empty schedule (planned, no slots) takes it away."""

    schedule: ParentalSchedule


@dataclass(frozen=True, slots=True)
class ForwardWish:
    """``remove``: the mapping shall go."""

    mapping: PortMapping
    remove: bool = False


@dataclass(frozen=True, slots=True)
class ReservationWish:
    """``remove``: the reservation of this machine shall go."""

    reservation: Reservation
    remove: bool = False


@dataclass(frozen=True, slots=True)
class RebootWish:
    """The one that cannot be undone; it is proved by the box coming back with a smaller ``up_time``."""


Wish = WifiWish | GuestWish | ParentalWish | ForwardWish | ReservationWish | RebootWish
