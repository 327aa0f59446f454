"""Bytes that no ticket names go after a day; those that one names never do."""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from pathlib import Path

import pytest
from sqlalchemy import delete

from selfcare.deskserver.blobs_disk import DiskBlobs
from selfcare.deskserver.core import tickets
from selfcare.deskserver.core.acting import HOUR
from selfcare.deskserver.model import Filing, Upload
from selfcare.deskserver.schema import attachments
from selfcare.deskserver.serve_tasks import FOREIGN, UNNAMED_S, parts, unnamed
from tests.deskserver.bench import desk_at


def names(part: str, count: int) -> list[bytes]:
    """Data whose digests begin so."""
    found: list[bytes] = []
    number = 0
    while len(found) < count:
        data, number = b"%d" % number, number + 1
        found += [data] if hashlib.sha256(data).hexdigest().startswith(part) else []
    return found


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def aged(folder: Path, data: bytes) -> None:
    name, at = digest(data), time.time() - UNNAMED_S - 60
    os.utime(folder / name[:2] / name, (at, at))


def test_what_was_refused_goes_after_a_day_and_nothing_else(tmp_path: Path) -> None:
    async def run() -> None:
        async with desk_at(tmp_path) as desk:
            kept, left, young = names("ab", 3)
            for data in (kept, left, young):
                await desk.blobs.put(digest(data), data)
            for data in (kept, left):
                aged(tmp_path / "desk" / "blobs", data)
            upload = Upload("a", "text/plain", 1, digest(kept), "other")
            filing = Filing("s", None, "x", "y", "major", "fault", "app", uploads=(upload,))
            await desk.database.write(lambda c: tickets.file(c, filing, desk.now()))
            assert await unnamed(desk, "ab") == 1
            assert await desk.blobs.get(digest(kept)) == kept and await desk.blobs.get(digest(young)) == young
            with pytest.raises(KeyError):
                await desk.blobs.get(digest(left))

    asyncio.run(run())


def test_a_store_that_is_another_desk_s_stays(tmp_path: Path) -> None:
    async def run() -> None:
        async with desk_at(tmp_path) as desk:
            assert isinstance(desk.blobs, DiskBlobs)
            every = names("c", 16 * (FOREIGN + 1) * 2)
            mine = [data for data in every if digest(data).startswith("cd")]
            assert len(mine) > FOREIGN
            for data in mine:
                await desk.blobs.put(digest(data), data)
                aged(tmp_path / "desk" / "blobs", data)
            await desk.database.write(lambda c: c.execute(delete(attachments)))
            assert await unnamed(desk, "cd") == 0
            assert await desk.blobs.get(digest(mine[0])) == mine[0]

    asyncio.run(run())


def test_all_of_it_is_looked_through_in_a_day() -> None:
    every = [one for hour in range(24) for one in parts(hour * HOUR)]
    assert sorted(every) == [f"{one:02x}" for one in range(256)]
