"""Agents by the operator's own sign-in: a good answer signs in, each wrong one does not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from selfcare.deskserver.access import agents
from selfcare.deskserver.access.audit import Asked, found
from selfcare.deskserver.model import Role
from selfcare.deskserver.settings import Provider
from tests.deskserver.access.asking import Answer, Bench, Browser, at_the_desk
from tests.deskserver.access.strict import CLIENT, Strict

Scene = Callable[[Bench, Strict], Awaitable[None]]


def played(folder: Path, scene: Scene, wrong: str = "") -> None:
    async def play() -> None:
        async with Strict(wrong) as strict:
            settings = Provider(strict.url, CLIENT, roles={"desk-agents": "agent", "desk-leads": "lead"})
            async with at_the_desk(folder, agents=settings) as bench:
                await scene(bench, strict)

    asyncio.run(play())


async def gone_there(browser: Browser, strict: Strict, back: str = "/account") -> str:
    sent = await browser.get(f"/login/provider?next={back}")
    assert sent.status == 303, sent.text
    return strict.consent(sent.headers["location"])


async def came_back(browser: Browser, strict: Strict) -> Answer:
    return await browser.get(await gone_there(browser, strict))


def test_signed_in_with_the_role_that_the_groups_say(tmp_path: Path) -> None:
    async def scene(bench: Bench, strict: Strict) -> None:
        browser = bench.browser()
        answer = await came_back(browser, strict)
        assert (answer.status, answer.headers["location"]) == (303, "/account")
        assert "Responsable" in (await browser.get("/account")).text
        assert list(browser.cookies) == ["desk"]  # what was asked is not kept
        strict.claims["groups"] = ["desk-agents", "others"]
        assert (await came_back(bench.browser(), strict)).status == 303
        people = await bench.desk.database.read(agents.everybody)
        assert [(one.login, one.name, one.role, one.oidc) for one in people] == [
            ("zoe", "Zoé", Role.AGENT, f"{strict.url}|42")
        ]

    played(tmp_path, scene)


@pytest.mark.parametrize("groups", [[], ["strangers"], "desk-nobody", {"desk-leads": True}, [["desk-leads"]], None])
def test_nobody_without_a_role(tmp_path: Path, groups: object) -> None:
    async def scene(bench: Bench, strict: Strict) -> None:
        strict.claims["groups"] = groups
        browser = bench.browser()
        answer = await came_back(browser, strict)
        assert answer.status == 403 and "aucun rôle" in answer.text and not browser.cookies
        assert await bench.desk.database.read(agents.everybody) == []

    played(tmp_path, scene)


def test_a_role_taken_away_there_and_an_agent_disabled_here(tmp_path: Path) -> None:
    async def scene(bench: Bench, strict: Strict) -> None:
        assert (await came_back(bench.browser(), strict)).status == 303
        strict.claims["groups"] = []
        assert (await came_back(bench.browser(), strict)).status == 403
        strict.claims["groups"] = ["desk-leads"]
        await bench.desk.database.write(lambda c: agents.disable(c, 1, bench.clock.at))
        assert (await came_back(bench.browser(), strict)).status == 403

    played(tmp_path, scene)


def test_a_name_there_is_not_an_agent_here(tmp_path: Path) -> None:
    async def scene(bench: Bench, strict: Strict) -> None:
        await bench.agent("zoe", Role.ADMIN)
        browser = bench.browser()
        assert (await came_back(browser, strict)).status == 303
        assert (await browser.get("/admin")).status == 403
        assert len(await bench.desk.database.read(agents.everybody)) == 2

    played(tmp_path, scene)


@pytest.mark.parametrize("wrong", ["state", "no_iss", "other_iss", "nonce", "no_nonce", "aud", "azp", "iss_claim",
                                   "exp", "none", "hmac", "key", "kid"])  # fmt: skip
def test_wrong_answers_sign_nobody_in(tmp_path: Path, wrong: str) -> None:
    async def scene(bench: Bench, strict: Strict) -> None:
        browser = bench.browser()
        answer = await came_back(browser, strict)
        assert answer.status == 403 and "set-cookie" in answer.headers and not browser.cookies
        assert (await browser.get("/account")).status == 303
        assert await bench.desk.database.read(agents.everybody) == []
        lines = await bench.desk.database.read(lambda c: found(c, Asked(did="login_wrong")))
        assert [one.detail for one in lines] == ["provider_answer"]

    played(tmp_path, scene, wrong)


@pytest.mark.parametrize("wrong", ["issuer", "plain"])
def test_a_provider_that_is_not_what_it_should_be(tmp_path: Path, wrong: str) -> None:
    async def scene(bench: Bench, _strict: Strict) -> None:
        answer = await bench.browser().get("/login/provider")
        assert answer.status == 502 and "location" not in answer.headers

    played(tmp_path, scene, wrong)


def test_replayed_and_somebody_elses(tmp_path: Path) -> None:
    async def scene(bench: Bench, strict: Strict) -> None:
        browser = bench.browser()
        where = await gone_there(browser, strict)
        asked = dict(browser.cookies)
        assert (await browser.get(where)).status == 303
        again = bench.browser()
        again.cookies.update(asked)
        assert (await again.get(where)).status == 403  # the same question and answer, once more
        victim = bench.browser()
        assert (await victim.get(await gone_there(bench.browser(), strict))).status == 403  # without the question
        late = bench.browser()
        where = await gone_there(late, strict)
        bench.clock.minutes(10)
        assert (await late.get(where)).status == 403

    played(tmp_path, scene)


def test_no_provider_no_such_page(tmp_path: Path) -> None:
    async def play() -> None:
        async with at_the_desk(tmp_path) as bench:
            assert (await bench.browser().get("/login/provider")).status == 404
            assert "/login/provider" not in (await bench.browser().get("/login")).text

    asyncio.run(play())
