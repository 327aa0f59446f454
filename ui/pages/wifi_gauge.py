"""The signal as a picture: an arc at the top of the page, a large word for who walks."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import Size, Theme
from ui.widgets import announce
from ui.wifi_walk_words import Big
from ui.wifi_words import Gauge

_START, _SPAN = 210, 240
"""Degrees: the arc begins at the lower left and goes over the top."""
_LARGE = 3.2
"""Times the size of a text: read at an arm's length, walking."""


class GaugeView(QWidget):
    """An arc as long as the signal is strong, with the word inside. Never by its colour alone."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown = Gauge(0.0, "", "idle", "")
        side = theme.space(34)
        self.setFixedSize(side, round(side * 0.86))
        theme.changed.connect(self.update)

    def show_gauge(self, shown: Gauge) -> None:
        """Takes it; repaints where it is another one."""
        if shown != self._shown:
            self._shown = shown
            self.setAccessibleName(shown.spoken)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The way, what of it is reached, the icon, the word."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self._theme.space(3.2)
        box = QRectF(0, 0, self.width(), self.width()).adjusted(width, width, -width, -width)
        self._arc(painter, box, width, "idle_soft", 1.0)
        if self._shown.share > 0:
            self._arc(painter, box, width, self._shown.tone, self._shown.share)
        self._word(painter, box)

    def _arc(self, painter: QPainter, box: QRectF, width: int, token: str, share: float) -> None:
        painter.setPen(QPen(self._theme.colour(token), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawArc(box, _START * 16, -round(_SPAN * 16 * share))

    def _word(self, painter: QPainter, box: QRectF) -> None:
        side = self._theme.space(9)
        from ui import icons

        top = QRectF(box.center().x() - side / 2, box.center().y() - side * 1.05, side, side)
        icons.paint(painter, "wifi", top, self._theme.colour(self._shown.tone))
        painter.setPen(self._theme.colour("text"))
        painter.setFont(fitting(self._theme.font(Size.HEADING, bold=True), self._shown.word, box.width() * 0.72))
        below = QRectF(box.left(), top.bottom(), box.width(), self._theme.space(7))
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._shown.word)


class BigSignal(QWidget):
    """The word as large as it fits, a bar as long as the signal is strong, the figures small under it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown = Big("", "", "idle", 0.0, "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """High enough to be read from afar."""
        return QSize(self._theme.space(80), self._theme.space(34))

    def minimumSizeHint(self) -> QSize:
        """The word shrinks where there is less room."""
        return QSize(self._theme.space(40), self._theme.space(34))

    def show_big(self, shown: Big) -> None:
        """Takes a moment; said aloud only when the word is another one."""
        before, self._shown = self._shown, shown
        if shown != before:
            self.update()
        if shown.spoken != before.spoken:
            self.setAccessibleName(shown.spoken)
            announce(self, shown.spoken)
        self.setAccessibleDescription(shown.figures)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, word, bar, figures."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, shown = self._theme, self._shown
        box = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(f"{shown.tone}_soft"))
        painter.drawRoundedRect(box, theme.space(3), theme.space(3))
        inner = box.adjusted(theme.space(5), theme.space(3), -theme.space(5), -theme.space(3))
        large = theme.font(Size.BODY, bold=True)
        large.setPointSizeF(large.pointSizeF() * _LARGE)
        painter.setFont(fitting(large, shown.word, inner.width()))
        painter.setPen(theme.colour("text"))
        top = QRectF(inner.left(), inner.top(), inner.width(), theme.space(16))
        painter.drawText(top, Qt.AlignmentFlag.AlignCenter, shown.word)
        self._bar(painter, QRectF(inner.left(), top.bottom() + theme.space(1), inner.width(), theme.space(4)))
        painter.setFont(fitting(theme.font(Size.LEAD), shown.figures, inner.width()))
        painter.setPen(theme.colour("text"))
        below = QRectF(inner.left(), top.bottom() + theme.space(6), inner.width(), theme.space(6))
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, shown.figures)

    def _bar(self, painter: QPainter, bar: QRectF) -> None:
        radius = bar.height() / 2
        painter.setPen(QPen(self._theme.colour("outline"), 1))
        painter.setBrush(self._theme.colour("surface"))
        painter.drawRoundedRect(bar, radius, radius)
        if self._shown.share > 0:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour(self._shown.tone))
            reached = QRectF(bar.topLeft(), QPointF(bar.left() + bar.width() * self._shown.share, bar.bottom()))
            painter.drawRoundedRect(reached, min(radius, reached.width() / 2), radius)


def fitting(font: QFont, words: str, width: float) -> QFont:
    """The font, smaller where the words would not fit: a word that is cut says nothing."""
    needed = QFontMetricsF(font).horizontalAdvance(words)
    if needed > width > 0:
        font.setPointSizeF(max(6.0, font.pointSizeF() * width / needed * 0.95))
    return font
