"""A subscriber's PC signs in at a certified provider, and a desk takes the token that it got there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import pytest

from selfcare.desks.oidc import renewed, sign_in
from selfcare.desks.who import Token
from selfcare.deskserver.settings import Provider
from selfcare.model.support import Oidc
from selfcare.model.ticket import DeskError, Failure
from tests.deskserver.browser import CHROMIUM, Tab, at_the_desk
from tests.deskserver.opened import POST
from tests.deskserver.real.provider import Certified, certified, keys, signed_in
from tests.deskserver.whole import WholeDesk, whole

pytestmark = [pytest.mark.full, pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")]
AUDIENCE = "https://desk.isp.example"


@dataclass
class Scene:
    there: Certified
    desk: WholeDesk
    tab: Tab

    @property
    def oidc(self) -> Oidc:
        return Oidc(self.there.url, "selfcare", ("openid", "offline_access"), AUDIENCE)

    def signs(self, oidc: Oidc, no: bool = False) -> Token:
        """The program asks, its person answers in the browser."""

        def person(address: str) -> None:
            self.tab.go(address)
            if no:
                self.tab.leave_by("a[href$='/abort']")
                return
            if self.tab.there("input[name=login]"):
                signed_in(self.tab, "zoe")
            self.tab.leave_by("button[type=submit]")  # yes, this program may
            assert "Vous pouvez fermer" in self.tab.text("body")

        async def program() -> Token:
            visits: list[asyncio.Future[None]] = []
            loop = asyncio.get_running_loop()
            try:
                return await sign_in(
                    oidc, lambda address: visits.append(loop.run_in_executor(None, person, address)),
                    b"Vous pouvez fermer cette page.", 30,
                )  # fmt: skip
            finally:
                await asyncio.gather(*visits)

        return asyncio.run(program())

    def asked(self, token: Token) -> int:
        """What the desk answers to it."""

        async def ask() -> int:
            head = {"Authorization": f"Bearer {token.access}"}
            async with aiohttp.ClientSession(headers=head) as web, web.get(self.desk.url + POST) as answer:
                return answer.status

        return asyncio.run(ask())


@contextmanager
def scene(folder: Path) -> Iterator[Scene]:
    with (
        certified(folder, audience=AUDIENCE) as there,
        whole(folder, subscribers=Provider(there.url, audience=AUDIENCE)) as desk,
        at_the_desk() as tab,
    ):
        there.knows(
            "selfcare", "http://127.0.0.1/callback", application_type="native", token_endpoint_auth_method="none",
            grant_types=["authorization_code", "refresh_token"],
        )  # fmt: skip
        there.start()
        yield Scene(there, desk, tab)


def test_signed_in_renewed_and_known_to_the_desk(tmp_path: Path) -> None:
    with scene(tmp_path) as at:
        token = at.signs(at.oidc)
        assert at.asked(token) == 200
        assert at.asked(replace(token, access=token.access[:-6] + "AAAAAA")) == 401
        again = asyncio.run(renewed(at.oidc, token))
        assert again is not None and again.access != token.access and at.asked(again) == 200
        assert asyncio.run(renewed(at.oidc, replace(token, refresh="x" * 43))) is None


def test_a_token_of_another_name_or_of_none_opens_nothing(tmp_path: Path) -> None:
    with scene(tmp_path) as at:
        another = at.signs(replace(at.oidc, resource="https://other.isp.example"))
        assert another.access.count(".") == 2 and at.asked(another) == 401
        opaque = at.signs(replace(at.oidc, resource=""))
        assert "." not in opaque.access and at.asked(opaque) == 401


def test_a_no_at_the_page_and_nobody_there(tmp_path: Path) -> None:
    with scene(tmp_path) as at:
        with pytest.raises(DeskError) as denied:
            at.signs(at.oidc, no=True)
        assert (denied.value.failure, denied.value.code) == (Failure.SIGN_IN, "sign_in_denied")
        token = at.signs(at.oidc)
        at.there.stop()
        with pytest.raises(DeskError) as away:
            asyncio.run(renewed(at.oidc, token))
        assert away.value.failure is Failure.NOT_SENT
        assert at.asked(token) == 503  # its keys were never had: whether it is good is not known


def test_other_keys_are_looked_for_and_known_ones_do_without_it(tmp_path: Path) -> None:
    with scene(tmp_path) as at:
        assert at.asked(first := at.signs(at.oidc)) == 200
        at.there.stop()
        assert at.asked(first) == 200
        at.there.told["jwks"] = keys("two")
        at.there.start()
        second = at.signs(at.oidc)
        assert at.asked(second) == 401  # looked for once a minute at most
        now = at.desk.desk.now
        at.desk.desk.now = lambda: now() + 60_000
        assert at.asked(second) == 200
