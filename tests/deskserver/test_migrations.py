"""The migrated database is what the tables say, and a database is never taken for another."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Integer,
    LargeBinary,
    create_engine,
    delete,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError, OperationalError

from selfcare.deskserver.database import engine_of
from selfcare.deskserver.migrations.run import OpeningRefused, config, migrate
from selfcare.deskserver.schema import META, audit, audit_bound
from tests.deskserver.postgres import databases


@databases
def test_the_migrated_database_is_what_the_tables_say(database: str) -> None:
    assert migrate(database) is not database.startswith("postgresql")  # a fresh one of a test is a migrated copy
    engine = create_engine(database)
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), META)
    engine.dispose()
    assert found == []


def test_of_many_that_start_at_once_one_migrates(tmp_path: Path) -> None:
    url, did, failed = f"sqlite:///{tmp_path / 'desk.db'}", [], []

    def start() -> None:
        try:
            did.append(migrate(url))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert sorted(did) == [False] * 5 + [True]


def _sql(path: Path, line: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(line).fetchall()


def _to(path: Path, form: str) -> None:
    """An older program made it."""
    engine = engine_of(f"sqlite:///{path}")
    with engine.begin() as connection:
        command.upgrade(config(connection), form)
    engine.dispose()


def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    migrate(f"sqlite:///{path}")
    _sql(path, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(OpeningRefused) as refused:
        migrate(f"sqlite:///{path}")
    assert (refused.value.code, refused.value.values) == ("database_newer", {"found": "9999"})
    assert not list(tmp_path.glob("*.bak"))


def test_a_copy_is_left_before_an_older_database_is_changed(tmp_path: Path) -> None:
    """What was in it is in both; the copy is of the older form, and nobody else can read it."""
    path = tmp_path / "desk.db"
    _to(path, "0001")
    _sql(path, "INSERT INTO lines (line, node) VALUES ('l', 'n')")
    assert migrate(f"sqlite:///{path}")
    (copy,) = tmp_path.glob("*.bak")
    assert copy.stat().st_mode & 0o777 == 0o600
    assert [_sql(each, "SELECT line FROM lines") for each in (path, copy)] == [[("l",)]] * 2
    assert _sql(copy, "SELECT version_num FROM alembic_version") == [("0001",)]
    assert _sql(path, "SELECT version_num FROM alembic_version") != [("0001",)]


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    _to(path, "0001")
    _sql(path, "CREATE TABLE audit_bound (in_the_way)")
    before = _sql(path, "SELECT * FROM sqlite_master")
    with pytest.raises(OperationalError):
        migrate(f"sqlite:///{path}")
    assert _sql(path, "SELECT version_num FROM alembic_version") == [("0001",)]
    assert _sql(path, "SELECT * FROM sqlite_master") == before


@databases
def test_the_audit_is_only_added_to(database: str) -> None:
    migrate(database)
    engine = engine_of(database)
    with engine.begin() as connection:
        connection.execute(insert(audit), [{"at": at, "who": "a", "did": "read"} for at in (10, 20, 30)])
    with engine.begin() as connection:
        connection.execute(update(audit).values(detail=""))  # somebody is erased
    for refused in (
        update(audit).values(who="b"),
        update(audit).values(detail="x"),
        update(audit).values(detail="", at=None),
        delete(audit),
        delete(audit).where(audit.c.at == 10),
    ):
        with pytest.raises(IntegrityError), engine.begin() as connection:
            connection.execute(refused)
    with engine.begin() as connection:
        connection.execute(update(audit_bound).values(before=20))
        connection.execute(delete(audit).where(audit.c.at < 20))
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(delete(audit).where(audit.c.at == 20))
    with engine.begin() as connection:
        assert list(connection.execute(select(audit.c.at).order_by(audit.c.at)).scalars()) == [20, 30]
    engine.dispose()


def _value(column: Column[Any]) -> Any:
    """Something that is told apart; a reference to the one row of the other table."""
    if column.foreign_keys or isinstance(column.type, Integer | BigInteger):
        return 1 if column.primary_key or column.foreign_keys else 1_800_000_000_000 if column.nullable else 2
    if isinstance(column.type, Boolean):
        return True
    return b"\x00\xff" if isinstance(column.type, LargeBinary) else f"é {column.table.name}.{column.name}"


def _rows(url: str) -> dict[str, list[tuple[Any, ...]]]:
    engine = create_engine(url)
    with engine.connect() as c:
        names = set(inspect(c).get_table_names())
        found = {one.name: [tuple(row) for row in c.execute(select(one))]
                 for one in META.sorted_tables if one.name in names}  # fmt: skip
    engine.dispose()
    return found


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_from_the_first_form_to_the_newest_with_a_row_in_each_table(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if kind == "postgresql":
        cluster = request.getfixturevalue("postgres")
        cluster.ask("CREATE DATABASE older")
        url = cluster.url("older")
    else:
        url = f"sqlite:///{tmp_path / 'desk.db'}"
    engine = engine_of(url)
    with engine.begin() as c:
        command.upgrade(config(c), "0001")
        there = {
            one: {column["name"] for column in inspect(c).get_columns(one)} for one in inspect(c).get_table_names()
        }
        for table in META.sorted_tables:
            if table.name in there:
                columns = [one for one in table.columns if one.name in there[table.name]]
                c.execute(insert(table).values({one.name: _value(one) for one in columns}))
    engine.dispose()
    before = _rows(url)
    assert len(before) > 15 and all(len(rows) == 1 for rows in before.values())
    assert migrate(url)
    after = _rows(url)
    assert {name: after[name] for name in before} == before and set(after) == {one.name for one in META.sorted_tables}
    assert not migrate(url)
