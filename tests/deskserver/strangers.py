"""The whole desk as it is served: its own uvicorn, its middleware, its background tasks, people of every kind at it.

``with whole_at(folder) as desk: desk.api(...)``, ``desk.page(...)``: what a stranger can send, really answered.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select, update

from selfcare.deskserver import serve
from selfcare.deskserver.access import agents, households, tokens, totp
from selfcare.deskserver.access.passwords import Passwords, make
from selfcare.deskserver.context import Desk
from selfcare.deskserver.model import Role
from selfcare.deskserver.opening import close_desk, open_desk
from selfcare.deskserver.schema import audit, subscribers, tickets
from selfcare.deskserver.serve_tasks import everything
from selfcare.deskserver.settings import DeskSettings, Limits, MailOut
from tests.deskserver.access.asking import CHEAP, PASSWORD, SECRET

TICKETS = "/tmf-api/troubleTicket/v5/troubleTicket"
JSON = "application/json"


@dataclass
class Told:
    """An answer, whole."""

    status: int
    headers: Any
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)

    @property
    def text(self) -> str:
        return self.raw.decode()


@dataclass
class Tab:
    """A browser of one agent: its cookie, and the token of its forms."""

    whole: Whole
    cookie: str
    csrf: str = ""

    def get(self, path: str, **headers: str) -> Told:
        return self.whole.ask("GET", path, headers={"Accept": "text/html", "Cookie": self.cookie, **headers})

    def post(self, path: str, form: Mapping[str, str] | None = None, **headers: str) -> Told:
        told = {"csrf": self.csrf, **(form or {})}
        head = {"Accept": "text/html", "Cookie": self.cookie, "Origin": self.whole.url,
                "Content-Type": "application/x-www-form-urlencoded", **headers}  # fmt: skip
        return self.whole.ask("POST", path, urlencode(told), {one: value for one, value in head.items() if value})


@dataclass
class Whole:
    """``anna`` and ``bert``: tokens of two subscribers who proved their mail; ``billing``: of a system."""

    desk: Desk
    app: Any
    port: int
    letters: Path
    tabs: dict[str, Tab] = field(default_factory=dict)
    anna: str = ""
    bert: str = ""
    billing: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self, method: str, path: str, body: str | bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Told:
        """One request on a connection of its own."""
        there = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            there.request(method, path, body, dict(headers or {}))
            answer = there.getresponse()
            return Told(answer.status, answer.headers, answer.read())
        finally:
            there.close()

    def api(self, method: str, path: str, who: str = "", body: Any = None, kind: str = JSON, **headers: str) -> Told:
        """``path``: below the tickets, or from the root. ``body``: JSON, or bytes as they are."""
        said = {"Authorization": f"Bearer {who}"} if who else {}
        said |= {"Content-Type": kind} if body is not None else {}
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        return self.ask(method, path if path.startswith("/") else TICKETS + path, raw, {**said, **headers})

    def file(self, who: str, **more: Any) -> str:
        """A ticket's ref."""
        told = self.api("POST", "", who, {**ticket(), **more})
        assert told.status == 201, told.raw
        return str(told.body["id"])

    def raw(self, sent: bytes, wait: float = 5.0) -> bytes:
        """What comes back for these bytes, until the other side ends it or says no more."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as there:
            there.sendall(sent)
            found = b""
            try:
                while piece := there.recv(65536):
                    found += piece
            except (TimeoutError, ConnectionError):
                return found
            return found

    def read(self, ask: Any) -> Any:
        return asyncio.run(self.desk.database.read(ask))

    def write(self, do: Any) -> Any:
        return asyncio.run(self.desk.database.write(do))

    def audited(self) -> list[tuple[str, str, str]]:
        """Who did what to what, oldest first."""
        asked = select(audit.c.who, audit.c.did, audit.c.what).order_by(audit.c.id)
        return [tuple(row) for row in self.read(lambda c: c.execute(asked).all())]

    def number(self, ref: str) -> Any:
        return self.read(lambda c: c.execute(select(tickets).where(tickets.c.ref == ref)).mappings().one())

    def person(self, key: str, *, proven: bool = True) -> str:
        """A token of a subscriber of this key."""
        now = self.desk.now()

        def made(c: Any) -> str:
            number = households.named(c, key, now, mail=f"{key[-4:]}@home.example")
            c.execute(update(subscribers).where(subscribers.c.id == number).values(proven=proven))
            return tokens.make_subscriber(c, number, now)

        return str(self.write(made))


def ticket(**more: Any) -> dict[str, Any]:
    return {"@type": "TroubleTicket", "name": "Plus d'Internet", "description": "Tout est coupé.",
            "severity": "Major", "ticketType": "incident", **more}  # fmt: skip


@contextmanager
def whole_at(
    folder: Path, roles: tuple[Role, ...] = tuple(Role), limits: Limits | None = None, idle: int = 15, **settings: Any
) -> Iterator[Whole]:
    """As ``selfcare desk serve`` runs it, on a free port, in a thread; ``roles``: agents that are signed in."""
    letters = folder / "letters"
    given = {"data": str(folder / "desk"), "port": 0, "limits": limits or Limits(tickets_a_day=1000, slow_s=1.0),
             "mail": MailOut(folder=str(letters), sender="aide@isp.example"), **settings}  # fmt: skip
    listening: list[int] = []
    ready, stop, there = threading.Event(), threading.Event(), list[Any]()

    def told(_host: str, port: int) -> None:
        listening.append(port)
        ready.set()

    async def run() -> None:
        desk = await open_desk(DeskSettings(**given))
        try:
            app = serve.assemble(desk, Passwords(CHEAP))
            config = serve._config(desk.settings, app)
            config.timeout_keep_alive = idle
            server = serve._Server(config, told)
            there.extend((desk, app, server))
            async with serve.background(desk, everything(app)):
                served = asyncio.create_task(server.serve())
                await served
        finally:
            ready.set()
            await close_desk(desk)

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    with ExitStack() as stack:
        thread.start()
        stack.callback(thread.join, 20)
        ready.wait(20)
        assert listening, "the desk did not start"
        desk, app, server = there
        stack.callback(setattr, server, "should_exit", True)
        stack.callback(stop.set)
        desk.settings = replace(desk.settings, url=f"http://127.0.0.1:{listening[0]}")
        found = Whole(desk, app, listening[0], letters)
        _people(found, roles)
        yield found


def _people(whole: Whole, roles: tuple[Role, ...]) -> None:
    whole.anna, whole.bert = whole.person("install:anna"), whole.person("install:bert")
    now = whole.desk.now()
    whole.billing = whole.write(lambda c: tokens.make_system(c, "billing", now))
    for role in roles:
        hashed = make(PASSWORD, CHEAP)

        def made(c: Any, role: Role = role, hashed: str = hashed) -> int:
            secret = agents.invite(c, str(role), str(role).title(), role, now)
            kept = totp.sealed(whole.desk.secret, str(role), SECRET)
            return agents.accept(c, secret, hashed, kept, 0, now)

        whole.write(made)
        whole.tabs[str(role)] = signed_in(whole, str(role))


def signed_in(whole: Whole, login: str) -> Tab:
    """By the page, as a person does it."""
    typed = {"login": login, "password": PASSWORD, "code": totp.code(SECRET, whole.desk.now())}
    head = {"Origin": whole.url, "Content-Type": "application/x-www-form-urlencoded"}
    told = whole.ask("POST", "/login", urlencode(typed), head)
    assert told.status == 303, told.raw
    tab = Tab(whole, told.headers["Set-Cookie"].partition(";")[0])
    found = re.search(r'name="csrf" value="([^"]+)"', tab.get("/account").text)
    assert found
    tab.csrf = found[1]
    return tab


def until(true: Any, seconds: float = 10.0) -> None:
    """Waits for what goes on beside."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)
