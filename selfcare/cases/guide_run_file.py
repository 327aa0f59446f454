"""One run's file on the disk: lines are whole or cut away, and one program at a time writes them."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from selfcare.ground.errors import SelfcareError, folder_error

_BINARY = getattr(os, "O_BINARY", 0)
_BEYOND = 1 << 30
"""Windows locks bytes, and nobody else may read them: this one is behind the end of any run."""
_MOST = 8 * 1024 * 1024
"""Bytes: a thousand times what anybody goes through; a larger file is none of ours, and would hold up every list."""
_HELD: dict[Path, IO[bytes]] = {}
# Of this process, whichever desk took it: the system's lock is between programs.


class RunBusy(SelfcareError):
    """Another window or command is in this very run."""

    def __init__(self) -> None:
        super().__init__("guide_run_busy")


def append(path: Path, line: str, *, new: bool = False) -> None:
    """One line more, on the disk when this returns; what an earlier writer left unfinished is cut away first.

    Raises:
        FolderError: it is not there, whole or in part. So is a run whose file somebody took away.
    """
    make = os.O_CREAT | os.O_EXCL if new else 0
    try:
        with io.FileIO(os.open(path, os.O_RDWR | make | _BINARY, 0o600), "r+") as file:
            end = _sound(file.readall())
            try:
                _written(file, end, line.encode() + b"\n")
            except OSError:
                with contextlib.suppress(OSError):
                    file.truncate(end)
                raise
    except OSError as error:
        if new:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
        raise folder_error(error, path) from error


def _written(file: io.FileIO, end: int, data: bytes) -> None:
    file.truncate(end)
    file.seek(end)
    while data:
        data = data[file.write(data) or 0 :]
    os.fsync(file.fileno())


def _sound(data: bytes) -> int:
    """Where the last whole line ends: behind it nothing was believed by anybody."""
    return data.rfind(b"\n") + 1


def lines(path: Path) -> tuple[list[str], bool]:
    """The whole lines, and whether something unfinished stands behind them. Raises ``OSError``."""
    with path.open("rb") as file:
        data = file.read(_MOST + 1)
    if len(data) > _MOST:
        raise OSError(errno.EFBIG, "too large for a run")
    end = _sound(data)
    return data[:end].decode("utf-8", "replace").split("\n")[:-1], end < len(data)


def hold(path: Path) -> None:
    """Until :func:`release`, or this program ends in whatever way.

    Raises:
        RunBusy: another program has it.
        FolderError: it cannot be opened.
    """
    if path in _HELD:
        return
    try:
        handle = path.open("r+b")
    except OSError as error:
        raise folder_error(error, path) from error
    try:
        _lock(handle)
    except OSError as error:
        handle.close()
        raise RunBusy from error
    _HELD[path] = handle


def release(path: Path) -> None:
    """Nothing where it is not held."""
    if (handle := _HELD.pop(path, None)) is not None:
        handle.close()


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """For a moment; a run this process is in anyway stays held. Raises as :func:`hold`."""
    mine = path not in _HELD
    hold(path)
    try:
        yield
    finally:
        if mine:
            release(path)


def _lock(handle: IO[bytes]) -> None:
    if sys.platform == "win32":
        import msvcrt

        handle.seek(_BEYOND)
        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
