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
    """A family adds routes in ``routes``. ``latency_s`` is waited before each answer, as a slow box does.

    ``spans``: when each request came and when its answer was ready, by the clock of the event loop.
    """

    family = ""
    port = 80

    def __init__(self, home: Home | None = None, latency_s: float = 0.0) -> None:
        self.home = home or Home()
        self.latency_s = latency_s
        self.asked: list[Asked] = []
        self.spans: list[tuple[float, float]] = []

    def routes(self, app: web.Application) -> None:
        """What this box answers by HTTP: nothing, where it speaks something else (NAT-PMP)."""

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._watch], client_max_size=4 * 1024 * 1024)
        self.routes(app)
        return app

    @web.middleware
    async def _watch(
        self, request: web.Request, handler: Callable[[web.Request], asyncio.Future[web.StreamResponse]]
    ) -> web.StreamResponse:
        self.asked.append(Asked(request.method, request.path_qs, await request.text()))
        loop = asyncio.get_running_loop()
        came = loop.time()
        if self.latency_s:
            await asyncio.sleep(self.latency_s)
        answer = await handler(request)
        self.spans.append((came, loop.time()))
        return answer

    def round_trips(self) -> int:
        """The longest chain of requests of which each came after the answer before it: what latency costs a client."""
        count, free = 0, 0.0
        for came, answered in sorted(self.spans, key=lambda span: span[1]):
            if came >= free:
                count, free = count + 1, answered
        return count

    @contextlib.asynccontextmanager
    async def listening(self, address: str, port: int, tls: ssl.SSLContext | None) -> AsyncIterator[int]:
        """Serves on the port that it yields."""
        runner = web.AppRunner(self.app(), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            site = web.TCPSite(runner, address, port, ssl_context=tls)
            await site.start()
            assert site._server is not None
            yield site._server.sockets[0].getsockname()[1]
        finally:
            await runner.cleanup()


@contextlib.asynccontextmanager
async def serving(
    simulator: Simulator, address: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Place]:
    """The box on an address (port 0: any free one), for as long as the block lasts."""
    async with simulator.listening(address, port, tls) as taken:
        yield Place(address, taken)
