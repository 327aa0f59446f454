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
    from PySide6.QtNetwork import QLocalServer

LOCK = "window.lock"
_MESSAGE = b"raise\n"
_ANSWER = b"ok\n"
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
        self._server: QLocalServer | None = None

    def acquire(self) -> bool:
        """Whether this is the first window. A folder that cannot be written does not stop the program."""
        if self._lock.tryLock(0):
            return True
        return self._lock.error() is not QLockFile.LockError.LockFailedError

    def listen(self, on_raise: Callable[[], None]) -> bool:
        """Starts answering later starts."""
        from PySide6.QtNetwork import QLocalServer

        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        name = server_name(self._data_dir)
        QLocalServer.removeServer(name)  # we hold the lock: a socket still there is a dead one's

        def on_connection() -> None:
            server = self._server
            socket = server.nextPendingConnection() if server is not None else None
            if socket is not None:
                socket.disconnected.connect(socket.deleteLater)
                socket.write(_ANSWER)
                socket.flush()
                on_raise()

        self._server.newConnection.connect(on_connection)
        return self._server.listen(name)

    def raise_first(self, wait_s: float = 3.0) -> bool:
        """Asks the first window to come to the front; it may still be starting, so this waits a little."""
        from PySide6.QtNetwork import QLocalSocket

        end = time.monotonic() + wait_s
        while time.monotonic() < end:
            socket = QLocalSocket()
            socket.connectToServer(server_name(self._data_dir))
            if socket.waitForConnected(200):
                socket.write(_MESSAGE)
                socket.flush()
                answered = socket.waitForReadyRead(1000)
                socket.abort()
                return bool(answered)
            time.sleep(0.05)
        return False

    def release(self) -> None:
        """Lets the next start be the first."""
        if self._server is not None:
            self._server.close()
        self._lock.unlock()
