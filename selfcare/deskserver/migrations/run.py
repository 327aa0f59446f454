"""Brings a database to the newest form: one process at a time, whole or not at all, after a copy."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine, event, make_url, text

LOCK = 0x5E1FCA2E  # any number, the same for all desks: PostgreSQL's lock for who migrates
WAIT_MS = 120_000  # somebody else migrates


class OpeningRefused(Exception):
    """A desk is not opened, and why. ``code``: stable; sentence ``opening.<code>`` of domain ``desk``."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code, self.values = code, values


def config(connection: Connection | None = None) -> Config:
    """Alembic's, without a file: the migrations lie beside this module, in a wheel too."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def migrate(url: str) -> bool:
    """Whether there was anything to do.

    Raises:
        OpeningRefused: ``database_newer``: its form is not known here.
    """
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _alone)
        event.listen(engine, "begin", _begin)
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
            return _to_head(connection)
    finally:
        engine.dispose()


def _to_head(connection: Connection) -> bool:
    scripts = ScriptDirectory.from_config(config())
    found, head = MigrationContext.configure(connection).get_current_revision(), scripts.get_current_head()
    if found == head:
        return False
    if found is not None:
        _known(scripts, found)
        if connection.dialect.name == "sqlite":
            _copy(connection, found)
    command.upgrade(config(connection), "head")
    return True


def _known(scripts: ScriptDirectory, found: str) -> None:
    try:
        scripts.get_revision(found)
    except CommandError:
        raise OpeningRefused("database_newer", found=found) from None


def _copy(connection: Connection, found: str) -> None:
    """As it was before: ``desk.db.<form>.bak``. We hold the lock: nobody writes meanwhile."""
    name = make_url(str(connection.engine.url)).database
    if not name or name == ":memory:":
        return
    target = Path(f"{name}.{found}.bak")
    draft = target.with_name(target.name + ".part")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with contextlib.closing(sqlite3.connect(name)) as source, contextlib.closing(sqlite3.connect(draft)) as copy:
        source.backup(copy)
    with draft.open("rb+") as written:
        os.fsync(written.fileno())
    draft.replace(target)


def _alone(connection: Any, _record: object) -> None:
    """References are looked at again afterwards: a table that is made anew is empty for a moment."""
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={WAIT_MS}")
    connection.execute("PRAGMA foreign_keys=OFF")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
