"""How long the desk's reader takes for a report: opened in its bounded process, and what it says on its ticket."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
import time
from collections.abc import Iterator

from sqlalchemy import Connection, insert

from selfcare.deskserver.core.tickets import file
from selfcare.deskserver.intake.reading import read_some
from selfcare.deskserver.intake.reading_worker import Reader
from selfcare.deskserver.model import Filing, Upload
from selfcare.deskserver.opening import close_desk, open_desk
from selfcare.deskserver.schema import installs, subscribers
from selfcare.deskserver.settings import DeskSettings, Limits
from tests.bench.figures import Figure
from tests.report.world import KEY, made

MANY = 100
"""Reports for each run."""


def reading(runs: int) -> Iterator[Figure]:
    """For information: it delays an agent's view of a ticket, never its acceptance."""
    seconds, octets = asyncio.run(_read(MANY * runs))
    note = f"{MANY * runs} reports of {octets / 1000:.0f} kB, one reader, SQLite, each on its ticket"
    yield Figure("desk, a report read", seconds * 1000, "ms", None, note)


async def _read(count: int) -> tuple[float, int]:
    """Seconds for one, and its size."""
    archive = made().archive
    digest = hashlib.sha256(archive).hexdigest()
    with tempfile.TemporaryDirectory() as folder:
        desk = await open_desk(DeskSettings(data=folder, limits=Limits(tickets_a_day=100_000)))
        reader = Reader()
        try:
            await desk.blobs.put(digest, archive)
            await desk.database.write(lambda c: _filed(c, count, Upload("rapport.zip", "application/zip",
                                                                        len(archive), digest), desk.now()))  # fmt: skip
            await reader.opened(archive)  # its process is there
            began, read = time.perf_counter(), 0
            while some := await read_some(desk, reader):
                read += some
            assert read == count
            return (time.perf_counter() - began) / count, len(archive)
        finally:
            await reader.close()
            await close_desk(desk)


def _filed(c: Connection, count: int, upload: Upload, now: int) -> None:
    """One subscriber's, whose key vouches for them: so that what they say reaches the ticket."""
    c.execute(insert(subscribers).values(id=1, key="install:1", proven=True))
    c.execute(insert(installs).values(name="pc", public_key=KEY.public, subscriber_id=1, confirmed_at=now))
    for _ in range(count):
        file(c, Filing("install:1", 1, "x", "y", "major", "fault", "app", uploads=(upload,)), now,
             Limits(tickets_a_day=100_000))  # fmt: skip
