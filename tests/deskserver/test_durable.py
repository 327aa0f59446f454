"""Before a ticket is answered the disk has it: what the kernel is really asked, in which order."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.deskserver.operator import Operator
from tests.deskserver.test_killed import _again

CALLS = "trace=fsync,fdatasync,rename,renameat,renameat2,pwrite64,sendto,sendmsg,write"


def placed(lines: list[str], pattern: str, after: int = -1, before: int = 1 << 30) -> int:
    """Where the first such call was."""
    found = [at for at, line in enumerate(lines) if after < at < before and re.search(pattern, line)]
    assert found, f"no {pattern} after line {after}"
    return found[0]


@pytest.mark.full
def test_file_folder_and_database_are_on_the_disk_before_the_answer_leaves(tmp_path: Path) -> None:
    """File written and synced, named, its folder synced; the log of the database synced; then « 201 »."""
    import asyncio

    if not (strace := shutil.which("strace")):
        pytest.skip("strace is not installed")
    operator, log = Operator(tmp_path), tmp_path / "calls"
    token = operator.type("token", "new", "crm").out.splitlines()[1]
    with operator.serving() as desk:
        words = [strace, "-f", "-y", "-s", "40", "-e", CALLS, "-o", str(log), "-p", str(desk.process.pid)]
        watcher = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
        assert watcher.stderr is not None
        if "attached" not in watcher.stderr.readline():
            pytest.skip("strace may not watch here")
        asyncio.run(_again(desk.url, {1}, token))
        time.sleep(0.2)
        watcher.send_signal(signal.SIGINT)
        watcher.wait(10)
        assert desk.stop() == 0
    lines = [line for line in log.read_text(errors="replace").splitlines() if "resumed" not in line]
    answer = placed(lines, r"HTTP/1\.1 201")
    file = placed(lines, r"write\(\d+<.*/blobs/../\.[0-9a-f]+>", before=answer)
    synced = placed(lines, r"fsync\(\d+<.*/blobs/../\.[0-9a-f]+>", file, answer)
    named = placed(lines, r"rename.*/blobs/../\.", synced, answer)
    folder = placed(lines, r"fsync\(\d+<.*/blobs/..>", named, answer)
    row = placed(lines, r"pwrite64\(\d+<.*desk\.db-wal>", folder, answer)
    placed(lines, r"fdatasync\(\d+<.*desk\.db-wal>", row, answer)
