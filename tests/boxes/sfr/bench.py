"""A session at a simulated box, for as long as one test needs it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest

from selfcare.boxes.errors import BoxError
from selfcare.boxes.secret import Secret
from selfcare.boxes.sfr.session import SfrSession
from tests.boxes.base import serving
from tests.boxes.home import FAULTS, Home
from tests.boxes.sfr import NB6VAC, Model, SfrBox

T = TypeVar("T")


def at(box: SfrBox, use: Callable[[SfrSession], Awaitable[T]], *, login: bool = True) -> T:
    async def run() -> T:
        async with serving(box) as place:
            session = SfrSession(place)
            try:
                if login:
                    await session.log_in(Secret(box.home.password))
                return await use(session)
            finally:
                await session.close()

    return asyncio.run(run())


def simulated(*faults: str, model: Model = NB6VAC) -> SfrBox:
    home = Home()
    for name in faults:
        FAULTS[name](home)
    return SfrBox(home, model=model)


def asked(box: SfrBox, method: str) -> int:
    return sum(f"method={method}" in request.path for request in box.asked)


def refused(box: SfrBox, use: Callable[[SfrSession], Awaitable[Any]], *, login: bool = True) -> BoxError:
    with pytest.raises(BoxError) as caught:
        at(box, use, login=login)
    return caught.value
