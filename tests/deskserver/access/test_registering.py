"""The client's own registration against the real routes; and who is refused."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from selfcare.desks.register import GRANT, canonical
from selfcare.deskserver.access import audit, installs
from selfcare.deskserver.access.registering import Paces
from selfcare.deskserver.schema import installs as installs_table
from selfcare.deskserver.schema import subscribers, tokens, used_once
from selfcare.model.report import Reach
from selfcare.model.ticket import DeskError, Failure
from tests.deskserver.intake.home import Home, Pc, home_at
from tests.deskserver.postgres import databases

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def given(home: Home, assertion: str, grant: str = GRANT) -> tuple[int, Any]:
    return await home.post(
        "/register/token", data=urlencode({"grant_type": grant, "assertion": assertion}), headers=FORM
    )


def part(told: object) -> str:
    return base64.urlsafe_b64encode(canonical(told)).rstrip(b"=").decode()  # type: ignore[arg-type]


def signed(pc: Pc, head: dict[str, Any], claims: dict[str, Any]) -> str:
    text = f"{part(head)}.{part(claims)}"
    return f"{text}.{base64.urlsafe_b64encode(pc.key.sign(text.encode())).rstrip(b'=').decode()}"


async def claims_of(pc: Pc, **other: Any) -> dict[str, Any]:
    name, now = (await pc.client.stored())[0], int(time.time())
    told = {"iss": name, "sub": name, "aud": f"{pc.home.url}/register/token", "iat": now, "exp": now + 60, "jti": "a"}
    return {**told, **other}


def test_a_pc_registers_by_mail_and_is_a_subscriber(tmp_path: Path) -> None:
    async def story() -> None:
        async with home_at(tmp_path) as home:
            pc = Pc(home)
            token = await pc.registered()
            status, who = await home.who(token)
            key = base64.b64encode(pc.key.public).decode()
            assert status == 200 and who["key"] == f"install:{key}" and who["proven"] is True
            kept = await home.desk.database.read(lambda c: c.execute(select(tokens)).all())
            assert token not in repr(kept) and kept[0].until - kept[0].created_at == 3_600_000
            assert (await home.who(""))[1] == {"name": "anybody"}
            (line,) = await home.desk.database.read(lambda c: audit.found(c, audit.Asked(did="confirm")))
            assert line.detail == "right" and line.address == "127.0.0.1"

    asyncio.run(story())


@databases
def test_two_pcs_of_one_mailbox_are_one_household_and_another_mailbox_is_another(tmp_path: Path, database: str) -> None:
    async def story() -> None:
        async with home_at(tmp_path, database=database) as home:
            first, second = Pc(home), Pc(home, "Zoe@Example.ORG")
            other = Pc(home, "luc@example.org")
            for pc in (first, second, other):
                pc.mail, asked = pc.mail.lower(), pc.mail
                await pc.client.ask(Reach(mail=asked))
                await pc.client.confirm(" ".join((await home.codes(pc.mail))[-1]))
            assert await first.subscriber() == await second.subscriber() != await other.subscriber()

    asyncio.run(story())


def test_a_mail_that_was_only_typed_joins_nobody(tmp_path: Path) -> None:
    async def story() -> None:
        async with home_at(tmp_path) as home:
            owner, thief = Pc(home), Pc(home)
            await owner.registered()
            await thief.client.ask(Reach(mail=owner.mail))
            with pytest.raises(DeskError) as wrong:
                await thief.client.confirm("00000000")
            assert wrong.value.code == "register_code"
            assert await thief.client.renewed(None) is None  # type: ignore[arg-type]
            name = (await thief.client.stored())[0]
            assert (await given(home, thief.client.assertion(name)))[0] == 400

    asyncio.run(story())


def test_five_wrong_codes_and_the_right_one_is_over_and_so_after_a_quarter_of_an_hour(tmp_path: Path) -> None:
    async def story() -> None:
        async with home_at(tmp_path) as home:
            pc = Pc(home)
            await pc.client.ask(Reach(mail=pc.mail))
            code = (await home.codes(pc.mail))[-1]
            wrong = f"{(int(code) + 1) % 10**8:08d}"
            said = []
            for tried in [wrong] * installs.CODE_TRIES + [code]:
                with pytest.raises(DeskError) as caught:
                    await pc.client.confirm(tried)
                said.append(caught.value.code)
            assert said == ["register_code"] * installs.CODE_TRIES + ["register_late"]
            await pc.client.ask(Reach(mail=pc.mail))
            home.ahead = installs.CODE_MS + 1000
            with pytest.raises(DeskError) as caught:
                await pc.client.confirm((await home.codes(pc.mail))[-1])
            assert caught.value.code == "register_late"

    asyncio.run(story())


def test_an_answer_that_was_lost_is_asked_for_again(tmp_path: Path) -> None:
    async def story() -> None:
        async with home_at(tmp_path) as home:
            pc = Pc(home)
            await pc.client.ask(Reach(mail=pc.mail))
            before = await pc.client.stored()
            await pc.client.ask(Reach(mail=pc.mail))
            assert await pc.client.stored() == before
            first, last = await home.codes(pc.mail)
            with pytest.raises(DeskError):
                await pc.client.confirm(first)
            await pc.client.confirm(last)
            await pc.client.confirm(last)
            count = select(func.count()).select_from(installs_table)
            assert await home.desk.database.read(lambda c: c.execute(count).scalar()) == 1

    asyncio.run(story())


@databases
def test_another_address_moves_a_lone_pc_and_leaves_a_household_its_history(tmp_path: Path, database: str) -> None:
    async def story() -> None:
        async with home_at(tmp_path, database=database) as home:
            alone, first, second = Pc(home, "old@example.org"), Pc(home), Pc(home)
            for pc in (alone, first, second):
                await pc.registered()
            mine, ours = await alone.subscriber(), await first.subscriber()
            alone.mail = "new@example.org"
            await alone.registered()
            assert await alone.subscriber() == mine
            older = await first.token()
            first.mail = "gone@example.org"
            await first.registered()
            assert await second.subscriber() == ours != await first.subscriber()
            assert (await home.who(older)) == (401, {"error": "token_revoked"})
            mails = select(subscribers.c.mail).order_by(subscribers.c.mail)
            told = await home.desk.database.read(lambda c: c.execute(mails).scalars().all())
            assert told == ["gone@example.org", "new@example.org", "zoe@example.org"]

    asyncio.run(story())


def test_a_token_of_a_revoked_install_ends_and_no_other_is_given(tmp_path: Path) -> None:
    async def story() -> None:
        async with home_at(tmp_path) as home:
            pc = Pc(home)
            token, name = await pc.registered(), (await pc.client.stored())[0]
            assert (await home.who(token))[0] == 200
            assert await home.desk.database.write(lambda c: installs.revoke(c, name, home.now()))
            home.ahead = 5_001  # what was believed is believed five seconds
            assert await home.who(token) == (401, {"error": "token_revoked"})
            assert (await given(home, pc.client.assertion(name)))[1]["error_description"] == "assertion_refused"
            with pytest.raises(DeskError) as caught:
                await pc.client.ask(Reach(mail=pc.mail))
            assert caught.value.failure is Failure.REFUSED

    asyncio.run(story())


@databases
def test_an_assertion_is_good_once(tmp_path: Path, database: str) -> None:
    async def story() -> None:
        async with home_at(tmp_path, database=database) as home:
            pc = Pc(home)
            await pc.registered()
            once = signed(pc, {"alg": "EdDSA"}, await claims_of(pc))
            assert (await given(home, once))[0] == 200
            assert await given(home, once) == (
                400, {"error": "invalid_grant", "error_description": "assertion_used"}
            )  # fmt: skip
            both = signed(pc, {"alg": "EdDSA"}, await claims_of(pc, jti="b"))
            said = await asyncio.gather(*[given(home, both) for _ in range(8)])
            assert sorted(status for status, _ in said) == [200] + [400] * 7
            home.ahead = 3_600_000
            fresh = await claims_of(pc, jti="c", exp=int(time.time()) + 3660, iat=int(time.time()) + 3600)
            assert (await given(home, signed(pc, {"alg": "EdDSA"}, fresh)))[0] == 200
            left = await home.desk.database.read(
                lambda c: c.execute(select(func.count()).select_from(used_once)).scalar()
            )
            assert left == 1  # older ones cannot be used again, and are forgotten

    asyncio.run(story())


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"aud": "https://elsewhere.example/register/token"}, "assertion_refused"),
        ({"aud": ["x"]}, "assertion_unreadable"),
        ({"sub": "somebody"}, "assertion_unreadable"),
        ({"iss": "nobody", "sub": "nobody"}, "assertion_refused"),
        ({"exp": 1}, "assertion_over"),
        ({"exp": 2**39}, "assertion_clock"),
        ({"iat": 2**39}, "assertion_clock"),
        ({"exp": True}, "assertion_unreadable"),
        ({"exp": 1e400}, "assertion_unreadable"),
        ({"exp": "soon"}, "assertion_unreadable"),
        ({"jti": ""}, "assertion_unreadable"),
        ({"jti": 7}, "assertion_unreadable"),
        ({"jti": "x" * 3000}, "assertion_unreadable"),
    ],
)  # fmt: skip
def test_what_an_assertion_says_is_checked(other: dict[str, Any], code: str, shared: Pc) -> None:
    async def story() -> None:
        told = await given(shared.home, signed(shared, {"alg": "EdDSA"}, await claims_of(shared, **other)))
        assert told == (400, {"error": "invalid_grant", "error_description": code})

    asyncio.run(story())


def test_no_other_signature_is_one(shared: Pc) -> None:
    async def story() -> None:
        home, claims = shared.home, await claims_of(shared, jti="other")
        stranger = Pc(home)
        text = f"{part({'alg': 'HS256'})}.{part(claims)}"
        mac = base64.urlsafe_b64encode(hmac.new(shared.key.public, text.encode(), hashlib.sha256).digest())
        good = signed(shared, {"alg": "EdDSA"}, claims)
        refused = {
            "assertion_algorithm": [
                f"{part({'alg': 'none'})}.{part(claims)}.", f"{text}.{mac.rstrip(b'=').decode()}",
                signed(shared, {"alg": "none"}, claims), signed(shared, {"alg": ["EdDSA"]}, claims),
                signed(shared, {"alg": "EdDSA", "crit": ["b64"], "b64": False}, claims),
            ],
            "assertion_refused": [
                signed(stranger, {"alg": "EdDSA"}, claims), good.rpartition(".")[0] + ".",
                good.rpartition(".")[0] + "." + base64.urlsafe_b64encode(bytes(64)).rstrip(b"=").decode(),
            ],
            "assertion_unreadable": [
                "", "a.b", "....", good + "=", good.replace(".", ". ", 1), "é." * 2, "[" * 4000 + ".a.b",
                f"{part([1])}.{part(claims)}.AAAA",
            ],
        }  # fmt: skip
        for code, ones in refused.items():
            for one in ones:
                said = ("invalid_grant", code) if one else ("invalid_request", "token_form")
                told = dict(zip(("error", "error_description"), said, strict=True))
                assert await given(home, one) == (400, told), one
        assert (await given(home, good, "password"))[1]["error"] == "unsupported_grant_type"
        assert (await given(home, good))[0] == 200  # none of the others used it up

    asyncio.run(story())


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One registered PC for many who are refused."""
    loop = asyncio.new_event_loop()
    context = home_at(tmp_path_factory.mktemp("desk"))
    home = loop.run_until_complete(context.__aenter__())
    registering_paces(home)
    pc = Pc(home)
    loop.run_until_complete(pc.registered())
    yield pc
    loop.run_until_complete(context.__aexit__(None, None, None))
    loop.close()


