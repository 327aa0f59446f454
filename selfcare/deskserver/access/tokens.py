"""Tokens of this desk's own: of an install (an hour), of a subscriber (given by an agent), of a system. Shown once.

A token is 32 random bytes; what is kept is its SHA-256: it has nothing that a slow hash would protect.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, Row, delete, insert, select, update

from selfcare.deskserver.model import Caller, DeskRefusal, Subscriber, System
from selfcare.deskserver.schema import hubs, subscribers, tokens

INSTALL_S = 3600
"""Seconds an install's token is good for."""
SUBSCRIBER_S = 30 * 86_400
"""Of one that an agent gave; the client believes none that lasts longer."""
PREFIX = "slf_"
"""So that one that was left in a log or a repository is found by who looks for such things."""
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Listed:
    """A token as an administrator sees it; ``hash`` names it. Moments in ms."""

    hash: str
    kind: str
    name: str
    subscriber: int | None
    created_at: int
    until: int | None
    revoked_at: int | None


def make_system(c: Connection, name: str, now: int, seconds: int | None = None) -> str:
    """For another program of the operator; without ``seconds`` it is good until it is revoked.

    Raises:
        DeskRefusal: 422 ``token_name`` (nothing, too long, controls), 409 ``token_there`` (a good one has this name).
    """
    plain = " ".join(name.split())
    if not 0 < len(plain) <= 60 or not plain.isprintable():
        raise DeskRefusal(422, "token_name")
    same = select(tokens.c.hash).where(
        tokens.c.kind == "system", tokens.c.name == plain, tokens.c.revoked_at.is_(None),
        tokens.c.until.is_(None) | (tokens.c.until > now),
    )  # fmt: skip
    if c.execute(same).first() is not None:
        raise DeskRefusal(409, "token_there")
    return _made(c, "system", now, seconds, plain, None)


def make_subscriber(c: Connection, subscriber: int, now: int, seconds: int = SUBSCRIBER_S, name: str = "") -> str:
    """For one subscriber's own cases.

    Raises:
        DeskRefusal: 404 ``subscriber_unknown``.
    """
    if c.execute(select(subscribers.c.id).where(subscribers.c.id == subscriber)).first() is None:
        raise DeskRefusal(404, "subscriber_unknown")
    return _made(c, "subscriber", now, seconds, name[:60], subscriber)


def make_install(c: Connection, install: str, subscriber: int, now: int) -> str:
    """For a PC that has just shown its key; ``install``: its name, by which all of its tokens end."""
    return _made(c, "install", now, INSTALL_S, install, subscriber)


def _made(c: Connection, kind: str, now: int, seconds: int | None, name: str, subscriber: int | None) -> str:
    token = PREFIX + secrets.token_urlsafe(32)
    until = None if seconds is None else now + seconds * 1000
    row = {"hash": digest(token), "kind": kind, "name": name, "subscriber_id": subscriber, "created_at": now}
    c.execute(insert(tokens).values(**row, until=until))
    return token


def digest(token: str) -> str:
    """What is kept of it."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def caller(c: Connection, hashed: str, now: int) -> tuple[Caller, int | None] | str:
    """Whose it is and until when (ms); else why not: ``token_unknown``, ``token_revoked``, ``token_over``."""
    found = c.execute(
        select(tokens, subscribers.c.key, subscribers.c.proven)
        .join(subscribers, subscribers.c.id == tokens.c.subscriber_id, isouter=True)
        .where(tokens.c.hash == hashed)
    ).first()  # fmt: skip
    if found is None:
        return "token_unknown"
    if found.revoked_at is not None:
        return "token_revoked"
    if found.until is not None and found.until <= now:
        return "token_over"
    who = _who(found)
    return (who, found.until) if who is not None else "token_unknown"


def _who(row: Row[tuple[object, ...]]) -> Caller | None:
    told = row._mapping
    if told["kind"] == "system":
        return System(told["name"])
    if told["kind"] in ("install", "subscriber") and told["key"] is not None:
        return Subscriber(told["subscriber_id"], told["key"], bool(told["proven"]))
    return None


def listed(c: Connection, kind: str = "system") -> list[Listed]:
    """Newest first; revoked ones among them."""
    columns = (tokens.c.hash, tokens.c.kind, tokens.c.name, tokens.c.subscriber_id, tokens.c.created_at,
               tokens.c.until, tokens.c.revoked_at)  # fmt: skip
    query = select(*columns).where(tokens.c.kind == kind).order_by(tokens.c.created_at.desc(), tokens.c.hash)
    return [Listed(*row) for row in c.execute(query)]


def revoke(c: Connection, hashed: str, now: int) -> bool:
    """By its hash. False: there is no such token, or it was revoked before."""
    found = c.execute(update(tokens).where(tokens.c.hash == hashed, tokens.c.revoked_at.is_(None))
                      .values(revoked_at=now))  # fmt: skip
    row = c.execute(select(tokens.c.kind, tokens.c.name).where(tokens.c.hash == hashed)).first()
    if row is not None and row.kind == "system":
        _told_no_more(c, row.name, now)
    return found.rowcount == 1


def revoke_named(c: Connection, kind: str, name: str, now: int) -> int:
    """All good ones of this name; how many."""
    found = c.execute(update(tokens).where(tokens.c.kind == kind, tokens.c.name == name, tokens.c.revoked_at.is_(None))
                      .values(revoked_at=now))  # fmt: skip
    if kind == "system":
        _told_no_more(c, name, now)
    return found.rowcount


def _told_no_more(c: Connection, system: str, now: int) -> None:
    """A system without a good token is told nothing either: each event has a whole ticket in it."""
    good = (tokens.c.kind == "system", tokens.c.name == system, tokens.c.revoked_at.is_(None),
            tokens.c.until.is_(None) | (tokens.c.until > now))  # fmt: skip
    if c.execute(select(tokens.c.hash).where(*good)).first() is None:
        c.execute(delete(hubs).where(hubs.c.system == system))
