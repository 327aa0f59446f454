"""A desk that is open as an operator opens it, with somebody at it: a real process, for a whole round of tests."""

from __future__ import annotations

import asyncio
import base64
import email
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from email.policy import default
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from selfcare.desks.choose import desk_of
from selfcare.desks.port import Desk
from selfcare.deskserver.access import totp
from selfcare.model.support import Auth, DeskEndpoint, DeskKind
from selfcare.model.ticket import Attachment
from tests.deskserver.access.asking import PASSWORD
from tests.deskserver.api.speaking import BASES, login
from tests.deskserver.api.test_hubs import Listener
from tests.deskserver.operator import Operator, Served
from tests.report.world import made

POST = "/tmf-api/troubleTicket/v5/troubleTicket"
SETTINGS = """
hubs_inside = ["127.0.0.1"]
operator = "Ouest Fibre"
[mail]
folder = {letters!r}
sender = "aide@isp.example"
"""
WAIT_S = 20.0


@dataclass
class Open:
    """A desk that is open, with one agent and one program of the operator's."""

    operator: Operator
    served: Served
    token: str
    letters: Path

    @property
    def url(self) -> str:
        return self.served.url

    async def mails(self, to: str, count: int) -> list[Any]:
        """Once so many have come to this address."""
        while len(found := [one for one in self._all() if one["To"] == to]) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        return found

    def _all(self) -> list[Any]:
        files = sorted(self.letters.glob("*.eml"))
        return [email.message_from_bytes(one.read_bytes(), policy=default) for one in files]

    async def codes(self, to: str) -> list[str]:
        text = (await self.mails(to, 1))[-1].get_content()
        return ["".join(re.findall(r"\d{4} \d{4}", text)[0].split())]

    def client(self, token: str, version: str = "v5") -> Desk:
        kind = DeskKind.TMF621_V5 if version == "v5" else DeskKind.TMF621_V4
        return desk_of(DeskEndpoint(kind, f"{self.url}{BASES[version]}", Auth.TOKEN), login(token))


@pytest.fixture(scope="session")
def open_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    folder = tmp_path_factory.mktemp("operator")
    operator = Operator(folder, SETTINGS.format(letters=str(folder / "letters")))
    assert operator.type("migrate").code == 0
    token = operator.type("token", "new", "crm").out.splitlines()[1]
    with operator.serving() as served:
        yield Open(operator, served, token, folder / "letters")


async def until(ask: Any, what: str) -> Any:
    """What it gives, once it gives anything."""
    ended = time.monotonic() + WAIT_S
    while not (found := await ask()):
        assert time.monotonic() < ended, what
        await asyncio.sleep(0.02)
    return found


@dataclass
class Agent:
    """With a browser's cookie, invited by the command."""

    web: aiohttp.ClientSession
    url: str

    async def enters(self, desk: Open, name: str) -> None:
        invited = await asyncio.to_thread(desk.operator.type, "agent", "add", name, "--role", "lead")
        link = urlsplit(invited.out.splitlines()[1]).path
        async with self.web.get(self.url + link) as answer:
            key = re.search(r'id="written">([^<]+)<', await answer.text())
            assert answer.status == 200 and key
        code = totp.code(_plain(key[1]), time.time_ns() // 1_000_000)
        form = {"login": name, "password": PASSWORD, "again": PASSWORD, "code": code}
        await self.posts(link, form)

    async def posts(self, path: str, form: dict[str, str]) -> None:
        own = {"Origin": self.url, "Sec-Fetch-Site": "same-origin"}
        async with self.web.post(self.url + path, data=form, headers=own, allow_redirects=False) as answer:
            assert answer.status == 303, await answer.text()

    async def does(self, ref: str, what: str, text: str, **more: str) -> None:
        """As the page's own form says it."""
        async with self.web.get(f"{self.url}/t/{ref}") as answer:
            page = await answer.text()
            assert answer.status == 200, page
        found = re.search(rf'action="/t/{ref}/{what}">(.*?)</form>', page, re.S)
        assert found, page
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', found[1]))
        await self.posts(f"/t/{ref}/{what}", {**hidden, "text": text, **more})


def _plain(shown: str) -> bytes:

    plain = "".join(shown.split())
    return base64.b32decode(plain + "=" * (-len(plain) % 8))


@cache
def report() -> Attachment:
    """A whole one, as the program makes it."""
    data = made().archive
    return Attachment("rapport.zip", "application/zip", data, sha256(data).hexdigest())


def read_of(desk: Open, ref: str) -> list[str]:
    """What became of its files; nothing as long as one was not opened."""
    with closing(sqlite3.connect(desk.operator.data / "desk.db")) as c:
        asked = "SELECT a.state FROM attachments a JOIN tickets t ON t.id = a.ticket_id WHERE t.ref = ?"
        states = [str(state) for (state,) in c.execute(asked, (ref,))]
    return states if "unread" not in states else []


async def hub_at(desk: Open, listener: Listener) -> None:
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {desk.token}"}) as web:
        asked = {"@type": "Hub", "callback": listener.url}
        async with web.post(f"{desk.url}{BASES['v5']}/hub", json=asked) as answer:
            assert answer.status == 201, await answer.text()
