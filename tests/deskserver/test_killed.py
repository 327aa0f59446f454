"""Killed under load: every ticket that was answered is there, once, with its file whole."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import random
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import func, select

from selfcare.deskserver.schema import attachments, external_ids, tickets
from selfcare.model.report import Reach
from tests.deskserver.bench import desk_at
from tests.deskserver.intake.home import Pc
from tests.deskserver.intake.test_send import Box
from tests.deskserver.operator import Operator, free
from tests.deskserver.postgres import Cluster, cluster_or_skip, databases
from tests.deskserver.serving import served

POST = "/tmf-api/troubleTicket/v5/troubleTicket"
ANSWERED = 40  # then it is killed
AT_ONCE = 16


def _file(number: int) -> bytes:
    return b"PK\x03\x04" + random.Random(number).randbytes(20_000)


def _body(number: int) -> dict[str, Any]:
    return {
        "@type": "TroubleTicket", "name": f"no line {number}", "description": "nothing works", "severity": "blocking",
        "ticketType": "fault",
        "externalIdentifier": [{"@type": "ExternalIdentifier", "id": f"load-{number}", "owner": "billing",
                                "externalIdentifierType": "their.id"}],
        "attachment": [{"@type": "Attachment", "attachmentType": "report", "mimeType": "application/zip",
                        "name": "report.zip", "content": base64.b64encode(_file(number)).decode()}],
    }  # fmt: skip


async def load(url: str, answered: set[int], kill: Callable[[], None], token: str = "billing") -> None:
    """Files one after the other, ``AT_ONCE`` at a time, until the answers stop coming."""
    numbers = iter(range(10_000))
    gone = False

    async def one(session: aiohttp.ClientSession) -> None:
        nonlocal gone
        while not gone:
            number = next(numbers)
            try:
                async with session.post(url + POST, json=_body(number)) as response:
                    await response.read()
                    if response.status == 201:
                        answered.add(number)
                    gone = gone or response.status >= 500
            except (aiohttp.ClientError, OSError):
                gone = True
            if len(answered) >= ANSWERED and not gone:
                gone = True
                kill()

    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout(total=15)) as session:
        await asyncio.gather(*(one(session) for _ in range(AT_ONCE)))


async def all_there(folder: Path, database: str, answered: set[int]) -> None:
    async with desk_at(folder, database=database) as desk:
        joined = external_ids.join(attachments, external_ids.c.ticket_id == attachments.c.ticket_id)
        named = select(external_ids.c.value, attachments.c.sha256).select_from(joined)
        files = await desk.database.read(lambda c: {value: sha256 for value, sha256 in c.execute(named)})
        count = await desk.database.read(lambda c: c.execute(select(func.count()).select_from(tickets)).scalar_one())
        assert {f"load-{number}" for number in answered} <= set(files)
        assert count == len(files)  # none without its file, none twice
        for value, sha256 in files.items():  # those too that were kept and not answered
            data = _file(int(value.removeprefix("load-")))
            assert hashlib.sha256(data).hexdigest() == sha256
            assert await desk.blobs.get(sha256) == data


async def _again(url: str, answered: set[int], token: str = "billing") -> None:
    """A client that was not answered posts again; one that was may too."""
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session:
        for number in (min(answered), max(answered) + 1):
            for _ in range(2):
                async with session.post(url + POST, json=_body(number)) as response:
                    assert response.status == 201
            answered.add(number)


@databases
def test_the_desk_killed_under_load_keeps_what_it_answered(database: str, tmp_path: Path) -> None:
    """As it is run, with all that goes on beside."""
    operator = Operator(tmp_path, f"database = {database!r}\n")
    token = operator.type("token", "new", "crm").out.splitlines()[1]
    answered: set[int] = set()
    with operator.serving() as desk:
        asyncio.run(load(desk.url, answered, desk.process.kill, token))
    assert len(answered) >= ANSWERED
    asyncio.run(all_there(tmp_path, database, answered))
    with operator.serving() as desk:
        asyncio.run(_again(desk.url, answered, token))
        assert desk.stop() == 0
    asyncio.run(all_there(tmp_path, database, answered))


@pytest.mark.full
def test_a_code_that_was_asked_for_comes_though_the_desk_was_killed_before_it_was_sent(tmp_path: Path) -> None:
    """Nobody listens where its mails go; it is killed; then somebody does."""
    port = free()
    mail = f"[mail]\nhost = '127.0.0.1'\nport = {port}\ntls = 'none'\nsender = 'aide@isp.example'\n"
    operator, box = Operator(tmp_path, mail), Box()
    with operator.serving() as desk:
        pc = Pc(desk, mail="zoe@example.org")  # type: ignore[arg-type]
        asyncio.run(pc.client.ask(Reach(mail=pc.mail)))
        desk.process.kill()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    try:
        with operator.serving() as desk:
            until = time.monotonic() + 40
            while not box.mails:
                assert time.monotonic() < until, "no code came"
                time.sleep(0.05)
            code = re.findall(rb"(\d{4}) (\d{4})", box.mails[0][1])[0]
            asyncio.run(pc.client.confirm(b"".join(code).decode()))
            assert desk.stop() == 0
    finally:
        server.stop()
    assert len(box.mails) == 1


@pytest.fixture
def durable() -> Iterator[Cluster]:
    """A PostgreSQL that waits for the disk, and may be killed."""
    cluster = cluster_or_skip(durable=True)
    try:
        yield cluster
    finally:
        cluster.close()


@pytest.mark.full
def test_postgresql_killed_under_load_keeps_what_was_answered_and_the_desk_goes_on(
    durable: Cluster, tmp_path: Path
) -> None:
    durable.ask("CREATE DATABASE load")
    answered: set[int] = set()
    with served(tmp_path, durable.url("load")) as (url, process):
        asyncio.run(load(url, answered, durable.kill))
        durable.start()
        asyncio.run(all_there(tmp_path, durable.url("load"), answered))
        asyncio.run(_again(url, answered))  # the same process, on a new connection
        assert process.poll() is None
        asyncio.run(all_there(tmp_path, durable.url("load"), answered))
