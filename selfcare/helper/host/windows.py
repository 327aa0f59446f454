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
from contextlib import nullcontext, suppress
from pathlib import Path

from selfcare.helper.host import rights, winapi

assert sys.platform == "win32"
PLAIN = os.O_BINARY | os.O_NOINHERIT
MACHINE_FOLDERS = 2  # of the journal's path, so many are ours: Selfcare, and journal in it
# A name is taken at the latest when an antivirus program or another reader lets go of the file.
REPLACE_S = 2.0
REPLACE_EXISTING, WRITE_THROUGH = 0x1, 0x8
_locks: dict[int, Path] = {}


def is_root() -> bool:
    """Whether this process may change everything: an elevated administrator, or the system itself."""
    return bool(winapi.library("shell32").IsUserAnAdmin())


def fresh_owner() -> tuple[int, int]:
    """Windows knows no numbers for this; a new file inherits what its folder grants."""
    return 0, 0


def journal_folder() -> Path:
    """The machine's journal, or this user's."""
    if is_root():
        return machine_journal()
    return Path(winapi.known_folder(winapi.LOCAL_APP_DATA)) / "Selfcare" / "journal"


def machine_journal() -> Path:
    """The service's journal."""
    return Path(winapi.known_folder(winapi.PROGRAM_DATA)) / "Selfcare" / "journal"


def boot_id() -> str:
    """Which start of the system, "" where Windows does not count them (never guessed from a clock that may be set)."""
    import winreg

    key = r"SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management\PrefetchParameters"
    with suppress(OSError), winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key) as opened:
        return f"boot {winreg.QueryValueEx(opened, 'BootId')[0]}"
    return ""


def quiet_signals(*names: str) -> None:
    """Ignores these signals, as far as the system has them; Ctrl-C as a console sends it, too."""
    for name in names:
        number = getattr(signal, name, None)
        if number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
    if "SIGINT" in names:
        winapi.library("kernel32").SetConsoleCtrlHandler(None, True)


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
    if not winapi.library("kernel32").SetSystemTime((ctypes.c_uint16 * 8)(*words)):
        raise PermissionError("SetSystemTime")


# -- locks ---------------------------------------------------------------------------------------
#
# A lock is a file that nobody else can open meanwhile. Unlike a locked range of bytes, that holds until the last
# process that inherited the handle is gone: a killed helper's tool keeps it, as with flock.


def open_lock(path: Path) -> int:
    """A place for a lock; nothing is held yet."""
    with suppress(FileExistsError):
        os.close(take_file(path, 0o600))
    handle = os.open(os.devnull, os.O_RDWR | PLAIN)
    _locks[handle] = path
    return handle


def hold(handle: int) -> None:
    """Waits for the lock; it is let go when the last process that has the handle is gone."""
    while not try_hold(handle):
        time.sleep(0.01)


def try_hold(handle: int) -> bool:
    """Takes the lock if nobody has it."""
    path = _locks[handle]
    access = winapi.GENERIC_READ | winapi.GENERIC_WRITE
    try:
        with rights.attributes(rights.PRIVATE) if is_root() else nullcontext() as security:
            taken = winapi.create_file(str(path), access, winapi.SHARE_DELETE, winapi.OPEN_ALWAYS, 0, security)
    except OSError as error:
        if error.winerror == winapi.SHARING_VIOLATION:
            return False
        raise
    opened = msvcrt.open_osfhandle(taken, PLAIN)
    os.dup2(opened, handle, inheritable=False)
    os.close(opened)
    return True


# -- the journal's files -------------------------------------------------------------------------


def look_after(folder: Path) -> str | None:
    """Makes the folder if need be; says why others could write there."""
    root = folder == machine_journal()
    for each in [*reversed(folder.parents[: MACHINE_FOLDERS - 1]), folder]:
        if root:
            _make_protected(each)
        else:
            each.mkdir(parents=True, exist_ok=True)
        if each.lstat().st_file_attributes & stat.FILE_ATTRIBUTE_REPARSE_POINT:
            return f"{each} is a link"
        found = rights.of_path(str(each))
        trusted = rights.TRUSTED if root else rights.TRUSTED | {rights.user()}
        why = rights.strangers(found, trusted) if root else (found.owner not in trusted and "it belongs to others")
        if why:
            return f"{each}: {why}"
    return None


