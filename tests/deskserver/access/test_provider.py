"""Agents by the operator's own sign-in: a good answer signs in, each wrong one does not."""

from __future__ import annotations

import asyncio
import re
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


def played(folder: Path, scene: Scene, wrong: str = "", secret: Path | None = None) -> None:
    async def play() -> None:
        async with Strict(wrong) as strict:
            settings = Provider(strict.url, CLIENT, str(secret or ""), scope="openid profile email groups",
                                roles={"desk-agents": "agent", "desk-leads": "lead"})  # fmt: skip
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


@pytest.mark.parametrize("wrong", ["", "userinfo"])
def test_what_the_id_token_does_not_say_userinfo_says_of_this_very_person(tmp_path: Path, wrong: str) -> None:
    """As OpenID Connect Core, 5.4, has it, and a certified provider does."""

    async def scene(bench: Bench, strict: Strict) -> None:
        strict.claims, strict.person = {"sub": "42"}, strict.claims
        del strict.person["sub"]
        answer = await came_back(bench.browser(), strict)
        people = await bench.desk.database.read(agents.everybody)
        assert strict.asked["scope"] == "openid profile email groups"
        assert answer.status == (403 if wrong else 303)
        assert [(one.login, one.name, one.role) for one in people] == ([] if wrong else [("zoe", "Zoé", Role.LEAD)])

    played(tmp_path, scene, wrong)


@pytest.mark.parametrize(
    ("ways", "way"),
    [
        ((), "client_secret_basic"),
        (("client_secret_post",), "client_secret_post"),
        (("client_secret_basic", "client_secret_post"), "client_secret_basic"),
        (("client_secret_basic", "client_secret_post"), "client_secret_post"),
    ],
)
def test_the_secret_is_shown_as_the_provider_wants_it(tmp_path: Path, ways: tuple[str, ...], way: str) -> None:
    (tmp_path / "secret").write_text("s: cret+é\n", encoding="utf-8")

    async def scene(bench: Bench, strict: Strict) -> None:
        strict.secret, strict.ways, strict.way = "s: cret+é", ways, way
        assert (await came_back(bench.browser(), strict)).status == 303
        strict.secret = "another"
        assert (await came_back(bench.browser(), strict)).status == 403

    played(tmp_path, scene, secret=tmp_path / "secret")


async def is_proved(browser: Browser) -> bool:
    """Whether what wants a fresh proof is let through (a new password that is none)."""
    form = {"csrf": await browser.csrf(), "password": "a", "again": "b"}
    answer = await browser.post("/account/password", form)
    return not answer.headers.get("location", "").startswith("/prove")


@pytest.mark.parametrize(("ago", "fresh"), [(None, False), (3600, False), (60, True), (-3600, False)])
def test_signed_in_there_this_morning_is_no_fresh_proof_here(tmp_path: Path, ago: int | None, fresh: bool) -> None:
    async def scene(bench: Bench, strict: Strict) -> None:
        strict.claims |= {} if ago is None else {"auth_time": bench.clock.at // 1000 - ago}
        browser = bench.browser()
        assert (await came_back(browser, strict)).status == 303
        assert "max_age" not in strict.asked and "prompt" not in strict.asked
        assert await is_proved(browser) is fresh

    played(tmp_path, scene)


@pytest.mark.parametrize(
    ("said", "good"), [(0, True), (20, True), (-60, False), (3600, False), (None, False), ("now", False), (True, False)]
)
def test_a_fresh_proof_is_asked_for_and_has_to_be_given(tmp_path: Path, said: object, good: bool) -> None:
    """``said``: seconds after the question that ``auth_time`` tells."""

    async def scene(bench: Bench, strict: Strict) -> None:
        browser = bench.browser()
        assert (await came_back(browser, strict)).status == 303
        link = re.search(r'href="(/login/provider[^"]+)"', (await browser.get("/prove?next=/account")).text)
        assert link
        where = strict.consent((await browser.get(link[1].replace("&amp;", "&"))).headers["location"])
        assert (strict.asked["max_age"], strict.asked["prompt"]) == ("0", "login")
        at = bench.clock.at // 1000
        strict.claims["auth_time"] = at + said if isinstance(said, int) and not isinstance(said, bool) else said
        bench.clock.minutes(0.5)
        answer = await browser.get(where)
        assert answer.status == (303 if good else 403)
        assert good or "n’a pas confirmé" in answer.text
        assert await is_proved(browser) is good
        if good:
            bench.clock.minutes(10)
            assert not await is_proved(browser)  # for ten minutes from then

    played(tmp_path, scene)


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
