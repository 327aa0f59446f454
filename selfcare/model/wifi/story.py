"""What happened to the Wi-Fi: joined, roamed, thrown out, refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EventKind(StrEnum):
    """``REFUSED``: a try to join failed (key, handshake, full, not allowed). ``DROPPED``: an association ended.

    ``SWITCHED``: the access point moved to another channel; ``RADAR``: it had to. ``LOST``: its beacons stopped.
    """

    JOINED = "joined"
    ROAMED = "roamed"
    DROPPED = "dropped"
    LOST = "lost"
    REFUSED = "refused"
    SWITCHED = "switched"
    RADAR = "radar"
    RADIO_OFF = "radio_off"
    RADIO_ON = "radio_on"


@dataclass(frozen=True, slots=True)
class WifiEvent:
    """``at``: Unix seconds. ``reason``: the 802.11 reason or status code (IEEE 802.11-2020 tables 9-49, 9-50).

    ``by_us``: this PC ended it (somebody chose another network, suspend), which is no drop. None: not told.
    ``key_refused``: the password or its handshake was what failed. ``channel``: the new one, of ``SWITCHED``.
    """

    kind: EventKind
    at: float
    bssid: str | None = None
    reason: int | None = None
    by_us: bool | None = None
    key_refused: bool | None = None
    channel: int | None = None
