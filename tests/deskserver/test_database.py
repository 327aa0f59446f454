"""Writing in groups: one that fails does not hurt the others, and nothing is answered before it is kept."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from selfcare.deskserver import database, writing
from selfcare.deskserver.database import Database
from selfcare.deskserver.migrations.run import migrate
from selfcare.deskserver.model import DeskRefusal
from selfcare.deskserver.schema import lines
from tests.deskserver.postgres import databases


@asynccontextmanager
async def _open(url: str) -> AsyncIterator[Database]:
    migrate(url)
    database = Database(url)
    try:
        yield database
    finally:
        await database.close()


def _add(line: str, node: str = "") -> Callable[[Connection], str]:
    def do(connection: Connection) -> str:
        connection.execute(insert(lines).values(line=line, node=node))
        return line

    return do


def _all(connection: Connection) -> set[str]:
    return set(connection.execute(select(lines.c.line)).scalars())


def _slip(connection: Connection) -> None:
    _add("slip")(connection)
    raise LookupError("a slip of ours")


def _swallowed(connection: Connection) -> None:
    """It hides an error of the database: PostgreSQL has given its savepoint up by then, SQLite has not."""
    try:
        _add("one")(connection)
        _add("one")(connection)
    except IntegrityError:
        return


def _commits(engine: Engine) -> list[int]:
    seen: list[int] = []
    event.listen(engine, "commit", lambda _connection: seen.append(1))
    return seen


async def _held(database: Database, wanted: list[Callable[[Connection], object]]) -> list[object]:
    """All of them waiting together, behind one that takes its time."""
    go = threading.Event()
    first = asyncio.create_task(database.write(lambda _connection: go.wait(60)))
    await asyncio.sleep(0.01)
    others = [asyncio.create_task(database.write(do)) for do in wanted]
    await asyncio.sleep(0.01)
    go.set()
    await first
    return await asyncio.gather(*others, return_exceptions=True)


@databases
def test_one_that_fails_hurts_nobody(database: str) -> None:
    async def run() -> None:
        async with _open(database) as desk:
            await desk.write(_add("there"))
            told = await _held(desk, [_add("a"), _slip, _add("b"), _add("there"), _add("c")])
            assert [told[0], told[2], told[4]] == ["a", "b", "c"]
            assert isinstance(told[1], LookupError)
            assert isinstance(told[3], IntegrityError)
            assert await desk.read(_all) == {"there", "a", "b", "c"}

    asyncio.run(run())


def test_those_who_wait_share_commits(tmp_path: Path) -> None:
    async def run() -> None:
        async with _open(f"sqlite:///{tmp_path / 'desk.db'}") as desk:
            seen = _commits(desk.engine)
            await _held(desk, [_add(str(number)) for number in range(100)])
            assert len(seen) < 20
            assert len(await desk.read(_all)) == 100

    asyncio.run(run())


@databases
def test_an_error_that_is_hidden_hurts_nobody_either(database: str) -> None:
    async def run() -> None:
        async with _open(database) as desk:
            told = await _held(desk, [_add("a"), _swallowed, _add("b")])
            assert (told[0], told[2]) == ("a", "b")
            assert await desk.read(_all) >= {"a", "b"}

    asyncio.run(run())


@databases
def test_who_reads_can_not_write_and_sees_one_moment(database: str) -> None:
    async def run() -> None:
        async with _open(database) as desk:
            await desk.write(_add("a"))
            with pytest.raises(DBAPIError):
                await desk.read(_add("b"))
            looked, written = threading.Event(), threading.Event()

            def twice(connection: Connection) -> list[int]:
                counts = [len(_all(connection))]
                looked.set()
                written.wait(60)
                return [*counts, len(_all(connection))]

            reading = asyncio.create_task(desk.read(twice))
            await asyncio.to_thread(looked.wait, 5)
            await desk.write(_add("c"))
            written.set()
            assert await reading == [1, 1]
            assert await desk.read(_all) == {"a", "c"}

    asyncio.run(run())


def test_a_commit_that_fails_is_told_to_all_of_its_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows whether it was kept: nobody is told that it was, and nothing is done a second time."""
    calls: list[str] = []

    def once(connection: Connection) -> None:
        calls.append("done")
        _add("a")(connection)

    async def run() -> None:
        async with _open(f"sqlite:///{tmp_path / 'desk.db'}") as desk:

            def broken(_connection: Connection) -> None:
                raise DBAPIError("COMMIT", None, OSError("the line is cut"))

            event.listen(desk.engine, "commit", broken)
            told = await asyncio.gather(desk.write(once), desk.write(_add("b")), return_exceptions=True)
            event.remove(desk.engine, "commit", broken)
            assert [isinstance(one, DeskRefusal) and one.code for one in told] == ["database_unsure"] * 2
            assert calls == ["done"]
            assert await desk.write(_add("later")) == "later"  # and it goes on

    asyncio.run(run())