def registering_paces(home: Home) -> None:
    """Of the tests that are not about the pace."""
    from selfcare.deskserver.access.pace import MINUTE, Window
    from selfcare.deskserver.access.registering import Paces

    wide = [Window(1000, MINUTE) for _ in range(6)]
    home.app.state.register_paces = Paces(*wide)


def body_of(pc: Pc, **other: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "mail": pc.mail, "public_key": base64.b64encode(pc.key.public).decode(), "at": int(time.time()),
    }  # fmt: skip
    told |= other
    return {**told, "signature": base64.b64encode(pc.key.sign(canonical(told))).decode()}


def test_a_registration_is_signed_by_its_key_now_and_has_an_address(shared: Pc) -> None:
    async def story() -> None:
        good, thief = body_of(shared), Pc(shared.home)
        stolen = {**body_of(thief), "public_key": good["public_key"]}
        refused: dict[str, list[Any]] = {
            "register_signature": [{**good, "mail": "luc@example.org"}, {**good, "contract": "1"}, stolen],
            "register_clock": [body_of(shared, at=int(time.time()) - 3600), body_of(shared, at=2**70)],
            "register_mail": [body_of(shared, mail=one) for one in (
                "", "zoe", "a@b\nBcc: c@d", "<a@b>", "a@b, c@d", "@b", "a@", "a@b@c", "x" * 300 + "@b", "a\u202e@b")],
            "register_form": [[], "x", None, {**good, "more": 1}, {**good, "at": "now"}, {**good, "at": True},
                              {**good, "public_key": "AAAA"}, {**good, "signature": 7},
                              body_of(shared, contract="x" * 500), body_of(shared, contract=["1"]),
                              {**good, "contract": "\ud800"}],
        }  # fmt: skip
        for code, bodies in refused.items():
            for one in bodies:
                sent = json.dumps(one).encode()
                assert await shared.home.post("/register/installs", data=sent) == (400, {"error": code}), one
        for raw in (b"", b"{", b"[" * 9000, b"\xff\xfe"):
            assert (await shared.home.post("/register/installs", data=raw))[0] == 400
        assert (await shared.home.post("/register/installs", data=b" " * 20_000))[0] == 413
        assert (await shared.home.post("/register/installs", json=good))[0] == 202

    asyncio.run(story())


