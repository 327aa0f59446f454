"""Words of the radio: bands, channels, rates, security, and why a figure is not there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """Why a figure is missing. A missing figure is never zero and never evidence.

    ``NOT_OFFERED``: this system or this driver does not give it. ``NO_CONSENT``: the system asks the subscriber for
    leave to know the place first (Windows 11 24H2, macOS 14). ``NO_RIGHT``: only root may read it. ``NOT_JOINED``:
    without an association there is none. ``IMPLAUSIBLE``: a driver said something that cannot be (46 Gbit/s).
    ``STALE``: what is there is of another moment. ``UNREADABLE``: it is there, and not in a form we know.
    """

    NOT_OFFERED = "not_offered"
    NO_CONSENT = "no_consent"
    NO_RIGHT = "no_right"
    NOT_JOINED = "not_joined"
    IMPLAUSIBLE = "implausible"
    STALE = "stale"
    UNREADABLE = "unreadable"


class WifiAccess(StrEnum):
    """How far the system lets itself be asked. ``DENIED`` (no leave, not even for the signal) is not ``NO_ADAPTER``.

    ``NAMELESS``: signal and channel are told, but not which network it is (macOS without location consent).
    """

    TOLD = "told"
    NAMELESS = "nameless"
    DENIED = "denied"
    NO_ADAPTER = "no_adapter"
    NO_SERVICE = "no_service"
    UNREADABLE = "unreadable"


class RadioState(StrEnum):
    """``SOFT_OFF`` by a program or airplane mode, ``HARD_OFF`` by the computer's switch, ``DISABLED`` the adapter."""

    ON = "on"
    SOFT_OFF = "soft_off"
    HARD_OFF = "hard_off"
    DISABLED = "disabled"
    UNKNOWN = "unknown"


class Band(StrEnum):
    """As the boxes and people call them, in GHz."""

    GHZ_24 = "2.4"
    GHZ_5 = "5"
    GHZ_6 = "6"


class Security(StrEnum):
    """How a network is closed. ``TRANSITION`` is WPA2 and WPA3 together; ``OWE`` encrypts without a password."""

    OPEN = "open"
    OWE = "owe"
    WEP = "wep"
    WPA = "wpa"
    WPA2 = "wpa2"
    TRANSITION = "wpa2_wpa3"
    WPA3 = "wpa3"
    ENTERPRISE = "enterprise"


@dataclass(frozen=True, slots=True)
class Channel:
    """``number`` is the primary channel, ``mhz`` its centre. ``width_mhz`` 20 to 320, ``centre_mhz`` of all of it.

    None where the source does not tell (Windows tells no width, a scan by name no centre).
    """

    number: int
    band: Band
    mhz: int
    width_mhz: int | None = None
    centre_mhz: int | None = None

    @property
    def spans(self) -> tuple[float, float]:
        """Lowest and highest MHz it occupies; 20 MHz about its primary where the width is not told."""
        half = (self.width_mhz or 20) / 2
        centre = self.centre_mhz or self.mhz
        return centre - half, centre + half


@dataclass(frozen=True, slots=True)
class Rate:
    """One direction of the link. ``kbit_s`` is the PHY's rate: of it about 55 % arrives as data (TCP).

    ``generation`` 4 to 7 as the Wi-Fi Alliance counts; None for older ones or where it is not told.
    """

    kbit_s: int
    mcs: int | None = None
    streams: int | None = None
    width_mhz: int | None = None
    generation: int | None = None
    short_gi: bool | None = None
