"""A simulated box in a process of its own: it outlives whoever changes it, and kills at a request when told to.

A second server beside it is asked for: ``/reset``, ``/arm`` (who dies, at which request, before or after it is carried
out), ``/state`` (all that a wish may touch, and how many requests there were since the reset).
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
import urllib.request
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from selfcare.boxes.wire import Place
from tests.boxes.base import Simulator
from tests.boxes.home import Home
from tests.boxes.plain import PlainBox, seen
from tests.boxes.wishes import home as made_home

Make = Callable[[Home], Simulator]


class Server:
    """In the box's own process. The simulator is made anew at each reset, and served at the same port."""

    def __init__(self, make: Make, forgotten: tuple[str, ...]) -> None:
        self.make, self.forgotten = make, forgotten
        self.box = make(made_home())
        self.count = 0
        self.armed: tuple[int, int, str] | None = None
        self.runner: web.AppRunner | None = None
        self.port = 0

    async def start(self) -> None:
        app = self.box.app()
        app.middlewares.insert(0, self._watch)
        self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        assert site._server is not None
        self.port = site._server.sockets[0].getsockname()[1]

    @web.middleware
    async def _watch(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.count += 1
        mine = self.count
        if self._struck(mine, "before"):
            return web.Response(status=503)
        reply: web.StreamResponse = await handler(request)
        self._struck(mine, "after")
        return reply

    def _struck(self, number: int, when: str) -> bool:
        if self.armed is None or self.armed[1:] != (number, when):
            return False
        os.kill(self.armed[0], signal.SIGKILL)
        return True

    # -- asked by the sweep ----------------------------------------------------------------------

    async def reset(self, _request: web.Request) -> web.Response:
        self.armed = None
        if self.runner is not None:
            await self.runner.cleanup()
        before, self.box, self.count = self.box, self.make(made_home()), 0
        if (programs := getattr(before, "tokens", None)) is not None:  # a Freebox: whom it let in, it knows
            self.box.tokens = programs  # type: ignore[attr-defined]
        await self.start()
        return web.json_response({})

    async def arm(self, request: web.Request) -> web.Response:
        words = await request.json()
        self.count = 0
        self.armed = (words["pid"], words["number"], words["when"]) if words["pid"] else None
        return web.json_response({})

    async def state(self, _request: web.Request) -> web.Response:
        told = {
            "seen": seen(self.box.home, self.forgotten),
            "count": self.count,
            "restarts": self.box.home.reboot_asked,
        }
        return web.json_response(told)


def serve(make: Make, forgotten: tuple[str, ...], ready: int) -> None:
    """The life of the process; the two ports are written to ``ready``."""

    async def life() -> None:
        server = Server(make, forgotten)
        await server.start()
        admin = web.Application()
        admin.add_routes([
            web.post("/reset", server.reset), web.post("/arm", server.arm), web.get("/state", server.state)
        ])  # fmt: skip
        runner = web.AppRunner(admin, access_log=None)
        async with AsyncExitStack() as stack:
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            assert site._server is not None
            os.write(ready, f"{server.port} {site._server.sockets[0].getsockname()[1]}\n".encode())
            await asyncio.Event().wait()

    asyncio.run(life())


@dataclass
class BoxProcess:
    """Seen from the sweep."""

    pid: int
    place: Place
    admin: int

    @classmethod
    def start(cls, make: Make = PlainBox, forgotten: tuple[str, ...] = ()) -> BoxProcess:
        out, into = os.pipe()
        pid = os.fork()
        if pid == 0:
            with suppress(BaseException):
                serve(make, forgotten, into)
            os._exit(0)
        port, admin = os.read(out, 100).split()
        os.close(out)
        os.close(into)
        return cls(pid, Place("127.0.0.1", int(port)), int(admin))

    def stop(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)

    def _ask(self, path: str, words: dict[str, Any] | None = None) -> Any:
        data = None if words is None else json.dumps(words).encode()
        for _ in range(3):
            with suppress(ConnectionError):
                request = urllib.request.Request(f"http://127.0.0.1:{self.admin}{path}", data)
                with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as reply:
                    return json.load(reply)
            time.sleep(0.05)
        raise ConnectionError(path)

    def reset(self) -> None:
        self._ask("/reset", {})

    def arm(self, pid: int, number: int, when: str) -> None:
        """Counts requests anew; ``pid`` 0: nobody is killed."""
        self._ask("/arm", {"pid": pid, "number": number, "when": when})

    def state(self) -> dict[str, Any]:
        return dict(self._ask("/state"))
