"""What goes on beside the answers: reports are opened, hubs told, mails sent, and what is past its time erased."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable

from sqlalchemy import Connection, func, select
from starlette.applications import Starlette

from selfcare.deskserver.access.audit import told_as
from selfcare.deskserver.api.deliver import Deliverer
from selfcare.deskserver.api.hub import inside_allowed
from selfcare.deskserver.blobs_disk import DiskBlobs
from selfcare.deskserver.context import Desk
from selfcare.deskserver.core import retention
from selfcare.deskserver.intake.hints import hinting
from selfcare.deskserver.intake.reading import reading_task
from selfcare.deskserver.intake.send import posting
from selfcare.deskserver.pages.likely import likely_of, looking
from selfcare.deskserver.schema import audit

Task = Callable[[Desk], Awaitable[None]]
EVERY_S = 3600.0
UNNAMED_S = 86_400.0
"""Seconds: a request that brings a file has ended, or was killed, long before."""
FOREIGN = 20
"""Files of one part without a single one that is known: not chance."""
LEAP_MS = 31 * 86_400_000
"""Milliseconds since anything was last done here, after which the clock is doubted before anything is erased."""
_LOG = logging.getLogger("selfcare.deskserver")


def everything(app: Starlette | None = None) -> list[Task]:
    """Of one process. Several may run against one database: each takes what no other has taken.

    ``app``: whose pages are shown what is likely an outage. A desk without mail tells nobody that we have answered.
    """
    tasks: list[Task] = [reading_task, events, keeping, mailing]
    if app is not None:
        likely = likely_of(app.state)
        tasks.append(lambda desk: looking(desk, likely))
    return tasks


async def mailing(desk: Desk) -> None:
    """Codes, and that we have answered."""
    if desk.settings.mail.host or desk.settings.mail.folder:
        await asyncio.gather(hinting(desk), posting(desk))
    else:
        await asyncio.Event().wait()


async def events(desk: Desk) -> None:
    """To hubs."""
    await Deliverer(desk, inside_allowed(desk.settings)).run()


async def keeping(desk: Desk) -> None:
    """Each hour; at the start too, for a desk that is switched off at night."""
    if await desk.database.read(lambda c: leapt(c, desk.now())):
        _LOG.warning("nothing was done here for a month, or the clock is wrong: what is past its time stays an hour")
        await asyncio.sleep(EVERY_S)
    while True:
        await erased(desk)
        await asyncio.sleep(EVERY_S)


def leapt(c: Connection, now: int) -> bool:
    """What is erased by a clock that is a year ahead does not come back when it is set right."""
    last = c.execute(select(func.max(audit.c.at))).scalar()
    return last is not None and now - last > LEAP_MS


async def erased(desk: Desk) -> Counter[str]:
    """Once: in batches, so that nobody waits; then the bytes that nobody needs. How many went, by kind."""
    keep, gone, more = desk.settings.keeping, Counter[str](), True

    def batch(c: Connection) -> retention.Retained:
        now = desk.now()
        done = retention.retain(c, keep, now)
        if count := done.gone.get("tickets"):
            told_as(c, "retention", "erase", "tickets", now, f"tickets={count}")
        return done

    while more:
        done = await desk.database.write(batch)
        gone.update(done.gone)
        more = done.more
    gone["files"] = await _bytes(desk)
    for part in parts(desk.now()):
        gone["files"] += await unnamed(desk, part)
    return gone


def parts(now: int) -> list[str]:
    """Of the blob store, of this hour: all of it once a day."""
    return [f"{one:02x}" for one in range(256) if one % 24 == now // 3_600_000 % 24]


async def unnamed(desk: Desk, part: str) -> int:
    """Bytes that were put a day ago and that no ticket names: it was refused, or this was killed before its commit.

    A part of which nothing at all is named stays as it is: that is another desk's store, or not its database.
    """
    every = await desk.blobs.names(part, UNNAMED_S)
    known: set[str] = set()
    for first in range(0, len(every), retention.BATCH):
        piece = every[first : first + retention.BATCH]
        known |= await desk.database.read(lambda c, p=tuple(piece): retention.named(c, p))  # type: ignore[misc]
    if not known and len(every) > FOREIGN:
        _LOG.warning("%d files of the store are of no ticket here: they are left alone", len(every))
        return 0
    for one in (gone := [one for one in every if one not in known]):
        await desk.blobs.drop(one)
    return len(gone)


async def _bytes(desk: Desk) -> int:
    """After the commit: whoever is killed in between finds them in ``drops`` again."""
    count, more = 0, True
    while more:
        digests = await desk.database.read(lambda c: retention.orphans(c, desk.now()))
        for one in digests:
            await desk.blobs.drop(one)
        count += len(digests)
        more = bool(await desk.database.write(lambda c, d=tuple(digests): retention.swept(c, d, desk.now())))  # type: ignore[misc]
    if isinstance(desk.blobs, DiskBlobs):
        await desk.blobs.swept()
    return count
