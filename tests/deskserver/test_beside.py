"""What goes on beside the answers: begun again when it broke, ended with the desk; what is past its time, and hints."""

from __future__ import annotations

import asyncio
import hashlib
import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from selfcare.deskserver import serve, serve_tasks
from selfcare.deskserver.api.deliver import LEASE_MS, claimed
from selfcare.deskserver.context import Desk
from selfcare.deskserver.core import tickets as core
from selfcare.deskserver.core.retention import GRACE
from selfcare.deskserver.intake import hints
from selfcare.deskserver.intake.reading import unclaimed
from selfcare.deskserver.intake.send import sent_some
from selfcare.deskserver.model import NewNote, Upload
from selfcare.deskserver.schema import audit, deliveries, drops, happened, hubs, notes, subscribers, tickets
from selfcare.deskserver.settings import MailOut
from tests.deskserver.bench import desk_at
from tests.deskserver.core.filings import filing

DAY = 86_400_000
NOW = 1_800_000_000_000


def test_one_that_breaks_is_begun_again_and_all_end_with_the_desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "AGAIN_S", 0.001)
    seen: list[str] = []

    async def run() -> None:
        third = asyncio.Event()

        async def breaks(_desk: Desk) -> None:
            seen.append("breaks")
            if len(seen) >= 3:
                third.set()
            raise ValueError("Zoé")

        async def works(_desk: Desk) -> None:
            try:
                await asyncio.Event().wait()
            finally:
                seen.append("ended")

        async with desk_at(tmp_path) as desk, serve.background(desk, [breaks, works]):
            await asyncio.wait_for(third.wait(), 60)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(run())
    assert seen.count("breaks") >= 3 and seen[-1] == "ended"


async def filed(desk: Desk, at: int, *datas: bytes, case: str = "a") -> int:
    """Of subscriber 1, with these files."""
    uploads = []
    for data in datas:
        digest = hashlib.sha256(data).hexdigest()
        await desk.blobs.put(digest, data)
        uploads.append(Upload(f"{case}.zip", "application/zip", len(data), digest, "report"))
    there = select(subscribers.c.id).where(subscribers.c.id == 1)

    def write(c: Any) -> int:
        if c.execute(there).first() is None:
            c.execute(insert(subscribers).values(id=1, key="install:a", mail="zoe@exemple.fr", proven=True))
        return core.file(c, filing(case, 1, uploads=tuple(uploads)), at).ticket

    return await desk.database.write(write)


def test_what_is_past_its_time_goes_and_its_bytes_an_hour_later(tmp_path: Path) -> None:
    async def run() -> None:
        async with desk_at(tmp_path) as desk:
            now = NOW
            desk.now = lambda: now
            old = await filed(desk, NOW, b"PK\x03\x04 theirs", b"PK\x03\x04 of both")
            await filed(desk, NOW, b"PK\x03\x04 of both", case="b")
            done = update(tickets).where(tickets.c.id == old).values(waiting="", status="closed", closed_at=NOW)
            await desk.database.write(lambda c: c.execute(done).rowcount)
            files = sorted((tmp_path / "desk" / "blobs").glob("*/*"))
            for one in files:
                os.utime(one, (1, 1))  # nobody is about to need it
            assert not (await serve_tasks.erased(desk))["tickets"]
            now = NOW + 366 * DAY
            assert (await serve_tasks.erased(desk))["tickets"] == 1
            assert len([one for one in files if one.exists()]) == 2
            told = await desk.database.read(lambda c: c.execute(select(audit.c.who, audit.c.detail)).all())
            assert [tuple(one) for one in told] == [("retention", "tickets=1")]
            now += GRACE + 1
            assert (await serve_tasks.erased(desk))["files"] == 1
            assert [one.read_bytes() for one in files if one.exists()] == [b"PK\x03\x04 of both"]
            assert await desk.database.read(lambda c: c.execute(select(drops)).all()) == []

    asyncio.run(run())


def test_a_clock_that_leapt_erases_nothing_for_an_hour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> list[str]:
        seen: list[str] = []

        async def slept(seconds: float) -> None:
            seen.append(f"{seconds:g}")
            if len(seen) > 2:
                raise asyncio.CancelledError

        async def erased(_desk: Desk) -> None:
            seen.append("erased")

        async with desk_at(tmp_path) as desk:
            await desk.database.write(lambda c: c.execute(insert(audit).values(at=NOW, who="a", did="b", what="c")))
            desk.now = lambda: NOW + 400 * DAY
            monkeypatch.setattr(serve_tasks, "erased", erased)
            monkeypatch.setattr("selfcare.deskserver.serve_tasks.asyncio.sleep", slept)
            with pytest.raises(asyncio.CancelledError):
                await serve_tasks.keeping(desk)
            monkeypatch.undo()
            assert not await desk.database.read(lambda c: serve_tasks.leapt(c, NOW + 30 * DAY))
        return seen

    assert asyncio.run(run()) == ["3600", "erased", "3600"]


def test_what_was_claimed_by_a_clock_that_was_ahead_is_not_held_until_then(tmp_path: Path) -> None:
    async def run() -> None:
        async with desk_at(tmp_path) as desk:
            await filed(desk, NOW, b"PK\x03\x04 a")
            late = NOW + 30 * DAY

            def ahead(c: Any) -> None:
                c.execute(insert(hubs).values(id=1, ref="H", callback="https://a.example/", system="crm"))
                c.execute(insert(happened).values(id=90, ticket="T", what="create", at=NOW))
                c.execute(insert(deliveries).values(hub_id=1, happened_id=90, next_at=late))

            await desk.database.write(ahead)
            assert len(await desk.database.write(lambda c: claimed(c, NOW))) == 1
            assert await desk.database.write(lambda c: claimed(c, NOW + LEASE_MS - 1)) == []
            from selfcare.deskserver.intake import reading

            found = await desk.database.read(lambda c: unclaimed(c, late))
            assert len(await desk.database.write(lambda c: reading.claimed(c, found, late))) == 1
            assert await desk.database.read(lambda c: unclaimed(c, late)) == []
            assert len(await desk.database.read(lambda c: unclaimed(c, NOW))) == 1

    asyncio.run(run())


def test_a_word_of_ours_is_hinted_once_by_whichever_desk_and_never_what_is_internal(tmp_path: Path) -> None:
    async def run() -> None:
        letters = tmp_path / "letters"
        async with desk_at(tmp_path, mail=MailOut(folder=str(letters), sender="aide@isp.example")) as desk:
            desk.now = lambda: NOW
            ticket = await filed(desk, NOW)
            for one in (
                NewNote("Bonjour", "agent", "Léa"), NewNote("Entre nous", "agent", "Léa", internal=True),
                NewNote("Et moi ?", "subscriber"), NewNote("Vieux", "agent", external="old"),
            ):  # fmt: skip
                await desk.database.write(lambda c, one=one: core.note(c, ticket, one, NOW))  # type: ignore[misc]
            older = update(notes).where(notes.c.external_id == "old").values(at=NOW - hints.FRESH_MS)
            await desk.database.write(lambda c: c.execute(older).rowcount)
            told = await asyncio.gather(hints.told_some(desk), hints.told_some(desk))
            assert sorted(told) == [0, 1]
            assert await hints.told_some(desk) == 0
            assert await sent_some(desk) == 1
            assert len(list(letters.glob("*.eml"))) == 1

    asyncio.run(run())
