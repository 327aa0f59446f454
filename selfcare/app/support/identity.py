"""What a desk wants to know before it takes a ticket, and how it gets to know it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from selfcare.app.support.port import Needs, SignIn
from selfcare.app.support.tools import Tools
from selfcare.ground.errors import SelfcareError
from selfcare.model.profile import Profile
from selfcare.model.report import Reach, Wish
from selfcare.model.support import Auth, DeskEndpoint, DeskKind

if TYPE_CHECKING:
    from selfcare.desks.register import Registration
    from selfcare.desks.who import Renew, Token
    from selfcare.desks.wire import Login


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
        from selfcare.desks.who import kept, place

        if await kept(self._tools.vault, place(profile.id)) is not None:
            return SignIn.NOTHING  # where it no longer opens, the desk says so, and the parcel waits
        return SignIn.OIDC if desk.auth is Auth.OIDC else SignIn.TOKEN

    async def login(self, profile: Profile, desk: DeskEndpoint) -> Login:
        """What a desk's wire is given."""
        from selfcare.desks.oidc import renewed
        from selfcare.desks.who import login_of

        oidc = profile.support.oidc
        renewals: dict[Auth, Renew] = {}
        if desk.auth is Auth.INSTALL_KEY:
            renewals[Auth.INSTALL_KEY] = (await self._registration(profile, desk)).renewed
        elif oidc is not None:

            async def again(token: Token) -> Token | None:
                return await renewed(oidc, token)

            renewals[Auth.OIDC] = again
        return login_of(desk, oidc, profile.id, self._tools.vault, renewals)

    async def sign_in(self, show: Callable[[str], None]) -> Needs:
        """At the operator's page."""
        from selfcare.desks.oidc import sign_in
        from selfcare.desks.who import keep, place

        profile = await self._tools.profile()
        if profile.support.oidc is None:
            raise SelfcareError("no_sign_in")
        page = self._tools.words.text("sign_in.page").encode()
        token = await sign_in(profile.support.oidc, show, _html(page, self._tools.parts.language))
        await keep(self._tools.vault, place(profile.id), token)
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
        return await self.needs(Wish())

    async def token(self, text: str) -> Needs:
        """One the operator gave; into the keyring."""
        from selfcare.desks.who import Token, keep, place

        profile, _ = await self._desk(Auth.TOKEN)
        if not text or not text.isascii() or not text.isprintable() or " " in text or len(text) > 16_384:
            raise SelfcareError("token_unusable")
        await keep(self._tools.vault, place(profile.id), Token(text))
        return await self.needs(Wish())

    async def _desk(self, auth: Auth) -> tuple[Profile, DeskEndpoint]:
        profile = await self._tools.profile()
        desk = profile.support.desk
        if desk is None or desk.auth is not auth:
            raise SelfcareError("no_sign_in")
        return profile, desk

    async def _registration(self, profile: Profile, desk: DeskEndpoint) -> Registration:
        from selfcare.desks.register import Registration

        return Registration(desk.register, profile.id, await self._tools.key(), self._tools.vault)


def _html(text: bytes, language: str) -> bytes:
    head = f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>Selfcare</title><p>'.encode()
    return head + text + b"</p></html>"
