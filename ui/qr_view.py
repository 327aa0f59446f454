"""A QR code on the screen: black on white in every theme, four whole pixels to a module at least, quiet zone."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

Modules = tuple[tuple[bool, ...], ...]
QUIET = 4
"""Modules of white around it (ISO/IEC 18004)."""
LEAST = 4
"""Pixels of the screen to a module: below, a phone's camera loses it."""
USUAL = 6


class QrView(QWidget):
    """As large as there is room, in whole pixels of the screen so that no edge is blurred."""

    def __init__(self, modules: Modules, spoken: str) -> None:
        super().__init__()
        self._modules = modules
        self.setAccessibleName(spoken)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def pixels(self) -> int:
        """Of the screen, to a module, at the present size."""
        return max(self._least(), self._room() // self._across())

    def sizeHint(self) -> QSize:
        """What reads well, less where there is no room."""
        return self._size(ceil(USUAL * self._ratio()))

    def minimumSizeHint(self) -> QSize:
        """What can still be read."""
        return self._size(self._least())

    def hasHeightForWidth(self) -> bool:
        """It is square."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As high as it is drawn at this width."""
        there = int(width * self._ratio()) // self._across()
        return self._size(min(max(self._least(), there), ceil(USUAL * self._ratio()))).height()

    def paintEvent(self, event: QPaintEvent) -> None:
        """On the screen's own pixels: the painter is told to forget the ratio."""
        painter = QPainter(self)
        ratio, step = self._ratio(), self.pixels
        painter.scale(1 / ratio, 1 / ratio)
        side = self._across() * step
        painter.fillRect(QRect(0, 0, side, side), Qt.GlobalColor.white)
        for row, line in enumerate(self._modules):
            for column, black in enumerate(line):
                if black:
                    left, top = (column + QUIET) * step, (row + QUIET) * step
                    painter.fillRect(QRect(left, top, step, step), Qt.GlobalColor.black)

    def _across(self) -> int:
        return len(self._modules) + 2 * QUIET

    def _ratio(self) -> float:
        return self.devicePixelRatioF()

    def _least(self) -> int:
        return ceil(LEAST * self._ratio())

    def _room(self) -> int:
        return int(min(self.width(), self.height()) * self._ratio())

    def _size(self, pixels: int) -> QSize:
        side = ceil(self._across() * pixels / self._ratio())
        return QSize(side, side)


def dial(number: str) -> Modules:
    """What makes a phone's camera offer to call."""
    import segno

    code = segno.make_qr(f"tel:{number}", error="m", boost_error=False)
    return tuple(tuple(bool(module) for module in row) for row in code.matrix)
