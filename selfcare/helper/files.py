"""Replacing a file whole, so that a power cut leaves the old one or the new one; and putting the old one back."""

from __future__ import annotations

import array
import fcntl
import hashlib
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

from selfcare.helper import point
from selfcare.helper.errors import Refusal, of_file

IMMUTABLE = 0x10
GET_FLAGS = 0x80086601  # FS_IOC_GETFLAGS
LARGEST = 8 * 2**20  # bytes of a file we change


def look(path: Path) -> dict[str, Any]:
    """What is there: absent, a link and where to, or a file with its bytes' sum, mode and owner."""
    try:
        about = path.lstat()
    except FileNotFoundError:
        return {"kind": "absent"}
    if stat.S_ISLNK(about.st_mode):
        return {"kind": "link", "to": str(path.readlink())}
    if not stat.S_ISREG(about.st_mode):
        raise Refusal("protected", f"{path} is not a file")
    owner = {"mode": stat.S_IMODE(about.st_mode), "uid": about.st_uid, "gid": about.st_gid}
    return {"kind": "file", "sum": _sum(path.read_bytes()), **owner}


def becomes(seen: dict[str, Any], data: bytes) -> dict[str, Any]:
    """What ``look`` will say of that file once it holds ``data``."""
    fresh = {"mode": 0o644, "uid": os.geteuid(), "gid": os.getegid()}
    return {"kind": "file", "sum": _sum(data), **({**fresh} | {k: seen[k] for k in fresh if k in seen})}


def check_changeable(path: Path) -> None:
    """Raises ``Refusal`` for what no rename would replace: bind-mounted, immutable, on a disk that is read-only."""
    if str(path) in _mounted():
        raise Refusal("protected", f"{path} is mounted from elsewhere")
    for each in (path, path.parent):
        if _immutable(each):
            raise Refusal("protected", f"{each} is marked immutable")
    if os.statvfs(path.parent).f_flag & os.ST_RDONLY:
        raise Refusal("protected", f"{path.parent} is on a read-only disk")
    if not os.access(path.parent, os.W_OK):
        raise Refusal("needs_privilege", f"{path.parent}")


def spare(path: Path) -> Path:
    """Where the new file is written first: a name of its own, so that what a kill leaves is found again."""
    return path.with_name(f".{path.name}.selfcare-new")


def put(path: Path, seen: dict[str, Any], data: bytes) -> None:
    """Makes ``path`` what ``seen`` describes, in one step."""
    new = spare(path)
    try:
        new.unlink(missing_ok=True)
        if seen["kind"] == "absent":
            path.unlink(missing_ok=True)
        elif seen["kind"] == "link":
            new.symlink_to(seen["to"])
            _renamed(new, path)
        else:
            _file(new, path, seen, data)
        sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise of_file(error) from error
    point.reached(f"synced {path.name}")


def _file(new: Path, path: Path, seen: dict[str, Any], data: bytes) -> None:
    write_synced(new, data, seen["mode"])
    if (seen["uid"], seen["gid"]) != (os.geteuid(), os.getegid()):
        os.chown(new, seen["uid"], seen["gid"])
        new.chmod(seen["mode"])
    with suppress(OSError):  # the old file's label, where the system gives labels
        for name in os.listxattr(path):
            os.setxattr(new, name, os.getxattr(path, name))
    _renamed(new, path)


def _renamed(new: Path, path: Path) -> None:
    point.reached(f"written {path.name}")
    new.replace(path)
    point.reached(f"renamed {path.name}")


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _mounted() -> set[str]:
    try:
        lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return set()
    return {line.split()[4] for line in lines}


def _immutable(path: Path) -> bool:
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


def write_synced(path: Path, data: bytes, mode: int) -> None:
    """A new file whose bytes are on the disk when this returns."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    with os.fdopen(handle, "wb") as file:
        os.fchmod(handle, mode)
        file.write(data)
        file.flush()
        os.fsync(handle)


def sync_folder(folder: Path) -> None:
    """The names in it are on the disk when this returns."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
