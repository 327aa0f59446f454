"""Leads the box to a state and proves it by reading back; also when the PC's own Wi-Fi is what is being changed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from selfcare.app.box_kinds.kind import Kind, Reading, Scope, State, cut, is_as
from selfcare.app.box_own import Own
from selfcare.app.box_way import PASSING, BoxLine, Clock
from selfcare.boxes.errors import BoxError

ATTEMPTS = 2
"""Writing what is wanted twice does no harm; a third time would not find another box."""
SILENCE_S = 45.0
"""How long a box that says nothing is waited for: one that restarts its Wi-Fi or its web server (10 to 30 s)."""
CUT_OFF_S = 3.0
"""The same where this PC could not join the box's Wi-Fi anew: there may be a cable, else nothing will come."""
PAUSES_S = (0.3, 0.7, 1.0, 2.0, 3.0)
"""Between two looks: quick at first, then kind to a small processor."""

Progress = Callable[[str], None]
"""Told a catalogue key each time something else begins."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the box tells in the end. ``reading`` None: nothing, or it lets nobody in (``error``).

    ``rejoined``: of the PC's own Wi-Fi; None where there was no need to.
    """

    reached: bool
    reading: Reading | None
    error: BoxError | None = None
    rejoined: bool | None = None


@dataclass
class Carrier:
    """One kind of setting of one box. ``at``: when the states were noted (Unix time), for what runs down by itself."""

    line: BoxLine
    kind: Kind
    scope: Scope
    own: Own
    before: State
    at: float
    clock: Clock = field(default_factory=Clock)
    progress: Progress = lambda _key: None

    async def look(self, parts: Collection[str] | None = None) -> Reading:
        """The present state, of these parts."""
        session = await self.line.session()
        reading = await self.kind.read(session, self.scope)
        return reading if parts is None else Reading(cut(reading.state, parts, self.kind), reading.raw)

    def aged(self, goal: State) -> State:
        """As it would be by now."""
        now = self.clock.unix()
        return self.kind.aged(goal, max(0.0, now - self.at), now)

    def is_there(self, reading: Reading, goal: State) -> bool:
        """Whether the box tells the goal."""
        return is_as(self.kind, reading.state, self.aged(goal), self.before)

    async def lead(self, goal: State) -> Found:
        """Writes what is missing, waits until it can be read back; what failed in passing is tried once more."""
        found = await self.until(goal, 0.0)
        if found.reached or found.reading is None:
            return found
        rejoined: bool | None = None
        for _ in range(ATTEMPTS):
            self.progress("box.change.stage.writing")
            assert found.reading is not None
            error = await self._write(found.reading, goal)
            refused = error is not None and error.code not in PASSING
            if not refused and (error is None or not await self._unchanged(goal)):
                joined = await self._rejoin(found.reading, goal)
                rejoined = joined if joined is not None else rejoined
            self.progress("box.change.stage.reading_back")
            silence_s = CUT_OFF_S if rejoined is False else SILENCE_S
            seen = await self.until(goal, 0.0 if refused else self.kind.patience_s, silence_s)
            found = Found(seen.reached, seen.reading, seen.error or error, rejoined)
            if found.reached or found.reading is None or error is None or refused:
                break
        return found

    async def _write(self, now: Reading, goal: State) -> BoxError | None:
        """Step by step; the first that fails ends it."""
        try:
            session = await self.line.session()
            last = await self.own.things(now)
            for step in self.kind.steps(session, now, self.aged(goal), last, self.scope):
                await step()
        except BoxError as error:
            if error.code in PASSING:
                await self.line.drop(error)
            return error
        return None

    async def _unchanged(self, goal: State) -> bool:
        """After a write that failed in passing: whether the box can still be asked, and says that nothing came of it.

        A network that it does not have must not be joined.
        """
        try:
            return not self.is_there(await self.look(goal), goal)
        except BoxError as error:
            await self.line.drop(error)
            return False

    async def _rejoin(self, now: Reading, goal: State) -> bool | None:
        network = await self.own.after(now, goal)
        if network is None:
            return None
        self.progress("box.change.stage.rejoining")
        await self.line.drop()
        return await self.own.join(network)

    async def until(self, goal: State, patience_s: float, silence_s: float = SILENCE_S) -> Found:
        """Looks until the goal is there or patience is over; a silent box is waited for longer, as a rule."""
        began, looks = self.clock.monotonic(), 0
        while True:
            reading: Reading | None = None
            error: BoxError | None = None
            try:
                reading = await self.look(goal)
                if self.is_there(reading, goal):
                    return Found(True, reading)
            except BoxError as failed:
                error = failed
                await self.line.drop(failed)
                if failed.code not in PASSING:
                    return Found(False, None, failed)
            limit = patience_s if reading is not None else silence_s
            if self.clock.monotonic() - began >= limit:
                return Found(False, reading, error)
            await self.clock.sleep(PAUSES_S[min(looks, len(PAUSES_S) - 1)])
            looks += 1
