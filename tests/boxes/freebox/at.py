"""A session with the simulated box, for the length of a test."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.freebox import FreeboxSession
from selfcare.boxes.secret import Secret
from tests.boxes.base import serving
from tests.boxes.freebox import FreeboxSimulator
from tests.boxes.home import FAULTS, Home

Work = Callable[[FreeboxSession], Awaitable[Any]]


def box(*faults: str, major: int = 14) -> FreeboxSimulator:
    home = Home()
    for fault in faults:
        FAULTS[fault](home)
    simulator = FreeboxSimulator(home)
    simulator.major = major
    return simulator


@contextlib.asynccontextmanager
async def opened(simulator: FreeboxSimulator) -> AsyncIterator[FreeboxSession]:
    async with serving(simulator) as place:
        session = FreeboxSession(place)
        try:
            await session.log_in(Secret(simulator.token))
            simulator.asked.clear()
            yield session
        finally:
            await session.close()


def run(simulator: FreeboxSimulator, work: Work) -> Any:
    """``work`` done with an open session."""

    async def whole() -> Any:
        async with opened(simulator) as session:
            return await work(session)

    return asyncio.run(whole())


def refused(simulator: FreeboxSimulator, work: Work) -> BoxError:
    """The error that ``work`` ends with."""

    async def whole() -> BoxError:
        async with opened(simulator) as session:
            try:
                await work(session)
            except BoxError as error:
                return error
        raise AssertionError("it was not refused")

    return asyncio.run(whole())


def writes(simulator: FreeboxSimulator) -> list[tuple[str, str]]:
    """What was sent that could change something, without login and logout."""
    return [(each.method, each.path) for each in simulator.asked if each.method != "GET" and "/login/" not in each.path]


__all__ = ["BoxErrorCode", "box", "opened", "refused", "run", "writes"]
