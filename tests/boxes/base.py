"""What every simulated box has: a server, a delay, a record of what it was asked, and one task that stops it."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from aiohttp import web

from selfcare.boxes.wire import Place
from tests.boxes.home import Home


@dataclass(frozen=True)
class Asked:
    """One request: what was asked, and what was sent with it, so that a canary can be looked for."""

    method: str
    path: str
    body: str = field(repr=False)


class Simulator:
    """A family adds routes in ``routes``. ``latency_s`` is waited before each answer, as a slow box does."""

    family = ""
    port = 80

    def __init__(self, home: Home | None = None, latency_s: float = 0.0) -> None:
        self.home = home or Home()
        self.latency_s = latency_s
        self.asked: list[Asked] = []

    def routes(self, app: web.Application) -> None:
        raise NotImplementedError

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._watch], client_max_size=4 * 1024 * 1024)
        self.routes(app)
        return app

    @web.middleware
    async def _watch(
        self, request: web.Request, handler: Callable[[web.Request], asyncio.Future[web.StreamResponse]]
    ) -> web.StreamResponse:
        self.asked.append(Asked(request.method, request.path_qs, await request.text()))
        if self.latency_s:
            await asyncio.sleep(self.latency_s)
        return await handler(request)


@contextlib.asynccontextmanager
async def serving(
    simulator: Simulator, address: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Place]:
    """The box on an address (port 0: any free one), for as long as the block lasts."""
    runner = web.AppRunner(simulator.app(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, address, port, ssl_context=tls)
        await site.start()
        assert site._server is not None
        taken = site._server.sockets[0].getsockname()[1]
        if not port and tls is None and str(taken).endswith("443"):  # a Bbox there would be spoken to by TLS
            other = web.TCPSite(runner, address, 0)
            await other.start()
            assert other._server is not None
            taken = other._server.sockets[0].getsockname()[1]
        yield Place(address, taken)
    finally:
        await runner.cleanup()
