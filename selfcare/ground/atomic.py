"""Writes a file so that a power cut leaves either the old one or the new one, never a half."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from selfcare.ground.errors import folder_error
from selfcare.ground.folders import ensure


def write_atomic(path: Path, data: bytes) -> None:
    """Replaces ``path`` by ``data``, readable by this user only.

    Raises:
        FolderError: no room, read-only, or another failure of the disk; the old file is untouched.
    """
    ensure(path.parent)
    try:
        _replace(path, data)
    except OSError as error:
        raise folder_error(error, path) from error


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """The rename itself must reach the disk; Windows has no such call and needs none."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
