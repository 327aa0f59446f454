"""The Wi-Fi of this PC as front ends ask for it: one look, moment by moment, a search, walks, a pass for others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from selfcare.app.wifi.live import Clock, Live, closing
from selfcare.app.wifi.ports import Channels, Knock, Pass, PassRefused, Radios, Scan
from selfcare.app.wifi.walk import Walk, WalkParts
from selfcare.cases.walk_draft import Draft
from selfcare.cases.walks import Walks
from selfcare.ground.errors import SelfcareError
from selfcare.model.wifi import LivePoint, WalkRecord, WifiReading

if TYPE_CHECKING:
    from selfcare.app.wifi.share import Keys

PERIODS_S = (0.2, 60.0)


@dataclass(frozen=True, slots=True)
class WifiDeskParts:
    """What a desk is made of. ``radios`` and ``knock`` are made when they are first needed.

    ``note`` writes a line into the history (kind, subject, data). ``keys``: where the system keeps those of networks
    (None: nowhere we may ask). ``cable`` tells whether the way out goes by one (None: nobody to ask).
    ``clock``: for tests.
    """

    radios: Callable[[], Radios]
    knock: Callable[[], Knock]
    data: Path
    note: Callable[[str, str, Mapping[str, Any]], None]
    keys: Callable[[], Keys] | None = None
    cable: Callable[[], Awaitable[bool | None]] | None = None
    clock: Clock = field(default_factory=Clock)


class Desk:
    """``ports.WifiDesk``. For the loop it is made in."""

    def __init__(self, parts: WifiDeskParts) -> None:
        self._parts, self._walks, self._draft = parts, Walks(parts.data), Draft(parts.data)
        self._radios: Radios | None = None
        self._knock: Knock | None = None
        self._one = asyncio.Lock()
        self._walking: Walk | None = None

    async def read(self) -> WifiReading:
        """One look, and beside it which way this PC goes out."""
        reading, cable = await asyncio.gather(self._read(neighbours=True), self._by_cable())
        return replace(reading, by_cable=cable)

    async def _by_cable(self) -> bool | None:
        return await self._parts.cable() if self._parts.cable is not None else None

    async def _read(self, neighbours: bool) -> WifiReading:
        """One question at a time, whoever asks: the system is asked over one connection."""
        async with self._one:
            return await self._system().read(neighbours)

    async def live(self, period_s: float = 1.0, knock: bool = True) -> AsyncIterator[LivePoint]:
        """A moment every ``period_s`` seconds (0.2 to 60) until the iterator is closed."""
        period_s = min(max(period_s, PERIODS_S[0]), PERIODS_S[1])
        asking = Live(lambda: self._read(neighbours=False), self._asked if knock else None, self._parts.clock)
        async with closing(asking.points(period_s)) as moments:
            async for point in moments:
                yield point

    async def _asked(self) -> float | None:
        if self._knock is None:
            self._knock = self._parts.knock()
        return await self._knock()

    async def scan(self) -> Scan:
        """Searches for networks, because somebody asked for it. A walk or a live view goes on meanwhile, stale."""
        async with self._one:
            return await self._system().scan()

    def channels(self, reading: WifiReading) -> tuple[Channels, ...]:
        """Advice per band from what is in sight."""
        from selfcare.app.wifi.channels import advise

        return advise(reading)

    def walk(self, before: WalkRecord | None = None) -> Walk:
        """Begins a walk, or goes on with one that was cut off.

        Raises:
            SelfcareError: ``walk_running``.
        """
        if self._walking is not None:
            raise SelfcareError("walk_running")
        parts = WalkParts(self.live, self._walks, self._parts.note, self._parts.clock.day, self._over, self._draft)
        self._walking = Walk(parts, before)
        return self._walking

    def _over(self) -> None:
        self._walking = None

    def unfinished(self) -> WalkRecord | None:
        """A walk that a kill or a power cut ended."""
        return None if self._walking is not None else self._draft.read()

    def walks(self) -> tuple[WalkRecord, ...]:
        """Kept walks, newest first."""
        return self._walks.all()

    def forget_walk(self, walk: str) -> bool:
        """Deletes one; the history keeps that there was one, without a name of anything."""
        return self._walks.forget(walk)

    async def share(self, key: str | None = None) -> Pass | PassRefused:
        """For a QR code of the network this PC is in."""
        from selfcare.app.wifi.share import NoKeys, share

        keys = self._parts.keys() if self._parts.keys is not None else NoKeys()
        return await share(await self.read(), keys, key)

    async def close(self) -> None:
        """Gives everything back; a walk that goes on is abandoned. Whoever asks again begins anew."""
        if self._walking is not None:
            await self._walking.abandon()
        radios, self._radios, self._knock = self._radios, None, None
        if radios is not None:
            await radios.close()

    def _system(self) -> Radios:
        if self._radios is None:
            self._radios = self._parts.radios()
        return self._radios


def wifi_desk(
    data: Path,
    radios: Callable[[], Radios],
    knock: Callable[[], Knock],
    keys: Callable[[], Keys] | None = None,
    cable: Callable[[], Awaitable[bool | None]] | None = None,
) -> Desk:
    """For ``Services.wifi``: with this user's history; nothing is opened before it is asked."""
    from selfcare.cases import History

    return Desk(WifiDeskParts(radios, knock, data, History(data).note, keys, cable))
