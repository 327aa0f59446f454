"""One window per user and data folder: a second start brings the first one to the front.

The lock is a file and costs nothing; the local socket, whose module takes time to
import, is made after the first paint. Only a second start needs it at once.
"""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject

if TYPE_CHECKING:
    from ui.door import Door

LOCK = "window.lock"
ANSWER_S = 1.0
"""A window that takes longer to answer is stuck."""
# Longer paths do not fit a Unix socket's address (108 bytes, the closing zero included; macOS 104).
_LONGEST_PATH = 100


def server_name(data_dir: Path) -> str:
    """A socket inside the user's own folder, where nobody else can put one; a pipe name on Windows."""
    path = data_dir.absolute() / "window.sock"
    if sys.platform != "win32" and len(str(path).encode()) < _LONGEST_PATH:
        return str(path)
    return "selfcare-" + hashlib.sha256(str(path).encode()).hexdigest()[:24]


class SingleInstance(QObject):
    """Held by the window for as long as it lives."""

    def __init__(self, data_dir: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data_dir = data_dir
        self._lock = QLockFile(str(data_dir / LOCK))
        # The system tells whether the holder lives; its age says nothing, a window may be open for weeks.
        self._lock.setStaleLockTime(0)
        self._door: Door | None = None

    def acquire(self) -> bool:
        """Whether this is the first window. A folder that cannot be written does not stop the program."""
        if self._lock.tryLock(0):
            return True
        return self._lock.error() is not QLockFile.LockError.LockFailedError

    def listen(self, on_raise: Callable[[], None]) -> bool:
        """Starts answering later starts."""
        from ui.door import Door

        self._door = Door(server_name(self._data_dir), on_raise, self)
        return self._door.is_open

    def raise_first(self, wait_s: float = 3.0) -> bool:
        """Asks the first window to come to the front; it may still be starting, so this waits a little."""
        from ui.door import knock

        end = time.monotonic() + wait_s
        while time.monotonic() < end:
            answered = knock(server_name(self._data_dir), ANSWER_S)
            if answered is not None:
                return answered
            time.sleep(0.05)
        return False

    def release(self) -> None:
        """Lets the next start be the first."""
        if self._door is not None:
            self._door.close()
        self._lock.unlock()
