"""Databases for the core's tests, with two subscribers in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, insert
from sqlalchemy.pool import StaticPool

from selfcare.deskserver.database import engine_of
from selfcare.deskserver.schema import META, agents, subscribers
from tests.deskserver.core.filings import ANNE, BOB


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """One that commits."""
    made = engine_of(database)
    if database.startswith("sqlite"):
        META.create_all(made)  # quicker than migrating; both make the same, see test_migrations
    with made.begin() as connection:
        people(connection)
    yield made
    made.dispose()


@pytest.fixture
def c(request: pytest.FixtureRequest, database: str) -> Iterator[Connection]:
    """A transaction that is undone; SQLite in memory, made once."""
    if database.startswith("sqlite"):
        with in_memory().connect() as connection:
            people(connection)
            yield connection
            connection.rollback()
    else:
        with request.getfixturevalue("engine").begin() as connection:
            yield connection


def people(c: Connection) -> None:
    c.execute(insert(subscribers), [{"id": one, "key": f"install:{one}", "created_at": 1} for one in (ANNE, BOB)])
    c.execute(insert(subscribers), [{"id": 3, "key": "mail:anne@exemple.fr", "created_at": 1}])
    c.execute(insert(agents), [{"id": 1, "login": "lea"}, {"id": 2, "login": "max"}])


_MADE: list[Engine] = []


def in_memory() -> Engine:
    """One for all: whoever uses it undoes what it did."""
    if not _MADE:
        made = create_engine("sqlite://", poolclass=StaticPool)
        event.listen(made, "connect", _as_served)
        event.listen(made, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
        META.create_all(made)
        _MADE.append(made)
    return _MADE[0]


def _as_served(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=ON")
