"""What the window asks of the engine about the box. The desk lives in the engine thread and nowhere else."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ui.box_state import Look, PairPhase, PairStep, Picture, Trouble

if TYPE_CHECKING:
    import asyncio

    from selfcare.app.boxes import BoxDesk, Found
    from selfcare.boxes.secret import Secret

DAYS = (1, 7, 30)
"""How far back the curves go, in days."""


class DeskKeeper:
    """Makes the desk at the first question and logs out when the job that keeps it is cancelled."""

    def __init__(self, make: Callable[[], BoxDesk]) -> None:
        self._make = make
        self._desk: BoxDesk | None = None
        self._making: asyncio.Lock | None = None

    async def desk(self) -> BoxDesk:
        """The one there is. Its imports happen in a thread: a check at the same time measures milliseconds."""
        import asyncio

        self._making = self._making or asyncio.Lock()
        async with self._making:
            if self._desk is None:
                self._desk = await asyncio.to_thread(self._made)
        return self._desk

    def _made(self) -> BoxDesk:
        desk = self._make()
        desk.drivers()
        return desk

    async def keep(self) -> None:
        """Until it is cancelled: then every box is logged out of."""
        import asyncio

        try:
            await asyncio.Event().wait()
        finally:
            await self.rest()

    async def rest(self) -> None:
        """Logs out: a box lets only a few in at a time. The next question logs in again."""
        if self._desk is not None:
            await self._desk.close()


async def look(desk: BoxDesk) -> Look:
    """Who is there; where nobody answers, what it looks like.

    Raises:
        BoxError: this computer has no gateway.
    """
    detection = await desk.detect()
    if detection.box is None:
        detection = await desk.detect(thorough=True)
    if detection.box is None:
        hinted = detection.looks_like
        return Look(None, detection.place, None if hinted is None else hinted.value)
    return Look(detection.box, detection.place, None, await desk.paired(detection.box))


async def read(desk: BoxDesk, found: Found, before: Picture | None = None) -> Picture:
    """The status and the home; with a new status the curves.

    Raises:
        BoxError: the box tells nothing, or is another one.
    """
    import asyncio
    import time

    from selfcare.app.box_figures import sample
    from selfcare.model.box import Capability
    from selfcare.store.lines import SPACING_S
    from ui.box_graphs import graphs

    status = await desk.status(found)
    hosts = await desk.read(found, Capability.HOSTS)
    if before is not None and before.status is status:
        # Asked again before the box may be: the line is the same, but who asks may just have blocked a machine.
        return before if hosts == before.hosts else replace(before, hosts=hosts)
    async with desk.session(found) as session:
        rights = session.rights
    # Of readings close together the store keeps the first only: what was just read takes its place in the curve.
    now = sample(status)
    kept = await desk.history(found, float(max(DAYS)))
    history = (*(one for one in kept if now.at - one.at >= SPACING_S), now)
    curves = await asyncio.to_thread(lambda: {days: graphs(history, status, days, time.time()) for days in DAYS})
    return Picture(status, hosts, await desk.paired(found), desk.trouble(found), rights, curves)


async def pair(desk: BoxDesk, found: Found, secret: Secret | None, tell: Callable[[PairStep], None]) -> PairStep:
    """Every step once; the last one is the result. Cancelling gives up.

    Raises:
        BoxError, SelfcareError: it cannot be done here, or the secret cannot be stored.
    """
    last = PairStep(PairPhase.DENIED, "box.pairing.denied")
    async with _closing(desk.pair(found, secret)) as steps:
        async for one in steps:
            step = PairStep(
                PairPhase(one.step.state.value), one.step.instruction,
                None if one.kept is None else one.kept.where.value,
                one.kept.set_aside.name if one.kept is not None and one.kept.set_aside is not None else None,
                missing_right=one.step.instruction.endswith(".granted.tick"),
            )  # fmt: skip
            if step != last:  # a box that is waiting says so every other second
                tell(step)
            last = step
    return last


@contextlib.asynccontextmanager
async def _closing(steps: AsyncIterator[Any]) -> AsyncIterator[AsyncIterator[Any]]:
    """Closing the steps is how a box is told that nobody waits any more."""
    try:
        yield steps
    finally:
        close = getattr(steps, "aclose", None)
        if close is not None:
            await close()


async def fenced(work: Awaitable[object]) -> object:
    """What a box, the keyring or the disk refuses is an answer: plain values instead of an exception."""
    from selfcare.boxes.errors import BoxError
    from selfcare.ground.errors import SelfcareError

    try:
        return await work
    except BoxError as error:
        kind = error.values.get("kind")
        return Trouble(
            error.code.value, error.right, error.retry_after, error.box_says, kind if isinstance(kind, str) else None
        )
    except SelfcareError as error:
        return Trouble(error.code)
