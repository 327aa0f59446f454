"""A Wi-Fi in memory, as the port's words say it behaves: what a test sets is read, and everything is counted."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

from selfcare.app.box_signal import grade as signal_grade
from selfcare.app.services import Services
from selfcare.app.wifi.ports import Channels, Pass, PassRefused, Scan, ScanOutcome
from selfcare.ground.errors import SelfcareError
from selfcare.model.units import Dbm
from selfcare.model.wifi import (
    Band,
    Bss,
    BssLoad,
    Channel,
    Link,
    LivePoint,
    Place,
    Radio,
    RadioState,
    Rate,
    Room,
    Security,
    WalkRecord,
    Why,
    WifiAccess,
    WifiReading,
)

QUICK_S = 0.01
"""Between two moments: a test does not wait a second for each."""
KEY = "Tr0ub4dor-et-3"
NAME = "Livebox-3F7A"
OWN = "02:00:00:00:00:01"
FIVE = Channel(44, Band.GHZ_5, 5220, 80, 5210)
TWO = Channel(6, Band.GHZ_24, 2437, 20, 2437)


class WalkError(SelfcareError):
    """As the desk's own."""

    def __init__(self, code: str) -> None:
        super().__init__(code)


def link(rssi: float | None = -48.0, channel: Channel = FIVE, **more: object) -> Link:
    """An association like any."""
    made = Link(
        NAME, OWN, channel, rssi, rssi, -92.0, Rate(866_700, 9, 2, 80, 5), Rate(780_000, 8, 2, 80, 5), 5,
        Security.WPA2, 3_720.0, 12_000, 340, 3, 2, 0.21, True, {"rx": Why.NOT_OFFERED},
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def grade(rssi: float | None) -> Place:
    """By the signal alone: the desk's own is elsewhere."""
    if rssi is None:
        return Place.UNKNOWN
    return Place(signal_grade(Dbm(rssi)))


def neighbours() -> tuple[Bss, ...]:
    """A stairway in town."""

    def on24(n: int, rssi: float, name: str | None, **more: object) -> Bss:
        channel = Channel(n, Band.GHZ_24, 2407 + 5 * n, 20, 2407 + 5 * n)
        return replace(Bss(f"02:00:00:00:24:{n:02x}{int(-rssi):02d}", name, channel, rssi, 4.0), **more)  # type: ignore[arg-type]

    return (
        Bss(OWN, "Livebox-3F7A", FIVE, -48.0, 4.0, 5, Security.WPA2, joined=True),
        Bss("02:00:00:00:00:02", "Livebox-3F7A", TWO, -44.0, 4.0, 4, Security.WPA2),
        on24(1, -61, "SFR_8C20"), on24(1, -74, "Bbox-11AA"), on24(6, -58, "freebox_lea", load=BssLoad(12, 0.71)),
        on24(6, -70, None), on24(9, -82, "DIRECT-4f-HP"), on24(11, -66, "SFR WiFi FON"), on24(13, -77, "Livebox-90C1"),
        Bss("02:00:00:00:05:01", "Bbox-11AA", Channel(36, Band.GHZ_5, 5180, 80, 5210), -68.0, 4.0),
        Bss("02:00:00:00:05:02", "SFR_8C20_5G", Channel(100, Band.GHZ_5, 5500, 80, 5530), -77.0, 4.0),
        Bss("02:00:00:00:05:03", "freebox_lea", Channel(60, Band.GHZ_5, 5300, 40, 5310), -72.0, 4.0),
    )  # fmt: skip


def reading(**more: object) -> WifiReading:
    """Of a PC that is in its network; ``more`` replaces fields."""
    radio = Radio("wlan0", RadioState.ON, frozenset(Band) - {Band.GHZ_6}, 6, 2, 160, "FR", "iwlwifi")
    made = WifiReading(WifiAccess.TOLD, time.monotonic(), radio, link(), False, neighbours(), 12.0, source="nl80211")
    return replace(made, **more)  # type: ignore[arg-type]


ADVICE = (
    Channels("5", 44, 100, 80, 80, ((36, 1.2), (44, 1.2), (100, 0.3))),
    Channels("2.4", None, 11, None, None, ((1, 0.9), (6, 1.4), (11, 0.4))),
)


@dataclass
class WifiBench:
    """``rssi``: of each moment from now on, None: in no network. ``counts``: how often what was done."""

    reading: WifiReading = field(default_factory=reading)
    rssi: float | None = -48.0
    rtt_ms: float | None = 3.4
    lost: bool = False
    stale: bool = False
    frozen: bool = False
    hangs: bool = False
    advice: tuple[Channels, ...] = ADVICE
    scan: Scan = field(default_factory=lambda: Scan(ScanOutcome.DONE, neighbours()))
    keeps_key: bool = False
    refused: PassRefused | None = None
    kept: list[WalkRecord] = field(default_factory=list)
    unfinished: WalkRecord | None = None
    running: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    period_s: float = QUICK_S
    scan_s: float = 0.02
    keys: list[str | None] = field(default_factory=list)

    def into(self, services: Services) -> Services:
        """The services of a window with this Wi-Fi."""
        return replace(services, wifi=lambda: FakeDesk(self))

    def count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    def point(self) -> LivePoint:
        """This moment."""
        self.count("point")
        if self.stale:
            return LivePoint(time.monotonic(), None, stale=True)
        there = None if self.rssi is None else replace(self.reading.link or link(), rssi_dbm=self.rssi)
        place = grade(self.rssi)
        if there is not None and (self.lost or (self.rtt_ms or 0) > 100):
            place = Place.BAD
        return LivePoint(time.monotonic(), there, None if self.lost else self.rtt_ms, self.lost, place)

    async def points(self) -> AsyncIterator[LivePoint]:
        self.count("follow")
        try:
            while True:
                if not self.frozen:
                    yield self.point()
                await asyncio.sleep(self.period_s)
        finally:
            self.count("left")


class FakeDesk:
    """What the window asks."""

    def __init__(self, bench: WifiBench) -> None:
        self.bench = bench
        bench.count("desk")

    async def read(self) -> WifiReading:
        self.bench.count("read")
        for _ in range(1000 if self.bench.hangs else 0):
            await asyncio.sleep(QUICK_S)
            if not self.bench.hangs:
                break
        return replace(self.bench.reading, taken_s=time.monotonic())

    def live(self, period_s: float = 1.0, knock: bool = True) -> AsyncIterator[LivePoint]:
        assert period_s == 1.0 and knock
        return self.bench.points()

    async def scan(self) -> Scan:
        self.bench.count("scan")
        await asyncio.sleep(self.bench.scan_s)
        return self.bench.scan

    def channels(self, reading: WifiReading) -> tuple[Channels, ...]:
        return self.bench.advice if reading.link is not None else ()

    def walk(self, before: WalkRecord | None = None) -> FakeWalk:
        if self.bench.running:
            raise WalkError("walk_running")
        made = FakeWalk(self.bench)
        if before is not None:
            self.bench.unfinished = None
            made.rooms = {room.name: room for room in before.rooms}
            made.heard = {room.name: [] for room in before.rooms}
        return made

    def unfinished(self) -> WalkRecord | None:
        return self.bench.unfinished

    def walks(self) -> tuple[WalkRecord, ...]:
        return tuple(self.bench.kept)

    def forget_walk(self, walk: str) -> bool:
        before = len(self.bench.kept)
        self.bench.kept = [one for one in self.bench.kept if one.id != walk]
        return len(self.bench.kept) < before

    async def share(self, key: str | None = None) -> Pass | PassRefused:
        self.bench.keys.append(key)
        if self.bench.refused is not None:
            return self.bench.refused
        if self.bench.keeps_key and key is None:
            return PassRefused.TYPE_IT
        if key is not None and len(key) < 8:
            return PassRefused.WRONG_KEY
        return Pass("Livebox-3F7A", Security.WPA2, f"WIFI:T:WPA;S:Livebox-3F7A;P:{key or KEY};;")

    async def close(self) -> None:
        self.bench.count("close")


class FakeWalk:
    """A walk that remembers what was entered."""

    def __init__(self, bench: WifiBench) -> None:
        self.bench, self.begun = bench, time.time()
        self.rooms: dict[str, Room] = {}
        self.heard: dict[str, list[LivePoint]] = {}
        self.here: str | None = None
        bench.running = True

    async def points(self) -> AsyncIterator[LivePoint]:
        async for point in self.bench.points():
            if self.here is not None:
                self.heard[self.here].append(point)
                self._judge(self.here)
            yield point

    def _judge(self, name: str) -> None:
        points = self.heard[name]
        signals = sorted(p.link.rssi_dbm for p in points if p.link is not None and p.link.rssi_dbm is not None)
        middle = signals[len(signals) // 2] if signals else None
        self.rooms[name] = replace(
            self.rooms[name], samples=len(points), grade=grade(middle) if len(points) > 1 else Place.UNKNOWN,
            rssi_dbm=middle, rtt_ms=self.bench.rtt_ms,
        )  # fmt: skip

    def enter(self, room: str, x: int | None = None, y: int | None = None, floor: int = 0) -> None:
        if not 0 < len(room) <= 40:
            raise WalkError("walk_room_name")
        if room not in self.rooms and len(self.rooms) >= 40:
            raise WalkError("walk_rooms")
        if room not in self.rooms:
            taken = {(one.x, one.y) for one in self.rooms.values() if one.floor == floor}
            free = next((a, b) for b, a in itertools.product(range(10), range(4)) if (a, b) not in taken)
            self.rooms[room] = Room(room, 0, Place.UNKNOWN, x=free[0], y=free[1], floor=floor)
            self.heard[room] = []
        if x is not None and y is not None:
            self.rooms[room] = replace(self.rooms[room], x=x, y=y, floor=floor)
        self.here = room

    def leave(self) -> None:
        self.here = None

    def so_far(self) -> WalkRecord:
        return WalkRecord("now", self.begun, time.time(), tuple(self.rooms.values()), "Livebox-3F7A")

    async def finish(self, box_room: str | None = None) -> WalkRecord:
        self.bench.running = False
        made = replace(self.so_far(), id=f"w{len(self.bench.kept)}", box_room=box_room)
        if self.rooms:
            self.bench.kept.insert(0, made)
        return made

    async def abandon(self) -> None:
        self.bench.running = False
        self.bench.count("abandon")
