"""What the window knows of the Wi-Fi, as frozen data: made in the engine, shown by the page. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from selfcare.app.wifi.ports import Channels, ScanOutcome
from selfcare.model.wifi import (
    Channel,
    LivePoint,
    Place,
    RadioState,
    Room,
    Security,
    WalkRecord,
    WifiAccess,
    WifiReading,
)

OURS = "ours"
"""``WifiView.trouble`` of a fault of this program's own."""
MOMENTS = 5
"""Moments of which the middle one is shown as a word: a single bad one does not change the sentence."""
OLD_S = 60.0
"""What was heard longer ago is no evidence of now."""
KEPT_S = 600.0
"""So long the advice of a search stays in sight, with its age: most systems tell none of what they heard by themselves,
and half a minute after the search there would be no advice any more."""
ORDER: tuple[Place, ...] = (Place.GOOD, Place.FAIR, Place.WEAK, Place.BAD)
"""Grades, the best first."""


class Share(StrEnum):
    """Where bringing another device in stands. ``TYPING``: the system keeps the key, so it is asked for."""

    CLOSED = "closed"
    ASKING = "asking"
    WAITING = "waiting"
    TYPING = "typing"
    SHOWN = "shown"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Picture:
    """A QR code, as modules. The key is in it and nowhere else; it is let go of when the picture is hidden."""

    ssid: str
    security: Security | None
    modules: tuple[tuple[bool, ...], ...]


@dataclass(frozen=True, slots=True)
class ShareState:
    """``why``: a ``PassRefused``. ``left_s``: seconds until the picture is hidden."""

    step: Share = Share.CLOSED
    picture: Picture | None = None
    why: str = ""
    left_s: int = 0


@dataclass(frozen=True, slots=True)
class Walking:
    """A walk that goes on. ``room``: where somebody stands, empty between two rooms.

    ``ending``: it is being kept, or with ``given_up`` put away.
    """

    rooms: tuple[Room, ...] = ()
    room: str = ""
    box_room: str = ""
    ending: bool = False
    given_up: bool = False


class Unkept(StrEnum):
    """Why nothing of the last walk is kept: somebody gave it up, or nothing was measured on it."""

    GIVEN_UP = "given_up"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class WifiView:
    """All of it at one moment.

    ``points``: the last moments, the newest last; empty while nobody looks. ``silent``: for some seconds no moment
    came, so none is shown as of now. ``old``: nobody looked for a while, and the first look since has not ended.
    ``heard_s``: the monotonic second of the search that ``channels`` compares, None: there was none. ``searched``: how
    the last search ended. ``trouble``: the last question's code.
    ``unfinished``: a walk that a kill or a power cut ended.
    """

    reading: WifiReading | None = None
    points: tuple[LivePoint, ...] = ()
    silent: bool = False
    old: bool = False
    channels: tuple[Channels, ...] = ()
    heard_s: float | None = None
    searching: bool = False
    searched: ScanOutcome | None = None
    walking: Walking | None = None
    walks: tuple[WalkRecord, ...] = ()
    unfinished: WalkRecord | None = None
    unkept: Unkept | None = None
    share: ShareState = ShareState()
    trouble: str = ""

    @property
    def keyless(self) -> bool:
        """Whether this PC's network is known to have no password."""
        link = self.reading.link if self.reading is not None else None
        return link is not None and link.security in (Security.OPEN, Security.OWE)

    @property
    def point(self) -> LivePoint | None:
        """This moment; None where none is current."""
        return self.points[-1] if self.points and not self.silent else None

    @property
    def told(self) -> bool:
        """Whether the link can be followed from moment to moment."""
        reading = self.reading
        if reading is None or reading.access not in (WifiAccess.TOLD, WifiAccess.NAMELESS):
            return False
        return reading.radio is None or reading.radio.state in (RadioState.ON, RadioState.UNKNOWN)

    @property
    def joined(self) -> bool:
        """Whether this PC is in a network now, as far as is known."""
        point = self.point
        if point is not None and not point.stale:
            return point.link is not None
        return self.told and self.reading is not None and self.reading.link is not None


def advised(
    view: WifiView, reading: WifiReading, told: tuple[Channels, ...]
) -> tuple[tuple[Channels, ...], float | None]:
    """The advice after another look, and the second it was heard in: a look without a search knows of no other channel.

    What a search told before stays for a while, unless this PC is elsewhere now.
    """
    if reading.scan_age_s is not None and reading.scan_age_s <= OLD_S:
        return told, reading.taken_s - reading.scan_age_s
    heard = view.heard_s
    if heard is None or reading.taken_s - heard > KEPT_S or _where(reading) != _where(view.reading):
        return (), None
    return view.channels, heard


def _where(reading: WifiReading | None) -> tuple[str | None, Channel | None] | None:
    link = reading.link if reading is not None else None
    return None if link is None else (link.bssid, link.channel)


def steady(points: tuple[LivePoint, ...], many: int = MOMENTS) -> Place:
    """The middle grade of the last moments: who reads a sentence does not want it to change every second."""
    grades = sorted((p.grade for p in points[-many:] if p.grade in ORDER), key=ORDER.index)
    return grades[len(grades) // 2] if grades else Place.UNKNOWN
