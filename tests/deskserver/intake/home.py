"""A desk with the subscribers' ways in, on loopback; and PCs that use them with the program's own client."""

from __future__ import annotations

import asyncio
import email
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from email.policy import default
from pathlib import Path
from typing import Any

import aiohttp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from selfcare.desks.register import Registration
from selfcare.desks.who import Token
from selfcare.deskserver.access import registering
from selfcare.deskserver.access.who import caller_of
from selfcare.deskserver.context import Desk
from selfcare.deskserver.intake import post
from selfcare.deskserver.intake.send import hinted, sent_some
from selfcare.deskserver.model import Agent, Anybody, DeskRefusal, Subscriber
from selfcare.deskserver.settings import MailOut
from selfcare.deskserver.web import application
from selfcare.ground.install_key import InstallKey
from selfcare.model.report import Reach
from tests.desks.vault import Vault
from tests.deskserver.bench import desk_at, running


@dataclass
class Home:
    """``at``: the desk's clock in ms, the real one until a test moves it."""

    desk: Desk
    app: Starlette
    url: str
    letters: Path
    ahead: int = 0
    sends: bool = False  # by itself: its tasks go on beside it

    def now(self) -> int:
        return time.time_ns() // 1_000_000 + self.ahead

    async def codes(self, to: str) -> list[str]:
        """That came to this address, oldest first."""
        mails = [one for one in await self.mails() if one["To"] == to]
        return ["".join(re.findall(r"\d{4} \d{4}", one.get_content())[0].split()) for one in mails]

    async def mails(self) -> list[Any]:
        return [email.message_from_bytes(one.read_bytes(), policy=default) for one in await self._arrived()]

    async def _arrived(self) -> list[Path]:
        for _ in range(3000 if self.sends else 0):
            if not await self.desk.database.read(post.waiting):
                break
            await asyncio.sleep(0.02)
        while not self.sends and await sent_some(self.desk):  # this is who sends
            continue
        return sorted(self.letters.glob("*.eml"))

    async def who(self, token: str, at: str = "/who") -> tuple[int, Any]:
        async with aiohttp.ClientSession() as web:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            async with web.get(self.url + at, headers=headers) as answer:
                return answer.status, await answer.json()

    async def post(self, path: str, **sent: Any) -> tuple[int, Any]:
        async with aiohttp.ClientSession() as web, web.post(self.url + path, **sent) as answer:
            body = await answer.read()
            told = await answer.json() if "json" in answer.headers.get("content-type", "") else body.decode()
            return answer.status, told


@dataclass
class Pc:
    """One install, with the client's own code."""

    home: Home
    mail: str = "zoe@example.org"
    key: InstallKey = field(default_factory=lambda: InstallKey(Ed25519PrivateKey.generate()))
    vault: Vault = field(default_factory=Vault)

    @property
    def client(self) -> Registration:
        return Registration(f"{self.home.url}/register", "isp", self.key, self.vault)

    async def registered(self) -> str:
        """Through the letter; the token it gets."""
        await self.client.ask(Reach(mail=self.mail, contract="12345"))
        await self.client.confirm((await self.home.codes(self.mail))[-1])
        return await self.token()

    async def token(self) -> str:
        found = await self.client.renewed(Token(""))
        assert found is not None
        return found.access

    async def subscriber(self) -> tuple[int, str]:
        status, told = await self.home.who(await self.token())
        assert status == 200
        return told["id"], told["key"]


async def _who(request: Request) -> JSONResponse:
    try:
        who = await request.app.state.api_caller(request)
    except DeskRefusal as error:
        return JSONResponse({"error": error.code}, error.status)
    told = {"name": who.name}
    if isinstance(who, Subscriber):
        told |= {"id": who.id, "key": who.key, "proven": who.proven}
    return JSONResponse(told)


async def _hint(request: Request) -> JSONResponse:
    desk: Desk = request.app.state.desk
    ticket = int(request.path_params["ticket"])
    return JSONResponse(await desk.database.write(lambda c: hinted(c, desk, ticket, True, desk.now())))


async def nobody(_request: Request) -> Agent | Anybody:
    return Anybody()


@asynccontextmanager
async def home_at(folder: Path, *more: BaseRoute, **settings: Any) -> AsyncIterator[Home]:
    letters = folder / "letters"
    async with desk_at(folder, mail=MailOut(folder=str(letters), sender="aide@isp.example"), **settings) as desk:
        routes = [*registering.routes(), Route("/who", _who), Route("/hint/{ticket:int}", _hint), *more]
        app = application(desk, routes, caller_of, nobody)
        with running(app) as url:
            desk.settings = replace(desk.settings, url=url)
            home = Home(desk, app, url, letters)
            desk.now = home.now
            yield home
