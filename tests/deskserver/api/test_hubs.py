"""Hubs: who may have one, where, and that each is told everything in order, however often it fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import func, insert, select, update

from selfcare.deskserver.api import hub
from selfcare.deskserver.api.deliver import GIVE_UP_MS, Deliverer, signature
from selfcare.deskserver.core import tickets as core
from selfcare.deskserver.model import DeskRefusal, NewNote
from selfcare.deskserver.schema import deliveries, happened, hubs, leases
from tests.desks import official as of
from tests.deskserver.api.speaking import FILES, Api, speak
from tests.deskserver.api.test_tickets import body_of, change_of
from tests.deskserver.bench import desk_at
from tests.deskserver.core.filings import filing
from tests.deskserver.postgres import databases

both = pytest.mark.parametrize("version", ["v5", "v4"])
INSIDE = frozenset({"127.0.0.1"})


@dataclass
class Listener:
    url: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)
    raw: list[tuple[bytes, str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)


@asynccontextmanager
async def listening() -> AsyncIterator[Listener]:
    found = Listener()

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        status = found.answers.pop(0) if found.answers else 204
        if status < 300:
            found.got.append(await request.json())
            found.raw.append((body, request.headers["X-Selfcare-Signature"]))
        return web.Response(status=status, headers={"Location": "/elsewhere"} if status in (302, 307) else {})

    app = web.Application(client_max_size=2**22)
    app.router.add_post("/{rest:.*}", take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield found
    finally:
        await runner.cleanup()


async def all_brought(deliverer: Deliverer) -> None:
    while await deliverer.once():
        pass


async def left(api: Api, table: Any) -> int:
    return await api.desk.database.read(lambda c: c.execute(select(func.count()).select_from(table)).scalar()) or 0


@both
def test_events_are_told_in_order_once_each_and_as_the_official_file_says(
    version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "inside_allowed", lambda settings: INSIDE)

    async def act(api: Api) -> None:
        async with listening() as listener:
            said = {"@type": "Hub"} if version == "v5" else {}
            made = await api.ask("POST", f"{version}:/hub", {**said, "callback": listener.url}, "billing")
            assert made.status == 201
            ticket = await api.ask("POST", f"{version}:/troubleTicket", body_of(version))
            where, ref = f"{version}:/troubleTicket/{ticket.body['id']}", ticket.body["id"]
            from selfcare.deskserver.core import found

            number = await api.desk.database.read(lambda c: found.id_of(c, ref)) or 0
            secret = NewNote("Secret", "agent", internal=True)
            asks = NewNote("Le voyant ?", "agent", "Julie", asks=True)
            now = api.desk.now()
            await api.desk.database.write(
                lambda c: (core.note(c, number, secret, now), core.note(c, number, asks, now))
            )
            await api.ask("PATCH", where, change_of(version, status="resolved"), "billing")
            deliverer = Deliverer(api.desk, INSIDE)
            await all_brought(deliverer)
            await api.ask("DELETE", where, who="billing")
            await all_brought(deliverer)
            names = [one["eventType"].removeprefix("TroubleTicket").removesuffix("Event") for one in listener.got]
            assert names[0] == "Create"
            assert names[-1] == "Delete"
            assert {"InformationRequired", "StatusChange", "Resolved", "AttributeValueChange"} <= set(names)
            assert len({one["eventId"] for one in listener.got}) == len(listener.got)
            assert b"Secret" not in b"".join(body for body, _ in listener.raw)
            body, sign = listener.raw[0]
            assert sign == signature(api.desk.secret, made.body["id"], body)
            assert await left(api, happened) == await left(api, deliveries) == 0
            if of.FOLDER.is_dir():
                official = of.official(FILES[version])
                wrong = [of.wrong(official.schema(one["eventType"]), one)
                         for one in listener.got]  # fmt: skip
                assert wrong == [[] for _ in listener.got]

    speak(tmp_path, act)


def test_what_fails_comes_again_before_what_is_later_and_a_dead_hub_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "inside_allowed", lambda settings: INSIDE)

    async def act(api: Api) -> None:
        async with listening() as listener:
            listener.answers = [500, 302]
            wanted = {"@type": "Hub", "callback": listener.url, "query": "eventType=TroubleTicketCreateEvent"}
            await api.ask("POST", "v5:/hub", wanted, "billing")
            again = await api.ask("POST", "v5:/hub", wanted, "billing")
            assert (await api.ask("GET", f"v5:/hub/{again.body['id']}", who="billing")).body == again.body
            refs = [
                (await api.ask("POST", "v5:/troubleTicket", body_of("v5", False), who)).body["id"]
                for who in ("jeanne", "paul")
            ]
            now = api.desk.now()
            for later in (0, 31_000, 120_000, 200_000):
                api.desk.now = lambda later=later: now + 1000 + later
                await Deliverer(api.desk, INSIDE).once()  # a new one each time: nothing is in memory
            assert [one["event"]["troubleTicket"]["id"] for one in listener.got] == refs
            assert await left(api, hubs) == 1
            listener.answers = [503]
            other = body_of("v5", False)
            await api.ask("POST", "v5:/troubleTicket", {**other, "externalIdentifier": []}, "billing")
            api.desk.now = lambda: now + GIVE_UP_MS + 10_000_000
            await Deliverer(api.desk, INSIDE).once()
            assert await left(api, hubs) == await left(api, deliveries) == 0

    speak(tmp_path, act)


@databases
def test_of_two_processes_one_tells_and_one_that_stood_still_tells_nothing_after_it(
    database: str, tmp_path: Path
) -> None:
    """The first has an event in its hands while it is stopped for two minutes; the second tells it meanwhile."""

    async def run() -> None:
        async with (
            listening() as listener,
            desk_at(tmp_path / "a", database=database) as first,
            desk_at(tmp_path / "b", database=database) as second,
        ):
            now = first.now()
            first.now = second.now = lambda: now
            values = {"ref": "H", "callback": listener.url, "system": "crm", "version": "v5", "created_at": now - 1}
            await first.database.write(lambda c: c.execute(insert(hubs).values(**values)).rowcount)
            filed = filing("a", None, scope="system:crm")
            await first.database.write(lambda c: core.file(c, filed, now))
            stopped, read = asyncio.Event(), first.database.read

            async def slow(ask: Any) -> Any:
                told = await read(ask)
                await stopped.wait()
                return told

            first.database.read = slow  # type: ignore[method-assign]
            standing = asyncio.create_task(Deliverer(first, INSIDE).once())
            while not await read(lambda c: c.execute(select(leases.c.owner)).scalar()):  # noqa: ASYNC110
                await asyncio.sleep(0.005)
            await Deliverer(second, INSIDE).once()
            assert listener.got == []
            now += 120_000
            if first.database.engine.dialect.name == "postgresql":  # it has a clock of its own
                await second.database.write(lambda c: c.execute(update(leases).values(until=0)).rowcount)
            await Deliverer(second, INSIDE).once()
            stopped.set()
            await standing
            assert len(listener.got) == 1

    asyncio.run(run())


def test_a_hub_is_a_system_s_own_and_never_inside(tmp_path: Path) -> None:
    async def act(api: Api) -> None:
        good = {"@type": "Hub", "callback": "https://93.184.216.34/events"}
        assert (await api.ask("POST", "v5:/hub", good)).status == 403
        assert (await api.ask("POST", "v5:/hub", good, who="")).status == 401
        made = await api.ask("POST", "v5:/hub", good, "billing")
        assert made.status == 201
        one = f"v5:/hub/{made.body['id']}"
        assert [(await api.ask(how, one, who="crm")).status for how in ("GET", "DELETE")] == [404, 404]
        assert (await api.ask("POST", "v5:/hub", {**good, "query": "x=1"}, "billing")).status == 400
        assert (await api.ask("DELETE", one, who="billing")).status == 204
        assert (await api.ask("GET", one, who="billing")).status == 404

    speak(tmp_path, act)


@pytest.mark.parametrize(
    "callback",
    ["http://93.184.216.34/", "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/", "https://169.254.169.254/x",
     "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://0.0.0.0/", "https://u:p@93.184.216.34/",
     "https://localhost/", "file:///etc/passwd", "https://", "https://[fe80::1]/", "https://100.64.0.1/", "https://2130706433/",
     "https://93.184.216.34:99999/", "https://224.0.0.1/", "https://[2002:7f00:1::]/"],
)  # fmt: skip
def test_an_inner_address_is_no_callback(callback: str) -> None:
    with pytest.raises(DeskRefusal) as refusal:
        asyncio.run(hub.checked(callback, frozenset()))
    assert (refusal.value.status, refusal.value.code) == (422, "callback")
