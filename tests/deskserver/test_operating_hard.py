"""What an operator meets: TLS, a proxy, a restored backup, a full disk, a kill, a second process."""

from __future__ import annotations

import asyncio
import base64
import os
import shutil
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import create_engine, select

from selfcare.desks.mail import MailDesk
from selfcare.deskserver.schema import attachments, tickets
from selfcare.model.report import Reach
from selfcare.model.ticket import Note
from tests.desks.certificates import self_signed
from tests.desks.test_mail import desk_at as mail_at
from tests.deskserver.api.test_hubs import listening
from tests.deskserver.intake.home import Pc
from tests.deskserver.intake.test_mail import archive, ticket
from tests.deskserver.opened import POST, Agent, Open, hub_at, report, until
from tests.deskserver.operator import ROOT, Operator, Served, free
from tests.deskserver.operator import listening as begun_listening
from tests.deskserver.postgres import Cluster


def test_over_tls_and_behind_a_proxy(tmp_path: Path) -> None:
    """With its own certificate; and with a proxy before it, whose word for who asks is in the audit.

    What is wrong beside it (here: nobody at the sign-in's address) is told on the error stream.
    """
    certificate, key = self_signed(tmp_path, "127.0.0.1")
    settings = (f"certificate = {str(certificate)!r}\ncertificate_key = {str(key)!r}\nbehind_proxy = true\n"
                "[agents]\nissuer = 'http://127.0.0.1:9'\nclient_id = 'desk'\n")  # fmt: skip
    operator = Operator(tmp_path, settings, scheme="https")
    token = operator.type("token", "new", "crm").out.splitlines()[1]
    head = {"Authorization": f"Bearer {token}", "X-Forwarded-For": "203.0.113.7, 198.51.100.4"}

    async def story() -> None:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=False), headers=head) as web:
            async with web.get(operator.url + POST) as answer:
                assert answer.status == 200 and "max-age" in answer.headers["strict-transport-security"]
            async with web.get(operator.url + "/login") as answer:
                assert answer.status == 200
            async with web.get(operator.url + "/login/provider") as answer:
                assert answer.status == 502

    with operator.serving() as served:
        asyncio.run(story())
        with pytest.raises(OSError), socket.create_connection(("127.0.0.1", operator.port), 5) as plain:
            plain.sendall(b"GET / HTTP/1.0\r\n\r\n")
            assert not plain.recv(100).startswith(b"HTTP")
            raise OSError("ended")
        assert served.stop() == 0
    assert any("WARNING selfcare.desk.provider: " in line for line in served.told), served.told
    with closing(sqlite3.connect(operator.data / "desk.db")) as c:
        assert ("system:crm", "198.51.100.4") in set(c.execute("SELECT who, address FROM audit"))


def test_restored_from_its_backup_it_is_what_it_was(open_desk: Open, tmp_path: Path) -> None:
    """As docs/desk.md tells: the database while it runs, then the attachments, and the secret."""

    async def file() -> str:
        pc = Pc(open_desk)  # type: ignore[arg-type]
        client = open_desk.client(open_desk.token)
        made = await client.create(ticket(pc, archive(pc), case="CAS-1111-1111"))
        await client.close()
        return made.ref

    ref = asyncio.run(file())
    other = Operator(tmp_path)
    other.data.mkdir(mode=0o700)
    with (
        closing(sqlite3.connect(open_desk.operator.data / "desk.db")) as c,
        closing(sqlite3.connect(other.data / "desk.db")) as copy,
    ):
        c.backup(copy)
    shutil.copytree(open_desk.operator.data / "blobs", other.data / "blobs")
    shutil.copy2(open_desk.operator.data / "secret", other.data / "secret")

    async def look() -> None:
        head, where = {"Authorization": f"Bearer {open_desk.token}"}, f"{other.url}{POST}/{ref}"
        async with aiohttp.request("GET", f"{where}?fields=attachment.content", headers=head) as answer:
            assert answer.status == 200
            assert base64.b64decode((await answer.json())["attachment"][0]["content"]).startswith(b"PK")

    with other.serving():
        asyncio.run(look())


