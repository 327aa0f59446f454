"""Linux and macOS."""

from __future__ import annotations

import array
import ctypes
import fcntl
import os
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

assert sys.platform != "win32"

IMMUTABLE = 0x10
GET_FLAGS = 0x80086601  # FS_IOC_GETFLAGS
ROOTS = Path("/private/var/db/selfcare/journal" if sys.platform == "darwin" else "/var/lib/selfcare/journal")
HOMES = Path("Library/Application Support/Selfcare" if sys.platform == "darwin" else ".local/state/selfcare")
_INTERFACE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,14}", re.ASCII)


def is_root() -> bool:
    """Whether this process may change everything."""
    return os.geteuid() == 0


def fresh_owner() -> tuple[int, int]:
    """Whose a file is that we make: user and group."""
    return os.geteuid(), os.getegid()


def machine_journal() -> Path:
    """Root's journal, which anybody may read."""
    return ROOTS


def journal_folder() -> Path:
    """Root's journal, or this user's."""
    if is_root():
        return machine_journal()
    told = os.environ.get("XDG_STATE_HOME", "")
    own = Path(told, "selfcare") if told.startswith("/") else Path.home() / HOMES
    return own / "journal"


def boot_id() -> str:
    """Which start of the system, "" where nothing tells."""
    if sys.platform == "darwin":
        return _boot_session()
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _boot_session() -> str:
    """What macOS calls it."""
    told, size = ctypes.create_string_buffer(64), ctypes.c_size_t(64)
    try:
        ask = ctypes.CDLL(None).sysctlbyname
    except AttributeError:
        return ""
    ask.argtypes = (ctypes.c_char_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
    failed = ask(b"kern.bootsessionuuid", told, ctypes.byref(size), None, 0)
    return "" if failed else told.value.decode("ascii", "replace")


def quiet_signals(*names: str) -> None:
    """Ignores these signals, as far as the system has them."""
    for name in names:
        signal.signal(signal.Signals[name], signal.SIG_IGN)


def memory_file(data: bytes) -> int:
    """An open file with these bytes, on no disk where the system can."""
    if sys.platform == "linux":
        handle = os.memfd_create("selfcare")
    else:
        handle, name = tempfile.mkstemp()
        Path(name).unlink()
    os.write(handle, data)
    os.lseek(handle, 0, os.SEEK_SET)
    return handle


def set_clock(seconds: float) -> None:
    """Seconds since 1970, UTC."""
    time.clock_settime(time.CLOCK_REALTIME, seconds)


# -- other processes -----------------------------------------------------------------------------


def wait_readable(handles: Sequence[int], limit_s: float | None) -> list[int]:
    """Those that have something to read, or whose other end is gone; none of them when the time is over."""
    return select.select(handles, [], [], limit_s)[0]


def start_apart(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Starts a process that the end of our session does not take along."""
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    )


# -- locks ---------------------------------------------------------------------------------------


def open_lock(path: Path) -> int:
    """A file to hold a lock on, never through a link."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def hold(handle: int) -> None:
    """Waits for the lock; it is let go when the last process that has the handle is gone."""
    fcntl.flock(handle, fcntl.LOCK_EX)


def try_hold(handle: int) -> bool:
    """Takes the lock if nobody has it."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


# -- the journal's files -------------------------------------------------------------------------


def look_after(folder: Path) -> str | None:
    """Makes the folder if need be; says why others could write there, or move it away."""
    root = is_root()
    if not folder.is_dir():
        for each in (*reversed(folder.parents), folder):
            with suppress(FileExistsError):
                each.mkdir(mode=0o755 if root else 0o700)
    if folder.is_symlink():
        return f"{folder} is a link"
    for each in (folder, *folder.parents) if root else (folder,):
        about = each.stat()
        others = about.st_mode & 0o022 and not about.st_mode & 0o1000
        if about.st_uid != os.geteuid() or others:
            return f"{each} belongs to others, or others may write there"
    return None


def others_may_write(handle: int) -> bool:
    """Whether this open file can be somebody else's words."""
    about = os.fstat(handle)
    return about.st_uid not in (0, os.geteuid()) or bool(about.st_mode & 0o022)


def open_own(path: Path) -> int:
    """To read, never through a link."""
    return os.open(path, os.O_RDONLY | os.O_NOFOLLOW)


def open_log(path: Path) -> int:
    """To append, never through a link."""
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)


def take_file(path: Path, mode: int) -> int:
    """A new file that nobody had, to write."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    os.fchmod(handle, mode)
    return handle


def sync_file(handle: int) -> None:
    """What was written to it is on the disk when this returns; on macOS, fsync alone stops at the disk's own memory."""
    if sys.platform == "darwin":
        with suppress(OSError):  # a disk of another kind has no such wish
            fcntl.fcntl(handle, fcntl.F_FULLFSYNC)
            return
    os.fsync(handle)


def replace(new: Path, old: Path) -> None:
    """In one step, what stood under the old name is the new file."""
    new.replace(old)


def sync_folder(folder: Path) -> None:
    """The names in it are on the disk when this returns."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        sync_file(handle)
    finally:
        os.close(handle)


# -- the system's files --------------------------------------------------------------------------


def protected(path: Path) -> str | None:
    """Why no rename would replace this file: bind-mounted, immutable, on a disk that is read-only."""
    if str(path) in _mounted():
        return f"{path} is mounted from elsewhere"
    for each in (path, path.parent):
        if _immutable(each):
            return f"{each} is marked immutable"
    if os.statvfs(path.parent).f_flag & os.ST_RDONLY:
        return f"{path.parent} is on a read-only disk"
    return None


def take_after(new: Path, old: Path, owner: tuple[int, int], mode: int) -> None:
    """Gives the new file the old one's owner, mode and, where the system gives labels, its label."""
    if owner != fresh_owner():
        os.chown(new, *owner)
        new.chmod(mode)
    if sys.platform == "linux":
        with suppress(OSError):
            for name in os.listxattr(old):
                os.setxattr(new, name, os.getxattr(old, name))


def _mounted() -> set[str]:
    try:
        lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return set()
    return {line.split()[4] for line in lines}


def _immutable(path: Path) -> bool:
    if sys.platform != "linux":  # BSD flags come with the file's status
        return bool(getattr(path.stat(), "st_flags", 0) & 0x20002)  # SF_IMMUTABLE, UF_IMMUTABLE
    flags = array.array("l", [0])
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        fcntl.ioctl(handle, GET_FLAGS, flags)
    except OSError:
        return False
    finally:
        os.close(handle)
    return bool(flags[0] & IMMUTABLE)


# -- interfaces ----------------------------------------------------------------------------------


def interface(value: object) -> str:
    """A network interface that exists now; never the loopback.

    Raises:
        ValueError: there is none of this name.
    """
    if type(value) is not str or not _INTERFACE.fullmatch(value):
        raise ValueError
    if value in ("lo", "lo0") or value not in {known for _, known in socket.if_nameindex()}:
        raise ValueError
    return value
