"""Around everything the desk answers: bounds for what comes in, a browser's safeguards on what goes out.

Plain ASGI: nothing is buffered here, and what a handler streams stays a stream.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import secrets
import traceback
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from selfcare.deskserver.context import Desk
from selfcare.deskserver.model import DeskRefusal
from selfcare.deskserver.settings import Limits
from selfcare.deskserver.web_errors import refusal

_LOG = logging.getLogger("selfcare.deskserver")
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
SAFEGUARDS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    # not "no-referrer": a browser then says "Origin: null" of our own forms, and they could not be told from others'
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
ANSWER_S = 120.0
"""Seconds a request may take after its body was read: an answer to 1,000 tickets of an outage takes a few."""
ADDRESS = 4096
"""Characters of a path: Python refuses a number of 4,300 digits. Four times as many of a query."""
IN_FLIGHT = 256 * 1024 * 1024
"""Bytes of bodies that are being read at one moment, of all strangers together."""


class Shield:
    """Outermost: names the request, checks whom it is for, sets the safeguards, and survives what a handler raises."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self._app, self._desk = app, desk
        self._host = (urlsplit(desk.settings.url).hostname or "").lower()
        self._https = desk.settings.url.lower().startswith("https://")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        name, begun = secrets.token_hex(8), False

        async def guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                self._safeguard(MutableHeaders(raw=message.setdefault("headers", [])), name)
            await send(message)

        request = Request(scope, receive)
        try:
            if not self._ours(request.headers.get("host", "")):
                raise DeskRefusal(421, "other_host")
            await self._app(scope, receive, guarded)
        except Exception as error:
            if begun:  # half an answer cannot be taken back: the connection ends, and who reads it sees that
                raise ConnectionAbortedError(name) from None
            await refusal(request, self._told(error, name, scope))(scope, receive, guarded)

    def _safeguard(self, headers: MutableHeaders, name: str) -> None:
        for key, value in SAFEGUARDS.items():
            headers.setdefault(key, value)
        headers["x-request-id"] = name
        if self._https:
            headers.setdefault("strict-transport-security", "max-age=31536000")

    def _ours(self, host: str) -> bool:
        """The address it is reached by, or this very machine: not a name that somebody let point here."""
        try:
            plain = (urlsplit("//" + host).hostname or "").lower() if host.isprintable() and "@" not in host else ""
            if plain in (self._host, "localhost"):
                return True
            return ipaddress.ip_address(plain).is_loopback
        except ValueError:
            return False

    def _told(self, error: Exception, name: str, scope: Scope) -> DeskRefusal:
        """Ours as it is; another one as 500, logged by where it happened: its words may hold somebody's."""
        if isinstance(error, DeskRefusal):
            return error
        where = [f"{one.filename.rpartition('/')[2]}:{one.lineno}" for one in traceback.extract_tb(error.__traceback__)]
        _LOG.error("%s %s %s %s", name, scope["method"], type(error).__name__, " ".join(where[-8:]))
        return DeskRefusal(500, "broken")


class Proxied:
    """Behind a proxy of the operator's: who asks is what that proxy added last; what stands before it anybody wrote."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http":
            said = [value for key, value in scope["headers"] if key == b"x-forwarded-for"]
            last = said[-1].decode("latin-1").rpartition(",")[2].strip() if said else ""
            with contextlib.suppress(ValueError):
                scope = {**scope, "client": (str(ipaddress.ip_address(last)), 0)}
        await self._app(scope, receive, send)


class Bounds:
    """A body's size and time; the answer's time."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app, self._limits, self._held = app, limits, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        _demand_address(scope)
        self._demand_length(scope)
        body = _Body(receive, self._limits, asyncio.get_running_loop().time() + self._limits.slow_s, self)
        try:
            async with asyncio.timeout(self._limits.slow_s + ANSWER_S):
                await self._app(scope, body.receive, send)
        except TimeoutError:
            raise DeskRefusal(503, "busy") from None
        finally:
            self._held -= body.size

    def _demand_length(self, scope: Scope) -> None:
        for key, value in scope["headers"]:
            if key == b"content-length" and (not value.isdigit() or len(value) > 15 or int(value) > self._limits.body):
                raise DeskRefusal(413, "request_large")

    def hold(self, octets: int) -> None:
        """Raises :class:`DeskRefusal` 503 where all bodies together are too much."""
        self._held += octets
        if self._held > IN_FLIGHT:
            raise DeskRefusal(503, "busy")


def _demand_address(scope: Scope) -> None:
    """What no page of ours is called, and no database takes: NUL, and more than anybody types."""
    if "\0" in scope["path"]:
        raise DeskRefusal(404, "not_found")
    if len(scope["path"]) > ADDRESS or len(scope["query_string"]) > 4 * ADDRESS:
        raise DeskRefusal(414, "address_long")
    if b"%00" in scope["query_string"] or b"\0" in scope["query_string"]:
        raise DeskRefusal(400, "odd_request")


class _Body:
    """Counts what comes, until all of it is there or it is too much or too slow."""

    def __init__(self, receive: Receive, limits: Limits, until: float, bounds: Bounds) -> None:
        self._receive, self._limits, self._until, self._bounds = receive, limits, until, bounds
        self.size, self._whole = 0, False

    async def receive(self) -> Message:
        if self._whole:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            raise DeskRefusal(408, "too_slow") from None
        octets = len(message.get("body", b""))
        self.size += octets
        self._bounds.hold(octets)
        self._whole = not message.get("more_body", False)
        if self.size > self._limits.body:
            raise DeskRefusal(413, "request_large")
        return message