FULL_MB = 3


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={FULL_MB}m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or shutil.which("mount") is None or subprocess.run(words, capture_output=True).returncode:
        pytest.skip("no disk of its own can be made here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_said_and_what_was_answered_is_there(small_disk: Path) -> None:
    """507 until there is room; nothing is kept by half; and it goes on by itself when there is."""
    operator = Operator(small_disk)
    token = operator.type("token", "new", "crm").out.splitlines()[1]

    def body(number: int) -> dict[str, Any]:
        content = base64.b64encode(b"PK\x03\x04" + os.urandom(60_000)).decode()
        return {"@type": "TroubleTicket", "name": f"n{number}", "description": "d", "severity": "minor",
                "ticketType": "fault", "attachment": [{"@type": "Attachment", "attachmentType": "report",
                "mimeType": "application/zip", "name": "a.zip", "content": content}]}  # fmt: skip

    async def story() -> tuple[list[int], str]:
        seen, answered = [], ""
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as web:
            for number in range(200):
                async with web.post(operator.url + POST, json=body(number)) as answer:
                    seen.append(answer.status)
                    told = await answer.json()
                    answered = told["id"] if answer.status == 201 else answered
                if seen.count(507) == 3:
                    break
            assert told["code"] == "storage_full"
            async with web.get(f"{operator.url}{POST}/{answered}?fields=attachment.content") as answer:
                assert answer.status in (200, 507), await answer.text()
            (small_disk / "filler").unlink()
            async with web.post(operator.url + POST, json=body(999)) as answer:
                assert answer.status == 201, await answer.text()
        return seen, answered

    (small_disk / "filler").write_bytes(bytes(1_000_000))
    with operator.serving() as served:
        seen, _ = asyncio.run(story())
        assert set(seen) == {201, 507} and served.stop() == 0, seen
    with closing(sqlite3.connect(operator.data / "desk.db")) as c:
        assert c.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        count = c.execute("SELECT count(*) FROM tickets").fetchone()[0]
        kept = {one for (one,) in c.execute("SELECT sha256 FROM attachments")}
    assert count == seen.count(201) + 1 == len(kept)
    there = {one.name: one for one in (operator.data / "blobs").glob("*/*")}
    assert kept <= set(there) and not [one for one in there if one.startswith(".")]
    assert all(sha256(there[one].read_bytes()).hexdigest() == one for one in kept)


@pytest.mark.full
def test_two_desks_on_one_database_are_one(postgres: Cluster, tmp_path: Path) -> None:
    """Started at once on an empty database: one ticket, one session, one opening of each report, one event of each."""
    postgres.ask("CREATE DATABASE two")
    settings = f"database = {postgres.url('two')!r}\nhubs_inside = ['127.0.0.1']\nblobs = {str(tmp_path / 'blobs')!r}\n"
    both = [Operator(tmp_path / name, settings) for name in "ab"]
    for one in both:
        one.data.mkdir(mode=0o700, parents=True)
        (one.data / "secret").write_bytes(b"s" * 32)
    begun = [one.begun() for one in both]
    try:
        served = [begun_listening(one) for one in begun]
        asyncio.run(_at_both(both, served, postgres.url("two")))
        assert [one.stop() for one in served] == [0, 0]
    finally:
        for process in begun:
            process.kill()
            process.wait(10)


def states(url: str) -> list[str]:
    """Of all files."""
    engine = create_engine(url)
    with engine.connect() as c:
        found = [str(one) for one in c.execute(select(attachments.c.state)).scalars()]
        assert set(c.execute(select(tickets.c.reports)).scalars()) <= {0, 1}  # none was opened by both
    engine.dispose()
    return found


async def _at_both(both: list[Operator], served: list[Served], url: str) -> None:
    token = (await asyncio.to_thread(both[0].type, "token", "new", "crm")).out.splitlines()[1]
    desks = [Open(one, at, token, one.folder) for one, at in zip(both, served, strict=True)]
    jar = aiohttp.CookieJar(unsafe=True)
    async with listening() as listener, aiohttp.ClientSession(cookie_jar=jar) as web:
        await hub_at(desks[0], listener)
        clients = [one.client(token) for one in desks]
        pcs = [Pc(desks[0]) for _ in range(8)]  # type: ignore[arg-type]
        filed = [ticket(pc, report(), case=f"CAS-0000-00{n}R") for n, pc in enumerate(pcs)]
        made = await asyncio.gather(*(client.create(one) for one in filed for client in clients))
        refs = {one.ref for one in made}
        assert len(refs) == len(filed)
        agent = Agent(web, desks[0].url)
        await agent.enters(desks[0], "lea")
        other = Agent(web, desks[1].url)
        await other.does(made[0].ref, "answer", "Nous regardons.")
        assert (await clients[0].status(made[0])).replies[0].text == "Nous regardons."

        async def told() -> bool:
            return len([one for one in listener.got if one["eventType"] == "TroubleTicketCreateEvent"]) >= len(refs)

        async def opened() -> bool:
            return "unread" not in await asyncio.to_thread(states, url)

        await until(told, "events")
        await until(opened, "reports")
        assert await asyncio.to_thread(states, url) == ["report"] * len(refs)
        assert len({one["eventId"] for one in listener.got}) == len(listener.got)
        for one in clients:
            await one.close()


class Pipe:
    """A mail server that hands each mail to a command, as Postfix's pipe does."""

    def __init__(self, operator: Operator) -> None:
        self._operator = operator

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        done = await asyncio.create_subprocess_exec(*self._operator.line("mail"), cwd=ROOT, stdin=subprocess.PIPE)
        await done.communicate(envelope.content)
        return {0: "250 OK", 65: "554 no", 75: "451 later"}[done.returncode or 0]


def test_a_mail_of_the_pc_through_a_mail_servers_pipe_joins_what_it_filed(open_desk: Open) -> None:
    """Both leave the PC: the ticket, and its copy by mail."""
    server = Controller(Pipe(open_desk.operator), hostname="127.0.0.1", port=free())
    server.start()

    async def story() -> None:
        pc = Pc(open_desk, mail="max@example.org")  # type: ignore[arg-type]
        await pc.client.ask(Reach(mail=pc.mail))
        await pc.client.confirm((await open_desk.codes(pc.mail))[0])
        client, filed = open_desk.client(await pc.token()), ticket(pc, archive(pc))
        made = await client.create(filed)
        mail = MailDesk(mail_at(server.port))
        await mail.create(filed)
        await mail.add_note(await mail.create(filed), Note("n-1", filed.case, "Toujours rien.", sender=pc.mail))
        assert [one.ref for one in await client.find(filed)] == [made.ref]
        with closing(sqlite3.connect(open_desk.operator.data / "desk.db")) as c:
            asked = "SELECT m.outcome, t.ref FROM mails m JOIN tickets t ON t.id = m.ticket_id WHERE t.ref = ?"
            assert c.execute(asked, (made.ref,)).fetchall() == [("joined", made.ref)] * 2
        await client.close()

    try:
        asyncio.run(story())
    finally:
        server.stop()
