"""PySide6 6.12.0 on Python 3.11 loses a reference to True on each emit, and aborts after some hundred of them."""

from __future__ import annotations

import sys

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtWidgets import QApplication


class Sender(QObject):
    happened = Signal(object)


def test_signals_keep_references(qapp: QApplication) -> None:
    sender, seen = Sender(), []
    sender.happened.connect(seen.append)
    sender.happened.connect(lambda _value: None, Qt.ConnectionType.QueuedConnection)
    before = sys.getrefcount(True), sys.getrefcount(None)
    for _ in range(200):
        sender.happened.emit(1)
    QCoreApplication.processEvents()
    after = sys.getrefcount(True), sys.getrefcount(None)
    assert len(seen) == 200
    assert all(abs(b - a) < 20 for a, b in zip(before, after, strict=True))