def test_a_full_disk_is_said_and_nothing_is_kept(tmp_path: Path) -> None:
    async def run() -> None:
        async with _open(f"sqlite:///{tmp_path / 'desk.db'}") as desk:
            await desk.write(lambda connection: connection.exec_driver_sql("PRAGMA max_page_count=1").fetchall())
            with pytest.raises(DeskRefusal) as refused:
                await desk.write(_add("x", node="n" * 1_000_000))
            assert (refused.value.status, refused.value.code) == (507, "storage_full")
            assert await desk.read(_all) == set()

    asyncio.run(run())


def test_two_processes_on_one_postgresql(postgres_url: str) -> None:
    """Each counts in the same row, and both want the same id: nothing is lost, and one of them hears of the other."""

    def count(connection: Connection) -> None:
        found = connection.execute(select(lines.c.node).where(lines.c.line == "n").with_for_update()).scalar_one()
        connection.execute(update(lines).where(lines.c.line == "n").values(node=str(int(found) + 1)))

    async def run() -> None:
        async with _open(postgres_url) as one, _open(postgres_url) as other:
            await one.write(_add("n", "0"))
            await asyncio.gather(*(desk.write(count) for desk in (one, other) for _ in range(100)))
            assert await other.read(lambda c: c.execute(select(lines.c.node)).scalar_one()) == "200"
            told = await asyncio.gather(one.write(_add("x")), other.write(_add("x")), return_exceptions=True)
            assert sorted(type(answer).__name__ for answer in told) == ["IntegrityError", "str"]

    asyncio.run(run())


def test_a_deadlock_with_another_process_is_tried_again(postgres_url: str) -> None:
    """Each takes what the other wants next; one of them is sent away by the server, and does it again."""
    has = {"a": threading.Event(), "b": threading.Event()}

    def both(first: str, second: str) -> Callable[[Connection], None]:
        def do(connection: Connection) -> None:
            for line in (first, second):
                connection.execute(update(lines).where(lines.c.line == line).values(node=lines.c.node + "+"))
                has[line].set()
                has[second].wait(5)  # the second time both are set

        return do

    async def run() -> None:
        async with _open(postgres_url) as one, _open(postgres_url) as other:
            await one.write(_add("a"))
            await one.write(_add("b"))
            await asyncio.gather(one.write(both("a", "b")), other.write(both("b", "a")))
            assert await one.read(lambda c: list(c.execute(select(lines.c.node)).scalars())) == ["++", "++"]

    asyncio.run(run())


def test_connections_that_were_lost_are_made_anew(postgres_url: str) -> None:
    cut = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE pid <> pg_backend_pid() AND datname = current_database()"""

    async def run() -> None:
        async with _open(postgres_url) as desk, _open(postgres_url) as other:
            await desk.write(_add("a"))
            assert await desk.read(_all) == {"a"}
            await other.write(lambda connection: connection.execute(text(cut)).all())
            assert await desk.read(_all) == {"a"}
            assert await desk.write(_add("b")) == "b"

    asyncio.run(run())


def test_a_database_that_is_away_is_said(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "TRIES", 2)

    async def run() -> None:
        desk = Database("postgresql+psycopg://desk@/nowhere?host=/nonexistent")
        for asked in (desk.write(_add("a")), desk.read(_all)):
            with pytest.raises(DeskRefusal) as refused:
                await asked
            assert refused.value.code == "database_away"
        await desk.close()

    asyncio.run(run())


def test_while_somebody_else_holds_the_lock_all_who_wait_are_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each after the other, the hundredth would wait a hundred times as long. And no log tells what was written."""
    monkeypatch.setattr(database, "WAIT_MS", 200)
    path = tmp_path / "desk.db"
    migrate(f"sqlite:///{path}")
    asked, begin = [], database._begin_writing

    def begun(connection: Connection) -> None:
        asked.append(connection)
        begin(connection)

    monkeypatch.setattr(database, "_begin_writing", begun)

    async def run() -> None:
        desk = Database(f"sqlite:///{path}")
        assert await desk.write(_add("before")) == "before"
        asked.clear()
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            told = await asyncio.gather(*(desk.write(_add(f"n{n}")) for n in range(100)), return_exceptions=True)
            other.execute("ROLLBACK")
        assert {one.code for one in told if isinstance(one, DeskRefusal)} == {"database_busy"} and len(told) == 100
        assert len(asked) <= 2
        assert await desk.write(_add("after")) == "after"
        with pytest.raises(IntegrityError) as error:
            await desk.write(lambda c: c.execute(insert(lines), [{"line": "Zoé Gall", "node": "a"}] * 2))
        assert "Zoé" not in str(error.value)
        await desk.close()

    asyncio.run(run())
