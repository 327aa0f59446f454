"""What goes on beside: what is past its time goes, with its bytes, and the audit says so."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

from sqlalchemy import Connection, func, insert, select

from selfcare.deskserver.access.audit import Asked, found
from selfcare.deskserver.schema import drops, tickets
from selfcare.deskserver.serve_tasks import erased
from tests.deskserver.access.asking import T0, at_the_desk

_DAY = 86_400_000


def test_old_tickets_go_with_the_bytes_that_nobody_needs(tmp_path: Path) -> None:
    async def play() -> None:
        async with at_the_desk(tmp_path) as bench:
            data = b"what nobody needs"
            digest = hashlib.sha256(data).hexdigest()
            await bench.desk.blobs.put(digest, data)

            def old(c: Connection) -> None:
                for number, days in enumerate((400, 300)):
                    at = T0 - days * _DAY
                    row = {"ref": f"T-{number}", "waiting": "", "status": "closed", "closed_at": at, "created_at": at}
                    c.execute(insert(tickets).values(**row))
                c.execute(insert(drops).values(sha256=digest, at=T0 - _DAY))

            await bench.desk.database.write(old)
            await asyncio.wait_for(erased(bench.desk), 60)
            left = await bench.desk.database.read(lambda c: c.execute(select(tickets.c.ref)).scalars().all())
            assert left == ["T-1"]
            count = select(func.count()).select_from(drops)
            assert await bench.desk.database.read(lambda c: c.execute(count).scalar()) == 0
            lines = await bench.desk.database.read(lambda c: found(c, Asked(who="retention")))
            assert [(one.did, one.detail) for one in lines] == [("erase", "tickets=1")]

    asyncio.run(play())
