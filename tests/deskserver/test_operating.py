"""The desk as an operator runs it: settings, commands, the real process; the program's own client files."""

from __future__ import annotations

import asyncio
import signal
import socket
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from selfcare.model.report import Reach
from selfcare.model.ticket import State, Ticket
from tests.desks import official as of
from tests.deskserver.api.speaking import BASES, FILES
from tests.deskserver.api.test_hubs import listening
from tests.deskserver.intake.home import Pc
from tests.deskserver.intake.test_mail import archive, ticket, written
from tests.deskserver.opened import POST, WAIT_S, Agent, Open, hub_at, read_of, report, until
from tests.deskserver.operator import Operator


def test_a_ticket_from_the_pc_to_the_hub_and_back(open_desk: Open) -> None:
    """Registered by mail, filed, its report opened, asked and closed by an agent, each told to hub and subscriber."""

    async def story() -> None:
        async with listening() as listener, aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as web:
            await hub_at(open_desk, listener)
            pc = Pc(open_desk)  # type: ignore[arg-type]
            await pc.client.ask(Reach(mail=pc.mail))
            await pc.client.confirm((await open_desk.codes(pc.mail))[0])
            client = open_desk.client(await pc.token())
            filed = ticket(pc, archive(pc), report())
            made = await client.create(filed)
            opened = await until(lambda: asyncio.to_thread(read_of, open_desk, made.ref), "the report was not opened")
            assert opened == ["odd", "report"]  # the first is signed as it must be, and holds nothing
            agent = Agent(web, open_desk.url)
            await agent.enters(open_desk, "lea")
            await agent.does(made.ref, "ask", "Quelle est la couleur du voyant ?")
            told = await client.status(made)
            assert [(one.text, one.asks) for one in told.replies] == [("Quelle est la couleur du voyant ?", True)]
            hint = (await open_desk.mails(pc.mail, 2))[-1]
            assert made.ref in hint.get_content() and "voyant" not in hint.as_string()
            copy = await asyncio.to_thread(open_desk.operator.type, "mail", stdin=written(filed))
            assert copy.code == 0, copy.err
            assert await client.find(filed) == ((await client.status(made)).receipt,)
            await agent.does(made.ref, "close", "Le voyant est vert.", state="resolved")
            assert (await client.status(made)).receipt.state is State.RESOLVED

            async def ended() -> bool:
                names = [one["eventType"] for one in listener.got]
                return "TroubleTicketResolvedEvent" in names

            await until(ended, str([one["eventType"] for one in listener.got]))
            names = [one["eventType"] for one in listener.got]
            assert names[0] == "TroubleTicketCreateEvent" and "TroubleTicketInformationRequiredEvent" in names
            assert len({one["eventId"] for one in listener.got}) == len(names)
            if of.FOLDER.is_dir():
                official = of.official(FILES["v5"])
                assert [of.wrong(official.schema(one["eventType"]), one) for one in listener.got] == [[]] * len(names)
            await client.close()

    asyncio.run(asyncio.wait_for(story(), 60))


@pytest.mark.parametrize("version", ["v5", "v4"])
def test_another_program_files_once_however_often_it_asks(open_desk: Open, version: str) -> None:
    async def story() -> None:
        client = open_desk.client(open_desk.token, version)
        filed: Ticket = ticket(Pc(open_desk), case="CAS-0000-000R")  # type: ignore[arg-type]
        made = await asyncio.gather(*(client.create(filed) for _ in range(4)))
        assert len({one.ref for one in made}) == 1
        assert await client.find(filed) == (made[0],)
        await client.close()

    asyncio.run(story())


WAYS = {"/d": 200, "/": 303, "/login": 200, "/admin": 303, "/outages": 303, "/decode": 303, "/static/style.css": 200,
        POST: 401, f"{BASES['v4']}/troubleTicket": 401, "/intake/mail": 405, "/register/token": 405, "/codes": 405,
        "/health": 204, "/nowhere": 404}  # fmt: skip


def test_every_way_in_is_there(open_desk: Open) -> None:
    async def story() -> dict[str, int]:
        found = {}
        async with aiohttp.ClientSession() as web:
            for way in WAYS:
                async with web.get(open_desk.url + way, allow_redirects=False) as answer:
                    found[way] = answer.status
                    assert "script-src 'self'" in answer.headers["content-security-policy"] or way == "/d"
        return found

    assert asyncio.run(story()) == WAYS


def test_it_ends_when_what_is_under_way_is_answered(tmp_path: Path) -> None:
    operator = Operator(tmp_path)
    token = operator.type("token", "new", "crm").out.splitlines()[1]
    body = b'{"@type": "TroubleTicket", "name": "a", "description": "b", "severity": "minor", "ticketType": "fault"}'
    head = (
        f"POST {POST} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with operator.serving() as served, socket.create_connection(("127.0.0.1", operator.port), 10) as wire:
        wire.sendall(head.encode() + body[:20])
        time.sleep(0.1)  # it is being read
        served.process.send_signal(signal.SIGTERM)
        _closed(operator.port)
        wire.sendall(body[20:])
        answer = b"".join(iter(lambda: wire.recv(65536), b""))
        assert b" 201 " in answer.partition(b"\r\n")[0], answer[:300]
        assert served.process.wait(20) == 0
    assert not list(operator.data.glob("desk.db-*"))
    with closing(sqlite3.connect(operator.data / "desk.db")) as c:
        assert c.execute("SELECT count(*) FROM tickets").fetchone() == (1,)


def _closed(port: int) -> None:
    """Until nobody listens."""
    ended = time.monotonic() + WAIT_S
    while time.monotonic() < ended:
        with closing(socket.socket()) as one:
            if one.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.01)
    raise AssertionError("still open")


def test_what_cannot_be_opened_is_told_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        operator = Operator(tmp_path, language="fr", port=taken.getsockname()[1])
        process = operator.begun()
        told, _ = process.communicate(timeout=30)
    assert process.returncode == 4 and f"port {operator.port}" in told and "il est pris" in told
    assert "Traceback" not in told
    for wrong, code, word in (
        (replace(operator, settings="prot = 1"), 2, "prot"),
        (replace(operator, settings="[mail]\nport = 'x'"), 2, "mail.port"),
        (replace(operator, settings="listen = '0.0.0.0'"), 4, "0.0.0.0"),
        (replace(operator, settings="listen = '0.0.0.0'\nbehind_proxy = true"), 4, "https://"),
        (replace(operator, scheme="https", settings="certificate = '/no.pem'\ncertificate_key = '/no'"), 4, "/no.pem"),
        (replace(operator, settings="database = 'postgresql+psycopg://nobody@/none?host=/nowhere'"), 3, "/nowhere"),
        (replace(operator, env={"SELFCARE_DESK_DATA": "/sys/desk"}), 3, "/sys/desk"),
    ):
        said = wrong.type("serve")
        assert said.code == code and word in said.err and len(said.err.splitlines()) == 1, said
