"""Who calls the API: a token of this desk, or one of the operator's own sign-in (JWT).

What was looked up is believed for ``BELIEVED_MS``: a token that is revoked ends within five seconds, in each process.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from sqlalchemy import Connection, select
from starlette.requests import Request

from selfcare.deskserver.access import households, tokens
from selfcare.deskserver.access.issuer import Issuer, NotGood
from selfcare.deskserver.context import Desk
from selfcare.deskserver.model import Anybody, Caller, DeskRefusal, Subscriber
from selfcare.deskserver.schema import subscribers

BELIEVED_MS = 5_000
"""How long a token that was good is taken for good: one look into the database for many requests of one PC."""
MOST = 20_000
"""Tokens that are remembered; the longest unused one is forgotten."""
LONGEST = 16 * 1024
"""Characters of a header: a JWT with many roles has some 4,000."""


@dataclass(slots=True)
class Callers:
    """Of one process. Only good ones are remembered: what a stranger makes up fills no memory."""

    issuer: Issuer | None = None
    _seen: OrderedDict[str, tuple[Caller, int]] = field(default_factory=OrderedDict)

    async def of(self, desk: Desk, header: str) -> Caller:
        """By ``Authorization``.

        Raises:
            DeskRefusal: 401 ``token_unknown``, ``token_revoked``, ``token_over``; 503 ``provider_away``.
        """
        token, now = _bearer(header), desk.now()
        hashed = tokens.digest(token)
        known = self._seen.get(hashed)
        if known is not None and now < known[1] <= now + BELIEVED_MS:  # a clock set back ends it too
            self._seen.move_to_end(hashed)
            return known[0]
        self._seen.pop(hashed, None)
        caller, until = await self._looked_up(desk, token, hashed, now)
        self._seen[hashed] = caller, min(now + BELIEVED_MS, until if until is not None else now + BELIEVED_MS)
        while len(self._seen) > MOST:
            self._seen.popitem(last=False)
        return caller

    async def _looked_up(self, desk: Desk, token: str, hashed: str, now: int) -> tuple[Caller, int | None]:
        if token.count(".") == 2 and self.issuer is not None:
            try:
                told = await self.issuer.claims(token, now)
            except NotGood as error:
                raise DeskRefusal(error.status, error.code) from None
            return await _person(desk, told, now), int(told["exp"] * 1000)
        found = await desk.database.read(lambda c: tokens.caller(c, hashed, now))
        if isinstance(found, str):
            raise DeskRefusal(401, found)
        return found

    def forget(self) -> None:
        """At once, in this process: something was revoked."""
        self._seen.clear()


async def caller_of(request: Request) -> Caller:
    """``Anybody`` where nothing was said.

    Raises:
        DeskRefusal: 401 where something was said that does not hold, with why.
    """
    header = request.headers.get("authorization", "")
    if not header:
        return Anybody()
    desk: Desk = request.app.state.desk
    return await callers_of(request).of(desk, header)


def callers_of(request: Request) -> Callers:
    """What this process remembers."""
    state = request.app.state
    if not isinstance(getattr(state, "callers", None), Callers):
        told = state.desk.settings.subscribers
        state.callers = Callers(Issuer(told.issuer, told.audience) if told.issuer and told.audience else None)
    return state.callers  # type: ignore[no-any-return]


def _bearer(header: str) -> str:
    kind, _, token = header.partition(" ")
    token = token.strip()
    if kind.lower() != "bearer" or not 0 < len(token) <= LONGEST or not token.isascii():
        raise DeskRefusal(401, "token_unknown")
    return token


async def _person(desk: Desk, told: dict[str, object], now: int) -> Subscriber:
    """By the operator's sign-in: proven by it. Names and addresses in a token are not looked at: cases tell them."""
    key = f"oidc:{told['iss']}|{told['sub']}"

    def known(c: Connection) -> int | None:
        return c.execute(select(subscribers.c.id).where(subscribers.c.key == key)).scalar()

    number = await desk.database.read(known)
    if number is None:
        number = await desk.database.write(lambda c: households.named(c, key, now, proven=True))
    return Subscriber(number, key)
