"""Two walks through the same home: what became better where. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from selfcare.app.wifi.rooms import same
from selfcare.model.wifi import Place, Room, WalkRecord

CLEAR_DB = 6.0
"""dB between two medians of one room that are no chance: whoever turns round in a room moves it by 3 to 5."""
_ORDER = (Place.BAD, Place.WEAK, Place.FAIR, Place.GOOD)


class Change(StrEnum):
    """Of a room. ``NEW`` and ``GONE``: only in one of the two; ``UNKNOWN``: too little was measured."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    UNKNOWN = "unknown"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class RoomChange:
    """One room, before and after."""

    name: str
    change: Change
    before: Room | None
    after: Room | None


def compare(before: WalkRecord, after: WalkRecord) -> tuple[RoomChange, ...]:
    """Rooms by their names, in the order of the later walk; then those it did not visit."""
    found = []
    for room in after.rooms:
        old = next((one for one in before.rooms if same(one.name, room.name)), None)
        found.append(RoomChange(room.name, Change.NEW if old is None else changed(old, room), old, room))
    missed = [one for one in before.rooms if not any(same(one.name, room.name) for room in after.rooms)]
    return (*found, *(RoomChange(one.name, Change.GONE, one, None) for one in missed))


def changed(before: Room, after: Room) -> Change:
    """By the word; where that is the same, by a signal that is clearly another."""
    if Place.UNKNOWN in (before.grade, after.grade):
        return Change.UNKNOWN
    step = _ORDER.index(after.grade) - _ORDER.index(before.grade)
    if step:
        return Change.BETTER if step > 0 else Change.WORSE
    if before.rssi_dbm is None or after.rssi_dbm is None or abs(after.rssi_dbm - before.rssi_dbm) < CLEAR_DB:
        return Change.SAME
    return Change.BETTER if after.rssi_dbm > before.rssi_dbm else Change.WORSE


def effect(changes: tuple[RoomChange, ...]) -> Change:
    """Of the whole: better where nothing is worse, and the other way round; what is both is the same."""
    count: Mapping[Change, int] = {kind: sum(one.change is kind for one in changes) for kind in Change}
    if not any(count[kind] for kind in (Change.BETTER, Change.WORSE, Change.SAME)):
        return Change.UNKNOWN
    if count[Change.BETTER] and not count[Change.WORSE]:
        return Change.BETTER
    if count[Change.WORSE] and not count[Change.BETTER]:
        return Change.WORSE
    return Change.SAME


def earlier(walks: tuple[WalkRecord, ...], than: WalkRecord) -> WalkRecord | None:
    """The newest one before it in the same network with a room in common."""
    names = {room.name.casefold() for room in than.rooms}
    alike = (w for w in walks if w.id != than.id and w.ssid == than.ssid and w.ended <= than.begun)
    common = [w for w in alike if names & {room.name.casefold() for room in w.rooms}]
    return max(common, key=lambda one: one.ended, default=None)