def _make_protected(folder: Path) -> None:
    with rights.attributes(rights.FOLDER) as security:
        if winapi.library("kernel32").CreateDirectoryW(ctypes.c_wchar_p(str(folder)), ctypes.byref(security)):
            return
        if not folder.is_dir():
            raise winapi.error(str(folder))


def others_may_write(handle: int) -> bool:
    """Whether this open file can be somebody else's words."""
    found = rights.of_handle(msvcrt.get_osfhandle(handle))
    if found.owner in rights.TRUSTED:
        return rights.strangers(found, rights.TRUSTED | {rights.user()}) is not None
    return is_root() or found.owner != rights.user()


def open_own(path: Path) -> int:
    """To read, without keeping anybody from replacing it, and never through a link."""
    handle = winapi.create_file(str(path), winapi.GENERIC_READ, winapi.SHARE_ALL, winapi.OPEN_EXISTING)
    opened = msvcrt.open_osfhandle(handle, os.O_RDONLY | PLAIN)
    if os.fstat(opened).st_file_attributes & stat.FILE_ATTRIBUTE_REPARSE_POINT:
        os.close(opened)
        raise PermissionError(f"{path} is a link")
    return opened


def open_log(path: Path) -> int:
    """To append."""
    with suppress(FileExistsError):
        os.close(take_file(path, 0o600))
    return os.open(path, os.O_WRONLY | os.O_APPEND | PLAIN)


def take_file(path: Path, mode: int) -> int:
    """A new file that nobody had, to write; one that others may not read is closed to them from its first moment."""
    if mode & 0o077 or not is_root():
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | PLAIN, mode)
    with rights.attributes(rights.PRIVATE) as security:
        try:
            handle = winapi.create_file(
                str(path), winapi.GENERIC_WRITE, winapi.SHARE_READ, winapi.CREATE_NEW, 0, security
            )
        except OSError as error:
            if error.winerror == 80:  # ERROR_FILE_EXISTS
                raise FileExistsError(str(path)) from error
            raise
    return msvcrt.open_osfhandle(handle, os.O_WRONLY | PLAIN)


def replace(new: Path, old: Path) -> None:
    """MoveFileExW, on the disk when it returns; whoever just reads the old one is waited for."""
    end = time.monotonic() + REPLACE_S
    words = (ctypes.c_wchar_p(str(new)), ctypes.c_wchar_p(str(old)), REPLACE_EXISTING | WRITE_THROUGH)
    while not winapi.library("kernel32").MoveFileExW(*words):
        error = winapi.error(str(old))
        if error.winerror not in (winapi.ACCESS_DENIED, winapi.SHARING_VIOLATION) or time.monotonic() > end:
            raise error
        time.sleep(0.02)


def sync_file(handle: int) -> None:
    """What was written to it is on the disk when this returns."""
    os.fsync(handle)


def sync_folder(folder: Path) -> None:
    """The names in it are on the disk: ``replace`` wrote through; a file system that can says so once more."""
    access, flags = winapi.GENERIC_READ | winapi.GENERIC_WRITE, winapi.BACKUP_SEMANTICS
    with suppress(OSError):
        handle = winapi.create_file(str(folder), access, winapi.SHARE_ALL, winapi.OPEN_EXISTING, flags)
        winapi.library("kernel32").FlushFileBuffers(ctypes.c_void_p(handle))
        winapi.close(handle)


# -- the system's files --------------------------------------------------------------------------


def protected(path: Path) -> str | None:
    """Why the file cannot be replaced."""
    if path.lstat().st_file_attributes & stat.FILE_ATTRIBUTE_READONLY:
        return f"{path} is read-only"
    return None


def take_after(new: Path, old: Path, owner: tuple[int, int], mode: int) -> None:
    """Gives the new file the access list of the old one, and keeps it hidden if that was."""
    with suppress(OSError):
        kept = old.lstat().st_file_attributes & (stat.FILE_ATTRIBUTE_HIDDEN | stat.FILE_ATTRIBUTE_SYSTEM)
        rights.same_list(str(old), str(new))
        if kept:
            winapi.library("kernel32").SetFileAttributesW(ctypes.c_wchar_p(str(new)), kept)


# -- interfaces ----------------------------------------------------------------------------------


def interface(value: object) -> str:
    """A network interface that exists now, by the name its user sees: any text, so it must be exactly a known one.

    Raises:
        ValueError: there is none of this name, or it is the loopback.
    """
    from selfcare.helper.mechanisms.windows import adapters

    if type(value) is not str or value not in adapters.names():
        raise ValueError
    return value
