"""Sends by itself when a line is back: told by the system where it tells, else by looking at it from time to time.

Nothing is due and nothing is in the outbox: no wake-up at all, until :meth:`Watch.nudge`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from selfcare.ground.errors import SelfcareError
from selfcare.outbox.send import Flushed

CALM_S = 2.0
"""Seconds after a change before anything is sent: addresses, routes and resolvers come one after the other."""
LEAST_S = 10.0
"""Seconds between two flushes for the sake of a line: one that comes and goes every second is none."""
POLL_S, POLL_MOST_S = 5.0, 60.0
"""Seconds between two looks at the line where the system tells nothing; doubled while nothing changes."""
_log = logging.getLogger(__name__)

Flush = Callable[[bool], Awaitable[Flushed]]
"""``send.flush`` with all but ``line_is_back``."""
Subscribe = Callable[[Callable[[], None]], Callable[[], None]]
"""Asks the system to call at each change of the line, in the loop's own thread; returns how to stop that."""


@dataclass(slots=True)
class Watch:
    """``line``: a cheap, local word on what there is (default route and addresses), "" for no line; never the network.

    ``events``: see :data:`Subscribe`; None where the system does not tell. Made and run in one loop.
    """

    flush: Flush
    line: Callable[[], str]
    events: Subscribe | None = None
    _woken: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _seen: str = field(default="", init=False)
    _sent_at: float = field(default=float("-inf"), init=False)
    _pending: bool = field(default=False, init=False)
    _nudged: bool = field(default=False, init=False)

    def nudge(self) -> None:
        """Something was put in, cancelled, or somebody signed in: what is due is sent now."""
        self._nudged = True
        self._woken.set()

    async def run(self) -> None:
        """Until it is cancelled. The start of a program counts as a line that is back."""
        stop = self.events(self._woken.set) if self.events else None
        try:
            next_s = await self._flushed(True)
            poll_s = POLL_S
            while True:
                await self._slept(self._sleep_s(next_s, poll_s))
                nudged, self._nudged = self._nudged, False
                back = self._pending and await self._is_back()
                if back or nudged or (next_s is not None and _now() >= self._sent_at + next_s):
                    next_s = await self._flushed(back)
                poll_s = POLL_S if back or nudged else min(poll_s * 2, POLL_MOST_S)
        finally:
            if stop is not None:
                stop()

    def _sleep_s(self, next_s: float | None, poll_s: float) -> float | None:
        """None: until somebody nudges, or the system tells something."""
        if not self._pending:
            return None
        waits = [] if next_s is None else [max(0.0, self._sent_at + next_s - _now())]
        return min(waits if self.events else [*waits, poll_s], default=None)

    async def _slept(self, seconds: float | None) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)
        self._woken.clear()

    async def _is_back(self) -> bool:
        """Whether there is a line, and another one than when it was last looked at."""
        found = self.line()
        if not found or found == self._seen:
            self._seen = found
            return False
        await asyncio.sleep(max(CALM_S, self._sent_at + LEAST_S - _now()))
        self._seen = self.line()
        return bool(self._seen)

    async def _flushed(self, back: bool) -> float | None:
        """A store that cannot be written, or another program that sends, is tried again with the next poll."""
        if back:
            self._seen = self.line()
        self._sent_at = _now()
        try:
            done = await self.flush(back)
        except SelfcareError as error:
            _log.warning("the outbox cannot be used: %s", error.code)
            self._pending = True
            return POLL_MOST_S
        next_s = POLL_MOST_S if done.busy else done.next_s
        self._pending = next_s is not None
        return next_s


def _now() -> float:
    return asyncio.get_running_loop().time()
