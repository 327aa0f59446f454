"""Sign-in against a strict provider on loopback, and registration of this install's key."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import aiohttp
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from selfcare.desks.helpdesk import worded
from selfcare.desks.oidc import challenge, renewed, safe, sign_in
from selfcare.desks.register import Registration
from selfcare.desks.who import Token, bearer, given_token, keep, kept, login_of, never, place
from selfcare.desks.wire import nobody
from selfcare.ground.install_key import InstallKey
from selfcare.model.report import Reach
from selfcare.model.support import Auth, DeskEndpoint, DeskKind, Oidc
from selfcare.model.ticket import DeskError, Failure
from tests.desks.provider import Provider
from tests.desks.vault import Vault

PAGE = b"<!doctype html><title>Selfcare</title>Vous pouvez fermer cette page."
REACH = Reach(mail="zoe@example.org", contract="12345")


async def visit(address: str) -> tuple[int, bytes]:
    async with aiohttp.ClientSession() as browser, browser.get(address) as page:
        return page.status, await page.read()


def sign(provider: Provider, back: Any = None, **oidc: Any) -> tuple[Token, list[Any]]:
    """Signs in with a browser that goes where it is sent (``back``: by way of another address)."""
    seen: list[Any] = []

    async def story() -> Token:
        async with provider:
            tasks: list[asyncio.Task[Any]] = []

            def show(address: str) -> None:
                there = provider.consent(address)
                tasks.append(asyncio.ensure_future(visits(back(there) if back else [there])))

            async def visits(addresses: list[str]) -> None:
                seen.extend([await visit(one) for one in addresses])

            try:
                return await sign_in(Oidc(provider.url, provider.client, **oidc), show, PAGE, wait_s=1.0)
            finally:
                await asyncio.gather(*tasks, return_exceptions=True)

    return asyncio.run(story()), seen


def test_the_person_signs_in_at_the_page_and_comes_back() -> None:
    token, seen = sign(provider := Provider())
    assert token.access == "first" and token.refresh == "r" and 3500 < token.until - time.time() < 3700
    assert seen == [(200, PAGE)] and "prompt" not in provider.asked and "resource" not in provider.asked


def test_a_refresh_token_wants_consent_and_the_desk_its_own_name() -> None:
    """Without either, a certified provider gives none (OpenID Connect Core, 11), or one that no desk can read."""
    provider, desk = Provider(), "https://desk.isp.example"
    sign(provider, scopes=("openid", "offline_access"), resource=desk)
    assert provider.asked["prompt"] == "consent" and provider.asked["scope"] == "openid offline_access"

    async def again() -> None:
        async with provider:
            await renewed(Oidc(provider.url, provider.client, resource=desk), Token("", 0.0, "r"))

    asyncio.run(again())
    assert provider.asked["resource"] == desk
    assert [one["resource"] for one in provider.forms] == [desk, desk]


@pytest.mark.parametrize("wrong", ["issuer", "plain", "no_pkce", "nonce", "token"])
def test_a_provider_that_does_it_wrong_gets_nobody(wrong: str) -> None:
    with pytest.raises(DeskError) as caught:
        sign(Provider(wrong=wrong))
    assert caught.value.failure is Failure.REFUSED and caught.value.code.startswith("sign_in_")


def test_another_ones_answer_is_not_heard() -> None:
    def others_first(there: str) -> list[str]:
        port = there.split("/callback")[0]
        return [f"{port}/callback?code=evil&state=guessed", f"{port}/other?{there.partition('?')[2]}",
                there.replace("iss=", "iss=https://evil.example/"), there]  # fmt: skip

    token, seen = sign(Provider(), others_first)
    assert token.access == "first" and [status for status, _ in seen] == [404, 404, 404, 200]


def test_an_answer_without_the_name_its_provider_promised_is_not_heard() -> None:
    """RFC 9207, 2.4: or else it may be another provider's."""
    with pytest.raises(DeskError) as caught:
        sign(Provider(wrong="no_iss"))
    assert caught.value.code == "sign_in_late"


@pytest.mark.parametrize("name", ["..", ".", "a\nb", "x" * 300])
def test_a_name_that_leads_elsewhere_is_not_asked_for(name: str) -> None:
    async def story() -> None:
        vault = Vault()
        key = InstallKey(Ed25519PrivateKey.generate())
        install = Registration("http://127.0.0.1:9/register", "demo", key, vault)
        await vault.put("desk-install:demo", json.dumps({"install": name, "confirmed": False}))
        with pytest.raises(DeskError) as caught:
            await install.confirm("1")
        assert caught.value.code == "desk_bad_name"

    asyncio.run(story())


def test_a_no_is_a_no() -> None:
    with pytest.raises(DeskError) as caught:
        sign(Provider(), lambda there: [there.replace("code=abc", "error=access_denied")])
    assert caught.value.code == "sign_in_denied"


def test_nobody_comes_back() -> None:
    with pytest.raises(DeskError) as caught:
        sign(Provider(), lambda _there: [])
    assert caught.value.code == "sign_in_late"


def test_the_challenge_is_the_one_of_the_rfc() -> None:  # RFC 7636, appendix B
    assert challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.mark.parametrize(
    ("url", "is_safe"),
    [("https://isp.example/a", True), ("http://127.0.0.1:1/a", True), ("http://isp.example/a", False),
     ("javascript:alert(1)", False), ("file:///etc/passwd", False), ("https://", False), ("http://[", False)],
)  # fmt: skip
def test_only_safe_addresses_are_opened(url: str, is_safe: bool) -> None:
    assert safe(url) is is_safe


