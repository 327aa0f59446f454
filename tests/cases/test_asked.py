"""Questions in the history, beside everything that was there before they were."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from selfcare.cases import History, read_history
from selfcare.cases.asked import KIND, LONGEST, asked_of, line_of, line_of_opening
from selfcare.model.asked import Asked
from selfcare.store.database import open_database
from selfcare.store.migrations import MIGRATIONS
from selfcare.store.store import FILE


def test_an_older_history_takes_questions_too(tmp_path: Path) -> None:
    connection, _ = open_database(tmp_path / FILE, MIGRATIONS[:4])
    words = ("2026-01-01", "ab", "guide", "drops", "{}")
    connection.execute("INSERT INTO history (at, run, kind, subject, data) VALUES (?, ?, ?, ?, ?)", words)
    connection.close()
    history = History(tmp_path)
    history.note(KIND, "0a", line_of(Asked("0a", "x" * 5000, {"since": ""}, ("drops",))))
    history.note(KIND, "0a", line_of_opening("drops"))
    history.close()
    assert history.works
    lines = read_history(tmp_path)
    assert [(line.kind, line.subject) for line in lines] == [(KIND, "0a"), (KIND, "0a"), ("guide", "drops")]
    assert asked_of(lines) == (Asked("0a", "x" * LONGEST, {"since": ""}, ("drops",), ("drops",)),)
    connection, _ = open_database(tmp_path / FILE)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute("DELETE FROM history")
    connection.close()
