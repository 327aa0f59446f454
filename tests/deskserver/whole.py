"""The desk as it is served, all of it: its pages with their sign-in, its API, registration, and what goes on beside.

On loopback, in a thread of its own; letters go into a folder. ``with whole(folder) as desk: desk.agent("ada")``
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import re
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import uvicorn
from sqlalchemy import Connection

from selfcare.deskserver.access import agents, totp
from selfcare.deskserver.access.passwords import Passwords
from selfcare.deskserver.context import Desk
from selfcare.deskserver.intake.reading import close_shared
from selfcare.deskserver.model import Role
from selfcare.deskserver.opening import close_desk, open_desk
from selfcare.deskserver.serve import assemble, background
from selfcare.deskserver.serve_http import protocol
from selfcare.deskserver.serve_tasks import everything
from selfcare.deskserver.settings import MailOut
from selfcare.model.support import Auth, DeskEndpoint, DeskKind
from tests.deskserver.access.asking import CHEAP, PASSWORD, SECRET
from tests.deskserver.bench import settings_at

__all__ = ["PASSWORD", "WholeDesk", "whole"]
T = TypeVar("T")
_WAIT_S = 20.0


@dataclass(slots=True)
class WholeDesk:
    """``url`` without a slash at its end. ``letters``: the folder of what was mailed."""

    desk: Desk
    url: str
    letters: Path
    loop: asyncio.AbstractEventLoop
    passwords: Passwords

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """In the desk's own loop."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(_WAIT_S)

    def write(self, do: Callable[[Connection], T]) -> T:
        return self.do(self.desk.database.write(do))

    def read(self, do: Callable[[Connection], T]) -> T:
        return self.do(self.desk.database.read(do))

    def agent(self, login: str, name: str = "", role: Role = Role.LEAD) -> int:
        """Who has opened their invitation: ``PASSWORD``, and :meth:`code`."""
        now, hashed = self.desk.now(), self.do(self.passwords.hashed(PASSWORD))

        def made(c: Connection) -> int:
            secret = agents.invite(c, login, name or login.title(), role, now)
            return agents.accept(c, secret, hashed, totp.sealed(self.desk.secret, login, SECRET), 0, now)

        return self.write(made)

    def code(self) -> str:
        """What the agent's phone shows now."""
        return totp.code(SECRET, self.desk.now())

    def letter(self, to: str) -> str:
        """The code of the newest letter to them."""
        deadline = time.monotonic() + _WAIT_S
        while True:
            for path in sorted(self.letters.glob("*.eml"), reverse=True):
                mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                body = mail.get_body(("plain",))
                if mail["To"] == to and body is not None:
                    return "".join(re.findall(r"\d{4} \d{4}", body.get_content())[0].split())
            assert time.monotonic() < deadline, f"no letter to {to}"
            time.sleep(0.02)

    def endpoint(self) -> DeskEndpoint:
        """What an operator's profile says of this desk."""
        api, register = f"{self.url}/tmf-api/troubleTicket/v5", f"{self.url}/register"
        return DeskEndpoint(DeskKind.TMF621_V5, api, auth=Auth.INSTALL_KEY, register=register)


@contextmanager
def whole(folder: Path, **settings: Any) -> Iterator[WholeDesk]:
    """``settings``: of :class:`DeskSettings`."""
    begun: list[tuple[WholeDesk, uvicorn.Server]] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(_serve(folder, begun, settings))
        except BaseException as error:  # for the test's own thread
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + _WAIT_S
        while not (begun and begun[0][1].started):
            assert not failed, failed
            assert thread.is_alive() and time.monotonic() < deadline, "the desk did not start"
            time.sleep(0.005)
        yield begun[0][0]
    finally:
        if begun:
            begun[0][1].should_exit = True
        thread.join(_WAIT_S)
    assert not failed, failed


async def _serve(folder: Path, begun: list[tuple[WholeDesk, uvicorn.Server]], settings: dict[str, Any]) -> None:
    letters = folder / "letters"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        mail = MailOut(folder=str(letters), sender="aide@isp.example")
        desk = await open_desk(replace(settings_at(folder, **settings), url=url, mail=mail))
        passwords = Passwords(CHEAP)
        app = assemble(desk, passwords)
        http = protocol(desk.settings.limits.slow_s)
        server = uvicorn.Server(uvicorn.Config(app, http=http, ws="none", log_level="warning", lifespan="off"))
        begun.append((WholeDesk(desk, url, letters, asyncio.get_running_loop(), passwords), server))
        try:
            async with background(desk, everything(app)):
                await server.serve([listener])
        finally:
            await close_shared()
            await close_desk(desk)
