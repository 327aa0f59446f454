"""A walk through the home that goes on: whose room each moment is, and what is kept of it at the end."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from selfcare.app.wifi.compare import Change, compare, earlier, effect
from selfcare.app.wifi.live import closing
from selfcare.app.wifi.rooms import ROOMS_MOST, Measured, placed, room_name, same, summed
from selfcare.cases.walks import KIND, Walks
from selfcare.ground.errors import SelfcareError
from selfcare.model.wifi import LivePoint, Place, Room, WalkRecord

PERIOD_S = 0.5
Note = Callable[[str, str, dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class WalkParts:
    """``live`` makes the moments; ``note`` writes into the history; ``now``: Unix seconds; ``over``: it has ended."""

    live: Callable[[float], AsyncIterator[LivePoint]]
    walks: Walks
    note: Note
    now: Callable[[], float]
    over: Callable[[], None]


class Walk:
    """``ports.WalkSession``. Moments count while somebody iterates :meth:`points`."""

    def __init__(self, parts: WalkParts) -> None:
        self._parts, self._begun = parts, parts.now()
        self._id = f"walk-{secrets.token_hex(6)}"
        self._rooms: list[Measured] = []
        self._here: Measured | None = None
        self._ssid: str | None = None
        self._bssid: str | None = None
        self._joined: bool | None = None
        self._roams = self._drops = 0
        self._ended = self._abandoned = False
        self._kept: WalkRecord | None = None

    async def points(self) -> AsyncIterator[LivePoint]:
        """Every moment from now on; they end with the walk."""
        async with closing(self._parts.live(PERIOD_S)) as moments:
            async for point in moments:
                if self._ended:
                    return
                self._take(point)
                yield point

    def enter(self, room: str, x: int | None = None, y: int | None = None, floor: int = 0) -> None:
        """From now on the moments belong to this room; a room that was there goes on."""
        name = room_name(room)
        found = next((one for one in self._rooms if same(one.name, name)), None)
        if found is None and len(self._rooms) >= ROOMS_MOST:
            raise SelfcareError("walk_rooms", most=ROOMS_MOST)
        if found is None or (x is not None and y is not None):
            others = [one.tile for one in self._rooms if one is not found]
            tile = placed(x, y, floor, others)
            if found is None:
                found = Measured(name, tile)
                self._rooms.append(found)
            found.tile = tile
        self._here = found

    def leave(self) -> None:
        """Between two rooms."""
        self._here = None

    def so_far(self) -> WalkRecord:
        """The rooms until now, also those in which nothing was measured yet."""
        return self._record(None, [summed(room) for room in self._rooms])

    async def finish(self, box_room: str | None = None) -> WalkRecord:
        """Ends it and keeps it. What the disk refuses is raised, and may be tried again.

        Raises:
            SelfcareError: ``disk_full``, ``folder_read_only``, ``write_failed``; ``walk_room_name`` for the box's room.
        """
        if self._kept is not None:
            return self._kept
        box = room_name(box_room) if box_room else None
        measured = [one for one in map(summed, self._rooms) if one.samples]
        record = self._record(box, measured)
        self._end()
        if measured and not self._abandoned:
            await asyncio.to_thread(self._keep, record)
        self._kept = record
        return record

    async def abandon(self) -> None:
        """Ends it; nothing is kept."""
        self._abandoned = not self._ended or self._abandoned
        self._end()

    def _end(self) -> None:
        if not self._ended:
            self._ended, self._here = True, None
            self._parts.over()

    def _record(self, box_room: str | None, rooms: list[Room]) -> WalkRecord:
        now = max(self._parts.now(), self._begun)
        return WalkRecord(self._id, self._begun, now, tuple(rooms), self._ssid, self._roams, self._drops, box_room)

    def _take(self, point: LivePoint) -> None:
        if point.stale:
            return
        link = point.link
        if self._joined and link is None:
            self._drops += 1
        self._joined = link is not None
        if link is None:
            self._bssid = None  # whatever comes after a drop was joined anew, not changed to
        elif link.bssid is not None:
            self._roams += self._bssid is not None and link.bssid != self._bssid
            self._bssid = link.bssid
        if link is not None and self._ssid is None:
            self._ssid = link.ssid
        if self._here is not None:
            self._here.points.append(point)

    def _keep(self, record: WalkRecord) -> None:
        before = earlier(self._parts.walks.all(), record)
        self._parts.walks.keep(record)
        self._parts.note(KIND, record.id, noted(record, before))


def noted(record: WalkRecord, before: WalkRecord | None) -> dict[str, Any]:
    """What the history keeps of it: how many of which grade, and what moving the box did. Nobody's names."""
    grades = {grade.value: n for grade in Place if (n := sum(room.grade is grade for room in record.rooms))}
    data: dict[str, Any] = {"rooms": len(record.rooms), "grades": grades, "roams": record.roams, "drops": record.drops}
    if before is None:
        return data
    changes = compare(before, record)
    for kind in (Change.BETTER, Change.WORSE, Change.SAME):
        data[kind.value] = sum(one.change is kind for one in changes)
    data["before"], data["effect"] = before.id, effect(changes).value
    if before.box_room is not None and record.box_room is not None:
        data["moved"] = not same(before.box_room, record.box_room)
    return data
