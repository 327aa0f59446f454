"""Deletion and retention: recorded, without contents, and nothing readable is left."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from selfcare.cases import History, read_history
from selfcare.cases.book import CaseBook
from selfcare.cases.guide_runs import GuideRuns
from selfcare.model.case import Channel, Contact
from selfcare.model.guide_run import Context, Did, Happened
from selfcare.store import Store
from selfcare.store.database import open_database
from selfcare.store.migrations import MIGRATIONS
from selfcare.store.store import FILE
from tests.cases.bench import Bench

WORD = "Aristolochia"
"""Stands in everything that somebody said, and nowhere else."""


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(tmp_path, monkeypatch)


def filled(bench: Bench) -> str:
    head = bench.book.open(f"{WORD} ne marche plus")
    for number in range(40):
        bench.note("ask", f"q{number}", text=f"{WORD} {number} " * 50)
        bench.check("fault", "WAN-DOWN", text=f"{WORD} {number} " * 200)
    bench.book.note(head.id, WORD)
    bench.book.contact(head.id, Contact("2026-11-22T18:10:00+00:00", Channel.PHONE, answer=WORD))
    return head.id


def holding(folder: Path) -> list[str]:
    found = [p for p in folder.rglob("*") if p.is_file()]
    return [p.name for p in found if WORD.encode() in p.read_bytes() or WORD.encode("utf-16-le") in p.read_bytes()]


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / FILE)) as connection:
        return connection.execute(query).fetchall()


def test_nothing_is_left_of_a_deleted_case(bench: Bench) -> None:
    bench.note("ask", "other", text="another trouble")
    bench.clock.on(days=3)
    case = filled(bench)
    reader = sqlite3.connect(bench.folder / FILE)  # another window, which looked at it a while ago
    reader.execute("SELECT count(*) FROM history").fetchall()
    assert holding(bench.folder)
    assert bench.book.delete(case) is True
    assert holding(bench.folder) == []
    reader.close()
    assert holding(bench.folder) == []
    assert [line.subject for line in read_history(bench.folder)] == ["other"]
    assert rows(bench.folder, "SELECT why, lines, checks FROM erasures") == [("asked", 83, 40)]
    assert bench.book.case(case) is None and bench.book.current() is None
    with Store(bench.folder) as store:
        assert store.recent() == []


def test_nor_in_copies_of_an_older_version(tmp_path: Path) -> None:
    """A file of version 5 with content, whose free pages hold what earlier migrations dropped."""
    connection, _ = open_database(tmp_path / FILE, MIGRATIONS[:3])
    connection.execute("PRAGMA secure_delete = OFF")
    words = ("2026-11-22T18:00:00+00:00", "ab", "effect", "dns.flush", f'{{"x": "{WORD * 100}"}}')
    for _ in range(30):
        connection.execute("INSERT INTO history (at, run, kind, subject, data) VALUES (?, ?, ?, ?, ?)", words)
    connection.close()
    open_database(tmp_path / FILE, MIGRATIONS[:5])[0].close()
    with closing(sqlite3.connect(tmp_path / FILE)) as older:  # a program of then did not overwrite what it took away
        older.execute("PRAGMA secure_delete = OFF")
        for _ in range(30):
            older.execute("INSERT INTO checks (started, state, document) VALUES ('', '', ?)", (WORD * 900,))
        older.execute("DELETE FROM checks")
        older.commit()
    lines = [(line.id, line.at, line.run, line.kind, line.subject, line.data) for line in read_history(tmp_path)]
    assert len(lines) == 30 and (tmp_path / f"{FILE}.v5.bak").exists()
    book = CaseBook(tmp_path, lambda: datetime(2026, 11, 22, 19, tzinfo=UTC))
    head = book.open("x")
    case = book.case()
    assert case is not None
    assert [(e.id, e.at, e.kind, e.subject, e.data) for e in case.events[:30]] == [
        (i, at, kind, subject, data) for i, at, _, kind, subject, data in reversed(lines)
    ]
    (tmp_path / f"{FILE}.bad-20260101").write_text(WORD)
    assert book.delete(head.id)
    assert holding(tmp_path) == []


def test_what_was_given_an_id_keeps_it_over_the_migration(tmp_path: Path) -> None:
    connection, _ = open_database(tmp_path / FILE, MIGRATIONS[:5])
    words = ("2026", "ab", "ask", "x", "{}")
    for _ in range(3):
        connection.execute("INSERT INTO history (at, run, kind, subject, data) VALUES (?, ?, ?, ?, ?)", words)
    connection.execute("DROP TRIGGER history_is_not_shortened")
    connection.execute("DELETE FROM history WHERE id = 3")
    connection.close()
    History(tmp_path).note("box", "wifi", {})
    assert read_history(tmp_path)[0].id == 4


@pytest.mark.parametrize("edit", [
    "UPDATE history SET data = '{}'", "DELETE FROM history",
    "REPLACE INTO history SELECT 1, at, run, kind, subject, '{}' FROM history",
    "INSERT INTO erased_lines VALUES (99, 1)", "DELETE FROM erasures", "UPDATE erasures SET why = 'retention'",
    "DELETE FROM erased_lines", "UPDATE erased_lines SET line = 2",
    "INSERT INTO history (at, run, kind, subject, data) VALUES ('', '', 'gossip', '', '')",
])  # fmt: skip
def test_the_database_refuses_what_no_erasure_covers(bench: Bench, edit: str) -> None:
    case = bench.book.open("x").id
    bench.book.delete(case)
    bench.book.open("y")
    bench.note("ask", "q")
    before = read_history(bench.folder)
    with closing(sqlite3.connect(bench.folder / FILE)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        first = before[-1].id
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(edit.replace("SELECT 1,", f"SELECT {first},"))
    assert read_history(bench.folder) == before


def test_what_has_to_be_put_back_is_still_known(bench: Bench) -> None:
    case = bench.book.open(WORD).id
    bench.note("effect", "dns.trial", outcome="kept", entries=["a"], stands_for="isp", code="ISP-DNS-DOWN")
    bench.note("effect", "dns.trial", outcome="kept", entries=["b"], stands_for="isp", code="ISP-DNS-DOWN")
    bench.note("undo", "dns.trial", entries=["b"])
    bench.note("effect", "route.remove", outcome="keeping", entries=["c", "d"])
    bench.book.delete(case)
    history = History(bench.folder)
    assert history.recall("a") is not None and history.recall("b") is None
    assert history.half_kept() == [("c", "d")]
    assert holding(bench.folder) == []


def test_twelve_months(bench: Bench) -> None:
    bench.note("ask", "of no case")
    bench.clock.on(days=2)
    old = filled(bench)
    bench.book.close(old)
    bench.clock.on(days=200)
    young = bench.book.open("young").id
    bench.book.close(young)
    for _ in range(30):  # a start every week
        bench.clock.on(days=7)
        bench.book.retain()
        if bench.clock.at < datetime(2027, 11, 24, tzinfo=UTC):
            assert bench.book.case(old) is not None
    assert [head.id for head in bench.book.heads()] == [young]
    assert holding(bench.folder) == []
    assert {why for (why,) in rows(bench.folder, "SELECT why FROM erasures")} == {"retention"}


@pytest.mark.parametrize("wrong", [datetime(2040, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)])
def test_a_clock_that_jumps_erases_nothing(bench: Bench, wrong: datetime) -> None:
    case = filled(bench)
    bench.book.close(case)
    right = bench.clock.at
    for _ in range(3):
        bench.clock.at = wrong
        assert bench.book.retain() == 0
        bench.clock.on(days=2)  # wrong for some days
        assert bench.book.retain() == 0
        right = bench.clock.at = right + (bench.clock.at - wrong)
        assert bench.book.retain() == 0
        bench.clock.on(days=8)
        right = bench.clock.at
        assert bench.book.retain() == 0
    assert bench.book.case(case) is not None


def test_what_was_written_by_a_wrong_clock_is_as_old_as_its_neighbours(bench: Bench) -> None:
    right = bench.clock.at
    for wrong in (datetime(1970, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)):
        bench.clock.at = wrong
        case = bench.book.open("x").id
        bench.book.close(case)
    bench.clock.at = right
    bench.note("ask", "after")
    for _ in range(8):
        bench.clock.on(days=40)
        assert bench.book.retain() == 0
    for _ in range(4):
        bench.clock.on(days=40)
        bench.book.retain()
    assert bench.book.heads() == ()


KILLED = """
import sys; from datetime import datetime, UTC; from pathlib import Path
from selfcare.cases import erasing; from selfcare.cases.book import CaseBook
if sys.argv[3] == 'before-scrub':
    import os, signal
    erasing.scrub = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
