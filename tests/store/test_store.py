"""The store: nothing lost silently, whatever happens to the file."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from selfcare.ground.errors import FolderError
from selfcare.store import Store, StoreError
from selfcare.store.database import open_database, version
from selfcare.store.migrations import KNOWN_VERSION, MIGRATIONS, Migration
from selfcare.store.store import FILE


def document(code: str | None = "WAN-DOWN", fill: int = 0) -> dict[str, Any]:
    state = "fault" if code else "ok"
    return {"schema": "selfcare.check/1", "verdict": {"state": state, "code": code}, "text": "é" * fill}


def test_added_checks_come_back_newest_first(tmp_path: Path) -> None:
    with Store(tmp_path / "new") as store:
        store.add_check(document("BOX-DNS"), started="2026-11-22T18:00:00+01:00")
        store.add_check(document(None))
    with Store(tmp_path / "new") as store:
        ok, fault = store.recent(5)
    assert (ok.state, ok.code) == ("ok", None)
    assert (fault.code, fault.started) == ("BOX-DNS", "2026-11-22T18:00:00+01:00")
    assert fault.document == document("BOX-DNS")
    assert (tmp_path / "new" / FILE).stat().st_mode & 0o077 == 0


def test_oldest_go_by_number_even_when_the_clock_jumps(tmp_path: Path) -> None:
    with Store(tmp_path, kept=3) as store:
        for number in range(6):
            store.add_check(document(), started=f"{2030 - 10 * number}-01-01T00:00:00+00:00")
        assert [item.started[:4] for item in store.recent(10)] == ["1980", "1990", "2000"]


def test_starts_from_nothing_at_the_newest_version(tmp_path: Path) -> None:
    connection, aside = open_database(tmp_path / FILE)
    assert version(connection) == KNOWN_VERSION
    assert aside is None
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert [item.number for item in MIGRATIONS] == list(range(1, KNOWN_VERSION + 1))
    connection.close()


_NEXT = (*MIGRATIONS, Migration(KNOWN_VERSION + 1, "trial", ("ALTER TABLE checks ADD COLUMN note TEXT DEFAULT 'x'",)))


def test_migrating_keeps_the_rows_and_a_backup(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.add_check(document())
    connection, _ = open_database(tmp_path / FILE, _NEXT)
    assert connection.execute("SELECT code, note FROM checks").fetchall() == [("WAN-DOWN", "x")]
    connection.close()
    with sqlite3.connect(tmp_path / f"{FILE}.v{KNOWN_VERSION}.bak") as backup:
        assert version(backup) == KNOWN_VERSION
        assert backup.execute("SELECT code FROM checks").fetchall() == [("WAN-DOWN",)]


def test_failing_migration_changes_nothing(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.add_check(document())
    wrong = Migration(KNOWN_VERSION + 1, "wrong", ("CREATE TABLE half (x)", "ALTER TABLE nowhere ADD COLUMN y"))
    with pytest.raises(StoreError) as caught:
        open_database(tmp_path / FILE, (*MIGRATIONS, wrong))
    assert caught.value.code == "store_failed"
    with Store(tmp_path) as store:
        assert len(store.recent()) == 1
        assert store._connection.execute("SELECT name FROM sqlite_master WHERE name='half'").fetchone() is None


def test_newer_database_is_refused_and_untouched(tmp_path: Path) -> None:
    open_database(tmp_path / FILE, _NEXT)[0].close()
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(StoreError) as caught:
        Store(tmp_path)
    assert caught.value.code == "store_newer"
    assert caught.value.values["found"] == KNOWN_VERSION + 1
    assert (tmp_path / FILE).read_bytes() == before
    assert not list(tmp_path.glob("*.bad-*"))


@pytest.mark.parametrize("damage", ["garbage", "head", "middle"])
def test_corrupt_database_is_set_aside(tmp_path: Path, damage: str) -> None:
    with Store(tmp_path) as store:
        for _ in range(30):
            store.add_check(document(fill=3000))
    path = tmp_path / FILE
    content = path.read_bytes()
    half = len(content) // 2
    broken = {
        "garbage": b"not a database " * 1000,
        "head": b"\0" * 4096 + content[4096:],
        "middle": content[:8192] + b"\xa5" * (half - 8192) + content[half:],
    }[damage]
    path.write_bytes(broken)
    with Store(tmp_path) as store:
        assert store.recent() == []
        store.add_check(document())
        assert store.set_aside is not None
        assert store.set_aside.read_bytes() == broken


def test_empty_file_is_a_new_database(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"")
    with Store(tmp_path) as store:
        assert store.set_aside is None


def test_full_disk_loses_nothing(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.add_check(document())
        pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
        store._connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StoreError) as caught:
            store.add_check(document(fill=50_000))
        assert caught.value.code == "disk_full"
        assert len(store.recent()) == 1


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderError):
        Store(tmp_path / "file" / "data")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs root to mount a file system")
@pytest.mark.parametrize(("options", "expected"), [("size=64k", "disk_full"), ("ro", "folder_read_only")])
def test_real_file_system(tmp_path: Path, options: str, expected: str) -> None:
    """In a mount namespace of its own, so that the host sees nothing of it."""
    code = (
        "import sys; from pathlib import Path; from selfcare.store import Store\n"
        "check = {'verdict': {'state': 'ok', 'code': None}, 'x': 'y' * 200000}\n"
        "try: Store(Path(sys.argv[1])).add_check(check)\n"
        "except Exception as e: print(e.code)"
    )
    script = 'mount -t tmpfs -o "$1" none "$2" && exec "$3" -c "$4" "$2"'
    command = ["unshare", "-m", "--propagation", "private", "sh", "-c", script, "sh", options, str(tmp_path)]
    found = subprocess.run([*command, sys.executable, code], capture_output=True, text=True, timeout=30, check=False)
    assert found.stdout.strip() == expected, found.stderr


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
def test_kill_loses_no_acknowledged_check(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from selfcare.store import Store\n"
        "s = Store(Path(sys.argv[1]))\n"
        "while True: print(s.add_check({'verdict': {'state': 'ok', 'code': None}}), flush=True)"
    )
    writer = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    told = [int(writer.stdout.readline()) for _ in range(25)]
    writer.send_signal(signal.SIGKILL)
    told += [int(line) for line in writer.stdout.read().split("\n")[:-1] if line]
    writer.wait()
    writer.stdout.close()
    with Store(tmp_path) as store:
        kept = {item.id for item in store.recent(10_000)}
    assert set(told) <= kept


def test_two_processes_at_once(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from selfcare.store import Store\n"
        "with Store(Path(sys.argv[1])) as s:\n"
        " for _ in range(20): s.add_check({'verdict': {'state': 'ok', 'code': None}})"
    )
    folders = [tmp_path / str(number) for number in range(6)]  # the race is in the first moments: try it often
    for folder in folders:
        both = [subprocess.Popen([sys.executable, "-c", code, str(folder)]) for _ in range(2)]
        assert [process.wait(timeout=60) for process in both] == [0, 0]
        with Store(folder) as store:
            assert len(store.recent(100)) == 40
