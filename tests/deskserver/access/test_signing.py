"""Signing in: what is right, what is not, how often, and what a session is good for."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.requests import Request

from selfcare.deskserver.access import agents, passwords, totp
from selfcare.deskserver.access.audit import Asked, found
from selfcare.deskserver.access.guard import back_to
from selfcare.deskserver.access.pace import LOGIN_TRIES, Window, network
from selfcare.deskserver.access.sessions import IDLE_MS, WHOLE_MS, digest
from selfcare.deskserver.model import Role
from selfcare.deskserver.schema import sessions
from selfcare.deskserver.serve import assemble
from tests.deskserver.access.asking import CHEAP, PASSWORD, SECRET, T0, Bench, at_the_desk

Scene = Callable[[Bench], Awaitable[None]]


def played(folder: Path, scene: Scene, **settings: object) -> None:
    async def play() -> None:
        async with at_the_desk(folder, **settings) as bench:
            await scene(bench)

    asyncio.run(play())


def test_rfc_6238_codes() -> None:
    secret = b"12345678901234567890"
    assert totp.code(secret, 59_000) == "287082" and totp.code(secret, 1_111_111_109_000) == "081804"
    assert totp.code(secret, 20_000_000_000_000) == "353130"


@pytest.mark.parametrize(("off", "right"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_phone_may_be_one_step_off(off: int, right: bool) -> None:
    assert (totp.step_of(SECRET, totp.code(SECRET, T0 + off * 1000), T0) is not None) is right


def test_a_sealed_secret_is_of_one_desk_and_one_login() -> None:
    kept = totp.sealed(b"a" * 32, "ada", SECRET)
    assert totp.opened(b"a" * 32, "ada", kept) == SECRET
    assert totp.opened(b"b" * 32, "ada", kept) is None and totp.opened(b"a" * 32, "bob", kept) is None
    assert totp.opened(b"a" * 32, "ada", "") is None and SECRET.hex() not in kept


def test_scrypt_where_argon2_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Missing:
        def __init__(self, **_parameters: object) -> None:
            raise passwords.UnsupportedAlgorithm("no Argon2id")

    assert passwords.make(PASSWORD, CHEAP).startswith("$argon2id$v=19$m=64,t=1,p=1$")
    monkeypatch.setattr(passwords, "Argon2id", Missing)
    kept = passwords.make(PASSWORD, CHEAP)
    assert kept.startswith("$scrypt$16$")
    assert passwords.matches(PASSWORD, kept) and not passwords.matches(PASSWORD + "x", kept)


def test_signed_in_by_password_and_code(tmp_path: Path) -> None:
    async def scene(bench: Bench) -> None:
        await bench.agent("ada")
        browser = bench.browser()
        assert (await browser.get("/account")).headers["location"] == "/login?next=/account"
        answer = await browser.login(" Ada ", bench.code(), next="/account")
        assert (answer.status, answer.headers["location"]) == (303, "/account")
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie and "samesite=lax" in cookie and "path=/" in cookie
        assert (await browser.get("/account")).status == 200
        kept = await bench.desk.database.read(lambda c: c.execute(select(sessions.c.hash)).scalars().all())
        assert kept == [digest(browser.cookies["desk"])]

    played(tmp_path, scene)


def test_wrong_answers_are_all_the_same(tmp_path: Path) -> None:
    async def scene(bench: Bench) -> None:
        await bench.agent("ada")
        told = []
        for login, password, code in (("nobody", PASSWORD, bench.code()), ("ada", "wrong password here", bench.code()),
                                      ("ada", PASSWORD, "000000"), ("ada", PASSWORD, "")):  # fmt: skip
            answer = await bench.browser().login(login, code, password)
            told.append((answer.status, answer.text.replace(f'value="{login}"', "")))
        assert told[0][0] == 403 and len(set(told)) == 1
        assert bench.passwords.checked == 4  # of nobody too: the time tells nothing

    played(tmp_path, scene)


def test_a_code_works_once_and_none_before_it(tmp_path: Path) -> None:
    async def scene(bench: Bench) -> None:
        await bench.signed_in("ada")
        assert (await bench.browser("192.0.2.2").login("ada", bench.code())).status == 403
        before = totp.code(SECRET, bench.clock.at - 30_000)
        assert (await bench.browser("192.0.2.3").login("ada", before)).status == 403
        bench.clock.minutes(0.5)
        assert (await bench.browser("192.0.2.4").login("ada", bench.code())).status == 303

    played(tmp_path, scene)


def test_one_code_at_the_same_moment_twice_is_one_session(tmp_path: Path) -> None:
    async def scene(bench: Bench) -> None:
        await bench.agent("ada")
        answers = await asyncio.gather(*(bench.browser(f"192.0.2.{n}").login("ada", bench.code()) for n in range(2, 6)))
        assert sorted(one.status for one in answers) == [303, 403, 403, 403]

    played(tmp_path, scene)


def test_ten_thousand_wrong_logins_of_one_address_cost_ten_checks(tmp_path: Path) -> None:
    async def scene(bench: Bench) -> None:
        await bench.agent("ada")
        thief = bench.browser("198.51.100.7")
        statuses = [(await thief.login("ada", "123456", "wrong password")).status for _ in range(10_000)]
        assert statuses.count(403) == 10 and statuses.count(429) == 9_990
        assert bench.passwords.checked == 10
        last = await thief.login("ada", "123456")
        assert last.headers["retry-after"] == "60" and "1 min" in last.text
        assert (await bench.browser("192.0.2.1").login("ada", bench.code())).status == 303
        lines = await bench.desk.database.read(lambda c: found(c, Asked(did="login_wrong"), 100))
        assert len(lines) == 10 and {one.address for one in lines} == {"198.51.100.7"}

    played(tmp_path, scene)


def test_a_login_tried_from_everywhere_stays_open_where_its_agent_was(tmp_path: Path) -> None:
    async def scene(bench: Bench) -> None:
        await bench.signed_in("ada", address="192.0.2.1")
        for number in range(LOGIN_TRIES + 5):
            await bench.browser(f"198.51.100.{number}").login("ada", "000000")
        bench.clock.minutes(1)
        assert (await bench.browser("203.0.113.9").login("ada", bench.code())).status == 429
        assert (await bench.browser("192.0.2.1").login("ada", bench.code())).status == 303

    played(tmp_path, scene)


def test_two_desks_on_one_database_give_no_more_tries_than_one(tmp_path: Path) -> None:
    async def scene(bench: Bench) -> None:
        await bench.agent("ada")
        other = Bench(bench.desk, assemble(bench.desk, bench.passwords), bench.clock, bench.passwords)
        for number in range(LOGIN_TRIES // 2):
            for desk in (bench, other):
                told = await desk.browser(f"198.51.100.{number}").login("ada", "000000")
                assert told.status == 403
        bench.clock.minutes(1)
        for desk in (bench, other):
            assert (await desk.browser("203.0.113.9").login("ada", bench.code())).status == 429
        bench.clock.minutes(15)
        assert (await other.browser("203.0.113.9").login("ada", bench.code())).status == 303

    played(tmp_path, scene)


def test_what_is_counted_is_bounded_and_a_clock_set_back_holds_nobody_up() -> None:
    window = Window(2, 60_000)
    for number in range(25_000):
        window.count(str(number), T0)
    assert len(window) == 20_000
    window.count("a", T0), window.count("a", T0)
    assert window.wait("a", T0) == 60_000 and window.wait("a", T0 + 60_000) == 0
    assert window.wait("a", T0 - 3_600_000) == 0
    assert network("2001:db8:1:2:3::4") == network("2001:db8:1:2::9") != network("2001:db8:1:3::9")
    assert network("::ffff:192.0.2.1") == "192.0.2.1"


def test_a_session_is_over_when_idle_and_after_a_day_of_work(tmp_path: Path) -> None:
    async def scene(bench: Bench) -> None:
        browser = await bench.signed_in("ada")
        begun = bench.clock.at
        while bench.clock.at + IDLE_MS - 60_000 < begun + WHOLE_MS:
            bench.clock.at += IDLE_MS - 60_000
            assert (await browser.get("/account")).status == 200
        bench.clock.at = begun + WHOLE_MS
        assert (await browser.get("/account")).status == 303
        other = await bench.signed_in("bob")
        bench.clock.at += IDLE_MS
        assert (await other.get("/account")).status == 303

    played(tmp_path, scene)


def test_a_session_given_beforehand_is_not_the_one_signed_in(tmp_path: Path) -> None:
    async def scene(bench: Bench) -> None:
        await bench.agent("ada")
        browser = bench.browser()
        browser.cookies["desk"] = planted = "x" * 43
        await browser.login("ada", bench.code())
        assert browser.cookies["desk"] != planted
        first = browser.cookies["desk"]
        bench.clock.minutes(1)
        await browser.login("ada", bench.code())
        thief = bench.browser()
        thief.cookies["desk"] = first
        assert (await thief.get("/account")).status == 303  # the one before ended with the next

    played(tmp_path, scene)


def test_forms_of_other_sites_do_nothing(tmp_path: Path) -> None:
    async def scene(bench: Bench) -> None:
        browser = await bench.signed_in("ada")
        form = {"csrf": await browser.csrf(), "language": "en"}
        assert (await browser.post("/account/language", {**form, "csrf": ""})).status == 403
        assert (await browser.post("/account/language", {**form, "csrf": "x" * 43})).status == 403
        for wrong in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"},
                      {"origin": "http://["}, {"sec-fetch-site": "same-site"}):  # fmt: skip
            assert (await browser.post("/account/language", form, **wrong)).status == 403
        bare = {"content-type": "application/x-www-form-urlencoded"}
        assert (await browser.ask("POST", "/account/language", bare, b"language=en")).status == 403
        assert (await browser.post("/login", {"login": "ada"}, origin="http://evil.example")).status == 403
        assert "Mon compte" in (await browser.get("/account")).text
        assert (await browser.post("/account/language", form)).status == 303
        assert "My account" in (await browser.get("/account")).text

    played(tmp_path, scene)


def test_back_to_a_page_of_ours_alone(tmp_path: Path) -> None:
    async def scene(bench: Bench) -> None:
        await bench.agent("ada")
        for wrong in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nX: y"):
            bench.clock.minutes(1)
            answer = await bench.browser().login("ada", bench.code(), next=wrong)
            assert (answer.status, answer.headers["location"]) == (303, "/"), wrong

    played(tmp_path, scene)


@pytest.mark.parametrize(
    ("referer", "next_"),
    [
        ("https://desk.example/t/T-1?view=late&text=a%20b", "?next=/t/T-1%3Fview%3Dlate%26text%3Da%2520b"),
        ("https://desk.example/t/T-1", "?next=/t/T-1"),
        ("https://evil.example/t/T-1?view=late", ""),
        ("https://desk.example//evil.example/?a=1", ""),
        ("", ""),
    ],
)
def test_who_lost_the_session_at_a_form_comes_back_to_the_page_and_its_list(referer: str, next_: str) -> None:
    head = [(b"host", b"desk.example"), (b"referer", referer.encode())]
    asked = Request(
        {
            "type": "http",
            "method": "POST",
            "path": "/t/T-1/answer",
            "query_string": b"",
            "headers": head,
            "scheme": "https",
        }
    )
    assert back_to(asked) == next_


def test_an_invitation_makes_an_agent_once(tmp_path: Path) -> None:
    async def scene(bench: Bench) -> None:
        secret = await bench.desk.database.write(lambda c: agents.invite(c, "Zoe@x", "Zoé", Role.LEAD,
                                                                         bench.clock.at))  # fmt: skip
        page = await bench.browser().get(f"/welcome/{secret}")
        assert page.status == 200 and "data:image/svg+xml" in page.text
        written = re.search(r'id="written">([^<]+)<', page.text)
        assert written
        key = totp.derived(bench.desk.secret, secret)
        assert written[1] == totp.written(key)
        good = {"password": PASSWORD, "again": PASSWORD, "code": bench.code(key)}
        for wrong, status in (({"code": "000000"}, 422), ({"again": "other"}, 422),
                              ({"password": "court", "again": "court"}, 422)):  # fmt: skip
            assert (await bench.browser().post(f"/welcome/{secret}", {**good, **wrong})).status == status
        browser = bench.browser()
        assert (await browser.post(f"/welcome/{secret}", good)).status == 303
        assert (await browser.get("/account")).status == 200
        assert (await bench.browser().post(f"/welcome/{secret}", good)).status == 410
        assert (await bench.browser().login("zoe@x", bench.code(key))).status == 403  # its code is used up
        bench.clock.minutes(1)
        assert (await bench.browser().login("zoe@x", bench.code(key))).status == 303

    played(tmp_path, scene)


def test_an_invitation_is_over_after_two_days(tmp_path: Path) -> None:
    async def scene(bench: Bench) -> None:
        secret = await bench.desk.database.write(lambda c: agents.invite(c, "zoe", "", Role.AGENT, bench.clock.at))
        bench.clock.minutes(48 * 60)
        assert (await bench.browser().get(f"/welcome/{secret}")).status == 410

    played(tmp_path, scene)


def test_a_new_password_ends_all_other_sessions(tmp_path: Path) -> None:
    async def scene(bench: Bench) -> None:
        here = await bench.signed_in("ada")
        bench.clock.minutes(1)
        there = bench.browser("192.0.2.9")
        assert (await there.login("ada", bench.code())).status == 303
        new = "une autre phrase, plus longue"
        form = {"csrf": await here.csrf(), "password": new, "again": new}
        assert (await here.post("/account/password", form)).status == 303
        assert (await here.get("/account")).status == 200 and (await there.get("/account")).status == 303
        bench.clock.minutes(1)
        assert (await there.login("ada", bench.code())).status == 403
        assert (await there.login("ada", bench.code(), new)).status == 303
        gone = {"csrf": await here.csrf()}
        assert (await here.post("/logout", gone)).headers["location"] == "/login"
        assert (await here.get("/account")).status == 303

    played(tmp_path, scene)


def test_by_https_the_cookie_is_of_this_host_alone(tmp_path: Path) -> None:
    async def scene(bench: Bench) -> None:
        await bench.agent("ada")
        answer = await bench.browser().post(
            "/login", {"login": "ada", "password": PASSWORD, "code": bench.code()},
            host="desk.example", origin="https://desk.example",
        )  # fmt: skip
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-desk=") and "Secure" in cookie and "Domain" not in cookie
        assert answer.headers["strict-transport-security"].startswith("max-age=")

    played(tmp_path, scene, url="https://desk.example")
