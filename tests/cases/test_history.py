"""History: appended, never edited, and never in the way of a repair."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from selfcare.cases import History, read_history
from selfcare.store import Store
from selfcare.store.database import open_database
from selfcare.store.migrations import MIGRATIONS
from selfcare.store.store import FILE


def test_lines_come_back_newest_first_and_say_which_run(tmp_path: Path) -> None:
    for number in (1, 2):
        history = History(tmp_path)
        history.note("proposal", "dns.alternate", {"number": number, "é": "è"})
        history.note("consent", "dns.alternate", {"approved": True})
        history.close()
    lines = read_history(tmp_path)
    assert [(line.kind, line.subject) for line in lines[:2]] == [
        ("consent", "dns.alternate"), ("proposal", "dns.alternate"),
    ]  # fmt: skip
    assert lines[1].data == {"number": 2, "é": "è"}
    assert len({line.run for line in lines}) == 2
    assert len(lines) == 4


@pytest.mark.parametrize("edit", ["UPDATE history SET data = '{}'", "DELETE FROM history"])
def test_the_database_refuses_to_forget(tmp_path: Path, edit: str) -> None:
    history = History(tmp_path)
    history.note("effect", "dns.flush", {"outcome": "kept"})
    history.close()
    with closing(sqlite3.connect(tmp_path / FILE)) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(edit)
    assert read_history(tmp_path)[0].data == {"outcome": "kept"}


def test_a_home_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("here a folder is wanted")
    history = History(blocked / "data")
    assert history.works
    history.note("check", "full", {})
    history.note("check", "full", {})
    assert not history.works
    history.close()


def test_it_lives_beside_the_checks(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.add_check({"verdict": {"state": "ok", "code": None}})
    history = History(tmp_path)
    history.note("check", "full", {"state": "ok"})
    history.close()
    with Store(tmp_path) as store:
        assert len(store.recent()) == 1
    assert len(read_history(tmp_path)) == 1


def test_a_change_is_recalled_by_its_name(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.note("effect", "dns.trial", {"entries": ["20261122T1-aa", "20261122T2-bb"], "stands_for": "box"})
    history.note("undo", "dns.trial", {"entries": ["20261122T2-bb"]})
    assert history.recall("20261122T2-bb") == {"entries": ["20261122T1-aa", "20261122T2-bb"], "stands_for": "box"}
    assert history.recall("20261122T2") is None  # the whole name, not a part of it
    assert History(tmp_path / "nothing" / "here").recall("x") is None


def test_steps_that_were_being_kept_are_found(tmp_path: Path) -> None:
    history = History(tmp_path)
    assert history.half_kept() == []
    for entries, outcomes in ((["a", "b"], ["keeping", "kept"]), (["c", "d"], ["keeping"]), (["e"], ["undone"])):
        for outcome in outcomes:
            history.note("effect", "route.remove", {"entries": entries, "outcome": outcome})
    assert history.half_kept() == [("c", "d")]


def test_guides_came_later_and_nothing_was_lost(tmp_path: Path) -> None:
    """The table was made anew: every line of an older one is there, in its order, and still cannot be edited."""
    connection, _ = open_database(tmp_path / FILE, MIGRATIONS[:3])
    for number in range(3):
        words = ("2026-01-01", "ab", "effect", f"s{number}", "{}")
        connection.execute("INSERT INTO history (at, run, kind, subject, data) VALUES (?, ?, ?, ?, ?)", words)
    connection.close()
    history = History(tmp_path)
    history.note("guide", "box-restart", {"did": "begun"})
    history.close()
    assert history.works
    assert [(line.id, line.subject) for line in read_history(tmp_path)] == [
        (4, "box-restart"), (3, "s2"), (2, "s1"), (1, "s0"),
    ]  # fmt: skip
    connection, _ = open_database(tmp_path / FILE)
    for edit in ("UPDATE history SET subject = 'x'", "DELETE FROM history"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(edit)
    connection.close()
