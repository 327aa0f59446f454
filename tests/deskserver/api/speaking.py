"""The API over real HTTP, and each exchange held against TM Forum's files."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import insert
from starlette.requests import Request

from selfcare.deskserver.api.routes import routes
from selfcare.deskserver.context import Desk
from selfcare.deskserver.model import Agent, Anybody, Caller, Subscriber, System
from selfcare.deskserver.schema import subscribers
from selfcare.deskserver.web import application
from tests.desks import official as of
from tests.deskserver.bench import desk_at, running

FILES = {"v5": of.V5, "v4": of.V4}
BASES = {one: f"/tmf-api/troubleTicket/{one}" for one in FILES}
JEANNE, PAUL, BILLING = Subscriber(1, "install:jeanne"), Subscriber(2, "install:paul"), System("billing")
OTHER_SYSTEM = System("crm")
_WHO: dict[str, Caller] = {"Bearer jeanne": JEANNE, "Bearer paul": PAUL, "Bearer billing": BILLING,
                           "Bearer crm": OTHER_SYSTEM}  # fmt: skip


@dataclass
class Said:
    """An answer."""

    status: int
    headers: Any
    body: Any
    raw: bytes


@dataclass
class Api:
    """One desk. ``strict``: requests are held against the official files too; ``holds``: answers are."""

    url: str
    desk: Desk
    session: aiohttp.ClientSession
    strict: bool = True
    holds: bool = True
    wrong: list[str] = field(default_factory=list)

    async def ask(
        self, method: str, path: str, body: Any = None, who: str = "jeanne", kind: str = "", strict: bool | None = None,
        data: bytes | None = None, **headers: str,
    ) -> Said:  # fmt: skip
        """``path``: below the root, or ``v5:/troubleTicket``. ``body``: JSON."""
        version, _, rest = path.partition(":")
        target = f"{BASES[version]}{rest}" if version in BASES else path
        every = {name.replace("_", "-"): value for name, value in headers.items()}
        if who:
            every["Authorization"] = f"Bearer {who}"
        if body is not None or data is not None:
            every["Content-Type"] = kind or "application/json"
        raw = data if data is not None else json.dumps(body).encode() if body is not None else None
        async with self.session.request(method, self.url + target, data=raw, headers=every) as response:
            found = await response.read()
            is_json = response.headers.get("content-type", "").startswith("application/json")
            said = Said(response.status, response.headers, json.loads(found) if is_json else None, found)
        if self.holds and version in BASES and of.FOLDER.is_dir():
            self._hold(version, method, rest, body, kind, said, self.strict if strict is None else strict)
        return said

    def _hold(self, version: str, method: str, rest: str, body: Any, kind: str, said: Said, strict: bool) -> None:
        official = of.official(FILES[version])
        operation = official.operation(method, rest.partition("?")[0])
        if operation is None or said.status in (204, 304) or (said.raw and said.body is None):
            return
        if strict and body is not None and said.status < 300:
            self.wrong += of.wrong(official.request_schema(operation, kind or "application/json"), body)
        schema = official.answer_schema(operation, 200 if said.status == 206 else said.status)
        if schema is not None and method != "HEAD":
            self.wrong += [f"{method} {rest} {said.status}: {one}" for one in of.wrong(schema, said.body)]


Act = Callable[[Api], Awaitable[None]]


def speak(folder: Path, act: Act, **settings: Any) -> None:
    """With a desk in ``folder``; what the official files say against it fails."""

    async def run() -> None:
        async with desk_at(folder, **settings) as desk:
            rows = [{"id": one.id, "key": one.key, "proven": True, "created_at": 1} for one in (JEANNE, PAUL)]
            await desk.database.write(lambda c: c.execute(insert(subscribers), rows))
            with running(app(desk)) as url:
                desk.settings = replaced(desk.settings, url)
                async with aiohttp.ClientSession() as session:
                    api = Api(url, desk, session)
                    await act(api)
                    assert api.wrong == []

    asyncio.run(run())


def replaced(settings: Any, url: str) -> Any:
    from dataclasses import replace

    return replace(settings, url=url)


def app(desk: Desk) -> Any:
    """Callers by their token."""

    async def api_caller(request: Request) -> Caller:
        return _WHO.get(request.headers.get("authorization", ""), Anybody())

    async def agent_of(request: Request) -> Agent | Anybody:
        return Anybody()

    return application(desk, routes(), api_caller, agent_of)


def login(who: str) -> Any:
    """For the real client."""

    async def headers() -> dict[str, str]:
        return {"Authorization": f"Bearer {who}"}

    return headers
