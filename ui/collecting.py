"""Who takes away cyclic garbage: the main thread, and nobody else.

Python collects in whatever thread happens to allocate. A widget that hangs in a cycle would then be destroyed in the
engine's thread, which Qt does not survive. So the automatic collection is off, and a timer of the main thread does it.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

PERIOD_MS = 2000
"""Rare enough to cost nothing at rest, often enough that a check's garbage stays small."""


class Collector(QObject):
    """Collects as Python would by its own thresholds, oldest generation last."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(PERIOD_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """One generation at most: the oldest one whose time has come."""
        counts = zip(gc.get_count(), gc.get_threshold(), strict=True)
        due = [generation for generation, (count, limit) in enumerate(counts) if count > limit]
        if due:
            gc.collect(due[-1])

    def stop(self) -> None:
        """The engine has ended: nobody else is left to collect."""
        self._timer.stop()
        gc.enable()
