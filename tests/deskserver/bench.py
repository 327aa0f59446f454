"""A desk for a test, and a real server in front of it.

``desk_at(folder)`` opens one (SQLite, migrated); ``running(app)`` serves an application in a thread, on loopback.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import BaseRoute

from selfcare.deskserver.context import Desk
from selfcare.deskserver.intake.reading import close_shared
from selfcare.deskserver.model import Agent, Anybody, Caller
from selfcare.deskserver.opening import close_desk, open_desk
from selfcare.deskserver.settings import DeskSettings
from selfcare.deskserver.web import application


def settings_at(folder: Path, **settings: Any) -> DeskSettings:
    return DeskSettings(data=str(folder / "desk"), **settings)


@asynccontextmanager
async def desk_at(folder: Path, **settings: Any) -> AsyncIterator[Desk]:
    """``settings``: of :class:`DeskSettings` (``database=url`` for PostgreSQL)."""
    desk = await open_desk(settings_at(folder, **settings))
    try:
        yield desk
    finally:
        await close_desk(desk)


def app_of(
    desk: Desk, routes: Sequence[BaseRoute], caller: Caller | None = None, agent: Agent | None = None
) -> Starlette:
    """These routes, called by these. A part that tests who somebody is uses its own ways instead."""

    async def api_caller(request: Request) -> Caller:
        return caller or Anybody()

    async def agent_of(request: Request) -> Agent | Anybody:
        return agent or Anybody()

    return application(desk, routes, api_caller, agent_of)


@contextmanager
def running(app: Any, **options: Any) -> Iterator[str]:
    """The URL, without a slash at its end. ``options``: uvicorn's. The app may use a desk of the test's own loop:
    a database answers whichever loop asked."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", **options))
        thread = threading.Thread(target=lambda: asyncio.run(_served(server, listener)), daemon=True)
        thread.start()
        try:
            _wait(server, thread)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)


async def _served(server: uvicorn.Server, listener: socket.socket) -> None:
    try:
        await server.serve([listener])
    finally:
        await close_shared()  # the process that opened reports for its pages


def _wait(server: uvicorn.Server, thread: threading.Thread) -> None:
    tick = threading.Event()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("the server did not start")
        tick.wait(0.005)
