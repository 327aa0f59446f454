"""Garbage with widgets in it is taken away by the main thread only."""

from __future__ import annotations

import gc
import threading
import weakref

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui.collecting import Collector


class Round(QWidget):
    """Held by nobody but itself."""

    def __init__(self) -> None:
        super().__init__()
        self.own = self


def allocate() -> None:
    """Enough to make Python collect every generation, were it allowed to."""
    for _ in range(200):
        [[] for _ in range(2000)]
        kept = [[[]] for _ in range(2000)]
        del kept


def test_another_thread_never_destroys_a_widget(qtbot: QtBot) -> None:
    parent = QObject()
    collector = Collector(parent)
    gone: list[int] = []
    watch = weakref.ref(Round(), lambda _: gone.append(threading.get_ident()))
    other = threading.Thread(target=allocate)
    other.start()
    other.join()
    assert watch() is not None and gone == []
    for _ in range(400):
        allocate_some = [[] for _ in range(1000)]
        collector.look()
        del allocate_some
        if gone:
            break
    assert gone == [threading.get_ident()]
    collector.stop()
    assert gc.isenabled()
