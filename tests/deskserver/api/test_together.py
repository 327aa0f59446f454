"""Tickets that are written together: each as if it came alone, and two desks on one database never stand crosswise."""

from __future__ import annotations

import asyncio
import random
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select

from selfcare.deskserver.api.incoming import Asked
from selfcare.deskserver.api.tickets import Create
from selfcare.deskserver.context import Desk
from selfcare.deskserver.core import together
from selfcare.deskserver.database import Database
from selfcare.deskserver.model import DeskRefusal, External, Filing, Subscriber, System, Whole
from selfcare.deskserver.schema import attachments, external_ids, happened, status_changes, subscribers, terms, tickets
from selfcare.deskserver.settings import DeskSettings, Limits
from tests.deskserver.bench import desk_at
from tests.deskserver.core.filings import NOW, filing, report
from tests.deskserver.postgres import Cluster, databases


def people(c: Connection, *numbers: int) -> None:
    c.execute(insert(subscribers), [{"id": one, "key": f"install:{one}"} for one in numbers])


def of(desk: Desk, one: Filing) -> Create:
    who = System("crm") if one.subscriber is None else Subscriber(one.subscriber, one.scope, False)
    return Create(desk, Asked(one, (), {}), who)


async def behind(desk: Desk, wanted: list[Create]) -> list[Whole | BaseException]:
    """All of them waiting, so that they are one group."""
    go = threading.Event()
    first = asyncio.create_task(desk.database.write(lambda _c: go.wait(60)))
    await asyncio.sleep(0.01)
    every = [asyncio.create_task(desk.database.write(one)) for one in wanted]
    await asyncio.sleep(0.01)
    go.set()
    await first
    return await asyncio.gather(*every, return_exceptions=True)


@databases
def test_a_group_is_what_each_would_have_been_alone(database: str, tmp_path: Path) -> None:
    """New ones, one that comes twice, one of a case that is there, one too many of a day: all in one commit."""

    async def run() -> None:
        async with desk_at(tmp_path, database=database, limits=Limits(tickets_a_day=2)) as desk:
            desk.now = lambda: NOW
            await desk.database.write(lambda c: people(c, 1, 2, 3, 4))
            await behind(desk, [of(desk, filing("old", 3, case="C")), of(desk, filing("x1", 4))])
            await behind(desk, [of(desk, filing("x2", 4))])
            told = await behind(desk, [
                of(desk, one) for one in (
                    filing("a", 1, uploads=(report(),), case="N"), filing("b", 2), filing("a", 1), filing("c", 1),
                    filing("new", 3, case="C"), filing("x3", 4),
                )
            ])  # fmt: skip
            a, b, same, c, joined, many = told
            assert isinstance(a, Whole) and isinstance(b, Whole) and isinstance(c, Whole) and isinstance(joined, Whole)
            assert isinstance(many, DeskRefusal) and many.code == "too_many_tickets"
            assert isinstance(same, Whole) and same.head.id == a.head.id and len({a.head.id, b.head.id, c.head.id}) == 3
            whole = await desk.database.read(lambda r: _all(r, a.head.id))
            assert whole == {"ids": ["a"], "files": ["unread"], "states": ["acknowledged"], "told": ["create"]}
            counted = await desk.database.read(lambda r: r.execute(select(func.count()).select_from(tickets)).scalar())
            assert counted == 6

    asyncio.run(run())


def _all(c: Connection, number: int) -> dict[str, list[Any]]:
    def of_it(column: Any) -> list[Any]:
        return list(c.execute(select(column).where(column.table.c.ticket_id == number)).scalars())

    ref = c.execute(select(tickets.c.ref).where(tickets.c.id == number)).scalar()
    assert "zoe" in of_it(terms.c.value)
    what = c.execute(select(happened.c.what).where(happened.c.ticket == ref)).scalars()
    return {"ids": of_it(external_ids.c.value), "files": of_it(attachments.c.state),
            "states": of_it(status_changes.c.status), "told": list(what)}  # fmt: skip


@databases
def test_many_new_ones_are_a_few_statements(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy import event

    asked: list[str] = []

    async def run() -> None:
        async with desk_at(tmp_path, database=database) as desk:
            await desk.database.write(lambda c: people(c, *range(1, 33)))
            event.listen(desk.database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
            told = await behind(desk, [of(desk, filing(f"u{one}", one)) for one in range(1, 33)])
            assert len({one.head.ref for one in told if isinstance(one, Whole)}) == 32

    asyncio.run(run())
    assert len(asked) < 16, asked


def test_two_desks_that_take_the_same_in_another_order_never_wait_for_each_other_crosswise(
    postgres: Cluster, postgres_url: str
) -> None:
    log = postgres.folder / "log"
    before = log.read_text(errors="replace").count("deadlock detected")

    async def run() -> None:
        desks = [Desk(DeskSettings(data=""), Database(postgres_url), None, b"") for _ in "ab"]  # type: ignore[arg-type]
        chance = random.Random(1)
        for turn in range(8):
            ids = [f"{turn}-{one}" for one in range(16)]
            every = [filing(one, None, scope="system:crm", externals=(External(one, "id", "crm"),)) for one in ids]  # type: ignore[arg-type]
            told = await asyncio.gather(
                *(behind(desk, [of(desk, one) for one in chance.sample(every, 16)]) for desk in desks)
            )
            assert len({one.head.id for some in told for one in some if isinstance(one, Whole)}) == 16, told
        for desk in desks:
            await desk.database.close()

    asyncio.run(run())
    assert log.read_text(errors="replace").count("deadlock detected") == before


def test_what_is_asked_of_the_database_has_few_forms() -> None:
    assert [len(together._padded(range(1, count + 1))) for count in (0, 1, 2, 5, 40, 64)] == [1, 1, 4, 16, 64, 64]
