"""A desk in a process of its own, to be killed: ``python -m tests.deskserver.serving FOLDER DATABASE`` tells a URL."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.deskserver.api.speaking import app
from tests.deskserver.bench import desk_at, running


@contextmanager
def served(folder: Path, database: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Its URL, and the process; it is killed at the end, where it still lives."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.deskserver.serving", str(folder), database],
        stdout=subprocess.PIPE, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stdout is not None
    try:
        url = process.stdout.readline().decode().strip()
        assert url, "the desk did not start"
        yield url, process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        process.stdout.close()


async def _serve(folder: Path, database: str) -> None:
    async with desk_at(folder, database=database) as desk:
        with running(app(desk)) as url:
            print(url, flush=True)
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), sys.argv[2]))
