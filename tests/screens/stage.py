"""What a picture is made of, for all lists of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from ui.window import USUAL, MainWindow

TALL = QSize(USUAL.width(), 1500)
Steps = Callable[[MainWindow], None]
AFTER: list[Callable[[], None]] = []
"""What lets go, once the picture is taken, of something that was held."""


@dataclass(frozen=True)
class Screen:
    """One picture: a script, how far it runs, what is then clicked, and the window around it."""

    name: str
    script: str | None = None
    stop_after: int | None = None
    then: Steps = lambda window: None
    size: QSize = USUAL
    scale: float = 1.0
    deep: bool = False
    metered: bool | None = False
    server: bool = True


def settle(app: QApplication, until: Callable[[], bool] = lambda: False, at_most_s: float = 0.15) -> None:
    """Lets the loop run until something is so, or a while."""
    end = time.monotonic() + at_most_s
    while time.monotonic() < end and not until():
        app.processEvents()
        time.sleep(0.005)


def app_of() -> QApplication:
    """The one there is."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app
