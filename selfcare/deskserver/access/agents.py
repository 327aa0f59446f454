"""The desk's agents: invited, made by the invitation they were sent, changed, disabled.

An invitation is a secret that works once and for two days; whoever opens it chooses a password and enrols a phone.
The same way is how an administrator helps somebody who has lost either.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, CursorResult, delete, func, insert, select, update

from selfcare.deskserver.access.sessions import digest, end_all
from selfcare.deskserver.model import DeskRefusal, Role
from selfcare.deskserver.schema import agents, tokens

INVITED_MS = 48 * 3_600_000
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,62}")
_KIND = "invite"


@dataclass(frozen=True, slots=True)
class Person:
    """An agent as an administrator sees it. ``ready``: has a password and a phone, or signs in at the operator's."""

    id: int
    login: str
    name: str
    role: Role
    language: str
    ready: bool
    oidc: str
    failures: int
    seen_at: int | None
    disabled_at: int | None


@dataclass(frozen=True, slots=True)
class Keys:
    """What signing in is checked by. ``""`` and None: there is no such agent."""

    id: int = 0
    password: str = ""
    totp: str = ""
    last: int | None = None
    locked_until: int | None = None
    failures: int = 0


def plain_login(typed: str) -> str:
    """As it is kept: small letters, no blanks around."""
    return typed.strip().lower()[:64]


def invite(c: Connection, login: str, name: str, role: Role, now: int) -> str:
    """A new agent's secret, for ``<url>/welcome/<secret>``; kept as a hash alone.

    Raises:
        DeskRefusal: 422 no such login can be, 409 there is one.
    """
    login = plain_login(login)
    if not _LOGIN.fullmatch(login):
        raise DeskRefusal(422, "login_odd")
    if c.execute(select(agents.c.id).where(agents.c.login == login)).first():
        raise DeskRefusal(409, "login_taken")
    made = c.execute(insert(agents).values(login=login, name=name.strip()[:100], role=str(Role(role)), created_at=now))
    return _invitation(c, _made(made), now)


def recover(c: Connection, agent: int, now: int) -> str:
    """As :func:`invite`, for one that is there: out everywhere, its password and phone are good no more."""
    person(c, agent)
    c.execute(update(agents).where(agents.c.id == agent).values(
        password_hash="", totp_secret="", totp_last=None, failures=0, locked_until=None))  # fmt: skip
    end_all(c, agent)
    return _invitation(c, agent, now)


def _invitation(c: Connection, agent: int, now: int) -> str:
    c.execute(delete(tokens).where(tokens.c.kind == _KIND, tokens.c.name == str(agent)))
    c.execute(delete(tokens).where(tokens.c.kind == _KIND, tokens.c.until < now))
    secret = secrets.token_urlsafe(32)
    c.execute(insert(tokens).values(hash=digest(secret), kind=_KIND, name=str(agent), created_at=now,
                                    until=now + INVITED_MS))  # fmt: skip
    return secret


def invited(c: Connection, secret: str, now: int) -> Person | None:
    """Whose invitation it is, while it is good."""
    query = select(tokens.c.name).where(
        tokens.c.hash == digest(secret), tokens.c.kind == _KIND, tokens.c.until > now, tokens.c.revoked_at.is_(None)
    )
    agent = c.execute(query).scalar()
    found = None if agent is None else person(c, int(agent))
    return found if found and found.disabled_at is None else None


def accept(c: Connection, secret: str, hashed: str, totp: str, step: int, now: int) -> int:
    """The invitation is used up, and the agent may sign in: its id. ``step``: the code's, not good again."""
    found = invited(c, secret, now)
    if found is None:
        raise DeskRefusal(410, "invitation_over")
    c.execute(delete(tokens).where(tokens.c.hash == digest(secret)))
    end_all(c, found.id)
    c.execute(update(agents).where(agents.c.id == found.id).values(
        password_hash=hashed, totp_secret=totp, totp_last=step, failures=0, locked_until=None))  # fmt: skip
    return found.id


def keys(c: Connection, login: str) -> Keys:
    """Of this login; of nobody where there is none, it is disabled, or not ready."""
    query = select(agents.c.id, agents.c.password_hash, agents.c.totp_secret, agents.c.totp_last,
                   agents.c.locked_until, agents.c.failures)  # fmt: skip
    row = c.execute(query.where(agents.c.login == login, agents.c.disabled_at.is_(None))).first()
    return Keys(*row) if row and row.password_hash and row.totp_secret else Keys()


