"""The database: one thread writes, a few read. What was written is answered after its commit, never before.

What waits is written together: one commit, and so one wait for the disk, for many (``writing.py``).
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine, Insert, Table, TextClause, create_engine, event, insert, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError, OperationalError

from selfcare.deskserver.model import DeskRefusal
from selfcare.deskserver.writing import Writer, done_again

__all__ = ["Database", "alone", "done_again", "engine_of", "put_rows", "together"]

T = TypeVar("T")
WAIT_MS = 10_000  # for a lock that somebody else holds; a transaction of ours takes milliseconds
STATEMENT_MS = 30_000  # no question of ours takes that long; a stranger's shall not keep a connection


class Database:
    """``url``: SQLAlchemy's (``sqlite:////path``, ``postgresql+psycopg://…``). ``engine`` may write, ``read`` not."""

    def __init__(self, url: str, readers: int = 4) -> None:
        self.url = url
        self.engine = engine_of(url)
        self._asking = engine_of(url, readers=readers)
        self._writer = Writer(self.engine)
        self._readers = ThreadPoolExecutor(readers, "desk-read")

    async def write(self, do: Callable[[Connection], T]) -> T:
        """Whole or not at all; returned after the commit. What ``do`` raises is raised here, and nothing was kept.

        ``do`` may be called again (a deadlock, a connection lost before the commit): it changes nothing but the
        database. Where it expects an error of the database, it does that part in ``connection.begin_nested()``.

        Raises:
            DeskRefusal: 503 ``database_unsure`` (nobody knows whether it was kept: ask by id), 503 ``database_away``,
                503 ``database_busy`` or 507 ``storage_full`` (nothing was kept).
        """
        return await self._writer.write(do)

    @property
    def waiting(self) -> int:
        """How many writes wait for their turn: what can be done later gives way."""
        return self._writer.waiting

    async def read(self, ask: Callable[[Connection], T]) -> T:
        """Of one moment. Asked once more where the connection was lost.

        Raises:
            DeskRefusal: 503 ``database_away``.
        """
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._asked, ask)

    def _asked(self, ask: Callable[[Connection], T]) -> T:
        try:
            return self._once(ask)
        except DBAPIError as error:
            if not _lost(error):
                raise
        try:
            return self._once(ask)
        except DBAPIError as error:
            if _lost(error):
                raise DeskRefusal(503, "database_away") from error
            raise

    def _once(self, ask: Callable[[Connection], T]) -> T:
        with self._asking.connect() as connection:
            return ask(connection)

    async def close(self) -> None:
        """Waits for what is being written."""
        await asyncio.to_thread(self._writer.close)
        await asyncio.to_thread(self._readers.shutdown)
        self._asking.dispose()
        self.engine.dispose()


def alone(c: Connection) -> bool:
    """Whether nobody else writes until this transaction ends: SQLite. Elsewhere rows are locked."""
    return c.dialect.name == "sqlite"


@contextlib.contextmanager
def together(c: Connection) -> Iterator[None]:
    """What is put in here is sent at once and waited for once, at its end: statements that return nothing.

    An error may come raw, at the end: only where all is done again if anything goes wrong (:func:`done_again`).
    """
    if c.dialect.driver != "psycopg" or not done_again(c):
        yield
        return
    with cast(Any, c.connection.driver_connection).pipeline():
        yield


def put_rows(c: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows of the same columns, of whose numbers nobody asks: on PostgreSQL one statement, always in the same words."""
    if not rows:
        return
    names = tuple(rows[0])
    if c.dialect.name == "postgresql":
        c.execute(_unnested(table, names), {name: [row[name] for row in rows] for name in names})
    else:
        c.execute(_plainly(table), rows)


@cache
def _plainly(table: Table) -> Insert:
    return insert(table).inline()


@cache
def _unnested(table: Table, names: tuple[str, ...]) -> TextClause:
    kinds = {name: table.c[name].type.compile(postgresql.dialect()) for name in names}  # type: ignore[no-untyped-call]
    columns = ", ".join(f'"{name}"' for name in names)
    given = ", ".join(f"CAST(:{name} AS {kind.partition(' COLLATE')[0]}[])" for name, kind in kinds.items())
    return text(f"INSERT INTO {table.name} ({columns}) SELECT * FROM unnest({given})")


def _lost(error: DBAPIError) -> bool:
    """A connection that broke, or could not be had (then there is no statement)."""
    return error.connection_invalidated or (isinstance(error, OperationalError) and error.statement is None)


def engine_of(url: str, readers: int = 0) -> Engine:
    """``readers``: how many read; 0: one that writes."""
    if url.startswith("sqlite"):
        return _sqlite(url, readers)
    engine = create_engine(
        url,
        pool_size=readers or 1,
        max_overflow=0 if readers else 1,
        hide_parameters=True,  # an error of the database is logged; what people wrote is not
        connect_args={"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3},
    )
    event.listen(engine, "connect", _reads_postgres if readers else _writes_postgres)
    return engine


def _sqlite(url: str, readers: int) -> Engine:
    engine = create_engine(url, pool_size=readers or 1, max_overflow=0 if readers else 1, hide_parameters=True)
    event.listen(engine, "connect", _reads_sqlite if readers else _writes_sqlite)
    event.listen(engine, "begin", _begin_reading if readers else _begin_writing)
    return engine


def _begin_reading(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin_writing(connection: Connection) -> None:
    """Takes the lock at once: a transaction that begins with reading can not be made to wait later."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _writes_sqlite(connection: Any, _record: object) -> None:
    """Durable after each commit, and many may read while one writes."""
    connection.isolation_level = None  # Python's module would begin and end transactions by itself, and lose savepoints
    connection.execute(f"PRAGMA busy_timeout={WAIT_MS}")
    _write_ahead(connection)
    for line in ("synchronous=FULL", "foreign_keys=ON", "cache_size=-32000", "wal_autocheckpoint=2000"):
        connection.execute(f"PRAGMA {line}")


def _reads_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for line in (f"busy_timeout={WAIT_MS}", "query_only=ON", "cache_size=-16000", "mmap_size=268435456"):
        connection.execute(f"PRAGMA {line}")


def _write_ahead(connection: Any) -> None:
    """Two processes that open a new database at once: SQLite refuses one of them without waiting."""
    until = time.monotonic() + WAIT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except Exception as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)


def _writes_postgres(connection: Any, _record: object) -> None:
    _set(connection, f"statement_timeout={STATEMENT_MS}", f"lock_timeout={WAIT_MS}", "synchronous_commit=on")


def _reads_postgres(connection: Any, _record: object) -> None:
    """One moment for all questions of a ``read``, as with SQLite."""
    _set(
        connection,
        f"statement_timeout={STATEMENT_MS}",
        "default_transaction_isolation='repeatable read'",
        "default_transaction_read_only=on",
    )


def _set(connection: Any, *lines: str) -> None:
    with connection.cursor() as cursor:
        for line in lines:
            cursor.execute(f"SET {line}")
    connection.commit()
