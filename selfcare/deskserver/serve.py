"""The desk as a service: its parts put together, listening, and what goes on in the background beside it."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import signal
import ssl
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import uvicorn
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from selfcare.deskserver.access import sessions
from selfcare.deskserver.access.passwords import Passwords
from selfcare.deskserver.access.signing import Signing
from selfcare.deskserver.context import Desk
from selfcare.deskserver.model import DeskRefusal
from selfcare.deskserver.schema import audit_bound
from selfcare.deskserver.settings import DeskSettings
from selfcare.deskserver.web import application

_LOG = logging.getLogger("selfcare.deskserver")
Task = Callable[[Desk], Awaitable[None]]

ROUTES = (
    "selfcare.deskserver.api.routes", "selfcare.deskserver.access.registering", "selfcare.deskserver.intake.mail",
    "selfcare.deskserver.intake.phone",
    "selfcare.deskserver.pages.signing", "selfcare.deskserver.pages.admin", "selfcare.deskserver.pages.routes",
)  # fmt: skip
"""Modules with ``routes() -> list[BaseRoute]``; the first that matches answers."""
AGAIN_S = 5.0
"""Seconds after which a background task that broke begins anew."""
SWITCH_S = 0.0005
"""Seconds a thread may keep the others waiting: Python's 5 ms would be lost at each answer of the database."""
CONNECTIONS, IDLE_S, END_S = 1000, 15, 20


class ServeRefused(Exception):
    """Not begun: sentence ``serve.<code>`` of domain ``desk``."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def assemble(desk: Desk, passwords: Passwords | None = None) -> Starlette:
    """Everything that can be asked. ``passwords``: cheaper ones, for tests."""
    from selfcare.deskserver.access.who import caller_of

    found: list[BaseRoute] = [route for name in ROUTES for route in import_module(name).routes()]
    app = application(desk, [*found, Route("/health", _health)], caller_of, sessions.agent_of)
    app.state.signing = Signing(desk, passwords)
    return app


async def _health(request: Request) -> Response:
    """For whoever spreads requests over several desks: 204 where this one can read its database, else 503."""
    desk: Desk = request.app.state.desk
    try:
        await desk.database.read(lambda c: c.execute(select(audit_bound.c.id)).first())
    except SQLAlchemyError:
        raise DeskRefusal(503, "database_away") from None
    return Response(status_code=204)


def demand_safe(settings: DeskSettings) -> None:
    """Raises :class:`ServeRefused`: passwords and tickets would go over a network as everybody can read them."""
    if bool(settings.certificate) != bool(settings.certificate_key):
        raise ServeRefused("half_certificate")
    if not _loopback(settings.listen) and not settings.certificate and not settings.behind_proxy:
        raise ServeRefused("open_network", listen=settings.listen)
    if (settings.certificate or not _loopback(settings.listen)) and not settings.url.startswith("https://"):
        raise ServeRefused("url_plain", url=settings.url)
    if settings.certificate:
        try:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(settings.certificate, settings.certificate_key, password="")
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise ServeRefused("bad_certificate", certificate=settings.certificate, why=why) from None


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def serve(
    desk: Desk, app: Starlette, tasks: Sequence[Task] = (), listening: Callable[[str, int], None] | None = None
) -> None:
    """Until SIGTERM or SIGINT; what is being answered then is answered. ``listening``: told address and port.

    Raises:
        ServeRefused: it would be reached by strangers unprotected, or the port cannot be had.
    """
    demand_safe(desk.settings)
    sys.setswitchinterval(SWITCH_S)
    server = _Server(_config(desk.settings, app), listening)
    try:
        async with background(desk, tasks):
            await server.serve()
    except SystemExit:  # uvicorn's way to say that it could not listen: it has told why
        raise ServeRefused("no_port", listen=desk.settings.listen, port=desk.settings.port) from None


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, listening: Callable[[str, int], None] | None) -> None:
        super().__init__(config)
        self._listening = listening

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """SIGTERM and SIGINT end the service, and not the process.

        uvicorn would raise them again when it has ended, before tasks, mails and database are closed.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {one: signal.signal(one, self.handle_exit) for one in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        found = [one for server in getattr(self, "servers", ()) for one in server.sockets]
        if found and self._listening:
            self._listening(*found[0].getsockname()[:2])


def _config(settings: DeskSettings, app: Starlette) -> uvicorn.Config:
    if find_spec("httptools"):
        from selfcare.deskserver.serve_http import protocol

        http: Any = protocol(settings.limits.slow_s, CONNECTIONS)
    else:
        http = "h11"
    return uvicorn.Config(
        app, settings.listen, settings.port, http=http, ws="none", lifespan="off", log_config=None, access_log=False,
        server_header=False, proxy_headers=False,
        limit_concurrency=CONNECTIONS, timeout_keep_alive=IDLE_S, timeout_graceful_shutdown=END_S,
        h11_max_incomplete_event_size=32 * 1024, ssl_certfile=settings.certificate or None,
        ssl_keyfile=settings.certificate_key or None,
    )  # fmt: skip


@contextlib.asynccontextmanager
async def background(desk: Desk, tasks: Sequence[Task]) -> AsyncIterator[None]:
    """Runs them beside; ended when this is left. One that breaks begins anew: the service is more than it."""
    running = [asyncio.create_task(_kept_up(desk, task)) for task in tasks]
    try:
        yield
    finally:
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _kept_up(desk: Desk, task: Task) -> None:
    while True:
        try:
            await task(desk)
        except Exception as error:
            _LOG.error("background %s %s", getattr(task, "__qualname__", "task"), type(error).__name__)
        await asyncio.sleep(AGAIN_S)
