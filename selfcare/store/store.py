"""The store's few questions: add a check, show the last ones."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from selfcare.store.database import StoreError, open_database, transaction, typed

__all__ = ["FILE", "KEPT", "Store", "StoreError", "StoredCheck"]

FILE = "selfcare.db"
KEPT = 500
"""Checks kept; at about 20 kB each this bounds the file to some 10 MB."""


@dataclass(frozen=True, slots=True)
class StoredCheck:
    """One finished check; ``document`` is the contract's document unchanged."""

    id: int
    started: str
    state: str
    code: str | None
    document: Mapping[str, Any]


class Store:
    """One connection, to be used in the thread that opened it; several processes may each have one.

    ``set_aside`` names the file a corrupt database was kept as, so that a front end can say so.
    """

    def __init__(self, folder: Path, kept: int = KEPT) -> None:
        """Opens or creates the database in ``folder``.

        Raises:
            StoreError: it cannot be used; see the codes there.
            FolderError: the folder cannot be made.
        """
        self._path = folder / FILE
        self._kept = kept
        self._connection, self.set_aside = open_database(self._path)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connection; may be called twice."""
        self._connection.close()

    def add_check(
        self,
        document: Mapping[str, Any],
        started: str | None = None,
        noted: Callable[[sqlite3.Connection, int], None] | None = None,
    ) -> int:
        """Keeps a finished check and drops the oldest beyond the limit; durable once it returns.

        Args:
            document: the contract's document.
            started: ISO 8601 with offset; now when left out.
            noted: what belongs with it (given the row's id): written in the same transaction, so both or neither.

        Raises:
            StoreError: it could not be written; what was there is intact.
        """
        verdict = document["verdict"]
        row = (
            started or datetime.now().astimezone().isoformat(timespec="milliseconds"),
            verdict["state"],
            verdict["code"],
            json.dumps(document, ensure_ascii=False, separators=(",", ":")),
        )
        with typed(self._path), transaction(self._connection):
            insert = "INSERT INTO checks (started, state, code, document) VALUES (?, ?, ?, ?)"
            added = self._connection.execute(insert, row).lastrowid or 0
            # By id and not by date: the clock of a PC in trouble may say 1970.
            self._connection.execute("DELETE FROM checks WHERE id <= ?", (added - self._kept,))
            if noted is not None:
                noted(self._connection, added)
        return added

    def recent(self, count: int = 20) -> list[StoredCheck]:
        """The last checks, newest first.

        Raises:
            StoreError: they could not be read.
        """
        select = "SELECT id, started, state, code, document FROM checks ORDER BY id DESC LIMIT ?"
        with typed(self._path):
            rows = self._connection.execute(select, (count,)).fetchall()
        return [StoredCheck(id_, at, state, code, json.loads(text)) for id_, at, state, code, text in rows]

    def documents(self, count: int = 20) -> list[Mapping[str, Any]]:
        """Those of the last checks, newest first; one that was damaged is passed over, and hides no other.

        Raises:
            StoreError: they could not be read.
        """
        with typed(self._path):
            select = "SELECT document FROM checks ORDER BY id DESC LIMIT ?"
            rows = self._connection.execute(select, (count,)).fetchall()
        return [found for (text,) in rows if isinstance(found := _document(text), dict)]


def _document(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
