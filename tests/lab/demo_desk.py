"""The desk of the demonstration: the real program beside the lab, reached over its line; and its agent."""

from __future__ import annotations

import asyncio
import email
import email.policy
import http.client
import json
import re
import secrets
import subprocess
import sys
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from selfcare.deskserver.access import agents, passwords, sessions, totp
from selfcare.deskserver.context import Desk, now_ms
from selfcare.deskserver.model import Role
from selfcare.deskserver.opening import close_desk, open_desk
from selfcare.deskserver.schema import tickets
from selfcare.deskserver.settings import read
from tests.lab import plan
from tests.lab.mounts import REPO, SHARED
from tests.lab.services import wait_for

if TYPE_CHECKING:
    from tests.lab.lab import Lab

T = TypeVar("T")
ROOT = f"http://{plan.DESK}:{plan.DESK_PORT}"
LOGIN, DOOR = "julie", "demo.sock"
_HIDDEN = re.compile(r'<input type="hidden" name="(csrf|version|once)" value="([^"]*)"')


class DemoDesk:
    """``with DemoDesk(lab, folder, port) as desk``: ``url`` for a browser of this machine, ``password``, ``secret``."""

    def __init__(self, lab: Lab, folder: Path, port: int = plan.DESK_PORT) -> None:
        self._lab, self._folder, self._port = lab, folder, port
        self._running: list[subprocess.Popen[bytes]] = []
        self.url = f"http://127.0.0.1:{port}"
        self.password, self.secret, self._cookie = secrets.token_urlsafe(12), totp.fresh(), ""

    def __enter__(self) -> DemoDesk:
        try:
            self._begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for one in reversed(self._running):
            one.terminate()
        for one in self._running:
            one.wait(30)

    def _begin(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.settings = self._folder / "desk.toml"
        self.mails = self._folder / "mails"
        self.settings.write_text(
            f'data = {json.dumps(str(self._folder / "data"))}\noperator = "Orange (démonstration)"\nurl = "{ROOT}"\n'
            f"port = {self._port}\n[mail]\nfolder = {json.dumps(str(self.mails))}\n"
            f'sender = "guichet@demo.invalid"\n', encoding="utf-8",
        )  # fmt: skip
        self.opened(lambda desk, c: self._agent(desk, c))
        self._start("-m", "selfcare", "desk", "serve", "--config", str(self.settings))
        self._start("-m", "tests.lab.forward", f"unix:{self._lab.spaces.path(DOOR)}", f"tcp:127.0.0.1:{self._port}")
        net = self._lab.spaces.net
        net.ip(f"addr replace {plan.DESK}/32 dev lo")
        inside = ("-m", "tests.lab.forward", f"tcp:{plan.DESK}:{plan.DESK_PORT}", f"unix:{SHARED}/{DOOR}")
        self._lab.services.start("demo", net, sys.executable, *inside, PYTHONPATH=str(REPO))
        wait_for("the desk answers", self._answers, 20, 0.1)
        self._profile()

    def _start(self, *words: str) -> None:
        with (self._folder / "desk.log").open("ab") as log:
            self._running.append(subprocess.Popen([sys.executable, *words], cwd=REPO, stdout=log, stderr=log))

    def _answers(self) -> bool:
        for one in self._running:
            if one.poll() is not None:
                raise RuntimeError((self._folder / "desk.log").read_text(encoding="utf-8")[-2000:])
        try:
            return self._asked("GET", "/")[0] < 500
        except OSError:
            return False

    def _profile(self) -> None:
        """What the home's program is told of its operator."""
        lines = ["", "[support.desk]", 'kind = "tmf621-v5"', f'url = "{ROOT}/tmf-api/troubleTicket/v5"',
                 'auth = "install_key"', f'register = "{ROOT}/register"']  # fmt: skip
        path = self._lab.spaces.path("demo.toml")
        path.write_text(plan.PROFILE.read_text(encoding="utf-8") + "\n".join(lines) + "\n", encoding="utf-8")
        path.chmod(0o644)
        self._lab.variables["SELFCARE_PROFILE"] = f"{SHARED}/demo.toml"

    # -- its agent --------------------------------------------------------------------------------

    def opened(self, do: Callable[[Desk, Connection], T]) -> T:
        """In a transaction of our own, beside the one that serves."""

        async def whole() -> T:
            desk = await open_desk(read(self.settings))
            try:
                return await desk.database.write(lambda c: do(desk, c))
            finally:
                await close_desk(desk)

        return asyncio.run(whole())

    def _agent(self, desk: Desk, c: Connection) -> None:
        """Julie, as if she had opened her invitation; and a session for what the story does in her name."""
        now = now_ms()
        invitation = agents.invite(c, LOGIN, "Julie", Role.LEAD, now)
        hashed = passwords.make(self.password, passwords.Cost())
        number = agents.accept(c, invitation, hashed, totp.sealed(desk.secret, LOGIN, self.secret), 0, now)
        self._cookie = sessions.start(c, number, now)

    def _asked(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        headers = {"Cookie": f"desk={self._cookie}", "Origin": self.url}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, urlencode(form) if form is not None else None, headers)
        answer = connection.getresponse()
        found = answer.status, answer.read().decode()
        connection.close()
        return found

    def does(self, page: str, action: str, **typed: str) -> None:
        """What she does with a form of that page: the same requests as a browser makes.

        Where the report was opened meanwhile she is told so, reads again, and sends again.
        """
        for _ in range(3):
            hidden = {name: unescape(value) for name, value in _HIDDEN.findall(self.sees(page))}
            status, text = self._asked("POST", action, {**hidden, **typed})
            if status != 409:
                break
        assert status == 303, (action, status, text[:2000])

    @property
    def zone(self) -> ZoneInfo:
        """In which its pages tell times."""
        return read(self.settings).zone

    @property
    def cookie(self) -> str:
        """Of her session, for a browser that is she."""
        return self._cookie

    def sees(self, page: str) -> str:
        status, text = self._asked("GET", page)
        assert status == 200, (page, status)
        return text

    def code(self, address: str) -> str:
        """Out of the newest letter to this address."""
        found: list[str] = []

        def there() -> bool:
            for path in sorted(self.mails.glob("*.eml"), reverse=True):
                mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                if address in str(mail["to"]):
                    body: Any = mail.get_body(("plain",))
                    found.extend(re.findall(r"\b[0-9]{2,6} [0-9]{2,6}\b", body.get_content()))
                    return bool(found)
            return False

        wait_for(f"a letter to {address}", there, 15, 0.1)
        return found[0]

    def tickets(self) -> list[Any]:
        """Oldest first: ref, status, node and how many reports were opened."""
        query = select(tickets).order_by(tickets.c.id)
        return self.opened(lambda _desk, c: list(c.execute(query).all()))

    def likely(self) -> dict[str, str]:
        """Node and begin of the first probable outage, as the page's form has them; empty: there is none."""
        found = re.search(
            r'name="node"[^>]*value="([^"]+)".*?name="since"[^>]*value="([^"]+)"', self.sees("/outages"), re.S
        )
        return {"node": unescape(found[1]), "since": unescape(found[2])} if found else {}
