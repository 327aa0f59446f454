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
    Migration(
        6,
        "cases: what was said, promised, sent and received; and an erasure, which says when, why and how many lines",
        (
            """CREATE TABLE history_anew (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                at TEXT NOT NULL,
                run TEXT NOT NULL,
                kind TEXT NOT NULL
                    CHECK (kind IN ('check', 'proposal', 'consent', 'effect', 'undo', 'guide', 'ask', 'box',
                                    'case', 'note', 'contact', 'ticket', 'report')),
                subject TEXT NOT NULL,
                data TEXT NOT NULL
            ) STRICT""",
            "INSERT INTO history_anew SELECT id, at, run, kind, subject, data FROM history ORDER BY id",
            # An id that was given once is never given again, also where the last lines are gone.
            """UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 'history')
               WHERE name = 'history_anew' AND EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'history')""",
            "DROP TABLE history",
            "ALTER TABLE history_anew RENAME TO history",
            "CREATE INDEX history_by_kind ON history (kind, id)",
            """CREATE TABLE erasures (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                at TEXT NOT NULL,
                why TEXT NOT NULL CHECK (why IN ('asked', 'retention')),
                lines INTEGER NOT NULL,
                checks INTEGER NOT NULL
            ) STRICT""",
            """CREATE TABLE erased_lines (
                line INTEGER PRIMARY KEY,
                erasure INTEGER NOT NULL REFERENCES erasures (id)
            ) STRICT""",
            """CREATE TABLE scrubbed (
                erasure INTEGER PRIMARY KEY REFERENCES erasures (id),
                at TEXT NOT NULL
            ) STRICT""",
            """CREATE TABLE aged (
                line INTEGER PRIMARY KEY,
                since TEXT NOT NULL
            ) STRICT""",
            """CREATE TRIGGER history_is_not_edited BEFORE UPDATE ON history
               BEGIN SELECT RAISE(ABORT, 'history is append-only'); END""",
            """CREATE TRIGGER history_is_not_replaced BEFORE INSERT ON history
               WHEN EXISTS (SELECT 1 FROM history WHERE id = NEW.id)
               BEGIN SELECT RAISE(ABORT, 'history is append-only'); END""",
            """CREATE TRIGGER history_is_not_shortened BEFORE DELETE ON history
               WHEN NOT EXISTS (SELECT 1 FROM erased_lines WHERE line = OLD.id)
               BEGIN SELECT RAISE(ABORT, 'history is append-only'); END""",
            """CREATE TRIGGER erasures_are_of_lines BEFORE INSERT ON erased_lines
               WHEN NOT EXISTS (SELECT 1 FROM history WHERE id = NEW.line)
                   OR EXISTS (SELECT 1 FROM erased_lines WHERE line = NEW.line)
               BEGIN SELECT RAISE(ABORT, 'only a line that is there can be erased'); END""",
            *(
                f"""CREATE TRIGGER {table}_stay_{word.lower()} BEFORE {word} ON {table}
                   BEGIN SELECT RAISE(ABORT, 'what was erased stays noted'); END"""
                for table in ("erasures", "erased_lines")
                for word in ("UPDATE", "DELETE")
            ),
        ),
    ),
    Migration(
        7,
        "walks through the home stand in the history, too",
        (
            """CREATE TABLE history_anew (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                at TEXT NOT NULL,
                run TEXT NOT NULL,
                kind TEXT NOT NULL
                    CHECK (kind IN ('check', 'proposal', 'consent', 'effect', 'undo', 'guide', 'ask', 'box',
                                    'case', 'note', 'contact', 'ticket', 'report', 'walk')),
                subject TEXT NOT NULL,
                data TEXT NOT NULL
            ) STRICT""",
            # It speaks of the table that is about to go; no table may be renamed meanwhile.
            "DROP TRIGGER erasures_are_of_lines",
            "INSERT INTO history_anew SELECT id, at, run, kind, subject, data FROM history ORDER BY id",
            """UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 'history')
               WHERE name = 'history_anew' AND EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'history')""",
            # Where every line was erased, nothing was copied, and the counter has no row yet.
            """INSERT INTO sqlite_sequence SELECT 'history_anew', seq FROM sqlite_sequence WHERE name = 'history'
               AND NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'history_anew')""",
            "DROP TABLE history",
            "ALTER TABLE history_anew RENAME TO history",
            "CREATE INDEX history_by_kind ON history (kind, id)",
            """CREATE TRIGGER history_is_not_edited BEFORE UPDATE ON history
               BEGIN SELECT RAISE(ABORT, 'history is append-only'); END""",
            """CREATE TRIGGER history_is_not_replaced BEFORE INSERT ON history
               WHEN EXISTS (SELECT 1 FROM history WHERE id = NEW.id)
               BEGIN SELECT RAISE(ABORT, 'history is append-only'); END""",
            """CREATE TRIGGER history_is_not_shortened BEFORE DELETE ON history
               WHEN NOT EXISTS (SELECT 1 FROM erased_lines WHERE line = OLD.id)
               BEGIN SELECT RAISE(ABORT, 'history is append-only'); END""",
            """CREATE TRIGGER erasures_are_of_lines BEFORE INSERT ON erased_lines
               WHEN NOT EXISTS (SELECT 1 FROM history WHERE id = NEW.line)
                   OR EXISTS (SELECT 1 FROM erased_lines WHERE line = NEW.line)
               BEGIN SELECT RAISE(ABORT, 'only a line that is there can be erased'); END""",
        ),
    ),
)

KNOWN_VERSION = MIGRATIONS[-1].number