def test_a_mailbox_gets_five_codes_an_hour_whoever_asks_and_a_known_one_is_answered_alike(tmp_path: Path) -> None:
    async def story() -> None:
        async with home_at(tmp_path) as home:
            await Pc(home).registered()
            known, unknown = [
                (await home.post("/register/installs", json=body_of(Pc(home, one))))
                for one in ("zoe@example.org", "nobody@example.org")
            ]
            assert known[0] == unknown[0] == 202 and set(known[1]) == set(unknown[1]) == {"install"}
            said = [(await home.post("/register/installs", json=body_of(Pc(home))))[0] for _ in range(5)]
            assert said == [202] * 3 + [429] * 2 and len(await home.codes("zoe@example.org")) == 5
            home.app.state.register_paces = Paces()  # another process, or this one begun anew
            assert (await home.post("/register/installs", json=body_of(Pc(home))))[0] == 429
            same = Pc(home, "a@example.org")
            each = [(await home.post("/register/installs", json=body_of(same, mail=f"{n}@e.fr")))[0] for n in range(6)]
            assert each == [202] * 5 + [429]

    asyncio.run(story())


def test_guessing_from_one_address_ends(tmp_path: Path) -> None:
    async def story() -> None:
        async with home_at(tmp_path) as home:
            said = [(await home.post("/register/installs/x/confirmation", json={"code": "1"}))[0] for _ in range(122)]
            assert said == [410] * 120 + [429] * 2
            said = [(await given(home, "a.b.c"))[0] for _ in range(62)]
            assert said == [400] * 60 + [429] * 2

    asyncio.run(story())
