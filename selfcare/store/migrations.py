"""The database's history as data: each step is numbered, applied once, and never edited after a release."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Migration:
    """One step up. ``number`` is the ``PRAGMA user_version`` that it leaves behind."""

    number: int
    why: str
    statements: tuple[str, ...]


MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        1,
        "finished checks, each with the whole document and the two fields a list shows",
        (
            """CREATE TABLE checks (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                started TEXT NOT NULL,
                state TEXT NOT NULL,
                code TEXT,
                document TEXT NOT NULL
            ) STRICT""",
        ),
    ),
)

KNOWN_VERSION = MIGRATIONS[-1].number
