"""What a walk adds up to: the moments of each room as figures and a word, and where it stands on the plan. Pure."""

from __future__ import annotations

import unicodedata
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from selfcare.diagnosis import places
from selfcare.ground.errors import SelfcareError
from selfcare.model.middle import median
from selfcare.model.wifi import LivePoint, Place, Room

T = TypeVar("T")

NAME_MOST = 40
ROOMS_MOST = 40
SAMPLES_MOST = 1200
"""Of a room: ten minutes of two a second. Whoever stays longer has the last ten minutes."""
SAMPLES_FEW = 3
"""Fewer moments than that give no word: somebody walked through."""
COLUMNS = 4
"""Of the plan as it grows by itself; by hand a room may stand anywhere within ``SIDE``."""
SIDE = 24
FLOORS = (-5, 20)


@dataclass(frozen=True, slots=True)
class Tile:
    """A place on the plan."""

    x: int
    y: int
    floor: int


@dataclass
class Measured:
    """A room while it is measured. ``before``: what it was before the walk was cut off, until it is measured anew."""

    name: str
    tile: Tile
    before: Room | None = None
    points: deque[LivePoint] = field(default_factory=lambda: deque(maxlen=SAMPLES_MOST))


def room_name(text: str) -> str:
    """As it is kept: printable, in one line.

    Raises:
        SelfcareError: ``walk_room_name``.
    """
    spaced = "".join(" " if unicodedata.category(one)[0] in "CZ" else one for one in text)
    name = " ".join(spaced.split())
    if not name or len(name) > NAME_MOST:
        raise SelfcareError("walk_room_name", most=NAME_MOST)
    return name


def same(one: str, other: str) -> bool:
    """Whether two names mean the same room."""
    return one.casefold() == other.casefold()


def placed(x: int | None, y: int | None, floor: int, taken: Iterable[Tile]) -> Tile:
    """Where it was put, if nothing stands there; else the next free tile of that floor, row by row."""
    occupied = set(taken)
    floor = min(max(floor, FLOORS[0]), FLOORS[1])
    if x is not None and y is not None:
        wished = Tile(min(max(x, 0), SIDE - 1), min(max(y, 0), SIDE - 1), floor)
        if wished not in occupied:
            return wished
    every = (Tile(n % COLUMNS, n // COLUMNS, floor) for n in range(COLUMNS * SIDE))
    return next(tile for tile in every if tile not in occupied)


def summed(room: Measured) -> Room:
    """Its figures. A moment the system was silent in counts for nothing."""
    points = [point for point in room.points if not point.stale]
    if room.before is not None and len(points) < SAMPLES_FEW:
        return replace(room.before, x=room.tile.x, y=room.tile.y, floor=room.tile.floor)
    links = [point.link for point in points if point.link is not None]
    dbm = [v for one in links if (v := one.rssi_dbm if one.rssi_dbm is not None else one.rssi_average_dbm) is not None]
    rtts = sorted(point.rtt_ms for point in points if point.rtt_ms is not None)
    lost = sum(point.lost for point in points)
    asked = len(rtts) + lost
    rssi, rtt, p90 = _median(dbm), _median(rtts), _p90(rtts)
    loss = 100.0 * lost / asked if asked else None
    enough = len(points) >= SAMPLES_FEW
    rates = [one.tx.kbit_s for one in links if one.tx is not None]
    return Room(
        room.name, len(points), places.room(rssi, rtt, p90, loss, asked) if enough else Place.UNKNOWN,
        _rounded(rssi), _rounded(min(dbm, default=None)), _rounded(rtt, 2), _rounded(p90, 2), _rounded(loss),
        _most([one.channel.band for one in links if one.channel is not None]),
        _most([one.bssid for one in links if one.bssid is not None]),
        int(median(rates)) if rates else None, room.tile.x, room.tile.y, room.tile.floor,
    )  # fmt: skip


def _median(values: Sequence[float]) -> float | None:
    return median(values) if values else None


def _p90(ordered: Sequence[float]) -> float | None:
    """The nearest rank: the smallest value that nine of ten do not exceed."""
    return ordered[-(-9 * len(ordered) // 10) - 1] if ordered else None


def _rounded(value: float | None, digits: int = 1) -> float | None:
    return None if value is None else round(value, digits)


def _most(values: Sequence[T]) -> T | None:
    return max(dict.fromkeys(values), key=values.count) if values else None
