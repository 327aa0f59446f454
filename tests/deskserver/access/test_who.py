"""Tokens of the desk, and the operator's own sign-in against a provider on loopback."""

from __future__ import annotations

import asyncio
import hmac
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from selfcare.deskserver.access import tokens
from selfcare.deskserver.access.issuer import AGAIN_MS
from selfcare.deskserver.access.who import BELIEVED_MS
from selfcare.deskserver.model import DeskRefusal
from selfcare.deskserver.schema import subscribers
from selfcare.deskserver.schema import tokens as tokens_table
from selfcare.deskserver.settings import Provider
from tests.deskserver.bench import running
from tests.deskserver.intake.home import home_at

RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())


@dataclass
class Issuing:
    """``keys``: what it publishes; ``asked``: how often."""

    keys: list[dict[str, Any]] = field(default_factory=list)
    asked: int = 0
    url: str = ""
    told: str = ""
    large: bool = False
    away: bool = False

    async def discovery(self, _request: Request) -> Response:
        self.asked += 1
        if self.away:
            return Response(status_code=503)
        return JSONResponse({"issuer": self.told or self.url, "jwks_uri": self.url + "/keys"})

    async def published(self, _request: Request) -> Response:
        return JSONResponse({"keys": self.keys, "more": "x" * 300_000 if self.large else ""})


def public(key: Any, name: str, **more: Any) -> dict[str, Any]:
    kind = jwt.algorithms.RSAAlgorithm if key is RSA else jwt.algorithms.ECAlgorithm
    told: dict[str, Any] = json.loads(kind.to_jwk(key.public_key()))
    return {**told, "kid": name, "use": "sig", **more}


@contextmanager
def issuing() -> Iterator[Issuing]:
    odd: list[Any] = [{"kty": "oct", "k": "AAAA", "kid": "secret"}, {"kty": "EC"}, 7]
    one = Issuing([public(RSA, "one"), public(EC, "two"), *odd])
    app = Starlette(routes=[Route("/.well-known/openid-configuration", one.discovery), Route("/keys", one.published)])
    with running(app) as url:
        one.url = url
        yield one


def given(issuer: Issuing, key: Any = RSA, algorithm: str = "RS256", name: str = "one", **other: Any) -> str:
    now = int(time.time())
    claims = {"iss": issuer.url, "sub": "zoé", "aud": "desk", "exp": now + 300, "nbf": now - 5, **other}
    claims = {key: value for key, value in claims.items() if value is not None}
    return jwt.encode(claims, key, algorithm, headers={"kid": name})


def test_a_person_is_who_the_operator_s_sign_in_says(tmp_path: Path) -> None:
    async def story() -> None:
        with issuing() as issuer:
            async with home_at(tmp_path, subscribers=Provider(issuer=issuer.url, audience="desk")) as home:
                status, who = await home.who(given(issuer))
                assert status == 200 and who["key"] == f"oidc:{issuer.url}|zoé" and who["proven"]
                said = await asyncio.gather(
                    *[home.who(given(issuer, EC, "ES256", "two", aud=["other", "desk"])) for _ in range(5)],
                    home.who(given(issuer, sub="luc")),
                )
                assert [one[1]["id"] for one in said[:5]] == [who["id"]] * 5 and said[5][1]["id"] != who["id"]
                rows = await home.desk.database.read(lambda c: c.execute(select(subscribers.c.proven)).all())
                assert [bool(row[0]) for row in rows] == [True, True] and issuer.asked == 1

    asyncio.run(story())


def test_no_other_token_is_one_and_inventing_keys_does_not_make_the_desk_ask(tmp_path: Path) -> None:
    async def story() -> None:
        with issuing() as issuer:
            async with home_at(tmp_path, subscribers=Provider(issuer=issuer.url, audience="desk")) as home:
                stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
                pem = RSA.public_key().public_bytes(serialization.Encoding.PEM,
                                                    serialization.PublicFormat.SubjectPublicKeyInfo)  # fmt: skip
                none = given(issuer).split(".")
                head = jwt.utils.base64url_encode(b'{"alg":"none","kid":"one"}').decode()
                mixed = jwt.utils.base64url_encode(b'{"alg":"HS256","kid":"one"}')
                signing = mixed + b"." + none[1].encode()
                mac = jwt.utils.base64url_encode(hmac.digest(pem, signing, "sha256")).decode()
                wrong = [
                    given(issuer, stranger), given(issuer, aud="other"), given(issuer, aud=None),
                    given(issuer, iss="https://other.example"), given(issuer, sub=None), given(issuer, exp=None),
                    given(issuer, sub="x" * 300), given(issuer, sub=""),
                    f"{head}.{none[1]}.", f"{signing.decode()}.{mac}",
                    given(issuer, EC, "ES256", "one"), given(issuer, RSA, "RS256", "two"), given(issuer, RSA, "PS256"),
                    jwt.encode({"sub": "zoé"}, "0" * 32, "HS256", headers={"kid": "secret"}), "a.b.c", "..", "[.].{",
                ]  # fmt: skip
                wrong += [given(issuer, name=f"made-up-{at}") for at in range(20)]
                for one in wrong:
                    assert await home.who(one) == (401, {"error": "token_unknown"}), one
                for over in (given(issuer, exp=5), given(issuer, nbf=int(time.time()) + 900)):
                    assert await home.who(over) == (401, {"error": "token_over"})
                assert issuer.asked == 1 and (await home.who(given(issuer)))[0] == 200

    asyncio.run(story())


