"""One sender at a time on this machine. The system lets go of it when its holder ends, in whatever way."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from selfcare.ground.errors import folder_error


@contextmanager
def only_one(path: Path) -> Iterator[bool]:
    """Whether this is the one that may send now; another, in this program or elsewhere, gets ``False``.

    Raises:
        FolderError: the file cannot be made.
    """
    try:
        # Nothing is ever written to it, so that a full disk does not stop what could still be sent.
        handle = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600), "r+b", 0)
    except OSError as error:
        raise folder_error(error, path) from error
    with handle:
        yield _taken(handle)


def _taken(handle: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
