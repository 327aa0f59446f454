"""Reports are opened after they were taken: what they say goes to the ticket, by a process that may die of it.

A row is claimed by a compare-and-swap of ``attachments.read`` (who reads it until when, and how often it was tried), so
that several desks on one database read each report once, and one that was killed leaves nothing unread for ever.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from selfcare.deskserver.context import Desk
from selfcare.deskserver.core import outages
from selfcare.deskserver.core.lines import place
from selfcare.deskserver.core.putting import packed, unpacked
from selfcare.deskserver.intake.reading_kept import kept
from selfcare.deskserver.intake.reading_open import Opened
from selfcare.deskserver.intake.reading_worker import Reader
from selfcare.deskserver.schema import attachments
from selfcare.report.verify import MOST

__all__ = ["Opened", "Reader", "claimed", "opened", "read_some", "reading_task"]

TRIES = 3
"""A report that was begun so often and never ended (the desk itself was killed over it) is left alone."""
LEASE_MS = 120_000
"""Until another desk may try: longer than a batch takes in the worst case but one."""
BATCH = 16
"""Reports of one claim and of one commit."""
LOOKED_AT = 400
"""Unread rows looked through for unclaimed ones."""
WAY_S = 2.0
"""A batch waits so long at the most while tickets are being filed: eight reports a second are read whatever comes."""
PAUSE_S = 5.0
"""Between two looks where nobody wakes it: another process may have taken a report in."""
_LOG = logging.getLogger(__name__)
_shared: dict[int, Reader] = {}


@dataclass(frozen=True, slots=True)
class Claim:
    """``read``: what the row said then; it is written only while it still says so."""

    id: int
    sha256: str
    size: int
    tries: int
    read: str


async def opened(data: bytes) -> Opened:
    """For a page: in a bounded process (one for each event loop, kept warm). Never raises but for a cancellation."""
    reader = _shared.setdefault(id(asyncio.get_running_loop()), Reader())
    return await _opened(reader, data)


async def close_shared() -> None:
    """Ends this loop's process."""
    reader = _shared.pop(id(asyncio.get_running_loop()), None)
    if reader is not None:
        await reader.close()


async def reading_task(desk: Desk, reader: Reader | None = None) -> None:
    """Runs until it is cancelled; ``desk.wake("reading")`` when something came in."""
    reader, woken = reader or Reader(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def wake() -> None:
        loop.call_soon_threadsafe(woken.set)

    desk.wakes["reading"] = wake
    last = 0
    try:
        while True:
            woken.clear()
            busy = 0
            try:
                await _given_way(desk)
                busy = await read_some(desk, reader)
                last, placed = await desk.database.write(_placing(last, desk.now()))
                busy += placed
            except Exception:  # whatever one report or the database does: the next look comes
                _LOG.exception("reading")
            if not busy:
                with contextlib.suppress(TimeoutError):  # wait_for forgets an end that comes with a wake
                    async with asyncio.timeout(PAUSE_S):
                        await woken.wait()
    finally:
        desk.wakes.pop("reading", None)
        await reader.close()
        await close_shared()


async def _given_way(desk: Desk) -> None:
    """To whoever files a ticket just now; not for ever."""
    for _ in range(20):
        if not desk.database.waiting:
            return
        await asyncio.sleep(WAY_S / 20)


def _placing(last: int, now: int) -> Callable[[Connection], tuple[int, int]]:
    def do(c: Connection) -> tuple[int, int]:
        up_to, placed = place(c, last, now)
        return up_to, placed + outages.tidy(c, now)

    return do


async def read_some(desk: Desk, reader: Reader) -> int:
    """One batch; how many it was."""
    waiting = await desk.database.read(lambda c: unclaimed(c, desk.now()))
    if not waiting:
        return 0
    claims = await desk.database.write(lambda c: claimed(c, waiting, desk.now()))
    told = [(claim, await _read(desk, reader, claim)) for claim in claims]
    await desk.database.write(lambda c: [kept(c, claim.id, claim.read, found, desk.now()) for claim, found in told])
    return len(told)


def unclaimed(c: Connection, now: int) -> list[Claim]:
    """The oldest that nobody is reading."""
    a = attachments.c
    rows = c.execute(select(a.id, a.sha256, a.size, a.read).where(a.state == "unread").order_by(a.id).limit(LOOKED_AT))
    found = []
    for row in rows:
        told = unpacked(row.read)
        if not now < told.get("until", 0) <= now + LEASE_MS:  # over; or of a clock that was ahead
            found.append(Claim(row.id, row.sha256, row.size, int(told.get("tries", 0)), row.read))
        if len(found) == BATCH:
            break
    return found


def claimed(c: Connection, waiting: list[Claim], now: int) -> list[Claim]:
    """Those that this desk has now: nobody else was faster."""
    found, a = [], attachments.c
    for read in {one.read for one in waiting}:  # nearly always "": nobody has tried any of them
        alike = {one.id: one for one in waiting if one.read == read}
        tries = next(iter(alike.values())).tries + 1
        mine = packed({"tries": tries, "until": now + LEASE_MS, "by": secrets.token_hex(8)})
        where = (a.id.in_(alike), a.state == "unread", a.read == read)
        c.execute(update(attachments).where(*where).values(read=mine))
        for number in c.execute(select(a.id).where(a.id.in_(alike), a.read == mine).order_by(a.id)).scalars():
            one = alike[number]
            found.append(Claim(one.id, one.sha256, one.size, tries, mine))
    return found


async def _read(desk: Desk, reader: Reader, claim: Claim) -> Opened:
    if claim.tries > TRIES:
        return Opened("odd", "reader_died")
    if claim.size > MOST:
        return Opened("odd", "report_too_large")
    try:
        data = await desk.blobs.get(claim.sha256)
    except KeyError:
        return Opened("odd", "file_gone")
    return await _opened(reader, data, whole=False)


async def _opened(reader: Reader, data: bytes, whole: bool = True) -> Opened:
    return Opened("odd", "report_too_large") if len(data) > MOST else await reader.opened(data, whole)
