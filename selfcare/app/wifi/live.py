"""The Wi-Fi moment by moment: the link and the way to the box asked beside each other, and never an old answer as new.

Nothing is asked between two moments but what was begun in the last one, and that ends by itself: who stops iterating
stops the work.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from selfcare.diagnosis import places
from selfcare.model.wifi import LivePoint, Place, WifiAccess, WifiReading

LATE_S = 1.0
"""Seconds after its beginning up to which an answer is one about now."""
GIVE_UP_S = 15.0
"""Seconds after which a question that hangs is dropped and asked anew."""
_WAIT_SHARE = 0.8
# Of the period, how long a moment waits for its answers: the next one must be in time.
_JUMP_S = 2.0
# By so much the time of day may run ahead of the monotonic clock before it means that this PC slept.
_UNTOLD = (WifiAccess.DENIED, WifiAccess.UNREADABLE, WifiAccess.NO_SERVICE)
_log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Clock:
    """``steady`` counts seconds and may stand while the PC sleeps; ``day``: Unix seconds, which go on."""

    steady: Callable[[], float] = time.monotonic
    day: Callable[[], float] = time.time


@dataclass(frozen=True, slots=True)
class _Moment:
    steady: float
    day: float


@dataclass(frozen=True, slots=True)
class _Ended(Generic[T]):
    """``value`` None with ``failed``: it could not be asked."""

    value: T | None
    failed: Exception | None
    at: _Moment


class Beside(Generic[T]):
    """One question at a time, asked beside everything else."""

    def __init__(self, ask: Callable[[], Awaitable[T]], clock: Clock) -> None:
        self._ask, self._clock = ask, clock
        self._task: asyncio.Task[_Ended[T]] | None = None
        self._begun = _Moment(0.0, 0.0)

    def begin(self, late_s: float | None = None) -> None:
        """Asks, unless it is being asked. An answer nobody took that is older than ``late_s`` is none any more."""
        if self._task is not None and self._task.done() and late_s is not None and self._too_old(self._begun, late_s):
            self._drop()
        if self._task is not None and not self._task.done() and self._too_old(self._begun, GIVE_UP_S):
            self._drop()
        if self._task is None:
            self._begun = self._moment()
            self._task = asyncio.create_task(self._timed())

    @property
    def running(self) -> asyncio.Task[_Ended[T]] | None:
        """What may be waited for."""
        return self._task

    def take(self) -> _Ended[T] | None:
        """The answer, once; None: there is none yet, or this PC slept since it was asked."""
        if self._task is None or not self._task.done():
            return None
        task, self._task = self._task, None
        ended = task.result()
        return None if self._slept_since(self._begun) else ended

    async def end(self) -> None:
        """Whatever is under way is over when this returns."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _timed(self) -> _Ended[T]:
        try:
            value = await self._ask()
        except Exception as error:  # a driver's own: this moment has no answer, the next one may
            return _Ended(None, error, self._moment())
        return _Ended(value, None, self._moment())

    def _drop(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._task = None

    def _moment(self) -> _Moment:
        return _Moment(self._clock.steady(), self._clock.day())

    def _too_old(self, then: _Moment, limit_s: float) -> bool:
        return self._clock.steady() - then.steady > limit_s or self._slept_since(then)

    def _slept_since(self, then: _Moment) -> bool:
        now = self._moment()
        return (now.day - then.day) - (now.steady - then.steady) > _JUMP_S


class Live:
    """Makes the moments. ``knock`` None: nobody asks the box."""

    def __init__(
        self,
        read: Callable[[], Awaitable[WifiReading]],
        knock: Callable[[], Awaitable[float | None]] | None,
        clock: Clock,
    ) -> None:
        self._reading = Beside(read, clock)
        self._knocking = Beside(knock, clock) if knock is not None else None
        self._clock = clock
        self._joined = True
        self._complained = False

    async def points(self, period_s: float) -> AsyncIterator[LivePoint]:
        """One every ``period_s`` seconds, the first at once. Closing it ends what is under way."""
        due = self._clock.steady()
        try:
            while True:
                await asyncio.sleep(max(0.0, due - self._clock.steady()))
                # After a pause (nobody iterated, the PC slept) the rhythm begins anew: nothing is made up for.
                due = max(due, self._clock.steady() - period_s) + period_s
                yield await self._point(min(period_s, LATE_S) * _WAIT_SHARE)
        finally:
            await self._reading.end()
            if self._knocking is not None:
                await self._knocking.end()

    async def _point(self, wait_s: float) -> LivePoint:
        begun = self._clock.steady()
        self._reading.begin(LATE_S)
        if self._knocking is not None and self._joined:
            self._knocking.begin(2 * LATE_S)
        await self._wait(wait_s)
        rtt_ms, lost = self._asked()
        ended = self._reading.take()
        reading = ended.value if ended is not None else None
        if ended is not None and ended.failed is not None:
            self._complain(ended.failed)
        if reading is None or self._clock.steady() - reading.taken_s > 2 * LATE_S:
            return LivePoint(begun, None, rtt_ms, lost, Place.UNKNOWN, stale=True)
        link = reading.link
        # Without leave to know the network the way to the box can still be asked.
        self._joined = link is not None or reading.access in _UNTOLD
        return LivePoint(reading.taken_s, link, rtt_ms, lost, places.moment(link, rtt_ms, lost))

    async def _wait(self, wait_s: float) -> None:
        asked = (self._reading.running, self._knocking.running if self._knocking is not None else None)
        running = [task for task in asked if task is not None]
        if running:
            await asyncio.wait(running, timeout=wait_s)

    def _asked(self) -> tuple[float | None, bool]:
        """The round trip in ms and whether it was lost. Nobody to ask, or not answered yet, is neither."""
        ended = self._knocking.take() if self._knocking is not None else None
        if ended is None or ended.failed is not None:
            return None, False
        return ended.value, ended.value is None

    def _complain(self, error: Exception) -> None:
        if not self._complained:
            self._complained = True
            _log.warning("the Wi-Fi cannot be read: %s", type(error).__name__)


@contextlib.asynccontextmanager
async def closing(points: AsyncIterator[LivePoint]) -> AsyncIterator[AsyncIterator[LivePoint]]:
    """Whatever ends the loop over them ends them."""
    try:
        yield points
    finally:
        close = getattr(points, "aclose", None)
        if close is not None:
            await close()
