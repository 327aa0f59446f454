"""What the use cases of the Wi-Fi need from the system, and what front ends ask of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from selfcare.model.wifi import LivePoint, Scan, ScanOutcome, Security, WalkRecord, WifiReading
from selfcare.model.wifi.radios import Radios

__all__ = [
    "Channels", "Knock", "MakeDesk", "Pass", "PassRefused", "Radios", "Scan", "ScanOutcome", "WalkSession", "WifiDesk",
]  # fmt: skip


class Knock(Protocol):
    """One round trip to the home's box: milliseconds, None when lost. Raises LookupError without a box to ask."""

    async def __call__(self) -> float | None:
        """Asks once; gives up after a second."""
        ...


@dataclass(frozen=True, slots=True)
class Channels:
    """A band's advice: the channel in use and the emptiest one, with what each would share. ``better`` None: stay.

    ``shares``: for each channel that may be used, how much of the air others take there, 0 (free) upwards.
    """

    band: str
    now: int | None
    better: int | None
    width_mhz: int | None
    better_width_mhz: int | None
    shares: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Pass:
    """What another device needs to join: the text of a Wi-Fi's QR code (``WIFI:T:…;``). Holds a key: never logged."""

    ssid: str
    security: Security | None
    text: str = field(repr=False)


class PassRefused(StrEnum):
    """Why there is no QR code. ``TYPE_IT``: the system keeps the key, the subscriber may type it."""

    NOT_JOINED = "not_joined"
    NAMELESS = "nameless"
    TYPE_IT = "type_it"
    ENTERPRISE = "enterprise"
    WRONG_KEY = "wrong_key"


class WalkSession(Protocol):
    """A walk that goes on. ``enter`` begins a room (again: goes on with it), ``leave`` ends it without a next one."""

    def points(self) -> AsyncIterator[LivePoint]:
        """Every moment from now on, about two a second."""
        ...

    def enter(self, room: str, x: int | None = None, y: int | None = None, floor: int = 0) -> None:
        """From now on the moments belong to this room. Without a place it gets the next free tile.

        Raises:
            SelfcareError: ``walk_room_name`` (empty or over 40 characters), ``walk_rooms`` (more than 40).
        """
        ...

    def leave(self) -> None:
        """Between two rooms."""
        ...

    def so_far(self) -> WalkRecord:
        """The rooms with their grades until now."""
        ...

    async def finish(self, box_room: str | None = None) -> WalkRecord:
        """Ends it and keeps it (case and report find it). Without a room nothing is kept."""
        ...

    async def abandon(self) -> None:
        """Ends it; nothing is kept."""
        ...


class WifiDesk(Protocol):
    """What the window and the command line ask. Made for one event loop; ``close`` when it is hidden or done."""

    async def read(self) -> WifiReading:
        """One look."""
        ...

    def live(self, period_s: float = 1.0, knock: bool = True) -> AsyncIterator[LivePoint]:
        """A moment every ``period_s`` until the iterator is closed; nothing runs when nobody iterates."""
        ...

    async def scan(self) -> Scan:
        """Searches for networks, because somebody asked for it."""
        ...

    def channels(self, reading: WifiReading) -> tuple[Channels, ...]:
        """Advice per band from what is in sight; pure."""
        ...

    def walk(self, before: WalkRecord | None = None) -> WalkSession:
        """Begins a walk, or goes on with ``before``. One at a time: SelfcareError ``walk_running``.

        Finished at once, ``before`` is kept as it is.
        """
        ...

    def unfinished(self) -> WalkRecord | None:
        """A walk that a kill or a power cut ended: to go on with, or to keep as it is."""
        ...

    def walks(self) -> tuple[WalkRecord, ...]:
        """Kept walks, newest first."""
        ...

    def forget_walk(self, walk: str) -> bool:
        """Deletes one; False where there is none of that name."""
        ...

    async def share(self, key: str | None = None) -> Pass | PassRefused:
        """For a QR code of the network this PC is in; ``key`` as typed where the system keeps it."""
        ...

    async def close(self) -> None:
        """Gives everything back."""
        ...


MakeDesk = Callable[[], WifiDesk]
