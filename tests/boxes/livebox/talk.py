"""An open, logged-in driver against a simulated Livebox, for tests."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from selfcare.boxes.errors import BoxError
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


def sent(box: LiveboxSimulator, call: str) -> list[Any]:
    service, _, method = call.partition(":")
    asked = [json.loads(item.body) for item in box.asked if item.path == "/ws"]
    return [a["parameters"] for a in asked if (a["service"], a["method"]) == (f"sysbus.{service}", method)]


def refused(box: LiveboxSimulator, what: Talk) -> BoxError:
    with pytest.raises(BoxError) as caught:
        talk(box, what)
    return caught.value
