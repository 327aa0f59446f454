"""What goes when its time is over, one person's data on request: given out, or erased.

A file's bytes go in two steps, so that a kill in between loses nothing and keeps nothing: the transaction that drops
the last row which needs a digest writes the digest into ``drops``; after the commit a sweep asks :func:`orphans`, drops
those from the blob store, and tells :func:`swept`. The store itself leaves alone what was put a moment ago.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    delete,
    exists,
    insert,
    or_,
    select,
    update,
)

from selfcare.deskserver.core import found, history
from selfcare.deskserver.core.acting import DAY, HOUR
from selfcare.deskserver.core.tickets import drop, needed
from selfcare.deskserver.model import Whole
from selfcare.deskserver.schema import (
    attachments,
    audit,
    audit_bound,
    deliveries,
    drops,
    happened,
    installs,
    letters,
    mails,
    paces,
    sessions,
    subscribers,
    tickets,
    tokens,
    used_once,
)
from selfcare.deskserver.settings import Keeping

BATCH = 200
"""Of each kind in one transaction: a tenth of a second, so that a filing does not wait longer than that."""
TOLD_DAYS = 30
"""What hubs were told; one that was away longer asks for the list."""
STUCK_DAYS = 30
"""A letter that nobody took is shown to administrators for so long."""
GRACE = HOUR
"""A digest that nobody needs is left for an hour: whoever put the same file just then has committed long before."""


@dataclass(frozen=True, slots=True)
class Retained:
    """What went, by kind. ``more``: there is more to do at once."""

    gone: Mapping[str, int] = field(default_factory=dict)
    more: bool = False


def due(c: Connection, keeping: Keeping, now: int, most: int = BATCH) -> list[int]:
    """Tickets that have been over for longer than they are kept, oldest first."""
    if keeping.closed_days <= 0:
        return []
    where = (tickets.c.waiting == "", tickets.c.closed_at < now - keeping.closed_days * DAY)
    asked = select(tickets.c.id).where(*where).order_by(tickets.c.closed_at, tickets.c.id).limit(most)
    return list(c.execute(asked).scalars())


def retain(c: Connection, keeping: Keeping, now: int, most: int = BATCH) -> Retained:
    """One batch of everything that is due. Call again in another transaction while there is more."""
    gone = {"tickets": 0}
    for ticket in due(c, keeping, now, most):
        drop(c, ticket, now)
        gone["tickets"] += 1
    if keeping.audit_days > 0:  # the database lets nothing of the audit go that is younger than what is said here
        c.execute(update(audit_bound).values(before=now - keeping.audit_days * DAY))
    for name, table, where in _old(keeping, now):
        gone[name] = _swept(c, table, where, most)
    return Retained({name: number for name, number in gone.items() if number}, any(n >= most for n in gone.values()))


def erase_subscriber(c: Connection, subscriber: int, by: str, now: int) -> tuple[str, ...]:
    """Everything of one person. The audit keeps that it was done and who had read what, without contents.

    Returns the digests that nobody needs any more; they stand in ``drops`` too.
    """
    rows = c.execute(select(tickets.c.id, tickets.c.ref).where(tickets.c.subscriber_id == subscriber)).all()
    digests = {digest for row in rows for digest in drop(c, row.id, now)}
    what = [f"subscriber:{subscriber}", *(f"ticket:{row.ref}" for row in rows)]
    for first in range(0, len(what), 500):
        c.execute(update(audit).where(audit.c.what.in_(what[first : first + 500])).values(detail=""))
    for addresses in (
        select(subscribers.c.mail).where(subscribers.c.id == subscriber),
        select(installs.c.mail).where(installs.c.subscriber_id == subscriber),
    ):
        c.execute(delete(letters).where(letters.c.recipient.in_(addresses), letters.c.recipient != ""))
    c.execute(delete(subscribers).where(subscribers.c.id == subscriber))
    c.execute(
        insert(audit).values(at=now, who=by, did="erase", what=what[0], detail=f"tickets={len(rows)}", address="")
    )
    return tuple(sorted(one for one in digests if not needed(c, one)))


def export(c: Connection, subscriber: int) -> dict[str, Any] | None:
    """What is known of one person, as JSON for them (GDPR, article 15). None: there is nobody of this number.

    Internal notes are about them, and theirs to read; which agent wrote or read is not told. Files: by name and digest.
    """
    told = history.history(c, subscriber)
    if told is None:
        return None
    numbers = list(c.execute(select(tickets.c.id).where(tickets.c.subscriber_id == subscriber)).scalars())
    whole = [one for first in range(0, len(numbers), 500) for one in found.wholes(c, numbers[first : first + 500])]
    what = [f"subscriber:{subscriber}", *(f"ticket:{one.head.ref}" for one in whole)]
    return {
        "schema": "selfcare.desk.export/1", "subscriber": asdict(told.who),
        "installs": [asdict(one) for one in told.installs], "tickets": [_given(one) for one in whole],
        "mails": _mails(c, numbers), "reads": _reads(c, what),
    }  # fmt: skip


def orphans(c: Connection, now: int, most: int = BATCH) -> list[str]:
    """Digests that were dropped an hour ago and that nobody needs: their bytes may go. What is needed again stays."""
    unneeded = [~exists().where(table.c.sha256 == drops.c.sha256) for table in (attachments, mails)]
    return list(c.execute(select(drops.c.sha256).where(drops.c.at <= now - GRACE, *unneeded).limit(most)).scalars())


def named(c: Connection, digests: Sequence[str]) -> set[str]:
    """Those of these that somebody's file or mail is."""
    found_: set[str] = set()
    for table in (attachments, mails):
        found_.update(c.execute(select(table.c.sha256).where(table.c.sha256.in_(list(digests)))).scalars())
    return found_