def test_a_new_key_is_found_a_minute_later_and_a_provider_that_is_away_takes_no_key_away(tmp_path: Path) -> None:
    async def story() -> None:
        with issuing() as issuer:
            async with home_at(tmp_path, subscribers=Provider(issuer=issuer.url, audience="desk")) as home:
                assert (await home.who(given(issuer)))[0] == 200
                issuer.keys.append(public(EC, "three"))
                assert (await home.who(given(issuer, EC, "ES256", "three")))[0] == 401
                home.ahead = AGAIN_MS
                assert (await home.who(given(issuer, EC, "ES256", "three")))[0] == 200
                issuer.away, home.ahead = True, 4_000_000
                late = int(time.time()) + 9000
                assert (await home.who(given(issuer, exp=late)))[0] == 200

    asyncio.run(story())


@pytest.mark.parametrize("wrong", [{"told": "https://other.example"}, {"large": True}, {"away": True}])
def test_a_provider_that_is_wrong_or_away_lets_nobody_in(
    wrong: dict[str, Any], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:  # fmt: skip
    async def story() -> None:
        with issuing() as issuer:
            for name, value in wrong.items():
                setattr(issuer, name, value)
            async with home_at(tmp_path, subscribers=Provider(issuer=issuer.url, audience="desk")) as home:
                assert await home.who(given(issuer)) == (503, {"error": "provider_away"})

    asyncio.run(story())
    assert "subscribers' sign-in" in caplog.text  # for who set it up


def test_tokens_are_made_listed_and_revoked_and_end_within_five_seconds(tmp_path: Path) -> None:
    async def story() -> None:
        async with home_at(tmp_path) as home:
            database, now = home.desk.database, home.now()
            token = await database.write(lambda c: tokens.make_system(c, " crm ", now))
            assert await home.who(token) == (200, {"name": "system:crm"})
            with pytest.raises(DeskRefusal) as caught:
                await database.write(lambda c: tokens.make_system(c, "crm", now))
            assert caught.value.code == "token_there"
            for name in ("", " ", "x" * 61, "a\nb\x1b"):
                with pytest.raises(DeskRefusal):
                    await database.write(partial(tokens.make_system, name=name, now=now))
            (one,) = await database.read(tokens.listed)
            assert one.name == "crm" and one.hash == tokens.digest(token) and one.until is None
            assert token not in repr(await database.read(lambda c: c.execute(select(tokens_table)).all()))
            assert await database.write(lambda c: tokens.revoke(c, one.hash, now))
            assert not await database.write(lambda c: tokens.revoke(c, one.hash, now))
            home.ahead = BELIEVED_MS
            assert await home.who(token) == (401, {"error": "token_revoked"})
            short = await database.write(lambda c: tokens.make_system(c, "crm", home.now(), seconds=2))
            assert (await home.who(short))[0] == 200
            home.ahead += 2001  # less than what is believed: its own end counts
            assert await home.who(short) == (401, {"error": "token_over"})
            with pytest.raises(DeskRefusal):
                await database.write(lambda c: tokens.make_subscriber(c, 99, now))

    asyncio.run(story())


@pytest.mark.parametrize("header", ["Basic eA==", "Bearer", "Bearer ", "Bearer é", "Bearer " + "x" * 17_000, "slf_x"])
def test_another_header_is_nobody_s(header: str) -> None:
    from selfcare.deskserver.access.who import _bearer

    with pytest.raises(DeskRefusal) as caught:
        _bearer(header)
    assert (caught.value.status, caught.value.code) == (401, "token_unknown")
