"""The plan of the home: rooms as tiles on floors, and how one of them is moved. Pure; no Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace

from selfcare.model.wifi import Room
from ui.wifi_jobs import Spot

COLUMNS, ROWS = 6, 6
LOWEST, HIGHEST = -2, 5
"""Floors, from the second cellar to the fifth above the ground."""


@dataclass(frozen=True, slots=True)
class Floor:
    """One level: its rooms, and how many tiles it is wide and high."""

    level: int
    rooms: tuple[Room, ...]
    columns: int
    rows: int


def floors(rooms: tuple[Room, ...], room_to_move: bool = False) -> tuple[Floor, ...]:
    """From the top of the house down. ``room_to_move``: a free column and row remain, to put something there."""
    levels = sorted({room.floor for room in rooms}, reverse=True)
    spare = 1 if room_to_move else 0
    columns = max((room.x for room in rooms), default=0) + 1 + spare
    columns = max(4 if room_to_move else 2, min(COLUMNS, columns), columns - spare)
    made = []
    for level in levels:
        here = tuple(room for room in rooms if room.floor == level)
        high = max(room.y for room in here) + 1
        made.append(Floor(level, here, columns, max(high, min(ROWS, high + spare))))
    return tuple(made)


def moved(rooms: tuple[Room, ...], name: str, dx: int = 0, dy: int = 0, up: int = 0) -> tuple[Spot, ...]:
    """Where rooms have to be put so that this one goes a step; the room that stands there changes places with it.

    Nothing where it would leave the plan.
    """
    room = next((one for one in rooms if one.name == name), None)
    if room is None:
        return ()
    return placed(rooms, name, room.x + dx, room.y + dy, room.floor + up)


def placed(rooms: tuple[Room, ...], name: str, x: int, y: int, floor: int) -> tuple[Spot, ...]:
    """The same, to a place."""
    room = next((one for one in rooms if one.name == name), None)
    on_plan = 0 <= x < COLUMNS and 0 <= y < ROWS and LOWEST <= floor <= HIGHEST
    if room is None or not on_plan or (room.x, room.y, room.floor) == (x, y, floor):
        return ()
    spots = [Spot(name, x, y, floor)]
    there = next((one for one in rooms if (one.x, one.y, one.floor) == (x, y, floor)), None)
    if there is not None:
        spots.append(Spot(there.name, room.x, room.y, room.floor))
    return tuple(spots)


def apply(rooms: tuple[Room, ...], spots: tuple[Spot, ...]) -> tuple[Room, ...]:
    """The rooms as they will be: shown at once, before the engine says the same."""
    new = {spot.room: spot for spot in spots}
    return tuple(
        replace(room, x=spot.x or 0, y=spot.y or 0, floor=spot.floor)
        if (spot := new.get(room.name)) is not None
        else room
        for room in rooms
    )


def distance(one: Room, other: Room) -> float:
    """In tiles; a ceiling counts as two walls."""
    return abs(one.x - other.x) + abs(one.y - other.y) + 2.0 * abs(one.floor - other.floor)
