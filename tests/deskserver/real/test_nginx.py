"""nginx in front of the real desk, with the very lines of ``docs/desk.md``."""

from __future__ import annotations

import asyncio
import base64
import re
import socket
import sqlite3
import ssl
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from selfcare.deskserver.access import totp
from tests.deskserver.browser import CHROMIUM, at_the_desk
from tests.deskserver.intake.mails import plain
from tests.deskserver.opened import POST
from tests.deskserver.operator import ROOT, Operator, free
from tests.deskserver.real.debian import unpacked
from tests.deskserver.real.tls import Own, own

pytestmark = pytest.mark.full
MAIL = "/intake/mail"


@dataclass
class Behind(Operator):
    """Known to everybody by the proxy's address."""

    front: int = field(default_factory=free)

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.front}"


def written(made: Own, operator: Behind) -> str:
    """The documents' lines, with other ports and files; nothing else of it is ours."""
    found = re.search(r"```\n(server \{.*?\n\})\n```", (ROOT / "docs/desk.md").read_text(), re.S)
    assert found
    changed = {
        "listen 443 ssl": f"listen 127.0.0.1:{operator.front} ssl", "/etc/ssl/desk.pem": str(made.certificate),
        "/etc/ssl/desk.key": str(made.key), "http://127.0.0.1:8621": f"http://127.0.0.1:{operator.port}",
    }  # fmt: skip
    text = found[1]
    for ours, theirs in changed.items():
        assert text.count(ours) == 1, ours
        text = text.replace(ours, theirs)
    return text


@contextmanager
def nginx(folder: Path, server: str, port: int) -> Iterator[None]:
    there = unpacked("nginx", "nginx-common")
    temporary = "".join(f"{one}_temp_path {folder}/{one};\n" for one in (
        "client_body", "proxy", "fastcgi", "uwsgi", "scgi"))  # fmt: skip
    config = folder / "nginx.conf"
    config.write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1; user root;\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{temporary}{server}\n}}\n"
    )
    command = [str(there / "usr/sbin/nginx"), "-p", str(folder), "-e", f"{folder}/error.log", "-c", str(config)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    try:
        ended = time.monotonic() + 20
        while True:
            with closing(socket.socket()) as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None and time.monotonic() < ended, (folder / "error.log").read_text()
            time.sleep(0.02)
        yield
    finally:
        process.terminate()
        process.wait(10)


@dataclass
class Front:
    operator: Behind
    made: Own
    token: str

    def web(self) -> aiohttp.ClientSession:
        trusted = ssl.create_default_context(cafile=str(self.made.authority))
        connector = aiohttp.TCPConnector(ssl=trusted, local_addr=("127.0.0.9", 0))
        return aiohttp.ClientSession(
            self.operator.url, connector=connector, headers={"Authorization": f"Bearer {self.token}"}
        )  # fmt: skip


@contextmanager
def front(folder: Path, settings: str = "") -> Iterator[Front]:
    made = own(folder)
    operator = Behind(folder, f'behind_proxy = true\nlanguage = "en"\n{settings}')
    token = operator.type("token", "new", "crm").out.splitlines()[1]
    with operator.serving(), nginx(folder, written(made, operator), operator.front):
        yield Front(operator, made, token)


def test_large_ones_whose_they_are_and_the_phones_page(tmp_path: Path) -> None:
    async def story(at: Front) -> None:
        async with at.web() as web:
            async with web.get("/d") as answer:
                assert answer.status == 200 and "text/html" in answer.headers["content-type"]
                assert "max-age" in answer.headers["strict-transport-security"]
            async with web.get("/d", headers={"Upgrade": "websocket", "Connection": "Upgrade"}) as answer:
                assert answer.status == 200  # there is none of it
            async with web.get(POST, headers={"X-Forwarded-For": "203.0.113.7"}) as answer:
                assert answer.status == 200
            raw = plain("zoe@example.org", "Ligne coupée")
            async with web.post(MAIL, data=raw + b"\r\n" * ((16 * 1024 * 1024 - len(raw)) // 2)) as answer:
                assert answer.status == 413, await answer.text()  # the desk's own word: too many lines
                assert (await answer.json())["code"] == "mail_large"
            padded = raw + (b"x" * 998 + b"\r\n") * ((16 * 1024 * 1024 - len(raw)) // 1000)
            async with web.post(MAIL, data=padded) as answer:
                assert answer.status == 200 and (await answer.json())["outcome"] == "ticket"
            async with web.post(MAIL, data=bytes(16 * 1024 * 1024 + 1)) as answer:
                assert answer.status == 413 and "nginx" in await answer.text()

    with front(tmp_path) as at:
        asyncio.run(story(at))
    with closing(sqlite3.connect(at.operator.data / "desk.db")) as c:
        found = set(c.execute("SELECT who, address FROM audit WHERE address != ''"))
    assert found == {("system:crm", "127.0.0.9")}


def test_a_slow_line_is_the_proxys_to_wait_for(tmp_path: Path) -> None:
    """The desk would have given it up."""

    async def slowly(raw: bytes) -> AsyncIterator[bytes]:
        for at in range(0, len(raw), 1 + len(raw) // 20):
            yield raw[at : at + 1 + len(raw) // 20]
            await asyncio.sleep(0.15)

    async def story(at: Front) -> None:
        raw = plain("zoe@example.org", "Ligne lente")
        async with at.web() as web, web.post(MAIL, data=slowly(raw)) as answer:
            assert answer.status == 200, await answer.text()
        head = {"Authorization": f"Bearer {at.token}"}
        direct = f"http://127.0.0.1:{at.operator.port}{MAIL}"
        async with aiohttp.ClientSession(headers=head) as web, web.post(direct, data=slowly(raw)) as answer:
            assert answer.status == 408

    with front(tmp_path, "[limits]\nslow_s = 1.0\n") as at:
        asyncio.run(story(at))


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_an_agent_through_it(tmp_path: Path) -> None:
    """Its cookie is for this host by https alone; a form is from the same place, port and all."""
    with front(tmp_path) as at, at_the_desk(language="en", switches=("--ignore-certificate-errors",)) as tab:
        link = re.search(r"https://\S+/welcome/\S+", at.operator.type("agent", "add", "lea", "--role", "admin").out)
        assert link and link[0].startswith(at.operator.url)
        tab.go(link[0])
        secret = base64.b32decode("".join(tab.text("#written").split()))
        for name in ("password", "again"):
            tab.type(f"input[name={name}]", "une phrase assez longue")
        tab.type("input[name=code]", totp.code(secret, int(time.time() * 1000)))
        tab.leave_by("main button.first")
        assert tab.address() == f"{at.operator.url}/"
        cookies = tab.page.call("Network.getCookies")["cookies"]
        assert [(one["name"], one["secure"], one["httpOnly"]) for one in cookies] == [("__Host-desk", True, True)]
        tab.go(f"{at.operator.url}/account")
        tab.leave_by("form[action='/logout'] button")
        assert "/login" in tab.address()
