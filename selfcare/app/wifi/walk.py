"""A walk through the home that goes on: whose room each moment is, and what is kept of it at the end."""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from selfcare.app.wifi.compare import Change, compare, earlier, effect
from selfcare.app.wifi.live import closing
from selfcare.app.wifi.rooms import ROOMS_MOST, SAMPLES_FEW, Measured, Tile, placed, room_name, same, summed
from selfcare.cases.walk_draft import Draft
from selfcare.cases.walks import KIND, Walks
from selfcare.ground.errors import SelfcareError
from selfcare.model.wifi import LivePoint, Place, Room, WalkRecord

PERIOD_S = 0.5
SAVED_EVERY = 10
"""Moments in a room after which the walk is written down: a kill or a power cut loses five seconds."""
_log = logging.getLogger(__name__)
Note = Callable[[str, str, dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class WalkParts:
    """``live`` makes the moments; ``note`` writes into the history; ``now``: Unix seconds; ``over``: it has ended.

    ``draft``: where the walk is kept while it goes on.
    """

    live: Callable[[float], AsyncIterator[LivePoint]]
    walks: Walks
    note: Note
    now: Callable[[], float]
    over: Callable[[], None]
    draft: Draft | None = None


class Walk:
    """``ports.WalkSession``. Moments count while somebody iterates :meth:`points`."""

    def __init__(self, parts: WalkParts, before: WalkRecord | None = None) -> None:
        """``before``: one that was cut off, and goes on."""
        self._parts, self._before = parts, before
        self._id = before.id if before else f"walk-{secrets.token_hex(6)}"
        self._begun = before.begun if before else parts.now()
        self._rooms = [Measured(r.name, Tile(r.x, r.y, r.floor), r) for r in (before.rooms if before else ())]
        self._here: Measured | None = None
        self._ssid = before.ssid if before else None
        self._bssid: str | None = None
        self._joined: bool | None = None
        self._roams, self._drops = (before.roams, before.drops) if before else (0, 0)
        self._unsaved, self._saves, self._saved = 0, parts.draft is not None, before is not None
        self._writing = threading.Lock()
        self._ended = self._abandoned = False
        self._kept: WalkRecord | None = None

    async def points(self) -> AsyncIterator[LivePoint]:
        """Every moment from now on; they end with the walk."""
        async with closing(self._parts.live(PERIOD_S)) as moments:
            async for point in moments:
                if self._ended:
                    return
                self._take(point)
                if self._saves and self._due():
                    await asyncio.to_thread(self._save, self._record(None, self._measured()))
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
        measured = self._measured()
        record = self._record(box, measured)
        self._end()
        if measured and not self._abandoned:
            await asyncio.to_thread(self._keep, record)
        await asyncio.to_thread(self._drop)
        self._kept = record
        return record

    async def abandon(self) -> None:
        """Ends it; nothing is kept."""
        self._abandoned = not self._ended or self._abandoned
        self._end()
        self._drop()

    def _measured(self) -> list[Room]:
        return [one for one in map(summed, self._rooms) if one.samples]

    def _end(self) -> None:
        if not self._ended:
            self._ended, self._here = True, None
            self._parts.over()

    def _record(self, box_room: str | None, rooms: list[Room]) -> WalkRecord:
        # One that was cut off and is kept as it is ended then.
        ended = max(self._parts.now(), self._begun) if self._before is None else self._before.ended
        return WalkRecord(self._id, self._begun, ended, tuple(rooms), self._ssid, self._roams, self._drops, box_room)

    def _take(self, point: LivePoint) -> None:
        if point.stale:
            return
        self._before, link = None, point.link
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
            self._unsaved += 1

    def _due(self) -> bool:
        """Once a room can have a word, and then every few moments."""
        new = self._here is not None and len(self._here.points) == SAMPLES_FEW
        return self._unsaved > 0 and (new or self._unsaved >= SAVED_EVERY)

    def _save(self, record: WalkRecord) -> None:
        """A disk that does not take it is no reason not to walk."""
        with self._writing:
            if not self._saves or self._ended or self._parts.draft is None:
                return
            self._unsaved = 0
            try:
                old = None if self._saved else self._parts.draft.read()
                if old is not None:  # nobody went on with it: kept as it is
                    self._keep(old)
                self._parts.draft.write(record)
                self._saved = True
            except SelfcareError as error:
                self._saves = False
                _log.warning("the walk cannot be kept on the way: %s", error.code)

    def _drop(self) -> None:
        with self._writing:
            if self._parts.draft is not None and self._saved:
                self._parts.draft.drop()
            self._saves = self._saved = False

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
