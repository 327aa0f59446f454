"""A report on a disk or a stick: whole or not at all, read back and compared, under a name that any stick can hold."""

from __future__ import annotations

import errno
import os
import re
import sys
import tempfile
from pathlib import Path

from selfcare.ground.errors import SelfcareError

_GONE = {errno.EIO, errno.ENODEV, errno.ENXIO, errno.ENOENT, errno.ESTALE if hasattr(errno, "ESTALE") else errno.EIO}
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}
_DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{at}" for port in ("COM", "LPT") for at in range(1, 10))}
_MOST_NAME = 100


def fat_name(name: str) -> str:
    """``name`` with what FAT and Windows refuse replaced; the ending stays."""
    plain = re.sub(r'[\x00-\x1f\x7f"*/:<>?\\|]', "-", name).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        stem, ending = plain, ""
    stem = stem[:_MOST_NAME].strip(" .") or "rapport"
    if stem.partition(".")[0].upper() in _DEVICES:
        stem = f"_{stem}"
    return f"{stem}{dot}{ending[:8]}"


def save(data: bytes, to: Path, name: str) -> Path:
    """Into the folder ``to`` under ``name``, or as the file ``to``. What stood there is replaced only by the whole.

    Raises:
        SelfcareError: ``save_full``, ``save_read_only``, ``save_gone`` (pulled out, or no such folder),
            ``save_differs`` (what is there is not what was written), ``save_failed``.
    """
    target = to / fat_name(name) if to.is_dir() else to.with_name(fat_name(to.name))
    try:
        return _saved(data, target)
    except OSError as error:
        known = ((_FULL, "save_full"), (_READ_ONLY, "save_read_only"), (_GONE, "save_gone"))
        code = next((code for numbers, code in known if error.errno in numbers), "save_failed")
        raise SelfcareError(code, path=target) from error


def _saved(data: bytes, target: Path) -> Path:
    handle, name = tempfile.mkstemp(prefix="selfcare-", suffix=".tmp", dir=target.parent)
    written = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
            _forget(out.fileno())
        _compare(written, data, target)
        written.replace(target)
    except BaseException:
        _away(written)
        raise
    return target


def _compare(path: Path, data: bytes, target: Path) -> None:
    if path.read_bytes() != data:
        raise SelfcareError("save_differs", path=target)


def _forget(handle: int) -> None:
    """What is read back comes from the stick, where the system lets us say so, and not from memory."""
    if sys.platform == "linux":
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)


def _away(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return  # the stick is gone, and the half with it
