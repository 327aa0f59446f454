"""Every address of the whole desk: what nobody may see nobody sees, and each role sees its own."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

from starlette.routing import Mount, Route

from selfcare.deskserver.access.may import AGENTS, OTHERS, Act, may
from selfcare.deskserver.model import Agent, Anybody, Role, Subscriber, System
from selfcare.deskserver.pages import act
from tests.deskserver.access.asking import Answer, Bench, Browser, at_the_desk

PUBLIC = re.compile(
    r"/login|/login/provider(/back)?|/welcome/\{secret\}|/static/\{name\}|/d(/.*)?|/codes|/health|/register/.*"
    r"|/tmf-api/serviceProblemManagement/v[45]/serviceProblem(/\{\w+\})?"  # declared outages: no name, no line
)
"""What one needs before anybody knows one. Whatever is added to it is to be thought about."""

AGENTS_OWN = ("/t/", "/s/", "/outages", "/admin", "/account", "/decode", "/logout", "/prove")


def everywhere(app: object) -> Iterator[tuple[str, str]]:
    for route in app.routes:  # type: ignore[attr-defined]
        assert not isinstance(route, Mount), route  # a mount would hide what is below it
        assert isinstance(route, Route)
        for method in sorted((route.methods or {"GET"}) - {"HEAD"}):
            if route.path == "/t/{ref}/{what}":
                yield from ((method, f"/t/{{ref}}/{what}") for what in act._ACTS)
            yield method, route.path


def filled(path: str) -> str:
    return re.sub(r"\{[^}]*:int\}", "1", re.sub(r"\{(?![^}]*:int)[^}]*\}", "x", path))


async def sent(browser: Browser, method: str, path: str) -> Answer:
    if path.startswith("/tmf-api"):
        head = {"content-type": "application/json", "accept": "application/json"}
        return await browser.ask(method, filled(path), head, b"" if method == "GET" else b"{}")
    return await (browser.get(filled(path)) if method == "GET" else browser.post(filled(path), {}))


async def tried(browser: Browser, method: str, path: str) -> int:
    return (await sent(browser, method, path)).status


def test_unsigned_nobody_gets_anything(tmp_path: Path) -> None:
    async def scene(bench: Bench) -> None:
        seen = 0
        for method, path in everywhere(bench.app):
            if PUBLIC.fullmatch(path):
                continue
            browser, seen = bench.browser(f"192.0.2.{seen % 250}"), seen + 1
            answer = await sent(browser, method, path)
            to_login = answer.status == 303 and answer.headers["location"].startswith("/login")
            # 405: the API's own answer to a method that its address does not know; 204: which ones it knows
            to_login = to_login or (method == "OPTIONS" and (answer.status, answer.body) == (204, b""))
            nothing = answer.status == 404 and b'"no_such_place"' in answer.body  # the API's answer where nothing is
            assert to_login or nothing or answer.status in (401, 403, 405), (
                method,
                path,
                answer.status,
                answer.text[:300],
            )
        assert seen > 40

    _played(tmp_path, scene)


def test_roles_at_the_pages(tmp_path: Path) -> None:
    """What only an administrator may, nobody below does; and a reader changes nothing."""

    async def scene(bench: Bench) -> None:
        browsers = {role: await bench.signed_in(str(role), role, f"192.0.2.{n}") for n, role in enumerate(Role)}
        for method, path in everywhere(bench.app):
            if path.startswith("/admin"):
                for role in (Role.READER, Role.AGENT, Role.LEAD):
                    assert await tried(browsers[role], method, path) == 403, (role, method, path)
                if method == "GET":
                    assert await tried(browsers[Role.ADMIN], method, path) == 200, path
            elif method == "POST" and path.startswith(("/t/", "/outages", "/s/")):
                assert await tried(browsers[Role.READER], method, path) == 403, path
        for path in ("/", "/account", "/decode", "/outages"):
            assert await tried(browsers[Role.READER], "GET", path) == 200, path

    _played(tmp_path, scene)


def test_a_form_without_the_sessions_token_changes_nothing_anywhere(tmp_path: Path) -> None:
    async def scene(bench: Bench) -> None:
        browser = await bench.signed_in("ada", Role.ADMIN)
        for method, path in everywhere(bench.app):
            agents_own = path.startswith(
                ("/t/", "/s/", "/outages", "/admin", "/account", "/decode", "/logout", "/prove")
            )
            if method == "POST" and agents_own:
                assert await tried(browser, method, path) == 403, path

    _played(tmp_path, scene)


def test_the_table_of_rights() -> None:
    by_role = {role: {act for act in Act if may(Agent(1, "a", "A", role), act)} for role in Role}
    assert by_role[Role.READER] == {Act.READ}
    assert by_role[Role.AGENT] - by_role[Role.READER] == {Act.ANSWER, Act.LINK}
    assert by_role[Role.LEAD] - by_role[Role.AGENT] == {Act.DECLARE, Act.MERGE}
    assert by_role[Role.ADMIN] == set(AGENTS)
    assert not any(may(Anybody(), act) for act in Act)
    subscriber, system = Subscriber(1, "install:a"), System("crm")
    assert {act for act in Act if may(subscriber, act)} == {Act.FILE, Act.OWN_READ, Act.OWN_ADD}
    assert not OTHERS[System] & {Act.AGENTS, Act.TOKENS, Act.AUDIT, Act.ERASE} and may(system, Act.READ)


def _played(folder: Path, scene: object) -> None:
    async def play() -> None:
        async with at_the_desk(folder) as bench:
            await scene(bench)  # type: ignore[operator]

    asyncio.run(play())
