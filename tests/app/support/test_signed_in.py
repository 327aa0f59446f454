"""Signing in around a ticket: what ends, what is renewed, who gets a token and who does not."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from selfcare.app.support.desk import SupportDesk
from selfcare.app.support.port import SignIn
from selfcare.desks.who import keep, kept, place_of
from selfcare.ground.errors import SelfcareError
from selfcare.model.report import Reach, Wish
from selfcare.model.support import Auth, DeskEndpoint, DeskKind, Oidc
from selfcare.model.ticket import Phase
from tests.app.support.bench import Bench
from tests.app.support.test_tickets import WISH, made
from tests.desks.provider import Provider
from tests.desks.tmf_server import Fault, TmfServer

NOBODY = DeskEndpoint(DeskKind.TMF621_V5, url="http://127.0.0.1:9/")


def test_an_install_that_is_not_known_any_more_registers_again_and_goes_on(tmp_path: Path) -> None:
    """The token of before is not good any more, whatever it says of itself."""

    async def story() -> None:
        async with Provider() as provider, TmfServer("v5", token="key-1") as server:
            desk = server.endpoint()
            desk = DeskEndpoint(desk.kind, desk.url, auth=Auth.INSTALL_KEY, register=f"{provider.url}/register")
            port = Bench(tmp_path, desk).port()
            await port.register("zoe@example.org")
            await port.confirm(provider.code)
            assert (await port.file(await made(port), WISH)).phase is Phase.DONE
            provider.installs.clear()
            server.token = "key-2"
            waiting = await port.file(await made(port), WISH)
            assert waiting.phase is Phase.WAITING_SIGN_IN
            assert (await port.needs(WISH)).sign_in is SignIn.REGISTER  # it is told
            assert (await port.register("zoe@example.org")).sign_in is SignIn.CODE
            assert (await port.confirm(provider.code)).sign_in is SignIn.NOTHING
            assert [one.phase for one in await port.flush()] == [Phase.DONE, Phase.DONE]
            await port.close()

    asyncio.run(story())


def test_a_token_the_desk_no_longer_takes_is_renewed_without_the_person(tmp_path: Path) -> None:
    async def story() -> None:
        async with Provider() as provider, TmfServer("v5", token="again-1") as server:
            desk = DeskEndpoint(server.endpoint().kind, server.endpoint().url, auth=Auth.OIDC)
            port = Bench(tmp_path, desk, Oidc(provider.url, provider.client)).port()
            await signed_in(port, provider)  # "first", good for an hour, says the provider; the desk does not
            parcel = await port.file(await made(port), WISH)
            assert parcel.phase is Phase.DONE and provider.refreshes == 1
            await port.close()

    asyncio.run(story())


def test_a_sign_in_that_ended_while_it_waited_is_asked_for_again(tmp_path: Path) -> None:
    async def story() -> None:
        async with Provider(wrong="revoked") as provider, TmfServer("v5", token="other") as server:
            desk = DeskEndpoint(server.endpoint().kind, server.endpoint().url, auth=Auth.OIDC)
            port = Bench(tmp_path, desk, Oidc(provider.url, provider.client)).port()
            await signed_in(port, provider)
            assert (await port.file(await made(port), WISH)).phase is Phase.WAITING_SIGN_IN
            assert (await port.needs(WISH)).sign_in is SignIn.OIDC
            for _ in range(3):
                await port.flush()
            assert provider.refreshes == 1 and not server.tickets
            server.token = "first"
            assert (await signed_in(port, provider)) is SignIn.NOTHING
            assert [one.phase for one in await port.flush()] == [Phase.DONE]
            assert (await port.needs(WISH)).sign_in is SignIn.NOTHING
            await port.close()

    asyncio.run(story())


def test_a_token_goes_to_the_host_it_was_given_for_and_to_no_other(tmp_path: Path) -> None:
    """A profile with the same name and another address gets nothing."""

    async def story() -> None:
        async with TmfServer("v5", token="secret") as good, TmfServer("v5", token="x") as other:
            bench = Bench(tmp_path, DeskEndpoint(DeskKind.TMF621_V5, good.endpoint().url, auth=Auth.TOKEN))
            port = bench.port()
            await port.token("secret")
            assert (await port.file(await made(port), WISH)).phase is Phase.DONE
            bench.desk = DeskEndpoint(DeskKind.TMF621_V5, other.endpoint().url, auth=Auth.TOKEN)
            assert (await port.needs(WISH)).sign_in is SignIn.TOKEN
            await port.file(await made(port), WISH)
            await port.tickets()
            assert not any("secret" in json.dumps(one.headers) for one in other.seen)
            await port.close()

    asyncio.run(story())


def test_only_what_the_profile_asks_for_is_asked_for(tmp_path: Path) -> None:
    async def story(port: SupportDesk) -> None:
        assert (await port.needs(Wish(reach=Reach()))).fields == ()

    Bench(tmp_path, NOBODY).run(story)


def test_a_token_is_in_the_keyring_and_nowhere_else(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Neither in what is kept, nor in what is logged, exported, reported, even where the desk gives it back."""
    secret = "canary-4f1d2c"
    caplog.set_level(logging.DEBUG)

    async def story() -> None:
        async with TmfServer("v5", token=secret) as server:
            port = Bench(tmp_path, replace(server.endpoint(), auth=Auth.TOKEN)).port()
            await port.token(secret)
            parcel = await port.file(await made(port), WISH)
            assert parcel.phase is Phase.DONE
            server.faults.append(Fault("GET", "before", 500))
            await port.tickets()
            server.token = "other"
            assert (await port.file(await made(port), WISH)).phase is Phase.WAITING_SIGN_IN
            report = await made(port)
            await port.export(report.case, tmp_path)
            assert secret.encode() not in report.archive
            await port.close()

    asyncio.run(story())
    left = [path for path in tmp_path.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]
    assert left == [] and secret not in caplog.text


