"""« We have answered »: each word of ours that a subscriber may read becomes a hint by mail, once, after its commit.

Looked for in the database, so that what came by a page, by another program or to a whole outage is alike. Which note
was told is written there too: of several desks on one database one tells it, and after a restart nothing is told twice.
"""

from __future__ import annotations

import asyncio
import contextlib

from sqlalchemy import Connection, Text, cast, exists, func, insert, literal, select
from sqlalchemy.exc import IntegrityError

from selfcare.deskserver.context import Desk
from selfcare.deskserver.intake.send import hinted
from selfcare.deskserver.schema import notes, subscribers, tickets, used_once

FRESH_MS = 15 * 60_000
"""Milliseconds: an older word is not told any more, the app has shown it long since."""
BACK = 1000
"""Notes before the newest one that are looked at again: another process commits in another order."""
BATCH = 100
PAUSE_S = 5.0


async def hinting(desk: Desk) -> None:
    """Runs until it is cancelled; ``desk.wake("mail")`` makes it look at once."""
    woken, loop = asyncio.Event(), asyncio.get_running_loop()

    def wake() -> None:
        loop.call_soon_threadsafe(woken.set)

    desk.wakes["mail"] = wake
    while True:
        woken.clear()
        if await told_some(desk) < BATCH:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PAUSE_S):  # wait_for forgets an end that comes with a wake
                    await woken.wait()


async def told_some(desk: Desk) -> int:
    """One batch; how many it was. Its letters are kept with the word that they were told."""
    if not await desk.database.read(lambda c: untold(c, desk.now())):
        return 0
    mine = await desk.database.write(lambda c: _told(c, desk, desk.now()))
    desk.wake("post")
    return mine


def _told(c: Connection, desk: Desk, now: int) -> int:
    mine = claimed(c, now)
    for ticket, asks in mine:
        hinted(c, desk, ticket, asks, now)
    return len(mine)


def untold(c: Connection, now: int) -> list[tuple[int, int, bool]]:
    """Note, ticket, and whether it asks for something; oldest first."""
    newest = c.execute(select(func.max(notes.c.id))).scalar() or 0
    told = exists().where(used_once.c.what == literal("hint:") + cast(notes.c.id, Text))
    rows = c.execute(
        select(notes.c.id, notes.c.ticket_id, notes.c.asks)
        .join(tickets, tickets.c.id == notes.c.ticket_id)
        .join(subscribers, subscribers.c.id == tickets.c.subscriber_id)
        .where(notes.c.id > newest - BACK, notes.c.at > now - FRESH_MS, notes.c.by.in_(("agent", "desk")))
        .where(~notes.c.internal, subscribers.c.proven, subscribers.c.mail != "", ~told)
        .order_by(notes.c.id).limit(BATCH)
    )  # fmt: skip
    return [(row.id, row.ticket_id, row.asks) for row in rows]


def claimed(c: Connection, now: int) -> list[tuple[int, bool]]:
    """Ticket, and whether it asks, of those that nobody else tells."""
    mine = []
    for note, ticket, asks in untold(c, now):
        try:
            with c.begin_nested():
                c.execute(insert(used_once).values(what=f"hint:{note}", until=now + 2 * FRESH_MS))
        except IntegrityError:
            continue
        mine.append((ticket, asks))
    return mine
