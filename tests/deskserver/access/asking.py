"""A browser without a network: requests to the assembled application, its cookies, and an agent to sign in with."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from selfcare.deskserver.access import agents, totp
from selfcare.deskserver.access.passwords import Cost, Passwords
from selfcare.deskserver.context import Desk
from selfcare.deskserver.model import Role
from selfcare.deskserver.serve import assemble
from tests.deskserver.bench import desk_at

CHEAP = Cost(memory=64, rounds=1, scrypt_n=16)
PASSWORD = "une phrase assez longue"
SECRET = b"s" * 20
HOST = "127.0.0.1:8621"
T0 = 1_800_000_000_000


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Clock:
    at: int = T0

    def __call__(self) -> int:
        return self.at

    def minutes(self, count: float) -> None:
        self.at += int(count * 60_000)


@dataclass
class Browser:
    """``address``: where it is."""

    app: Any
    address: str = "192.0.2.1"
    cookies: dict[str, str] = field(default_factory=dict)

    async def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b"",
    ) -> Answer:  # fmt: skip
        where, _, query = path.partition("?")
        head = {"host": HOST, "accept": "text/html", **(headers or {})}
        if self.cookies and "cookie" not in head:
            head["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "path": where,
            "raw_path": where.encode(), "query_string": query.encode(), "root_path": "", "scheme": "http",
            "headers": [(name.lower().encode(), value.encode()) for name, value in head.items()],
            "client": (self.address, 40000), "server": ("127.0.0.1", 8621),
        }  # fmt: skip
        told: list[dict[str, Any]] = []

        bodies = iter([body])

        async def receive() -> dict[str, Any]:
            if next(bodies, None) is None:
                await asyncio.Event().wait()  # it stays, and says no more
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            told.append(message)

        await self.app(scope, receive, send)
        raw = [(name.decode(), value.decode()) for name, value in told[0]["headers"]]
        self._keep([value for name, value in raw if name == "set-cookie"])
        return Answer(told[0]["status"], dict(raw), b"".join(one.get("body", b"") for one in told[1:]))

    def _keep(self, given: list[str]) -> None:
        for line in given:
            for name, one in SimpleCookie(line).items():
                if one["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = one.value

    async def get(self, path: str, **headers: str) -> Answer:
        return await self.ask("GET", path, headers)

    async def post(self, path: str, form: Mapping[str, str], **headers: str) -> Answer:
        head = {"content-type": "application/x-www-form-urlencoded", "origin": f"http://{HOST}",
                "sec-fetch-site": "same-origin", **headers}  # fmt: skip
        return await self.ask("POST", path, head, urlencode(form).encode())

    async def login(self, login: str, code: str, password: str = PASSWORD, **more: str) -> Answer:
        return await self.post("/login", {"login": login, "password": password, "code": code, **more})

    async def csrf(self) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', (await self.get("/account")).text)
        assert found
        return found[1]


@dataclass
class Bench:
    desk: Desk
    app: Any
    clock: Clock
    passwords: Passwords

    def browser(self, address: str = "192.0.2.1") -> Browser:
        return Browser(self.app, address)

    def code(self, secret: bytes = SECRET) -> str:
        return totp.code(secret, self.clock.at)

    async def agent(self, login: str, role: Role = Role.AGENT) -> int:
        """Ready to sign in with ``PASSWORD`` and ``SECRET``."""
        hashed = await self.passwords.hashed(PASSWORD)

        def made(c: Any) -> int:
            secret = agents.invite(c, login, login.title(), role, self.clock.at)
            return agents.accept(c, secret, hashed, totp.sealed(self.desk.secret, login, SECRET), 0, self.clock.at)

        return await self.desk.database.write(made)

    async def signed_in(self, login: str, role: Role = Role.AGENT, address: str = "192.0.2.1") -> Browser:
        await self.agent(login, role)
        browser = self.browser(address)
        answer = await browser.login(login, self.code())
        assert answer.status == 303, answer.text
        return browser


@asynccontextmanager
async def at_the_desk(folder: Path, **settings: Any) -> AsyncIterator[Bench]:
    async with desk_at(folder, **settings) as desk:
        desk.now = clock = Clock()
        passwords = Passwords(CHEAP)
        yield Bench(desk, assemble(desk, passwords), clock, passwords)
