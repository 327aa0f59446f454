"""Labs whose maker is dead. A lab ends with its maker by itself; this is for what that did not catch."""

from __future__ import annotations

import os
import shutil
import signal
from contextlib import suppress
from pathlib import Path

from tests.lab import rootfs

MARK = str(Path(__file__).with_name("init.py"))


def _field(pid: int, index: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[index]


def first_processes() -> dict[int, int]:
    """The first process of every lab of this checkout on this machine, and its parent."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError, ValueError):
                words = (entry / "cmdline").read_bytes().split(b"\0")
                if MARK.encode() in words:
                    found[int(entry.name)] = int(_field(int(entry.name), 1))
    return found


def orphans() -> list[int]:
    """Those whose parent is the system's first process: their maker is gone."""
    return [pid for pid, parent in first_processes().items() if parent == 1]


def main() -> int:
    dead = orphans()
    for pid in dead:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    folders = list(rootfs.cache_home().glob("making-*")) if rootfs.cache_home().exists() else []
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"lab: ended {len(dead)} left-over processes, removed {len(folders)} half-made folders")
    return 0
