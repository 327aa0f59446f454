"""A sound for who walks and looks elsewhere: the nearer the beeps, the better the place."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from ui.wifi_words import BEST_DBM, WORST_DBM

QUICK_MS, SLOW_MS = 250, 2000
"""Between two beeps where it is best, and where it is worst. Qt's own sounds (with a pitch) are in its add-ons, which
this program does not carry: the system's beep is all there is, so it is the rate that tells."""


def interval_ms(dbm: float) -> int:
    """Time between two beeps at that signal."""
    share = min(1.0, max(0.0, (dbm - WORST_DBM) / (BEST_DBM - WORST_DBM)))
    return round(SLOW_MS + (QUICK_MS - SLOW_MS) * share)


class Beeper(QObject):
    """Silent until it is switched on, and whenever there is no signal to tell of."""

    def __init__(self, parent: QObject | None = None, beep: Callable[[], None] = QApplication.beep) -> None:
        super().__init__(parent)
        self.on = False
        self._beep, self._every = beep, 0
        # One at a time: a timer that is set anew with every moment would never come to its end.
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._on_time)

    @property
    def sounding(self) -> bool:
        """Whether it beeps just now."""
        return self._timer.isActive()

    def hear(self, dbm: float | None) -> None:
        """Takes the signal of this moment; None: there is none to tell of."""
        if dbm is None or not self.on:
            self._timer.stop()
            return
        self._every = interval_ms(dbm)
        if not self._timer.isActive():
            self._timer.start(self._every)

    def switch(self, on: bool) -> None:
        """On or off; it begins with the next moment."""
        self.on = on
        if not on:
            self._timer.stop()

    def _on_time(self) -> None:
        self._beep()
        self._timer.start(self._every)
