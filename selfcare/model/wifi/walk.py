"""A walk through the home: the signal and the way to the box, moment by moment, and the rooms it was like that in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from selfcare.model.wifi.radio import Band
from selfcare.model.wifi.reading import Link


class Place(StrEnum):
    """How good it is to be here, in a word. ``UNKNOWN``: too little was measured."""

    GOOD = "good"
    FAIR = "fair"
    WEAK = "weak"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LivePoint:
    """One moment. ``at_s`` monotonic seconds of the reading. ``link`` None: in no network at this moment.

    ``rtt_ms``: one round trip to the box, None with ``lost`` False: nothing was asked. ``grade`` of this moment alone.
    ``stale``: the system did not answer in time; ``link`` is then None too: the last one is never shown as current.
    """

    at_s: float
    link: Link | None
    rtt_ms: float | None = None
    lost: bool = False
    grade: Place = Place.UNKNOWN
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """Where somebody stood. Figures of the ``samples`` moments: medians, the 90th percentile of the round trips in ms.

    ``loss_pct`` of the questions to the box. ``x``, ``y``: its place on the plan in tiles, ``floor`` 0 for the ground.
    """

    name: str
    samples: int
    grade: Place
    rssi_dbm: float | None = None
    rssi_low_dbm: float | None = None
    rtt_ms: float | None = None
    rtt_p90_ms: float | None = None
    loss_pct: float | None = None
    band: Band | None = None
    bssid: str | None = None
    tx_kbit_s: int | None = None
    x: int = 0
    y: int = 0
    floor: int = 0


@dataclass(frozen=True, slots=True)
class WalkRecord:
    """A walk that is over. ``begun``, ``ended``: Unix seconds. ``roams``: changes of access point on the way.

    ``ssid`` None: not told. ``box_room``: the room the box stands in, where the subscriber said so.
    """

    id: str
    begun: float
    ended: float
    rooms: tuple[Room, ...]
    ssid: str | None = None
    roams: int = 0
    drops: int = 0
    box_room: str | None = None
