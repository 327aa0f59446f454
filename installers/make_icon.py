"""Paints ``assets/selfcare.png`` (256 pixels) from ``assets/selfcare.svg``: ``python installers/make_icon.py [TO]``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ASSETS = Path(__file__).parents[1] / "assets"
SIZE = 256


def paint(size: int = SIZE) -> QImage:
    """The icon at ``size`` pixels; needs a QGuiApplication."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(ASSETS / "selfcare.svg")).render(painter)
    painter.end()
    return image


if __name__ == "__main__":
    application = QGuiApplication([])
    paint().save(sys.argv[1] if len(sys.argv) > 1 else str(ASSETS / "selfcare.png"))