def test_glpi_s_two_tokens_are_typed_with_a_space_between(tmp_path: Path) -> None:
    async def story() -> None:
        desk = DeskEndpoint(DeskKind.GLPI, "http://127.0.0.1:9/", auth=Auth.TOKEN)
        bench = Bench(tmp_path, desk)
        port = bench.port()
        assert (await port.token("user-token app-token")).sign_in is SignIn.NOTHING
        for bad in ("a b c", "a  b", "a\nb", " a", ""):
            with pytest.raises(SelfcareError, match="token_unusable"):
                await port.token(bad)
        bench.desk = replace(desk, kind=DeskKind.RT)
        with pytest.raises(SelfcareError, match="token_unusable"):
            await port.token("user-token app-token")
        await port.close()

    asyncio.run(story())


def test_two_windows_renew_a_refresh_token_that_is_good_once(tmp_path: Path) -> None:
    async def story() -> None:
        async with Provider(wrong="rotating") as provider, TmfServer("v5", token="again-1") as server:
            desk = DeskEndpoint(server.endpoint().kind, server.endpoint().url, auth=Auth.OIDC)
            bench = Bench(tmp_path, desk, Oidc(provider.url, provider.client))
            ports = [bench.port() for _ in range(3)]
            await signed_in(ports[0], provider)
            parcel = await ports[0].file(await made(ports[0]), WISH)
            assert parcel.phase is Phase.DONE and provider.refreshes == 1
            server.token = "again-2"
            vault = ports[0]._tools.vault
            name = place_of("demo", desk, bench.oidc)
            token = await kept(vault, name)
            assert token is not None
            await keep(vault, name, replace(token, until=1.0))
            told = await asyncio.gather(*(port.tickets() for port in ports))
            assert [one.trouble for filed in told for one in filed] == ["", "", ""]
            assert provider.refreshes == 2 and not provider.stolen
            await asyncio.gather(*(port.close() for port in ports))

    asyncio.run(story())


async def signed_in(port: SupportDesk, provider: Provider) -> SignIn:
    import aiohttp

    tasks = list[asyncio.Task[None]]()

    def show(address: str) -> None:
        async def visit() -> None:
            async with aiohttp.ClientSession() as browser, browser.get(provider.consent(address)) as page:
                await page.read()

        tasks.append(asyncio.ensure_future(visit()))

    needs = await port.sign_in(show)
    await asyncio.gather(*tasks)
    return needs.sign_in
