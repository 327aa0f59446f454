"""An open, logged-in driver against a simulated Livebox, for tests."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from selfcare.boxes.livebox.session import LiveboxSession
from selfcare.boxes.secret import Secret
from tests.boxes.base import serving
from tests.boxes.livebox.server import LiveboxSimulator

Talk = Callable[[LiveboxSession], Awaitable[Any]]


@contextlib.asynccontextmanager
async def opened(box: LiveboxSimulator, *, login: bool = True) -> AsyncIterator[LiveboxSession]:
    async with serving(box) as place:
        session = LiveboxSession(place)
        try:
            if login:
                await session.log_in(Secret(box.home.password))
            yield session
        finally:
            await session.close()


def talk(box: LiveboxSimulator, what: Talk, *, login: bool = True) -> Any:
    """The result of ``what``, with a session opened and closed around it."""

    async def run() -> Any:
        async with opened(box, login=login) as session:
            return await what(session)

    return asyncio.run(run())