def swept(c: Connection, digests: Sequence[str], now: int) -> int:
    """The bytes of these are gone; and what is needed again is not looked at any more. How many that were."""
    count = 0
    for one in digests:
        count += c.execute(delete(drops).where(drops.c.sha256 == one)).rowcount
    for one in c.execute(select(drops.c.sha256).where(drops.c.at <= now - GRACE).limit(BATCH)).scalars().all():
        if needed(c, one):
            count += c.execute(delete(drops).where(drops.c.sha256 == one)).rowcount
    return count


def _old(keeping: Keeping, now: int) -> list[tuple[str, Table, ColumnElement[bool]]]:
    """By name: what goes where. 0 days: for ever."""
    found_: list[tuple[str, Table, ColumnElement[bool]]] = [
        ("used_once", used_once, used_once.c.until < now),
        ("sessions", sessions, sessions.c.until < now),
        ("tokens", tokens, or_(tokens.c.until < now, tokens.c.revoked_at < now - DAY)),
        ("letters", letters, letters.c.stuck_at < now - STUCK_DAYS * DAY),
        ("paces", paces, paces.c.until < now),
        ("told", happened, and_(happened.c.at < now - TOLD_DAYS * DAY,
                                ~exists().where(deliveries.c.happened_id == happened.c.id))),
    ]  # fmt: skip
    if keeping.audit_days > 0:
        found_.append(("audit", audit, audit.c.at < now - keeping.audit_days * DAY))
    if keeping.unconfirmed_days > 0:
        before = now - keeping.unconfirmed_days * DAY
        unconfirmed = and_(installs.c.confirmed_at.is_(None), installs.c.asked_at < before)
        busy = exists().where(tickets.c.subscriber_id == installs.c.subscriber_id)
        found_.append(("installs", installs, and_(unconfirmed, ~busy)))
        found_.append(("subscribers", subscribers, _nobody(before)))
    if keeping.closed_days > 0:
        old = mails.c.at < now - keeping.closed_days * DAY
        found_.append(("mails", mails, and_(mails.c.ticket_id.is_(None), old)))
    return found_


def _nobody(before: int) -> ColumnElement[bool]:
    """Subscribers of whom nothing is left: no ticket, no PC, no token."""
    left = [exists().where(table.c.subscriber_id == subscribers.c.id) for table in (tickets, installs, tokens)]
    return and_(or_(subscribers.c.created_at < before, subscribers.c.created_at.is_(None)), *(~one for one in left))


def _swept(c: Connection, table: Table, where: ColumnElement[bool], most: int) -> int:
    key = next(iter(table.primary_key.columns))
    return c.execute(delete(table).where(key.in_(select(key).where(where).limit(most)))).rowcount


def _given(whole: Whole) -> dict[str, Any]:
    """A ticket for the one it is about."""
    given = asdict(whole)
    given["notes"] = [{**one, "author": "" if one["by"] == "agent" else one["author"]} for one in given["notes"]]
    given["states"] = [{**one, "by": str(one["by"]).partition(":")[0]} for one in given["states"]]
    given["head"].pop("agent")
    return given


def _mails(c: Connection, numbers: Sequence[int]) -> list[dict[str, Any]]:
    rows = c.execute(select(mails).where(mails.c.ticket_id.in_(list(numbers)))).mappings()
    return [{"message_id": row["message_id"], "at": row["at"], "outcome": row["outcome"]} for row in rows]


def _reads(c: Connection, what: Sequence[str]) -> list[dict[str, Any]]:
    """When something of theirs was read or changed, and as whom: an agent, a system."""
    rows = c.execute(select(audit).where(audit.c.what.in_(list(what))).order_by(audit.c.id)).mappings()
    return [
        {"at": row["at"], "did": row["did"], "what": row["what"], "as": row["who"].partition(":")[0]} for row in rows
    ]
