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
    Migration(
        2,
        "the history of repairs: what was seen, proposed, agreed to, changed and put back; nothing is ever edited",
        (
            """CREATE TABLE history (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                at TEXT NOT NULL,
                run TEXT NOT NULL,
                kind TEXT NOT NULL CHECK (kind IN ('check', 'proposal', 'consent', 'effect', 'undo')),
                subject TEXT NOT NULL,
                data TEXT NOT NULL
            ) STRICT""",
            """CREATE TRIGGER history_is_not_edited BEFORE UPDATE ON history
               BEGIN SELECT RAISE(ABORT, 'history is append-only'); END""",
            """CREATE TRIGGER history_is_not_shortened BEFORE DELETE ON history
               BEGIN SELECT RAISE(ABORT, 'history is append-only'); END""",
        ),
    ),
    Migration(
        3,
        "figures of the line as the box tells them, for graphs and comparing; a box is a digest, nothing names anybody",
        (
            """CREATE TABLE box_line (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                box TEXT NOT NULL,
                at REAL NOT NULL,
                figures TEXT NOT NULL
            ) STRICT""",
            "CREATE INDEX box_line_by_time ON box_line (box, at)",
        ),
    ),
    Migration(
        4,
        "steps of guides stand in the history, too; a CHECK cannot be altered, so the table is made anew",
        (
            """CREATE TABLE history_anew (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                at TEXT NOT NULL,
                run TEXT NOT NULL,
                kind TEXT NOT NULL CHECK (kind IN ('check', 'proposal', 'consent', 'effect', 'undo', 'guide')),
                subject TEXT NOT NULL,
                data TEXT NOT NULL
            ) STRICT""",
            "INSERT INTO history_anew SELECT id, at, run, kind, subject, data FROM history ORDER BY id",
            "DROP TABLE history",
            "ALTER TABLE history_anew RENAME TO history",
            """CREATE TRIGGER history_is_not_edited BEFORE UPDATE ON history
               BEGIN SELECT RAISE(ABORT, 'history is append-only'); END""",
            """CREATE TRIGGER history_is_not_shortened BEFORE DELETE ON history
               BEGIN SELECT RAISE(ABORT, 'history is append-only'); END""",
        ),
    ),
    Migration(
        5,
        "questions stand in the history, too",
        (
            """CREATE TABLE history_anew (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                at TEXT NOT NULL,
                run TEXT NOT NULL,
                kind TEXT NOT NULL
                    CHECK (kind IN ('check', 'proposal', 'consent', 'effect', 'undo', 'guide', 'ask')),
                subject TEXT NOT NULL,
                data TEXT NOT NULL
            ) STRICT""",
            "INSERT INTO history_anew SELECT id, at, run, kind, subject, data FROM history ORDER BY id",
            "DROP TABLE history",
            "ALTER TABLE history_anew RENAME TO history",
            """CREATE TRIGGER history_is_not_edited BEFORE UPDATE ON history
               BEGIN SELECT RAISE(ABORT, 'history is append-only'); END""",
            """CREATE TRIGGER history_is_not_shortened BEFORE DELETE ON history
               BEGIN SELECT RAISE(ABORT, 'history is append-only'); END""",
        ),
    ),
)

KNOWN_VERSION = MIGRATIONS[-1].number
