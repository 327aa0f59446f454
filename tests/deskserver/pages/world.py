"""A desk with a few homes in it, and its pages, for one agent."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, update
from starlette.requests import Request

from selfcare.deskserver.context import Desk
from selfcare.deskserver.core import found, tickets
from selfcare.deskserver.model import Agent, Filing, NewNote, Role, Upload, Whole
from selfcare.deskserver.pages.routes import routes
from selfcare.deskserver.schema import agents, subscribers
from selfcare.deskserver.schema import tickets as table
from tests.deskserver.bench import app_of, desk_at, running

FACTS: Mapping[str, Any] = {
    "verdict_state": "fault", "verdict_code": "ISP-DNS-DOWN", "verdict_band": "certain", "segments": "isp",
    "access": "fibre", "node": "nro-75-0042",
}  # fmt: skip


@dataclass(slots=True)
class World:
    """``url`` without a slash at its end."""

    desk: Desk
    agent: Agent
    url: str
    loop: asyncio.AbstractEventLoop
    become: Callable[[Agent], None]

    def write(self, do: Any) -> Any:
        return self.loop.run_until_complete(self.desk.database.write(do))

    def read(self, do: Any) -> Any:
        return self.loop.run_until_complete(self.desk.database.read(do))

    def whole(self, ref: str) -> Whole:
        def ask(c: Connection) -> Whole | None:
            number = found.id_of(c, ref)
            return None if number is None else found.whole(c, number)

        there = self.loop.run_until_complete(self.desk.database.read(ask))
        assert there is not None
        return there

    def asked(self, table: Any) -> list[dict[str, Any]]:
        def ask(c: Connection) -> list[dict[str, Any]]:
            return [dict(row) for row in c.execute(select(table)).mappings()]

        return self.loop.run_until_complete(self.desk.database.read(ask))

    def file(self, **given: Any) -> str:
        """A ticket of a new subscriber's; its ref."""
        data: bytes | None = given.pop("report", None)
        uploads = given.pop("uploads", ())
        if data is not None:
            uploads = (*uploads, self.kept("rapport.zip", data))

        def do(c: Connection) -> str:
            number = len(c.execute(select(subscribers.c.id)).all()) + 1
            row = c.execute(insert(subscribers).values(key=f"install:{number}", name=f"Abonné {number}", proven=True))
            key = row.inserted_primary_key
            assert key is not None
            filing = Filing(**{
                "scope": f"install:{number}", "subscriber": key[0], "name": "Plus d’Internet", "channel": "app",
                "description": "Plus rien ne marche depuis ce matin.", "severity": "blocking", "kind": "fault",
                "contact": {"name": "Ada Lovelace", "phone": "06 12 34 56 78", "when": "après 18 h"}, "facts": FACTS,
                "uploads": uploads, "case": f"CAS-7K3M-{number:04d}", **given,
            })  # fmt: skip
            filed = tickets.file(c, filing, self.desk.now())
            where = str(filing.facts.get("node", ""))  # as the register would say it
            c.execute(update(table).where(table.c.id == filed.ticket).values(node=where))
            return filed.ref

        return str(self.write(do))

    def kept(self, name: str, data: bytes, kind: str = "report") -> Upload:
        digest = hashlib.sha256(data).hexdigest()
        self.loop.run_until_complete(self.desk.blobs.put(digest, data))
        return Upload(name, "application/zip", len(data), digest, kind)

    def note(self, ref: str, **given: Any) -> None:
        number = self.whole(ref).head.id
        new = NewNote(**{"text": "Bonjour", "by": "subscriber", **given})
        self.write(lambda c: tickets.note(c, number, new, self.desk.now()))


@contextmanager
def at(folder: Path, role: Role = Role.LEAD, language: str = "fr") -> Iterator[World]:
    """A desk, its pages on loopback, an agent who is signed in."""
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        context = desk_at(folder)
        desk = loop.run_until_complete(context.__aenter__())
        try:
            number = loop.run_until_complete(desk.database.write(_agent))
            agent = Agent(number, "grace", "Grace Hopper", role, language, csrf="c" * 32)
            app = app_of(desk, routes(), agent=agent)

            def become(other: Agent) -> None:
                async def agent_of(_request: Request) -> Agent:
                    return other

                app.state.agent_of = agent_of

            with running(app) as url:
                yield World(desk, agent, url, loop, become)
        finally:
            loop.run_until_complete(context.__aexit__(None, None, None))


def _agent(c: Connection) -> int:
    key = c.execute(insert(agents).values(login="grace", name="Grace Hopper", role="lead")).inserted_primary_key
    assert key is not None
    return int(key[0])
