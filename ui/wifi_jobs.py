"""What the window asks of the engine about the Wi-Fi. The desk lives in the engine thread and nowhere else."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ui.wifi_state import Picture

if TYPE_CHECKING:
    import asyncio

    from selfcare.app.wifi.ports import Channels, Scan, WalkSession, WifiDesk
    from selfcare.boxes.secret import Secret
    from selfcare.model.wifi import LivePoint, Room, WalkRecord, WifiReading

STOP_S = 2.0
"""How long the end of a walk waits for its last question to the box."""


_ASIDE = 23
"""A tile beyond the plan, for the moment in which two rooms change places."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something was not done: the code of a ``SelfcareError``."""

    code: str


@dataclass(frozen=True, slots=True)
class Looked:
    """One look, and what the desk advises by it."""

    reading: WifiReading
    channels: tuple[Channels, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where somebody stands or a room is put; without a place the walk finds a free tile."""

    room: str
    x: int | None = None
    y: int | None = None
    floor: int = 0


class WifiKeeper:
    """Makes the desk at the first question; gives it back when nobody looks, and at the end."""

    def __init__(self, make: Callable[[], WifiDesk]) -> None:
        self._make = make
        self._desk: WifiDesk | None = None
        self._making: asyncio.Lock | None = None
        self._session: WalkSession | None = None
        self._going: asyncio.Task[Any] | None = None
        self._box_room = ""
        self.before: WalkRecord | None = None  # a walk that was cut off, for the next one to go on with

    async def desk(self) -> WifiDesk:
        """The one there is. Its imports happen in a thread: a check at the same time measures milliseconds."""
        import asyncio

        self._making = self._making or asyncio.Lock()
        async with self._making:
            if self._desk is None:
                self._desk = await asyncio.to_thread(self._make)
        return self._desk

    async def keep(self) -> None:
        """Until it is cancelled. A walk that goes on then is kept as far as it came."""
        import asyncio

        try:
            await asyncio.Event().wait()
        finally:
            session, self._session = self._session, None
            if session is not None:
                await session.finish(self._box_room or None)
            await self.rest()

    async def rest(self) -> None:
        """Gives sockets and handles back, unless a walk needs them; the next question makes a new desk."""
        desk = self._desk
        if desk is not None and self._session is None:
            self._desk = None
            await desk.close()

    # -- the walk --------------------------------------------------------------------------------

    async def walk(self, tell: Callable[[tuple[LivePoint, tuple[Room, ...]]], None]) -> None:
        """Follows the walk, begun by the first call, until it is cancelled: a page that is hidden only pauses it.

        Raises:
            SelfcareError: ``walk_running``.
        """
        import asyncio

        desk = await self.desk()
        session = self._session = self._session or desk.walk(self.before)
        self.before = None
        self._going = asyncio.current_task()
        async with closing(session.points()) as points:
            async for point in points:
                tell((point, session.so_far().rooms))

    async def stand(self, here: str, *moved: Spot) -> tuple[Room, ...]:
        """Puts rooms in their places, then goes on in ``here`` (empty: between two rooms).

        Raises:
            SelfcareError: ``walk_room_name``, ``walk_rooms``.
        """
        session = self._session
        if session is None:
            return ()
        for other in moved[1:]:  # a tile is given to one room: who changes places with another makes room first
            session.enter(other.room, _ASIDE, _ASIDE, other.floor)
        for spot in moved:
            session.enter(spot.room, spot.x, spot.y, spot.floor)
        if not here:
            session.leave()
        elif not moved or moved[-1].room != here:
            session.enter(here)
        return session.so_far().rooms

    def box_stands(self, room: str) -> None:
        """For a walk that the end of the program ends."""
        self._box_room = room

    async def finish(self, box_room: str, keep: bool = True) -> tuple[WalkRecord, ...]:
        """Ends it; the walks that are kept, newest first. What could not be kept may be tried again.

        Raises:
            SelfcareError: ``disk_full``, ``folder_read_only``, ``write_failed``.
        """
        import asyncio

        session = self._session
        if self._going is not None and not self._going.done():
            await asyncio.wait([self._going], timeout=STOP_S)
        if session is not None:
            await (session.finish(box_room or None) if keep else session.abandon())
        self._session = None
        return (await self.desk()).walks()


async def walks(desk: WifiDesk) -> tuple[tuple[WalkRecord, ...], WalkRecord | None]:
    """Those that are kept, and one that was cut off."""
    return desk.walks(), desk.unfinished()


async def forget(desk: WifiDesk, walk: str) -> tuple[tuple[WalkRecord, ...], WalkRecord | None]:
    """Deletes one that was kept."""
    desk.forget_walk(walk)
    return await walks(desk)


async def keep_unfinished(desk: WifiDesk) -> tuple[tuple[WalkRecord, ...], WalkRecord | None]:
    """One that was cut off is kept as it is.

    Raises:
        SelfcareError: ``disk_full``, ``folder_read_only``, ``write_failed``, ``walk_running``.
    """
    if (before := desk.unfinished()) is not None:
        await desk.walk(before).finish(before.box_room)
    return await walks(desk)


async def look(desk: WifiDesk) -> Looked:
    """One look."""
    reading = await desk.read()
    return Looked(reading, desk.channels(reading))


async def follow(desk: WifiDesk, tell: Callable[[LivePoint], None]) -> None:
    """The link from moment to moment, until it is cancelled."""
    async with closing(desk.live()) as points:
        async for point in points:
            tell(point)


async def search(desk: WifiDesk) -> tuple[Scan, Looked]:
    """A search that somebody asked for, and the look after it; what was just found counts more than what was known."""
    from selfcare.app.wifi.ports import ScanOutcome

    scan = await desk.scan()
    reading = await desk.read()
    if scan.outcome is ScanOutcome.DONE:
        reading = replace(reading, neighbours=scan.found, scan_age_s=0.0)
    return scan, Looked(reading, desk.channels(reading))


async def share(desk: WifiDesk, key: Secret | None) -> Picture | str:
    """The picture that brings another device in, or why there is none (a ``PassRefused``). Its text stays here."""
    import asyncio

    from selfcare.app.wifi.ports import PassRefused

    told = await desk.share(key.reveal() if key is not None else None)
    if isinstance(told, PassRefused):
        return told.value
    return Picture(told.ssid, told.security, await asyncio.to_thread(_modules, told.text))


def _modules(text: str) -> tuple[tuple[bool, ...], ...]:
    import segno

    code = segno.make_qr(text, error="m", boost_error=False)
    return tuple(tuple(bool(module) for module in row) for row in code.matrix)


@contextlib.asynccontextmanager
async def closing(points: AsyncIterator[Any]) -> AsyncIterator[AsyncIterator[Any]]:
    """Closing the iterator is how the desk is told that nobody follows any more."""
    try:
        yield points
    finally:
        close = getattr(points, "aclose", None)
        if close is not None:
            await close()


async def fenced(work: Awaitable[object]) -> object:
    """What the desk refuses is an answer: a code instead of an exception."""
    from selfcare.ground.errors import SelfcareError

    try:
        return await work
    except SelfcareError as error:
        return Refusal(error.code)
