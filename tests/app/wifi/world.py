"""A Wi-Fi as a test says it is, at the two ports alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from selfcare.app.wifi.desk import Desk, WifiDeskParts
from selfcare.app.wifi.live import Clock
from selfcare.app.wifi.ports import Scan, ScanOutcome
from selfcare.model.wifi import Band, Channel, Link, Radio, RadioState, Rate, WifiAccess, WifiReading

BOX, REPEATER = "02:00:00:00:00:01", "02:00:00:00:00:02"


def link(rssi_dbm: float = -50.0, bssid: str = BOX, **more: Any) -> Link:
    """In the home's network."""
    channel = Channel(36, Band.GHZ_5, 5180, 80)
    made = Link("Maison", bssid, channel, rssi_dbm, noise_dbm=-92.0, tx=Rate(433_000))
    return replace(made, **more)


@dataclass
class Air:
    """``Radios``: ``link`` as it is now; ``delay_s`` how long the system takes; ``raises`` what a driver may do."""

    link: Link | None = field(default_factory=link)
    delay_s: float = 0.0
    raises: Exception | None = None
    access: WifiAccess = WifiAccess.TOLD
    reads: int = 0
    running: int = 0
    most_at_once: int = 0
    closed: int = 0
    with_neighbours: list[bool] = field(default_factory=list)

    async def read(self, neighbours: bool = True) -> WifiReading:
        self.reads += 1
        self.with_neighbours.append(neighbours)
        self.running += 1
        self.most_at_once = max(self.most_at_once, self.running)
        begun, seen = time.monotonic(), self.link
        try:
            await asyncio.sleep(self.delay_s)
        finally:
            self.running -= 1
        if self.raises is not None:
            raise self.raises
        return WifiReading(self.access, begun, Radio("wlan0", RadioState.ON), seen)

    async def scan(self) -> Scan:
        return Scan(ScanOutcome.DONE)

    async def close(self) -> None:
        self.closed += 1


@dataclass
class Door:
    """``Knock``: milliseconds, None for lost, an error for nobody there."""

    answer: float | Exception | None = 3.0
    delay_s: float = 0.0
    asked: int = 0
    running: int = 0
    most_at_once: int = 0

    async def __call__(self) -> float | None:
        self.asked += 1
        self.running += 1
        self.most_at_once = max(self.most_at_once, self.running)
        answer = self.answer
        try:
            await asyncio.sleep(self.delay_s)
        finally:
            self.running -= 1
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class Noted:
    """The history, as a list."""

    lines: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)

    def __call__(self, kind: str, subject: str, data: Mapping[str, Any]) -> None:
        self.lines.append((kind, subject, data))


@dataclass
class Day:
    """The time of day, put forward by a test: Unix seconds."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


def desk(
    data: Path,
    air: Air,
    door: Door,
    noted: Noted | None = None,
    day: Day | None = None,
    cable: Callable[[], Awaitable[bool | None]] | None = None,
) -> Desk:
    """As the wiring makes it."""
    clock = Clock(time.monotonic, day or Day())
    return Desk(WifiDeskParts(lambda: air, lambda: door, data, noted or Noted(), cable=cable, clock=clock))
