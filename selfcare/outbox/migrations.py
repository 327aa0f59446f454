"""The outbox's own file: its history as data, never edited after a release."""

from __future__ import annotations

from selfcare.store.migrations import Migration

MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        1,
        "parcels in the order they were put in; their files, dropped once they arrived; what was tried, and when",
        (
            """CREATE TABLE parcels (
                seq INTEGER PRIMARY KEY AUTOINCREMENT,
                id TEXT NOT NULL UNIQUE,
                case_id TEXT NOT NULL,
                desk TEXT NOT NULL,
                kind TEXT NOT NULL,
                ticket TEXT NOT NULL,
                subject TEXT NOT NULL,
                queued TEXT NOT NULL,
                ended TEXT NOT NULL DEFAULT '',
                old TEXT NOT NULL DEFAULT '',
                phase TEXT NOT NULL,
                course TEXT NOT NULL,
                turn INTEGER NOT NULL DEFAULT 0,
                cancel INTEGER NOT NULL DEFAULT 0,
                payload TEXT NOT NULL,
                told TEXT NOT NULL DEFAULT '',
                asked_at TEXT NOT NULL DEFAULT ''
            ) STRICT""",
            "CREATE INDEX parcels_by_case ON parcels (case_id, desk)",
            """CREATE TABLE files (
                parcel TEXT NOT NULL REFERENCES parcels (id) ON DELETE CASCADE,
                position INTEGER NOT NULL,
                name TEXT NOT NULL,
                mime TEXT NOT NULL,
                sha256 TEXT NOT NULL,
                data BLOB NOT NULL,
                PRIMARY KEY (parcel, position)
            ) STRICT""",
            """CREATE TABLE attempts (
                seq INTEGER PRIMARY KEY AUTOINCREMENT,
                parcel TEXT NOT NULL REFERENCES parcels (id) ON DELETE CASCADE,
                at TEXT NOT NULL,
                what TEXT NOT NULL,
                outcome TEXT NOT NULL
            ) STRICT""",
            "CREATE INDEX attempts_by_parcel ON attempts (parcel)",
        ),
    ),
    Migration(
        2,
        "which phase the case was told of: what a kill left untold is told the next time",
        ("ALTER TABLE parcels ADD COLUMN said TEXT NOT NULL DEFAULT ''",),
    ),
)