def used(c: Connection, agent: int, step: int) -> bool:
    """This code's step is used up; False: it was already, or a later one."""
    done = c.execute(update(agents).where(agents.c.id == agent, func.coalesce(agents.c.totp_last, -1) < step)
                     .values(totp_last=step))  # fmt: skip
    return done.rowcount == 1


def failed(c: Connection, agent: int, locked_until: int | None) -> None:
    """A wrong try; ``locked_until`` (ms): till when strangers are held up, also after the service has begun anew."""
    kept = {} if locked_until is None else {"locked_until": locked_until}
    c.execute(update(agents).where(agents.c.id == agent).values(failures=agents.c.failures + 1, **kept))


def everybody(c: Connection) -> list[Person]:
    """By login."""
    return [_person(row) for row in c.execute(select(agents).order_by(agents.c.login))]


def person(c: Connection, agent: int) -> Person:
    """Raises :class:`DeskRefusal`: 404."""
    row = c.execute(select(agents).where(agents.c.id == agent)).first()
    if row is None:
        raise DeskRefusal(404, "agent_unknown")
    return _person(row)


def _person(row: Any) -> Person:
    one = row._mapping
    ready = bool(one["oidc"]) or bool(one["password_hash"] and one["totp_secret"])
    role = Role(one["role"]) if one["role"] in list(Role) else Role.READER
    return Person(one["id"], one["login"], one["name"], role, one["language"], ready, one["oidc"], one["failures"],
                  one["seen_at"], one["disabled_at"])  # fmt: skip


def set_role(c: Connection, agent: int, role: Role) -> None:
    """Raises :class:`DeskRefusal`: 409 it is the last administrator."""
    if role is not Role.ADMIN:
        _another_admin(c, agent)
    c.execute(update(agents).where(agents.c.id == agent).values(role=str(role)))


def disable(c: Connection, agent: int, now: int) -> None:
    """Out everywhere, at once. Raises :class:`DeskRefusal`: 409 it is the last administrator."""
    _another_admin(c, agent)
    c.execute(update(agents).where(agents.c.id == agent).values(disabled_at=now))
    end_all(c, agent)


def enable(c: Connection, agent: int) -> None:
    """May sign in again."""
    c.execute(update(agents).where(agents.c.id == agent).values(disabled_at=None))


def _another_admin(c: Connection, agent: int) -> None:
    mine = person(c, agent)
    query = select(func.count()).where(agents.c.role == str(Role.ADMIN), agents.c.disabled_at.is_(None),
                                       agents.c.id != agent)  # fmt: skip
    if mine.role is Role.ADMIN and mine.disabled_at is None and not c.execute(query).scalar():
        raise DeskRefusal(409, "last_admin")


def set_password(c: Connection, agent: int, hashed: str) -> None:
    """A new one."""
    c.execute(update(agents).where(agents.c.id == agent).values(password_hash=hashed))


def set_language(c: Connection, agent: int, language: str) -> None:
    """Of the pages."""
    c.execute(update(agents).where(agents.c.id == agent).values(language=language if language in ("fr", "en") else ""))


def by_provider(c: Connection, subject: str, login: str, name: str, role: Role | None, now: int) -> int:
    """The agent of the operator's provider (``subject``: ``<issuer>|<sub>``), made where its roles make one.

    Raises:
        DeskRefusal: 403 nobody has given this person a role, or it is disabled; 409 another agent has this login.
    """
    row = c.execute(select(agents.c.id, agents.c.disabled_at).where(agents.c.oidc == subject)).first()
    if row is None and role is not None:
        return _provided(c, subject, plain_login(login), name, role, now)
    if row is None or row.disabled_at is not None or role is None:
        raise DeskRefusal(403, "provider_nobody")
    c.execute(update(agents).where(agents.c.id == row.id).values(role=str(role), name=name.strip()[:100]))
    return int(row.id)


def _provided(c: Connection, subject: str, login: str, name: str, role: Role, now: int) -> int:
    if not _LOGIN.fullmatch(login) or c.execute(select(agents.c.id).where(agents.c.login == login)).first():
        login = "p" + digest(subject)[:16]  # a login that is somebody's here is not given to whoever bears it there
    made = c.execute(insert(agents).values(login=login, name=name.strip()[:100], role=str(role), oidc=subject,
                                           created_at=now))  # fmt: skip
    return _made(made)


def _made(done: CursorResult[Any]) -> int:
    return int((done.inserted_primary_key or (0,))[0])
