"""Agents' sessions: 256 bits in a cookie, their SHA-256 in the database; over when idle, and after a working day."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from starlette.requests import HTTPConnection
from starlette.responses import Response

from selfcare.deskserver.context import Desk
from selfcare.deskserver.model import Agent, Anybody, Role
from selfcare.deskserver.schema import agents, sessions

IDLE_MS = 30 * 60_000
WHOLE_MS = 10 * 3_600_000
PROOF_MS = 10 * 60_000
"""How long a fresh proof (password and code) is good for what only an administrator may."""
_SEEN_MS = 60_000  # a page a second is not a write a second


def cookie_name(desk: Desk) -> str:
    """``__Host-``: for this host alone, by https alone; a browser keeps no such cookie of plain http."""
    return "__Host-desk" if secure(desk) else "desk"


def secure(desk: Desk) -> bool:
    """Whether browsers reach it by https."""
    return desk.settings.url.lower().startswith("https://")


def digest(secret: str) -> str:
    """As it stands in the database."""
    return hashlib.sha256(secret.encode()).hexdigest()


def start(c: Connection, agent: int, now: int, instead_of: str = "", proved: int | None = None) -> str:
    """The cookie's value. ``instead_of``: the hash of one that ends with this (rotation).

    ``proved``: when they showed who they are, where that was not now: a provider's page may not have asked them.
    """
    if instead_of:
        end(c, instead_of)
    c.execute(delete(sessions).where(sessions.c.until < now))
    secret = secrets.token_urlsafe(32)
    c.execute(insert(sessions).values(hash=digest(secret), agent_id=agent, csrf=secrets.token_urlsafe(32),
                                      created_at=now, seen_at=now, until=now + WHOLE_MS,
                                      proved_at=now if proved is None else proved))  # fmt: skip
    c.execute(update(agents).where(agents.c.id == agent).values(seen_at=now, failures=0, locked_until=None))
    return secret


def end(c: Connection, hashed: str) -> None:
    """Signed out here."""
    c.execute(delete(sessions).where(sessions.c.hash == hashed))


def end_all(c: Connection, agent: int, but: str = "") -> None:
    """Signed out everywhere (``but``: the hash of the one that stays)."""
    c.execute(delete(sessions).where(sessions.c.agent_id == agent, sessions.c.hash != but))


def prove(c: Connection, hashed: str, now: int) -> None:
    """It was shown again who it is."""
    c.execute(update(sessions).where(sessions.c.hash == hashed).values(proved_at=now))


def proved(c: Connection, hashed: str, now: int) -> bool:
    """Whether that is fresh. A moment to come is none: the clock was set back."""
    at = c.execute(select(sessions.c.proved_at).where(sessions.c.hash == hashed)).scalar()
    return at is not None and 0 <= now - at <= PROOF_MS


def of_agent(c: Connection, agent: int, now: int) -> list[tuple[str, int, int]]:
    """Hash, since when, last seen (ms) of those that are running."""
    query = select(sessions.c.hash, sessions.c.created_at, sessions.c.seen_at).where(
        sessions.c.agent_id == agent, sessions.c.until > now, sessions.c.seen_at > now - IDLE_MS
    )
    return [(row[0], row[1], row[2]) for row in c.execute(query.order_by(sessions.c.created_at.desc()))]


async def agent_of(request: HTTPConnection) -> Agent | Anybody:
    """Who sits there, by the cookie. Asked once per request."""
    if (known := getattr(request.state, "agent", None)) is not None:
        return known  # type: ignore[no-any-return]
    desk: Desk = request.app.state.desk
    request.state.agent = found = await _by_cookie(desk, request.cookies.get(cookie_name(desk), ""))
    return found


async def _by_cookie(desk: Desk, secret: str) -> Agent | Anybody:
    if not 20 <= len(secret) <= 100:
        return Anybody()
    hashed, now = digest(secret), desk.now()
    row = await desk.database.read(lambda c: _row(c, hashed, now))
    if row is None:
        return Anybody()
    if now - row.seen_at > _SEEN_MS:
        await desk.database.write(lambda c: _seen(c, hashed, now))
    return Agent(row.id, row.login, row.name or row.login, Role(row.role), row.language or desk.settings.language,
                 row.csrf, hashed)  # fmt: skip


def _row(c: Connection, hashed: str, now: int) -> Any:
    query = (
        select(agents.c.id, agents.c.login, agents.c.name, agents.c.role, agents.c.language, sessions.c.csrf,
               sessions.c.seen_at)
        .join(agents, agents.c.id == sessions.c.agent_id)
        .where(sessions.c.hash == hashed, sessions.c.until > now, sessions.c.seen_at > now - IDLE_MS,
               agents.c.disabled_at.is_(None), agents.c.role.in_([str(role) for role in Role]))
    )  # fmt: skip
    return c.execute(query).first()


def _seen(c: Connection, hashed: str, now: int) -> None:
    c.execute(update(sessions).where(sessions.c.hash == hashed).values(seen_at=now))


def give(response: Response, desk: Desk, secret: str) -> None:
    """Set in the browser, till it closes: ``Lax``, so that a link in a mail to an agent opens its ticket."""
    response.set_cookie(cookie_name(desk), secret, path="/", secure=secure(desk), httponly=True, samesite="lax")


def take(response: Response, desk: Desk) -> None:
    """Gone from the browser."""
    response.delete_cookie(cookie_name(desk), path="/", secure=secure(desk), httponly=True, samesite="lax")
