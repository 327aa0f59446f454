"""What administrators do, and what is kept of it."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection

from selfcare.deskserver.access import agents, tokens
from selfcare.deskserver.access.audit import Asked, found, told_as
from selfcare.deskserver.access.sessions import PROOF_MS
from selfcare.deskserver.intake import post
from selfcare.deskserver.intake.letters import Letter
from selfcare.deskserver.model import DeskRefusal, Role, System
from selfcare.deskserver.settings import MailOut
from tests.deskserver.access.asking import PASSWORD, Bench, at_the_desk


def played(folder: Path, scene: Callable[[Bench], Awaitable[None]]) -> None:
    async def play() -> None:
        async with at_the_desk(folder) as bench:
            await scene(bench)

    asyncio.run(play())


def test_inviting_needs_a_fresh_proof(tmp_path: Path) -> None:
    async def scene(bench: Bench) -> None:
        browser = await bench.signed_in("ada", Role.ADMIN)
        form = {"csrf": await browser.csrf(), "login": "zoe", "name": "Zoé", "role": "lead"}
        bench.clock.at += PROOF_MS + 1
        answer = await browser.post("/admin/agents", form, referer="http://127.0.0.1:8621/admin")
        assert (answer.status, answer.headers["location"]) == (303, "/prove?next=/admin")
        proof = {"csrf": form["csrf"], "password": PASSWORD, "next": "/admin"}
        assert (await browser.post("/prove", {**proof, "code": "000000"})).status == 403
        assert (await browser.post("/admin/agents", form)).status == 303
        answer = await browser.post("/prove", {**proof, "code": bench.code()})
        assert (answer.status, answer.headers["location"]) == (303, "/admin")
        answer = await browser.post("/admin/agents", form)
        link = re.search(r'id="link">http://127.0.0.1:8621(/welcome/[^<]+)<', answer.text)
        assert answer.status == 200 and link
        assert (await bench.browser("192.0.2.8").get(link[1])).status == 200
        assert link[1] not in (await browser.get("/admin")).text  # shown once
        assert (await browser.post("/admin/agents", form)).status == 409

    played(tmp_path, scene)


def test_a_letter_that_nobody_took_is_shown_with_the_reason_and_to_administrators_alone(tmp_path: Path) -> None:
    async def scene(bench: Bench) -> None:
        desk, out = bench.desk, MailOut(folder="somewhere")
        letter = Letter("zoe@exemple.fr", "Votre code", "1234 5678")

        def write(c: Connection) -> None:
            post.put(c, desk.secret, letter, out, desk.now(), 1000)
            (due,) = post.claimed(c, post.due(c, desk.now()), desk.secret, desk.now())
            post.failed(c, due, False, "recipient [550]", desk.now())

        await desk.database.write(write)
        admin, lead = await bench.signed_in("ada", Role.ADMIN), await bench.signed_in("bob", Role.LEAD, "192.0.2.2")
        page = (await admin.get("/admin/letters")).text
        assert "zoe@exemple.fr" in page and "recipient [550]" in page and "1234 5678" not in page
        assert (await lead.get("/admin/letters")).status == 403

    played(tmp_path, scene)


def test_disabled_and_helped_agents_are_out_at_once(tmp_path: Path) -> None:
    async def scene(bench: Bench) -> None:
        admin = await bench.signed_in("ada", Role.ADMIN)
        bob = await bench.signed_in("bob", address="192.0.2.2")
        csrf = {"csrf": await admin.csrf()}
        assert (await admin.post("/admin/agents/2/disable", csrf)).status == 303
        assert (await bob.get("/account")).status == 303
        bench.clock.minutes(1)
        assert (await bob.login("bob", bench.code())).status == 403
        assert (await admin.post("/admin/agents/2/enable", csrf)).status == 303
        assert (await bob.login("bob", bench.code())).status == 303
        answer = await admin.post("/admin/agents/2/recover", csrf)
        assert "/welcome/" in answer.text and (await bob.get("/account")).status == 303
        bench.clock.minutes(1)
        assert (await bob.login("bob", bench.code())).status == 403
        assert (await admin.post("/admin/agents/2/role", {**csrf, "role": "lead"})).status == 303
        assert (await admin.post("/admin/agents/2/role", {**csrf, "role": "god"})).status == 422
        assert (await admin.post("/admin/agents/9/disable", csrf)).status == 404
        for what in ("disable", "role"):
            answer = await admin.post(f"/admin/agents/1/{what}", {**csrf, "role": "agent"})
            assert answer.status == 409 and "dernier administrateur" in answer.text
        lines = await bench.desk.database.read(lambda c: found(c, Asked(who="agent:ada", what="agent:bob")))
        assert [one.did for one in lines] == ["agent_role", "agent_recover", "agent_enable", "agent_disable"]

    played(tmp_path, scene)


@pytest.mark.parametrize("login", ["", "a", "é", "../x", "a b", "x" * 64, "<b>", "agent:x"])
def test_logins_that_cannot_be(tmp_path: Path, login: str) -> None:
    async def scene(bench: Bench) -> None:
        with pytest.raises(DeskRefusal, match="login_odd"):
            await bench.desk.database.write(lambda c: agents.invite(c, login, "", Role.AGENT, 0))

    played(tmp_path, scene)


def test_a_systems_token_is_shown_once_and_revoked(tmp_path: Path) -> None:
    async def scene(bench: Bench) -> None:
        admin = await bench.signed_in("ada", Role.ADMIN)
        csrf = {"csrf": await admin.csrf()}
        answer = await admin.post("/admin/tokens", {**csrf, "name": "crm", "days": "30"})
        made = re.search(r'id="made">([^<]+)<', answer.text)
        assert made
        hashed = tokens.digest(made[1])
        caller = await bench.desk.database.read(lambda c: tokens.caller(c, hashed, bench.clock.at))
        assert caller == (System("crm"), bench.clock.at + 30 * 86_400_000)
        assert made[1] not in (await admin.get("/admin/tokens")).text
        assert (await admin.post(f"/admin/tokens/{hashed}/revoke", csrf)).status == 303
        assert await bench.desk.database.read(lambda c: tokens.caller(c, hashed, bench.clock.at)) == "token_revoked"
        assert (await admin.post(f"/admin/tokens/{'0' * 64}/revoke", csrf)).status == 404

    played(tmp_path, scene)


def test_the_audit_by_who_what_and_when(tmp_path: Path) -> None:
    async def scene(bench: Bench) -> None:
        admin = await bench.signed_in("ada", Role.ADMIN)
        start = bench.clock.at

        def many(c: object) -> None:
            for number in range(250):
                told_as(c, f"agent:a{number % 2}", "read", f"ticket:T-{number}", start + number * 1000,  # type: ignore[arg-type]
                        "=cmd()<script>alert(1)</script>", "192.0.2.1")  # fmt: skip

        await bench.desk.database.write(many)
        first = await admin.get("/admin/audit?who=agent:a1&did=read")
        assert first.text.count('<td class="code">read</td>') == 100 and "T-249<" in first.text
        assert "<script>alert" not in first.text and "T-248<" not in first.text
        more = re.search(r'href="(/admin/audit\?[^"]+)" rel="next"', first.text)
        assert more
        second = await admin.get(html.unescape(more[1]))
        assert second.text.count('<td class="code">read</td>') == 25 and "T-1<" in second.text
        table = await admin.get("/admin/audit.csv?what=ticket:T-7&did=read")
        rows = table.text.strip().splitlines()
        assert len(rows) == 1 + 11 and all("'=cmd()" in row for row in rows[1:])  # T-7, T-70 to T-79
        assert table.headers["content-type"].startswith("text/csv")
        own = await bench.desk.database.read(lambda c: found(c, Asked(who="agent:ada", what="audit")))
        assert [one.did for one in own] == ["export", "read", "read"]
        for odd in ("?before=%C2%B2", "?before=99999999999999999999", "?since=x", "?who=%25%27%22"):
            assert (await admin.get("/admin/audit" + odd)).status == 200, odd

    played(tmp_path, scene)