CaseBook(Path(sys.argv[1])).delete(sys.argv[2])
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
def test_killed_between_erasing_and_cleaning(bench: Bench) -> None:
    case = filled(bench)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(bench.folder), case, "before-scrub"], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert bench.book.case(case) is None
    bench.book.retain()
    assert holding(bench.folder) == []


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
@pytest.mark.full
def test_killed_at_any_moment_of_a_deletion(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> None:
    """All of the case is there, or none of it."""
    case = filled(bench)
    whole = {p.name: p.read_bytes() for p in bench.folder.iterdir()}
    dice = random.Random(7)
    for _ in range(25):
        folder = tmp_path_factory.mktemp("killed")
        for name, content in whole.items():
            (folder / name).write_bytes(content)
        process = subprocess.Popen([sys.executable, "-c", KILLED, str(folder), case, ""])
        time.sleep(dice.uniform(0.05, 0.35))
        process.kill()
        process.wait()
        book = CaseBook(folder, bench.clock)
        found = book.case(case)
        assert found is None or len(found.events) == 83
        book.retain()
        assert found is not None or holding(folder) == []


def test_a_disk_that_cannot_be_written_keeps_nobody_from_reading(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bench.book.close(filled(bench))
    bench.clock.on(days=400)

    def refused(*_: object) -> None:
        raise sqlite3.OperationalError("attempt to write a readonly database")

    monkeypatch.setattr("selfcare.store.database.transaction", refused)
    monkeypatch.setattr("selfcare.cases.ledger.transaction", refused)
    assert bench.book.retain() == 0
    assert "what is old cannot be taken away now" in caplog.text


def test_ways_through_guides_are_seen_and_go_with_the_case(bench: Bench) -> None:
    """Those that are over; one that can be gone on with, or has a key in the keyring, is still needed."""
    runs = GuideRuns(bench.folder / "guide-runs")
    case = bench.book.open("x").id
    names = []
    for number in range(3):
        name = runs.begin("port-forwarding", "digest", Context())
        runs.add(name, Happened(Did.ANSWERED, "port", 1.8e9, f"{WORD}{number}" if number == 0 else "5060"))
        bench.note("guide", "port-forwarding", run=name, step="port", did="answered")
        if number == 2:
            runs.key(name, "guide-key-1")
        if number != 1:
            runs.close(name)
        runs.release(name)
        names.append(name)
    found = bench.book.export(case)["runs"]
    assert [run["happened"][0]["value"] for run in found] == [
        {names[0]: f"{WORD}0"}.get(run["name"], "5060") for run in found
    ]  # fmt: skip
    assert {run["name"] for run in found} == set(names)
    bench.book.delete(case)
    assert {run.name for run in runs.runs()} == set(names[1:])
    assert holding(bench.folder) == []
