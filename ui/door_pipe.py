"""Where a second start knocks, on Windows: a named pipe, by Qt."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_MESSAGE, _ANSWER = b"raise\n", b"ok\n"


class Door(QObject):
    """Answers knocks for as long as it lives."""

    def __init__(self, name: str, on_knock: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._on_knock = on_knock
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        QLocalServer.removeServer(name)  # the caller holds the lock: a pipe still there is a dead one's
        self._server.newConnection.connect(self._answer)
        self.is_open = self._server.listen(name)

    def _answer(self) -> None:
        guest = self._server.nextPendingConnection()
        guest.disconnected.connect(guest.deleteLater)
        guest.write(_ANSWER)
        guest.flush()
        self._on_knock()

    def close(self) -> None:
        """No more answers."""
        self._server.close()
        self.is_open = False


def knock(name: str, wait_s: float) -> bool | None:
    """Whether somebody answered; None when nobody is there (yet)."""
    guest = QLocalSocket()
    guest.connectToServer(name)
    if not guest.waitForConnected(200):
        return None
    guest.write(_MESSAGE)
    guest.flush()
    answered = guest.waitForReadyRead(int(wait_s * 1000))
    guest.abort()
    return bool(answered)
