"""Where a second start knocks, on systems with local sockets. Python's own: Qt's network module costs 3 MB for this."""

from __future__ import annotations

import contextlib
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QSocketNotifier

assert sys.platform != "win32"

_ANSWER = b"ok\n"


class Door(QObject):
    """Answers knocks for as long as it lives."""

    def __init__(self, name: str, on_knock: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._on_knock = on_knock
        self._path = _path(name)
        with contextlib.suppress(OSError):
            self._path.unlink()  # the caller holds the lock: a socket still there is a dead one's
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._notifier: QSocketNotifier | None = None
        self.is_open = self._listens()

    def _listens(self) -> bool:
        try:
            self._socket.bind(str(self._path))
            self._path.chmod(0o600)  # nobody may connect before it listens
            self._socket.setblocking(False)
            self._socket.listen(5)
        except OSError:
            self._socket.close()
            return False
        self._notifier = QSocketNotifier(self._socket.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._answer)
        return True

    def _answer(self) -> None:
        try:
            guest, _ = self._socket.accept()
        except OSError:
            return  # gone again
        with guest, contextlib.suppress(OSError):
            guest.setblocking(False)
            guest.send(_ANSWER)
            guest.recv(64)  # what an older version says on entering: closed with words unread, its answer would be lost
        self._on_knock()

    def close(self) -> None:
        """No more answers."""
        if self.is_open and self._notifier is not None:
            self._notifier.setEnabled(False)
            self._socket.close()
            self.is_open = False
            with contextlib.suppress(OSError):
                self._path.unlink()


def knock(name: str, wait_s: float) -> bool | None:
    """Whether somebody answered; None when nobody is there (yet)."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as guest:
        guest.settimeout(wait_s)
        try:
            guest.connect(str(_path(name)))
            return guest.recv(len(_ANSWER)) == _ANSWER
        except (FileNotFoundError, ConnectionRefusedError):
            return None
        except OSError:
            return False


def _path(name: str) -> Path:
    """A name that is no path, since the folder's was too long, is a socket of ours among the temporary files."""
    return Path(tempfile.gettempdir()) / name  # an absolute path stays what it is
