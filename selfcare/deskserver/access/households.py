"""Whose an install is. The mailbox is the proof: two PCs that confirmed the same address are one household.

An install begins as a subscriber of its own (``install:<public key>``, not proven). With the code that came by mail
it becomes the subscriber who proved this address before, if there is one, and brings its cases along; else its own
one is proven. Who can read a household's mail sees that household's cases: so it is with any account, and the desk
says so. An operator that wants more uses its own sign-in.
"""

from __future__ import annotations

import base64

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from selfcare.deskserver.schema import external_ids, installs, subscribers, tickets, tokens


def key_of(public: bytes) -> str:
    """Of the subscriber that an install begins as."""
    return f"install:{base64.b64encode(public).decode()}"


def stranger_of(public: bytes) -> str:
    """Of whoever showed a code signed by a key that nobody has registered."""
    return f"key:{base64.b64encode(public).decode()}"


def named(c: Connection, key: str, now: int, **told: object) -> int:
    """The subscriber of this key; made where there is none."""
    there = select(subscribers.c.id).where(subscribers.c.key == key)
    if (found := c.execute(there).scalar()) is not None:
        return int(found)
    try:
        with c.begin_nested():
            c.execute(insert(subscribers).values(**{"proven": False, **told}, key=key, created_at=now))
    except IntegrityError:  # another process was faster
        pass
    return int(c.execute(there).scalar_one())


def settled(c: Connection, install: int, now: int) -> int:
    """After its mail was confirmed: the subscriber it is from now on. Its older tokens end."""
    row = c.execute(select(installs).where(installs.c.id == install)).one()
    before = int(row.subscriber_id)
    after = _household(c, row.mail, before) or _own(c, install, bytes(row.public_key), before, row.mail, now)
    said = {"mail": row.mail, "contract": row.contract, "line_number": row.line_number}
    c.execute(update(subscribers).where(subscribers.c.id == after)
              .values(proven=True, **{name: value for name, value in said.items() if value}))  # fmt: skip
    if after != before:
        c.execute(update(tokens).where(tokens.c.kind == "install", tokens.c.name == row.name,
                                       tokens.c.revoked_at.is_(None)).values(revoked_at=now))  # fmt: skip
        c.execute(update(installs).where(installs.c.id == install).values(subscriber_id=after))
        if not _shared(c, before, install):
            absorb(c, after, before)
    stranger = select(subscribers.c.id).where(subscribers.c.key == stranger_of(bytes(row.public_key)))
    if (older := c.execute(stranger).scalar()) is not None:  # codes that this very key signed before it was registered
        absorb(c, after, int(older))
    return after


def absorb(c: Connection, keep: int, extra: int) -> None:
    """All that ``extra`` had is ``keep``'s; ids of its tickets that ``keep`` has too stay with those."""
    if keep == extra:
        return
    scope = c.execute(select(subscribers.c.key).where(subscribers.c.id == keep)).scalar_one()
    older = c.execute(select(subscribers.c.key).where(subscribers.c.id == extra)).scalar_one()
    there = external_ids.alias()
    twice = select(there.c.id).where(there.c.scope == scope, there.c.type == external_ids.c.type,
                                     there.c.value == external_ids.c.value)  # fmt: skip
    c.execute(delete(external_ids).where(external_ids.c.scope == older, twice.exists()))
    c.execute(update(external_ids).where(external_ids.c.scope == older).values(scope=scope))
    c.execute(update(tickets).where(tickets.c.subscriber_id == extra).values(scope=scope))
    for table in (tickets, tokens, installs):
        c.execute(update(table).where(table.c.subscriber_id == extra).values(subscriber_id=keep))
    c.execute(delete(subscribers).where(subscribers.c.id == extra))


def _household(c: Connection, mail: str, before: int) -> int | None:
    """Who proved this address by a code before; itself, where it did."""
    found = [int(one) for one in c.execute(
        select(subscribers.c.id).where(subscribers.c.mail == mail, subscribers.c.proven,
                                       subscribers.c.key.startswith("install:", autoescape=True))
        .order_by(subscribers.c.id)).scalars()]  # fmt: skip
    return before if before in found else found[0] if found else None


def _own(c: Connection, install: int, public: bytes, before: int, mail: str, now: int) -> int:
    """Nobody has this address. Alone, it changes its own; one of several leaves the others, who keep their history."""
    if not _shared(c, before, install):
        return before
    key = key_of(public)
    if c.execute(select(subscribers.c.id).where(subscribers.c.key == key)).scalar() is not None:
        key = f"{key}|{mail}"
    return named(c, key, now)


def _shared(c: Connection, subscriber: int, install: int) -> bool:
    others = select(func.count()).where(installs.c.subscriber_id == subscriber, installs.c.id != install)
    return bool(c.execute(others).scalar_one())


def of_key(c: Connection, public: bytes) -> tuple[int, str] | None:
    """The subscriber (id, key) whose confirmed PC has this key; None: nobody's."""
    row = c.execute(
        select(subscribers.c.id, subscribers.c.key)
        .join(installs, installs.c.subscriber_id == subscribers.c.id)
        .where(installs.c.public_key == public, installs.c.confirmed_at.is_not(None), installs.c.revoked_at.is_(None))
    ).first()  # fmt: skip
    return (int(row.id), str(row.key)) if row is not None else None
