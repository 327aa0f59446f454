"""What a desk wants to know before it takes a ticket, and how it gets to know it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

from selfcare.app.support.port import Needs, SignIn
from selfcare.app.support.tools import Tools
from selfcare.desks.oidc import renewed, sign_in
from selfcare.desks.register import Registration
from selfcare.desks.who import Renew, Token, keep, kept, login_of, place_of
from selfcare.desks.wire import Login
from selfcare.ground.errors import SelfcareError
from selfcare.model.profile import Profile
from selfcare.model.report import Reach, Wish
from selfcare.model.support import Auth, DeskEndpoint, DeskKind
from selfcare.outbox.lock import only_one

LOCK = "sign-in.lock"
TURN_S, TURNS = 0.1, 200
"""One renews at a time: a provider that changes its refresh token takes a second use of the old one for a thief's."""
_OPEN = {Auth.OIDC: SignIn.OIDC, Auth.TOKEN: SignIn.TOKEN, Auth.INSTALL_KEY: SignIn.REGISTER}


class Identity:
    """Of this subscriber with one operator's desk."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def needs(self, wish: Wish) -> Needs:
        """Fields to fill in, and what sign-in is open."""
        profile = await self._tools.profile()
        desk = profile.support.desk
        if desk is None:
            return Needs()
        wanted = (*desk.needs, *(("mail",) if desk.kind is DeskKind.MAIL else ()))
        missing = tuple(dict.fromkeys(name for name in wanted if not getattr(wish.reach, name, "").strip()))
        return Needs(missing, await self._open(profile, desk))

    async def _open(self, profile: Profile, desk: DeskEndpoint) -> SignIn:
        if desk.auth is Auth.NONE:
            return SignIn.NOTHING
        if desk.auth is Auth.INSTALL_KEY:
            name, confirmed = await (await self._registration(profile, desk)).stored()
            return SignIn.NOTHING if confirmed else SignIn.CODE if name else SignIn.REGISTER
        token = await kept(self._tools.vault, place_of(profile.id, desk, profile.support.oidc))
        if token is not None and (token.refresh or token.good(time.time())):
            return SignIn.NOTHING  # where it no longer opens, the desk says so, and the parcel waits
        return _OPEN[desk.auth]

    async def again(self) -> SignIn:
        """What is to be done where the desk does not take what we have, whatever we think of it."""
        profile = await self._tools.profile()
        desk = profile.support.desk
        if desk is None or desk.auth is Auth.NONE:
            return SignIn.NOTHING
        opened = await self._open(profile, desk)
        return _OPEN[desk.auth] if opened is SignIn.NOTHING else opened

    async def spoilt(self, profile: Profile, desk: DeskEndpoint) -> bool:
        """The desk refused the token, before its time. Whether another can be had without the person."""
        place = place_of(profile.id, desk, profile.support.oidc)
        token = await kept(self._tools.vault, place)
        if token is None or desk.auth not in (Auth.OIDC, Auth.INSTALL_KEY) or not token.good(time.time()):
            return False
        if desk.auth is Auth.OIDC and not token.refresh:
            return False
        await keep(self._tools.vault, place, replace(token, until=1.0))
        return True

    async def login(self, profile: Profile, desk: DeskEndpoint) -> Login:
        """What a desk's wire is given."""
        oidc = profile.support.oidc
        renewals: dict[Auth, Renew] = {}
        if desk.auth is Auth.INSTALL_KEY:
            renewals[Auth.INSTALL_KEY] = (await self._registration(profile, desk)).renewed
        elif oidc is not None:
            place = place_of(profile.id, desk, oidc)

            async def again(token: Token) -> Token | None:
                async with self._alone():
                    newer = await kept(self._tools.vault, place)
                    if newer is not None and newer != token and newer.good(time.time()):
                        return newer  # another window was first
                    fresh = await renewed(oidc, newer or token)
                    if fresh is not None:
                        await keep(self._tools.vault, place, fresh)
                    return fresh

            renewals[Auth.OIDC] = again
        return login_of(desk, oidc, profile.id, self._tools.vault, renewals)

    @contextlib.asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """Others wait, but not for ever: a sign-in that fails can be done again, one that hangs helps nobody."""
        for _ in range(TURNS):
            with only_one(self._tools.parts.data / LOCK) as mine:
                if mine:
                    yield
                    return
            await asyncio.sleep(TURN_S)
        yield

    async def sign_in(self, show: Callable[[str], None]) -> Needs:
        """At the operator's page."""
        profile = await self._tools.profile()
        if profile.support.oidc is None:
            raise SelfcareError("no_sign_in")
        page = self._tools.words.text("sign_in.page").encode()
        token = await sign_in(profile.support.oidc, show, _html(page, self._tools.parts.language))
        if profile.support.desk is not None:
            await keep(self._tools.vault, place_of(profile.id, profile.support.desk, profile.support.oidc), token)
        return await self.needs(Wish())

    async def register(self, reach: Reach) -> Needs:
        """A code comes by mail."""
        profile, desk = await self._desk(Auth.INSTALL_KEY)
        await (await self._registration(profile, desk)).ask(reach)
        return await self.needs(Wish(reach=reach))

    async def confirm(self, code: str) -> Needs:
        """The code of the mail."""
        profile, desk = await self._desk(Auth.INSTALL_KEY)
        await (await self._registration(profile, desk)).confirm(code)
        # A token of before is not this registration's, and may be what the desk did not take.
        await self._tools.vault.delete(place_of(profile.id, desk, profile.support.oidc))
        return await self.needs(Wish())

    async def token(self, text: str) -> Needs:
        """One the operator gave; into the keyring."""
        profile, desk = await self._desk(Auth.TOKEN)
        words = text.split(" ")  # GLPI wants two: the person's and the application's
        most = 2 if desk.kind is DeskKind.GLPI else 1
        if not all(words) or len(words) > most or not (text.isascii() and text.isprintable()) or len(text) > 16_384:
            raise SelfcareError("token_unusable")
        await keep(self._tools.vault, place_of(profile.id, desk, profile.support.oidc), Token(text))
        return await self.needs(Wish())

    async def _desk(self, auth: Auth) -> tuple[Profile, DeskEndpoint]:
        profile = await self._tools.profile()
        desk = profile.support.desk
        if desk is None or desk.auth is not auth:
            raise SelfcareError("no_sign_in")
        return profile, desk

    async def _registration(self, profile: Profile, desk: DeskEndpoint) -> Registration:

        return Registration(desk.register, profile.id, await self._tools.key(), self._tools.vault)


def _html(text: bytes, language: str) -> bytes:
    head = f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>Selfcare</title><p>'.encode()
    return head + text + b"</p></html>"
