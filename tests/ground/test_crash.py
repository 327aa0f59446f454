"""A crash leaves a record that says what and where, and nothing about whom."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from selfcare.ground import crash

_PRELUDE = """
import sys
from pathlib import Path
from selfcare.ground import crash
r = crash.install(Path(sys.argv[1]), '1.2.3')
"""


def run(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    """The record must come from a program that really fell."""
    return subprocess.run(
        [sys.executable, "-c", _PRELUDE + code, str(folder)], capture_output=True, text=True, timeout=30, check=False
    )


def test_uncaught_exception(tmp_path: Path) -> None:
    result = run(tmp_path, "def probe():\n raise ValueError('bad answer from 192.168.1.1')\nprobe()")
    assert result.returncode == 1
    assert "bad answer" in result.stderr, "Python's own message still reaches the terminal"
    record = crash.last_crash(tmp_path)
    assert record is not None
    assert (record.kind, record.version, record.thread) == ("ValueError", "1.2.3", "MainThread")
    assert "in probe" in record.trouble
    assert "bad answer from <ipv4>" in record.trouble
    assert not list(tmp_path.glob("fault-*")), "the empty fault file is gone"


def test_exception_in_a_thread(tmp_path: Path) -> None:
    run(tmp_path, "import threading; t = threading.Thread(target=lambda: 1/0, name='engine'); t.start(); t.join()")
    record = crash.last_crash(tmp_path)
    assert record is not None
    assert (record.kind, record.thread) == ("ZeroDivisionError", "engine")


def test_exception_nobody_awaited(tmp_path: Path) -> None:
    code = """
import asyncio
async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(r.on_loop_exception)
    loop.call_soon(lambda: {}['key'])
    await asyncio.sleep(0.01)
asyncio.run(main())
"""
    run(tmp_path, code)
    record = crash.last_crash(tmp_path)
    assert record is not None
    assert record.kind == "KeyError"


def test_fall_below_python_is_recorded_by_the_next_start(tmp_path: Path) -> None:
    result = run(tmp_path, "import faulthandler; faulthandler._sigsegv()")
    assert result.returncode != 0
    assert crash.last_crash(tmp_path) is None
    run(tmp_path, "pass")
    record = crash.last_crash(tmp_path)
    assert record is not None
    assert record.kind == "native"
    assert "Segmentation fault" in record.trouble
    assert not list(tmp_path.glob("fault-*"))


def test_interrupt_is_no_crash(tmp_path: Path) -> None:
    run(tmp_path, "raise KeyboardInterrupt")
    assert crash.last_crash(tmp_path) is None


def test_only_the_last_are_kept(tmp_path: Path) -> None:
    recorder = crash.CrashRecorder(tmp_path, "1")
    for number in range(9):
        recorder.record(ValueError(f"number {number}"), "t")
    kept = list(crash.crashes(tmp_path))
    assert len(kept) == crash.KEPT
    assert "number 8" in kept[0].trouble
    assert "number 4" in kept[-1].trouble


def test_huge_and_broken_exceptions(tmp_path: Path) -> None:
    class Broken(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no text")

    recorder = crash.CrashRecorder(tmp_path, "1")
    recorder.record(ValueError("x" * 5_000_000), "t")
    recorder.record(Broken(), "t")
    assert [item.kind for item in crash.crashes(tmp_path)] == ["Broken", "ValueError"]
    assert max(path.stat().st_size for path in tmp_path.iterdir()) < 50_000


def test_damaged_record_is_passed_over(tmp_path: Path) -> None:
    crash.CrashRecorder(tmp_path, "1").record(ValueError("whole"), "t")
    (tmp_path / "crash-99990101T000000000000-1.json").write_text("{")
    record = crash.last_crash(tmp_path)
    assert record is not None
    assert "whole" in record.trouble


def test_no_folder_no_second_crash(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = run(tmp_path / "file" / "crash", "raise ValueError('first')")
    assert "first" in result.stderr
    assert "FolderError" not in result.stderr


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_record_is_private(tmp_path: Path) -> None:
    crash.CrashRecorder(tmp_path / "new", "1").record(ValueError("x"), "t")
    (path,) = (tmp_path / "new").iterdir()
    assert path.stat().st_mode & 0o077 == 0
    assert json.loads(path.read_text())["os"]
