"""Opens the SQLite file: backed up, migrated, and never overwritten when something is wrong with it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from selfcare.ground.errors import SelfcareError, folder_error
from selfcare.ground.folders import ensure
from selfcare.store.migrations import MIGRATIONS, Migration

_BUSY_S = 5.0
_CODES = {
    sqlite3.SQLITE_FULL: "disk_full",
    sqlite3.SQLITE_READONLY: "folder_read_only",
    sqlite3.SQLITE_CANTOPEN: "folder_read_only",
    sqlite3.SQLITE_PERM: "folder_read_only",
    sqlite3.SQLITE_BUSY: "store_busy",
    sqlite3.SQLITE_LOCKED: "store_busy",
    sqlite3.SQLITE_CORRUPT: "store_corrupt",
    sqlite3.SQLITE_NOTADB: "store_corrupt",
}


class StoreError(SelfcareError):
    """``disk_full``, ``folder_read_only``, ``store_busy``, ``store_newer``, ``store_corrupt`` or ``store_failed``."""


@contextmanager
def typed(path: Path) -> Iterator[None]:
    """Turns SQLite's and the system's errors into ours."""
    try:
        yield
    except OSError as error:
        raise folder_error(error, path) from error
    except sqlite3.Error as error:
        raise StoreError(_code(error), path=path, system=str(error)) from error


def _code(error: StoreError | sqlite3.Error) -> str:
    if isinstance(error, StoreError):
        return error.code
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return _CODES.get(primary, "store_failed")


def open_database(path: Path, migrations: Sequence[Migration] = MIGRATIONS) -> tuple[sqlite3.Connection, Path | None]:
    """Opens ``path`` at the newest known version.

    Returns:
        The connection, and where a corrupt predecessor was set aside (None: there was none).

    Raises:
        StoreError: it cannot be opened, or a newer version of the program wrote it (it is left as it is).
        FolderError: its folder cannot be made or written.
    """
    ensure(path.parent)
    with typed(path):
        try:
            return _open(path, migrations), None
        except (StoreError, sqlite3.Error) as error:
            if _code(error) != "store_corrupt":
                raise
        aside = _set_aside(path)
        return _open(path, migrations), aside


def _open(path: Path, migrations: Sequence[Migration]) -> sqlite3.Connection:
    _refuse_newer(path, migrations[-1].number)
    connection = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)
    try:
        path.chmod(0o600)
        _use_wal(connection)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        # What is taken away is overwritten: a free page must not keep the words of a case that was deleted.
        connection.execute("PRAGMA secure_delete = ON")
        trouble = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if trouble != "ok":
            raise StoreError("store_corrupt", path=path, system=trouble)
        _migrate(connection, path, migrations)
    except BaseException:
        connection.close()
        raise
    return connection


def _use_wal(connection: sqlite3.Connection) -> None:
    """SQLite does not wait for its lock here (two first starts at once would fail), so we do."""
    deadline = time.monotonic() + _BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if _code(error) != "store_busy" or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _refuse_newer(path: Path, known: int) -> None:
    """Looked at read-only and first: not even the journal mode of such a file may change."""
    if not path.exists() or path.stat().st_size == 0:
        return
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_S)) as reader:
        found = version(reader)
    if found > known:
        raise StoreError("store_newer", path=path, found=found, known=known)


def version(connection: sqlite3.Connection) -> int:
    """The number of the last migration applied."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _migrate(connection: sqlite3.Connection, path: Path, migrations: Sequence[Migration]) -> None:
    before = version(connection)
    if before >= migrations[-1].number:
        return
    if before:
        _back_up(connection, path.with_name(f"{path.name}.v{before}.bak"))
    for migration in migrations:
        with transaction(connection):
            # Asked again inside the lock: another process may have been faster.
            if version(connection) >= migration.number:
                continue
            for statement in migration.statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {migration.number:d}")


def _back_up(connection: sqlite3.Connection, target: Path) -> None:
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    with closing(sqlite3.connect(part)) as copy:
        connection.backup(copy)
    part.chmod(0o600)
    part.replace(target)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _set_aside(path: Path) -> Path:
    """Renames the file and its journals: what can still be read out of it is not ours to throw away."""
    stamp = datetime.now().strftime("%Y%m%dT%H%M%S%f")
    aside = path.with_name(f"{path.name}.bad-{stamp}")
    for suffix in ("", "-wal", "-shm"):
        source = path.with_name(path.name + suffix)
        if source.exists():
            source.replace(aside.with_name(aside.name + suffix))
    return aside
