"""One look at the Wi-Fi of this PC. Whatever the system does not tell is None, and ``missing`` says why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from selfcare.model.wifi.radio import Band, Channel, RadioState, Rate, Security, Why, WifiAccess
from selfcare.model.wifi.story import WifiEvent


@dataclass(frozen=True, slots=True)
class BssLoad:
    """What an access point says of itself (802.11 element 11). ``use``: share of time the channel is busy, 0 to 1."""

    stations: int
    use: float


@dataclass(frozen=True, slots=True)
class Bss:
    """One access point in sight. ``ssid`` None: it hides its name, or the system does. ``age_s``: since it was heard.

    ``rssi_dbm`` -100 to -1. ``generation`` 4 to 7 (what it offers), ``load`` None where it announces none.
    """

    bssid: str
    ssid: str | None
    channel: Channel | None
    rssi_dbm: float | None
    age_s: float | None = None
    generation: int | None = None
    security: Security | None = None
    load: BssLoad | None = None
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """The association. Counters count since it began: packets sent, sent again, given up, beacons missed.

    ``rssi_dbm`` is of the last frames, ``rssi_average_dbm`` the driver's running mean (beacons where it has that).
    ``noise_dbm`` is the channel's floor; ``connected_s`` the age of the association; ``busy_share`` the share of time
    (0 to 1) the adapter found its channel busy. ``missing`` names each field that is None and why.
    """

    ssid: str | None
    bssid: str | None
    channel: Channel | None
    rssi_dbm: float | None
    rssi_average_dbm: float | None = None
    noise_dbm: float | None = None
    tx: Rate | None = None
    rx: Rate | None = None
    generation: int | None = None
    security: Security | None = None
    connected_s: float | None = None
    tx_packets: int | None = None
    tx_retries: int | None = None
    tx_failed: int | None = None
    beacons_lost: int | None = None
    busy_share: float | None = None
    power_save: bool | None = None
    missing: Mapping[str, Why] = field(default_factory=dict)

    @property
    def snr_db(self) -> float | None:
        """Signal over noise in dB; None unless both are told."""
        return None if self.rssi_dbm is None or self.noise_dbm is None else self.rssi_dbm - self.noise_dbm


@dataclass(frozen=True, slots=True)
class Radio:
    """The adapter. ``bands`` and ``generation`` are what it can do (4 to 7), ``streams`` its antennas' worth.

    ``country`` is the regulatory domain in force, two letters ("00": the world's lowest common one).
    """

    interface: str
    state: RadioState
    bands: frozenset[Band] = frozenset()
    generation: int | None = None
    streams: int | None = None
    width_mhz: int | None = None
    country: str | None = None
    driver: str | None = None


@dataclass(frozen=True, slots=True)
class WifiReading:
    """``taken_s`` is the monotonic second it was begun, so that nobody takes an old one for the present.

    ``link`` None: in no network. ``joining``: an attempt is under way. ``neighbours`` come from what the system last
    heard (``scan_age_s`` ago): a reading never starts a scan. ``known_names``: saved networks of this PC, where told.
    ``by_cable``: whether the PC's way out goes by a cable beside it; None where nobody was asked, or nobody knows.
    """

    access: WifiAccess
    taken_s: float
    radio: Radio | None = None
    link: Link | None = None
    joining: bool = False
    neighbours: tuple[Bss, ...] = ()
    scan_age_s: float | None = None
    events: tuple[WifiEvent, ...] = ()
    known_names: tuple[str, ...] | None = None
    missing: Mapping[str, Why] = field(default_factory=dict)
    source: str = ""
    by_cable: bool | None = None
