"""Windows. The journal lies under ProgramData (of administrators) or in the user's own local folder."""

from __future__ import annotations

import ctypes
import msvcrt
import os
import signal
import stat
import sys
import tempfile
import time
from pathlib import Path

assert sys.platform == "win32"
PLAIN = os.O_BINARY | os.O_NOINHERIT


def is_root() -> bool:
    """Whether this process may change everything: an elevated administrator, or the system itself."""
    return bool(ctypes.windll.shell32.IsUserAnAdmin())


def fresh_owner() -> tuple[int, int]:
    """Windows knows no numbers for this; a new file inherits what its folder grants."""
    return 0, 0


def journal_folder() -> Path:
    """The machine's journal, or this user's."""
    if is_root():
        return machine_journal()
    known = os.environ.get("LOCALAPPDATA", "")
    return (Path(known) if known else Path.home() / "AppData" / "Local") / "Selfcare" / "journal"


def machine_journal() -> Path:
    """The service's journal."""
    return Path(os.environ.get("PROGRAMDATA", "C:\\ProgramData")) / "Selfcare" / "journal"


def boot_id() -> str:
    """Which start of the system: not told here."""
    return ""


def quiet_signals(*names: str) -> None:
    """Ignores these signals, as far as the system has them."""
    for name in names:
        number = getattr(signal, name, None)
        if number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)


def memory_file(data: bytes) -> int:
    """An open file with these bytes, gone once it is closed."""
    handle, name = tempfile.mkstemp()
    os.close(handle)
    handle = os.open(name, os.O_RDWR | os.O_TEMPORARY | PLAIN)
    os.write(handle, data)
    os.lseek(handle, 0, os.SEEK_SET)
    return handle


def set_clock(seconds: float) -> None:
    """Seconds since 1970, UTC."""
    made = time.gmtime(seconds)
    words = (made.tm_year, made.tm_mon, (made.tm_wday + 1) % 7, made.tm_mday, made.tm_hour, made.tm_min,
             made.tm_sec, int(seconds % 1 * 1000))  # fmt: skip
    if not ctypes.windll.kernel32.SetSystemTime((ctypes.c_uint16 * 8)(*words)):
        raise PermissionError("SetSystemTime")


def open_lock(path: Path) -> int:
    """A file to hold a lock on."""
    return os.open(path, os.O_RDWR | os.O_CREAT | PLAIN, 0o600)


def hold(handle: int) -> None:
    """Waits for the lock; the system lets it go when this process is gone."""
    while not try_hold(handle):
        time.sleep(0.02)


def try_hold(handle: int) -> bool:
    """Takes the lock if nobody has it."""
    os.lseek(handle, 0, os.SEEK_SET)
    try:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    except OSError:
        return False
    return True


def look_after(folder: Path) -> str | None:
    """Makes the folder if need be; says why others could write there."""
    folder.mkdir(parents=True, exist_ok=True)
    about = folder.lstat()
    if about.st_file_attributes & stat.FILE_ATTRIBUTE_REPARSE_POINT:
        return f"{folder} is a link"
    return None


def others_may_write(handle: int) -> bool:
    """The folder's own rights decide."""
    return False


def open_own(path: Path) -> int:
    """To read."""
    return os.open(path, os.O_RDONLY | PLAIN)


def open_log(path: Path) -> int:
    """To append."""
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | PLAIN, 0o600)


def take_file(path: Path, mode: int) -> int:
    """A new file that nobody had, to write."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | PLAIN, mode)


def sync_file(handle: int) -> None:
    """What was written to it is on the disk when this returns."""
    os.fsync(handle)


def sync_folder(folder: Path) -> None:
    """NTFS keeps its own journal of names."""


def protected(path: Path) -> str | None:
    """Why the file cannot be replaced."""
    about = path.stat()
    if about.st_file_attributes & stat.FILE_ATTRIBUTE_READONLY:
        return f"{path} is read-only"
    return None


def take_after(new: Path, old: Path, owner: tuple[int, int], mode: int) -> None:
    """A file made in the same folder inherits the same rights."""
