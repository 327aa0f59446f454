"""A TMF621 desk (v5 or v4) and its TMF656 outages, on loopback, with the habits real ones differ in.

``async with TmfServer("v5", notes="append") as server:`` then ``server.url``, ``outages_url``, ``tickets``.
It keeps what it was asked and what it answered (``server.seen``): both are held against the official files.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from selfcare.model.support import Auth, DeskEndpoint, DeskKind
from tests.desks.tmf_store import V4, V5, BadPatch, Store, stamp

BASES = {"v5": "/tmf-api/troubleTicket/v5", "v4": "/tmf-api/troubleTicket/v4"}
OUTAGES = "/tmf-api/serviceProblemManagement/v5"


@dataclass(slots=True)
class Fault:
    """What happens to the next request with this method: ``before`` or ``after`` it had its effect.

    ``does``: a status, ``"cut"`` (the connection ends) or a number of seconds as a float (slow).
    """

    method: str
    when: str
    does: int | str | float
    times: int = 1


@dataclass(slots=True)
class Exchange:
    """One request and its answer."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    sent: Any
    status: int = 0
    answer: Any = None


@dataclass(slots=True)
class TmfServer:
    """``dedup``: what a second POST with the same external id gets: ``no`` (another ticket), ``same`` (200 and the
    first one), ``conflict`` (409). ``idempotency``: honours ``Idempotency-Key``. ``late``: POST answers 202, and the
    ticket shows after so many more searches. ``filters``: queries it understands (``dot``, ``jsonpath``);
    ``unknown_query``: what it does with others: ``ignore`` or 400. ``notes``: a PATCH's list ``replace``s or is
    ``append``ed. ``shows_ids``: external ids are in lists (``always``), only in a ticket (``alone``), ``never``;
    ``hides_notes``: lists are without them. ``page``: the most of one page (0: all at once, whatever is asked).
    """

    version: str = "v5"
    dedup: str = "no"
    idempotency: bool = False
    late: int = 0
    token: str = ""
    filters: tuple[str, ...] = ("dot", "jsonpath")
    unknown_query: str = "ignore"
    honours_fields: bool = True
    shows_ids: str = "always"
    hides_notes: bool = False
    honours_offset: bool = True
    totals: bool = True
    notes: str = "replace"
    json_patch: bool = True
    cancels: bool = True
    keeps_reasons: bool = True
    own_note_ids: bool = False
    page: int = 100
    most_bytes: int = 4 * 1024 * 1024
    slow_s: float = 0.0
    at: tuple[str, int] = ("127.0.0.1", 0)
    faults: list[Fault] = field(default_factory=list)
    seen: list[Exchange] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    store: Store = field(init=False)
    root: str = field(init=False, default="")
    _runner: web.AppRunner | None = field(init=False, default=None)
    _keys: dict[str, dict[str, Any]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.store = Store(V5() if self.version == "v5" else V4(), appends=self.notes == "append",
                           own_note_ids=self.own_note_ids)  # fmt: skip

    @property
    def tickets(self) -> list[dict[str, Any]]:
        """All there are, also those that do not show yet."""
        return self.store.tickets

    @property
    def url(self) -> str:
        return f"{self.root}{BASES[self.version]}"

    @property
    def outages_url(self) -> str:
        return f"{self.root}{OUTAGES}"

    def endpoint(self, **extra: str) -> DeskEndpoint:
        """A profile's word for this desk."""
        kind = DeskKind.TMF621_V5 if self.version == "v5" else DeskKind.TMF621_V4
        auth = Auth.TOKEN if self.token else Auth.NONE
        return DeskEndpoint(kind, url=self.url, auth=auth, outages=self.outages_url, extra=extra)

    # -- what an agent does -----------------------------------------------------------------------

    def say(self, ref: str, text: str, author: str = "Julie", **more: Any) -> None:
        """An agent's note."""
        self.store.add_note(self.store.by_id[ref], {"@type": "Note", "author": author, "text": text, **more})

    def set(self, ref: str, **fields: Any) -> None:
        """An agent's change (``status``, ``statusChangeReason``, ``expectedResolutionDate``)."""
        self.store.change(self.store.by_id[ref], fields)

    def fail(self, method: str, status: int, times: int = 1) -> None:
        """The next requests are answered by this status, without effect."""
        self.faults.append(Fault(method, "before", status, times))

    # -- the server -------------------------------------------------------------------------------

    async def __aenter__(self) -> TmfServer:
        app = web.Application(client_max_size=self.most_bytes, middlewares=[self._around])
        base = BASES[self.version]
        app.router.add_post(f"{base}/troubleTicket", self._create)
        app.router.add_get(f"{base}/troubleTicket", self._list)
        app.router.add_get(f"{base}/troubleTicket/{{id}}", self._one)
        app.router.add_patch(f"{base}/troubleTicket/{{id}}", self._patch)
        app.router.add_get(f"{OUTAGES}/serviceProblem", self._problems)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, *self.at).start()
        self.root = f"http://{self.at[0]}:{self._runner.addresses[0][1]}"
        return self

    async def also(self, host: str, port: int, secure: ssl.SSLContext) -> None:
        """The same desk by TLS."""
        assert self._runner is not None
        await web.TCPSite(self._runner, host, port, ssl_context=secure).start()

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    @web.middleware
    async def _around(self, request: web.Request, handler: Any) -> web.StreamResponse:
        exchange = Exchange(request.method, request.raw_path.partition("?")[0], dict(request.query),
                            {name.lower(): value for name, value in request.headers.items()}, None)  # fmt: skip
        self.seen.append(exchange)
        if request.can_read_body:
            try:
                exchange.sent = json.loads(await request.read())
            except web.HTTPRequestEntityTooLarge:
                return self._kept(exchange, _error(413, "too large"))
            except ValueError:
                return self._kept(exchange, _error(400, "no JSON"))
        await asyncio.sleep(self.slow_s)
        if (early := await self._fault(request, "before")) is not None:
            return self._kept(exchange, early)
        open_to_all = not self.token or request.path.startswith(OUTAGES)
        if not open_to_all and request.headers.get("Authorization") != f"Bearer {self.token}":
            return self._kept(exchange, _error(401, "who are you?"))
        try:
            answer = await handler(request, exchange)
        except web.HTTPException as error:
            answer = _error(error.status, error.reason)
        if (late := await self._fault(request, "after")) is not None:
            answer = late
        return self._kept(exchange, answer)

    def _kept(self, exchange: Exchange, answer: web.Response) -> web.Response:
        exchange.status = answer.status
        exchange.answer = json.loads(answer.body) if isinstance(answer.body, bytes) and answer.body else None
        return answer

    async def _fault(self, request: web.Request, when: str) -> web.Response | None:
        for fault in self.faults:
            if fault.times and (fault.method, fault.when) == (request.method, when):
                fault.times -= 1
                if isinstance(fault.does, float):
                    await asyncio.sleep(fault.does)
                    return None
                if fault.does == "cut":
                    assert request.transport is not None
                    request.transport.abort()
                    raise ConnectionResetError
                return _error(int(fault.does), "out of order")
        return None

    async def _create(self, request: web.Request, exchange: Exchange) -> web.Response:
        body = exchange.sent
        missing = [name for name in self.store.shape.mandatory if not (isinstance(body, dict) and body.get(name))]
        if missing:
            return _error(400, f"missing: {', '.join(missing)}")
        key = request.headers.get("Idempotency-Key", "")
        if self.idempotency and key in self._keys:
            return self._json(self._keys[key], 201)
        there = self.store.same(body)
        if there is not None and self.dedup != "no":
            return self._json(there, 200) if self.dedup == "same" else _error(409, "already there")
        made = self.store.make(body, self.url, hidden=self.late)
        if key:
            self._keys[key] = made
        if self.late:
            return web.Response(status=202)
        return self._json(made, 201, {"Location": made["href"]})

    async def _list(self, request: web.Request, exchange: Exchange) -> web.Response:
        query = {name: value for name, value in request.query.items()
                 if name not in ("fields", "offset", "limit", "sort")}  # fmt: skip
        shown = self.store.searched(request.query.get("sort", ""))
        for name, value in query.items():
            kind = "jsonpath" if name == "filter" else "dot"
            if kind in self.filters:
                shown = [one for one in shown if self.store.shape.matches(one, name, value)]
            elif self.unknown_query != "ignore":
                return _error(400, f"unknown query {name}")
        total = len(shown)
        start = int(request.query.get("offset", "0")) if self.honours_offset else 0
        most = min(int(request.query.get("limit", "100")), self.page) if self.page else total
        part = shown[start : start + most]
        if self.honours_fields and "fields" in request.query:
            wanted = {*request.query["fields"].split(","), "id", "href", "@type"}
            part = [{name: value for name, value in one.items() if name in wanted} for one in part]
        part = [self._shown(one, alone=False) for one in part]
        headers = {"X-Total-Count": str(total), "X-Result-Count": str(len(part))} if self.totals else {}
        return self._json(part, 200 if len(part) == total else 206, headers)

    async def _one(self, request: web.Request, exchange: Exchange) -> web.Response:
        return self._json(self._shown(self._found(request), alone=True), 200)

    async def _patch(self, request: web.Request, exchange: Exchange) -> web.Response:
        found = self._found(request)
        kind = request.content_type
        if kind == "application/json-patch+json" and self.version == "v5" and self.json_patch:
            try:
                self.store.json_patch(found, exchange.sent)
            except BadPatch as error:
                return _error(400, str(error))
            return self._json(found, 200)
        if kind != "application/json" and not (self.version == "v5" and kind == "application/merge-patch+json"):
            return _error(415, "not understood")
        if not isinstance(exchange.sent, dict):
            return _error(400, "no object")
        if exchange.sent.get("status") == "cancelled" and not self.cancels:
            return _error(403, "an agent does that")
        left_out = () if self.keeps_reasons else ("statusChangeReason",)
        self.store.change(found, {name: value for name, value in exchange.sent.items() if name not in left_out})
        return self._json(found, 200)

    async def _problems(self, request: web.Request, exchange: Exchange) -> web.Response:
        return self._json(self.problems, 200)

    def _shown(self, ticket: dict[str, Any], alone: bool) -> dict[str, Any]:
        hidden = self.shows_ids == "never" or (self.shows_ids == "alone" and not alone)
        left_out = {"externalId", "externalIdentifier"} if hidden else set()
        left_out |= {"note"} if self.hides_notes and not alone else set()
        return {name: value for name, value in ticket.items() if name not in left_out}

    def _found(self, request: web.Request) -> dict[str, Any]:
        found = self.store.by_id.get(request.match_info["id"])
        if found is None:
            raise web.HTTPNotFound
        return found

    def _json(self, body: Any, status: int, headers: dict[str, str] | None = None) -> web.Response:
        return web.json_response(body, status=status, headers=headers)


def _error(status: int, reason: str) -> web.Response:
    body = {"@type": "Error", "code": str(status), "reason": reason, "status": str(status)}
    return web.json_response(body, status=status)


__all__ = ["Exchange", "Fault", "TmfServer", "stamp"]
