"""Doing something with a TMF621 desk over its server, in either version."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from selfcare.desks.choose import desk_of
from selfcare.desks.port import Desk
from selfcare.desks.wire import nobody
from selfcare.model.ticket import DeskError, Failure
from tests.desks.tmf_server import TmfServer

both = pytest.mark.parametrize("version", ["v5", "v4"])
Act = Callable[[Desk, TmfServer], Awaitable[None]]


@asynccontextmanager
async def opened(version: str, **switches: Any) -> AsyncIterator[tuple[Desk, TmfServer]]:
    async with TmfServer(version, **switches) as server:
        desk = desk_of(server.endpoint(), nobody)
        try:
            yield desk, server
        finally:
            await desk.close()


def against(version: str, act: Act, **switches: Any) -> None:
    async def run() -> None:
        async with opened(version, **switches) as (desk, server):
            await act(desk, server)

    asyncio.run(run())


def failed(error: pytest.ExceptionInfo[DeskError]) -> tuple[Failure, str]:
    return error.value.failure, error.value.code
