"""History: one line for each check, proposal, consent, effect and undo; the database itself refuses edits."""

from __future__ import annotations

import json
import logging
import secrets
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from selfcare.ground.errors import SelfcareError
from selfcare.store.database import open_database, transaction, typed
from selfcare.store.store import FILE

KEEPING = "keeping"
"""Noted before several changes are kept one after the other."""
_log = logging.getLogger(__name__)
_INSERT = "INSERT INTO history (at, run, kind, subject, data) VALUES (?, ?, ?, ?, ?)"
_EFFECTS = "SELECT data FROM history WHERE kind = 'effect' AND data LIKE ? ORDER BY id DESC LIMIT 20"
_SELECT = "SELECT id, at, run, kind, subject, data FROM history ORDER BY id DESC LIMIT ?"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened. ``run`` joins the lines of one repair; ``at`` is ISO 8601 with offset."""

    id: int
    at: str
    run: str
    kind: str
    subject: str
    data: Mapping[str, Any]


class History:
    """Notes what one run does. It never raises: a full disk or a read-only home must not stop a repair.

    ``works`` tells afterwards whether everything could be written, so that it can be said.
    Each line is its own transaction, durable before the next thing happens.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._run = secrets.token_hex(4)
        self._works = True
        self._connection: sqlite3.Connection | None = None

    @property
    def works(self) -> bool:
        """Whether every line so far was written."""
        return self._works

    def note(self, kind: str, subject: str, data: Mapping[str, Any]) -> None:
        """Adds one line."""
        if not self._works:
            return
        try:
            self._write(kind, subject, data)
        except SelfcareError as error:
            self._works = False
            _log.warning("the history cannot be written: %s", error.code)

    def recall(self, entry: str) -> Mapping[str, Any] | None:
        """The last effect that names this change in the journal; None if there is none, or it cannot be read."""
        found = self._effects(entry)
        return next((data for data in found if entry in data.get("entries", ())), None)

    def half_kept(self) -> list[tuple[str, ...]]:
        """The changes of steps whose last word is that they were about to be kept."""
        found, later = [], set[str]()
        for data in self._effects(""):
            entries = tuple(data.get("entries", ()))
            if data.get("outcome") == KEEPING and not later & set(entries):
                found.append(entries)
            later |= set(entries)
        return found

    def _effects(self, entry: str) -> list[Mapping[str, Any]]:
        """The last ones, newest first."""
        try:
            connection = self._opened()
            with typed(self._path):
                rows = connection.execute(_EFFECTS, (f"%{entry}%",)).fetchall()
        except SelfcareError as error:
            _log.warning("the history cannot be read: %s", error.code)
            return []
        return [json.loads(text) for (text,) in rows]

    def close(self) -> None:
        """Closes the file; a later note opens it again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _write(self, kind: str, subject: str, data: Mapping[str, Any]) -> None:
        connection = self._opened()
        at = datetime.now().astimezone().isoformat(timespec="milliseconds")
        text = json.dumps(dict(data), ensure_ascii=False, separators=(",", ":"))
        with typed(self._path), transaction(connection):
            connection.execute(_INSERT, (at, self._run, kind, subject, text))

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection, _ = open_database(self._path)
        return self._connection


def read_history(folder: Path, count: int = 200) -> list[Line]:
    """The last lines, newest first.

    Raises:
        SelfcareError: the file cannot be read.
    """
    path = folder / FILE
    connection, _ = open_database(path)
    with closing(connection), typed(path):
        rows = connection.execute(_SELECT, (count,)).fetchall()
    return [Line(i, at, run, kind, subject, json.loads(data)) for i, at, run, kind, subject, data in rows]
