"""The history as the case file reads and writes it: the database is opened for each question, so any thread may ask."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from selfcare.cases.history import Line
from selfcare.store.database import open_database, transaction, typed
from selfcare.store.store import FILE

_COLUMNS = "SELECT id, at, run, kind, subject, data FROM history"
_INSERT = "INSERT INTO history (at, run, kind, subject, data) VALUES (?, ?, ?, ?, ?)"
Row = tuple[int, str, str, str, str, str]


class Ledger:
    """``now``: the time of day, with offset."""

    def __init__(self, data: Path, now: Callable[[], datetime]) -> None:
        self.path, self.now = data / FILE, now
        self._run = secrets.token_hex(4)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One view of everything, whoever writes meanwhile.

        Raises:
            SelfcareError: the file cannot be read.
        """
        connection, _ = open_database(self.path)
        with closing(connection), typed(self.path):
            connection.execute("BEGIN")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing of it, and nobody else writes in between.

        Raises:
            SelfcareError: it could not be written; what was there is intact.
        """
        connection, _ = open_database(self.path)
        with closing(connection), typed(self.path), transaction(connection):
            yield connection

    def note(self, connection: sqlite3.Connection, kind: str, subject: str, data: Mapping[str, Any]) -> Line:
        """One line more; durable once the transaction ends."""
        at = self.now().isoformat(timespec="milliseconds")
        text = json.dumps(dict(data), ensure_ascii=False, separators=(",", ":"))
        text, subject = (one.encode(errors="replace").decode() for one in (text, subject))  # half characters: "?"
        id_ = connection.execute(_INSERT, (at, self._run, kind, subject, text)).lastrowid or 0
        return Line(id_, at, self._run, kind, subject, data)


def every(connection: sqlite3.Connection) -> list[Line]:
    """The whole history, oldest first."""
    return _lines(connection.execute(f"{_COLUMNS} ORDER BY id"))


def of_cases(connection: sqlite3.Connection) -> list[Line]:
    """What says that a case was opened, added to, closed; oldest first."""
    return _lines(connection.execute(f"{_COLUMNS} WHERE kind = 'case' ORDER BY id"))


def of_tickets(connection: sqlite3.Connection) -> list[Line]:
    """What is said of tickets, oldest first."""
    return _lines(connection.execute(f"{_COLUMNS} WHERE kind = 'ticket' ORDER BY id"))


def of_ticket(connection: sqlite3.Connection, name: str) -> list[Line]:
    """Of one of them."""
    return _lines(connection.execute(f"{_COLUMNS} WHERE kind = 'ticket' AND subject = ? ORDER BY id", (name,)))


def after(connection: sqlite3.Connection, last: int, most: int) -> list[Line]:
    """The newest lines behind an id, newest first."""
    return _lines(connection.execute(f"{_COLUMNS} WHERE id > ? ORDER BY id DESC LIMIT ?", (last, most)))


def around(connection: sqlite3.Connection, first: int, last: int | None, case: str) -> list[Line]:
    """Those between two ids, and those further on that speak of this case; oldest first."""
    end = last if last is not None else 2**62
    query = f"{_COLUMNS} WHERE id >= ? AND (id <= ? OR data LIKE ?) ORDER BY id"
    return _lines(connection.execute(query, (first, end, f'%"{case}"%')))


def _lines(rows: Iterable[Row]) -> list[Line]:
    return [Line(id_, at, run, kind, subject, _data(text)) for id_, at, run, kind, subject, text in rows]


def _data(text: str) -> Mapping[str, Any]:
    """What cannot be read is shown as it stands: it is theirs, too."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {"unreadable": text}
    return found if isinstance(found, dict) else {"unreadable": text}
