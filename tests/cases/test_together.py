"""Several programs at once, and one that is killed: one case, no line lost, none half."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from selfcare.cases import read_history
from selfcare.cases.book import CaseBook
from selfcare.cases.keep_check import keep_check
from selfcare.store import Store
from selfcare.store.store import FILE
from tests.cases.bench import Bench, document

WRITER = """
import sys; from pathlib import Path; from selfcare.cases.book import CaseBook
book = CaseBook(Path(sys.argv[1])); n = 0
while True:
    head = book.open(f"{sys.argv[2]} {n}")
    row = book.record_check({"verdict": {"state": "ok", "code": None, "segments": [], "band": None}})
    book.note(head.id, f"{sys.argv[2]} {n}")
    n += 1
    print(n, row, flush=True)
    if n == int(sys.argv[3]): break
"""


def start(folder: Path, name: str, times: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(folder), name, str(times)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_two_windows_have_one_case(tmp_path: Path) -> None:
    both = [start(tmp_path, name, 12) for name in ("a", "b")]
    for process in both:
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0 and out
    book = CaseBook(tmp_path)
    (head,) = book.heads()
    case = book.case()
    assert case is not None and len(case.checks) == 24
    assert sorted(head.words.split("\n")) == sorted(f"{name} {n}" for name in "ab" for n in range(12))
    assert sum(event.kind == "note" for event in case.events) == 24


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
def test_killed_in_the_middle_of_writing(tmp_path: Path) -> None:
    """What was acknowledged is there; a check has its line, and a line its check; another one goes on at once."""
    dice, told = random.Random(3), list[list[str]]()
    for turn in range(6):
        process = start(tmp_path, f"w{turn}", 1000)
        assert process.stdout is not None
        told.append(process.stdout.readline().split())
        time.sleep(dice.uniform(0.0, 0.08))
        process.send_signal(signal.SIGKILL)
        told += [line.split() for line in process.stdout.read().split("\n")[:-1]]
        process.wait()
        process.stdout.close()
    assert len(CaseBook(tmp_path).heads()) == 1
    lines = read_history(tmp_path, 10_000)
    with Store(tmp_path) as store:
        rows = {one.id for one in store.recent(10_000)}
    assert rows == {line.data["check"] for line in lines if line.kind == "check"}
    assert {int(row) for _, row in (one for one in told if len(one) == 2)} <= rows


def test_a_disk_that_does_not_take_it_is_not_the_checks_business(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    assert keep_check(tmp_path / "file" / "data", document()) is None
    assert "the check cannot be kept: " in caplog.text
    assert keep_check(tmp_path, {}) is None  # nonsense
    assert keep_check(tmp_path, document(), "2026-11-22T18:00:00+00:00") == 1


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(tmp_path, monkeypatch)
    bench.check("ok")
    real = Store.__init__

    def full(self: Store, *arguments: Any) -> None:
        real(self, *arguments)
        pages = self._connection.execute("PRAGMA page_count").fetchone()[0]
        self._connection.execute(f"PRAGMA max_page_count = {pages}")

    monkeypatch.setattr(Store, "__init__", full)
    assert keep_check(tmp_path, document(text="x" * 200_000)) is None
    assert len(read_history(tmp_path)) == 1


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs root to mount a file system")
def test_a_read_only_home(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from selfcare.cases.keep_check import keep_check\n"
        "print(keep_check(Path(sys.argv[1]), {'verdict': {'state': 'ok', 'code': None}}))"
    )
    script = 'mount -t tmpfs -o ro none "$1" && exec "$2" -c "$3" "$1"'
    command = [
        "unshare",
        "-m",
        "--propagation",
        "private",
        "sh",
        "-c",
        script,
        "sh",
        str(tmp_path),
        sys.executable,
        code,
    ]
    found = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (found.stdout.strip(), found.returncode) == ("None", 0), found.stderr
    assert not (tmp_path / FILE).exists()
