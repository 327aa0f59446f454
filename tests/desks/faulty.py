"""A desk's server in this process that can be told to fail, and how; the desks' fakes are built on it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from aiohttp import web


class Fault(StrEnum):
    """What becomes of one request. ``*_BEFORE``: nothing was done; ``*_AFTER``: it was done, and nobody is told."""

    CUT_BEFORE = "cut_before"
    CUT_AFTER = "cut_after"
    CUT_MIDST = "cut_midst"  # done, and half of the answer arrives
    ERROR_BEFORE = "error_before"  # 500
    ERROR_AFTER = "error_after"
    ACCEPTED = "accepted"  # 202, done later
    UNAVAILABLE = "unavailable"  # 503, not done
    SLOW = "slow"  # done after ``slow_s``, when whoever asked may have gone
    DOUBLE = "double"  # the network delivers it twice
    RUBBISH = "rubbish"  # done, and the answer is no JSON


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it came. ``number``: from 1. ``changes``: it is no GET."""

    number: int
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    form: dict[str, Any] = field(default_factory=dict)

    @property
    def changes(self) -> bool:
        return self.method != "GET"


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    value: Any
    headers: dict[str, str] = field(default_factory=dict)


Plan = Callable[[Call], "Fault | None"]


class FaultyServer:
    """``plan`` says for each call what goes wrong with it; None: nothing ever does. ``calls``: all that came."""

    prefix = ""

    def __init__(self, plan: Plan | None = None, *, slow_s: float = 0.2) -> None:
        self.plan, self.slow_s = plan, slow_s
        self.calls: list[Call] = []
        self.url = ""
        self._runner: web.AppRunner | None = None
        self._later: set[asyncio.Task[None]] = set()

    def answer(self, call: Call) -> Reply:
        """What the desk does. Synchronous: two calls never mix, as in a database."""
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=16 * 1024 * 1024)
        app.router.add_route("*", "/{rest:.*}", self._handle)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}{self.prefix}"
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._later:
            task.cancel()
        assert self._runner is not None
        await self._runner.cleanup()

    async def settled(self) -> None:
        """What was accepted for later has been done."""
        await asyncio.gather(*self._later)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        form: dict[str, Any] = {}
        if request.content_type == "multipart/form-data":
            form, body = dict(await request.post()), b""
        else:
            body = await request.read()
        path = request.path.removeprefix(self.prefix)
        headers = {name.lower(): value for name, value in request.headers.items()}
        call = Call(len(self.calls) + 1, request.method, path, dict(request.query), headers, body, form)
        self.calls.append(call)
        fault = self.plan(call) if self.plan else None
        return await self._done(request, call, fault)

    async def _done(self, request: web.Request, call: Call, fault: Fault | None) -> web.StreamResponse:
        match fault:
            case Fault.CUT_BEFORE:
                return self._cut(request)
            case Fault.ERROR_BEFORE:
                return web.json_response({"message": "Internal error"}, status=500)
            case Fault.UNAVAILABLE:
                return web.Response(status=503)
            case Fault.ACCEPTED:
                self._later.add(asyncio.create_task(self._after(call)))
                return web.Response(status=202)
            case Fault.SLOW:
                await asyncio.sleep(self.slow_s)
            case Fault.DOUBLE:
                self.answer(call)
        return await self._told(request, call, fault)

    async def _told(self, request: web.Request, call: Call, fault: Fault | None) -> web.StreamResponse:
        reply = self.answer(call)
        match fault:
            case Fault.CUT_AFTER:
                return self._cut(request)
            case Fault.CUT_MIDST:
                return await self._half(request, reply)
            case Fault.ERROR_AFTER:
                return web.json_response({"message": "Internal error"}, status=500)
            case Fault.RUBBISH:
                return web.Response(status=reply.status, text="<html>")
        if isinstance(reply.value, bytes):
            return web.Response(body=reply.value, status=reply.status)
        return web.json_response(reply.value, status=reply.status, headers=reply.headers)

    async def _after(self, call: Call) -> None:
        await asyncio.sleep(self.slow_s)
        self.answer(call)

    @staticmethod
    def _cut(request: web.Request) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    @staticmethod
    async def _half(request: web.Request, reply: Reply) -> web.StreamResponse:
        response = web.StreamResponse(status=reply.status, headers={"Content-Length": "4096"})
        await response.prepare(request)
        await response.write(b'{"id": ')
        if request.transport is not None:
            request.transport.abort()
        return response