def test_a_token_is_renewed_before_it_ends_and_once_revoked_the_person_is_asked() -> None:
    async def story() -> None:
        async with Provider() as provider:
            oidc, vault, clock = Oidc(provider.url, "selfcare"), Vault(), [1000.0]
            await keep(vault, "t", Token("first", 1060.0, "r"))

            async def renew(token: Token) -> Token | None:
                found = await renewed(oidc, token)
                return found and Token(found.access, clock[0] + 60.0, found.refresh)

            login = bearer(vault, "t", renew, lambda: clock[0])
            assert await login() == {"Authorization": "Bearer first"} and provider.refreshes == 0
            clock[0] = 1040.0
            assert await login() == {"Authorization": "Bearer again-1"}
            assert (await kept(vault, "t")) == Token("again-1", 1100.0, "r")  # the old one goes on
            provider.wrong, clock[0] = "revoked", 2000.0
            with pytest.raises(DeskError) as caught:
                await login()
            assert caught.value.failure is Failure.SIGN_IN
        with pytest.raises(DeskError) as caught:  # nobody there: that says nothing about the token
            await login()
        assert caught.value.failure is Failure.NOT_SENT

    asyncio.run(story())


def test_a_clock_that_was_set_does_not_make_a_token_last_for_ever() -> None:
    assert not Token("a", 1e12).good(time.time()) and not Token("a", 5.0).good(time.time())
    assert Token("a").good(time.time()) and not Token("").good(0.0)


@pytest.mark.parametrize("answer", [None, [], {}, {"access_token": ""}, {"access_token": "a b"}, {"access_token": 3},
                                    {"access_token": "é"}, {"access_token": "a", "token_type": "mac"}])  # fmt: skip
def test_rubbish_is_no_token(answer: object) -> None:
    with pytest.raises(DeskError):
        given_token(answer, 0.0)


@pytest.mark.parametrize(
    "stored", ["", "{", "[]", '{"access": 1, "until": "x"}', '{"until": 3}', '{"access":"a","until":1e999}']
)
def test_a_damaged_entry_of_the_keyring_is_no_token(stored: str) -> None:
    vault = Vault()
    vault.there["t"] = stored
    found = asyncio.run(kept(vault, "t"))
    assert found is None or not found.good(time.time())


def registration(provider: Provider, vault: Vault, key: InstallKey) -> Registration:
    return Registration(f"{provider.url}/register", "isp", key, vault)


def test_this_install_is_registered_once_and_known_by_its_key() -> None:
    async def story() -> None:
        async with Provider() as provider:
            vault, key = Vault(), InstallKey(Ed25519PrivateKey.generate())
            one = registration(provider, vault, key)
            assert await one.renewed(Token("")) is None and await one.stored() == ("", False)
            await one.ask(REACH)
            assert await one.renewed(Token("")) is None and provider.mails == ["zoe@example.org"]
            with pytest.raises(DeskError) as caught:
                await one.confirm("000000")
            assert caught.value.code == "register_code" and not (await one.stored())[1]
            await one.confirm(" 271-828 ")
            endpoint = DeskEndpoint(DeskKind.TMF621_V5, url=provider.url, auth=Auth.INSTALL_KEY)
            login = login_of(endpoint, None, "isp", vault, {Auth.INSTALL_KEY: one.renewed})
            assert await login() == {"Authorization": "Bearer key-1"} == await login()
            await one.ask(REACH)
            assert len(provider.installs) == 1  # the same key is the same install
            assert not any(text in json.dumps(vault.there) for text in ("zoe", "12345"))

    asyncio.run(story())


def test_too_many_wrong_codes_ask_for_another_mail() -> None:
    async def story() -> list[str]:
        async with Provider() as provider:
            one = registration(provider, Vault(), InstallKey(Ed25519PrivateKey.generate()))
            await one.ask(REACH)
            codes = []
            for _ in range(4):
                with pytest.raises(DeskError) as caught:
                    await one.confirm("000000")
                codes.append(caught.value.code)
            return codes

    assert asyncio.run(story()) == ["register_code"] * 3 + ["register_late"]


def test_a_key_that_is_not_ones_own_is_not_registered() -> None:
    class Thief:
        def __init__(self) -> None:
            self.public = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
            self.sign = InstallKey(Ed25519PrivateKey.generate()).sign

    async def story() -> None:
        async with Provider() as provider:
            await Registration(f"{provider.url}/register", "isp", Thief(), Vault()).ask(REACH)

    with pytest.raises(DeskError) as caught:
        asyncio.run(story())
    assert caught.value.failure is Failure.REFUSED


def test_a_desk_that_asks_nothing_learns_nothing() -> None:
    vault = Vault()
    vault.there[place("isp")] = json.dumps({"access": "secret"})
    assert login_of(DeskEndpoint(DeskKind.RT), None, "isp", vault, {}) is nobody
    for kind, words in ((DeskKind.TMF621_V5, "Bearer"), (DeskKind.RT, "token"), (DeskKind.GLPI, "user_token")):
        desk = DeskEndpoint(kind, auth=Auth.TOKEN)
        given = worded(desk, login_of(desk, None, "isp", vault, {}))  # as the adapters of helpdesks do
        assert asyncio.run(given()) == {"Authorization": f"{words} secret"}  # type: ignore[arg-type]
    assert asyncio.run(never(Token(""))) is None
