"""The chart of the line: a curve over time, a cross for each cut, and the box's own limits as dashed lines."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from selfcare.i18n import Catalogue
from ui.line_series import Series, describe, figure, marks, title
from ui.theme import Size, Theme
from ui.widgets import text

_HEIGHT_QUARTERS = 30
_WIDTH_QUARTERS = 60


class LineChart(QWidget):
    """Time from left to right, the figure upwards; crosses on a row of their own say when the line was cut."""

    def __init__(self, theme: Theme, catalogue: Catalogue, series: Series) -> None:
        super().__init__()
        self._theme, self._catalogue, self._series = theme, catalogue, series
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(title(catalogue, series))
        self.setAccessibleDescription(describe(catalogue, series))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """A picture of the tendency."""
        return QSize(self._theme.space(_WIDTH_QUARTERS), self._theme.space(_HEIGHT_QUARTERS))

    def minimumSizeHint(self) -> QSize:
        """Half as wide will do."""
        return QSize(self._theme.space(_WIDTH_QUARTERS / 2), self._theme.space(_HEIGHT_QUARTERS))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Scale, limits, curve, cuts, days."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font(Size.SMALL))
        plot = self.plot()
        self._paint_scale(painter, plot)
        self._paint_limits(painter, plot)
        self._paint_curve(painter, plot)
        self._paint_cuts(painter, plot)
        self._paint_days(painter, plot)

    def plot(self) -> QRectF:
        """Where the curve stands."""
        metrics = QFontMetricsF(self._theme.font(Size.SMALL))
        words = [figure(self._catalogue, self._series, value) for value in marks(self._series)]
        left = max(metrics.horizontalAdvance(each) for each in words) + self._theme.space(2)
        below = metrics.height() * 1.4 + self._theme.space(4 if self._series.cuts else 1)
        return QRectF(self.rect()).adjusted(left, metrics.height() / 2, -self._theme.space(2), -below)

    def place(self, at: datetime, value: float) -> QPointF:
        """Where a reading stands."""
        plot, (bottom, top) = self.plot(), self._series.scale()
        return QPointF(self._x(plot, at), plot.bottom() - plot.height() * (value - bottom) / (top - bottom))

    def _x(self, plot: QRectF, at: datetime) -> float:
        first, last = self._series.span()
        whole = (last - first).total_seconds() or 1.0
        share = (at - first).total_seconds() / whole
        return plot.left() + plot.width() * min(1.0, max(0.0, share))

    def _paint_scale(self, painter: QPainter, plot: QRectF) -> None:
        metrics = QFontMetricsF(painter.font())
        bottom, top = self._series.scale()
        for value in marks(self._series):
            y = plot.bottom() - plot.height() * (value - bottom) / (top - bottom)
            painter.setPen(QPen(self._theme.colour("border"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(self._theme.colour("muted"))
            box = QRectF(0, y - metrics.height() / 2, plot.left() - self._theme.space(1.2), metrics.height())
            words = figure(self._catalogue, self._series, value)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_limits(self, painter: QPainter, plot: QRectF) -> None:
        pen = QPen(self._theme.colour("suspect"), 1.2)
        pen.setDashPattern([4, 4])
        painter.setPen(pen)
        first = self._series.span()[0]
        for limit in (self._series.low, self._series.high):
            if limit is not None:
                y = self.place(first, limit).y()
                painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))

    def _paint_curve(self, painter: QPainter, plot: QRectF) -> None:
        accent = self._theme.colour("accent")
        for run in self._series.runs():
            points = [self.place(reading.at, reading.value) for reading in run if reading.value is not None]
            painter.setPen(QPen(accent, 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF(points))
            if len(points) == 1:
                painter.setBrush(accent)
                painter.drawEllipse(points[0], 1.8, 1.8)

    def _paint_cuts(self, painter: QPainter, plot: QRectF) -> None:
        arm = self._theme.space(0.8)
        pen = QPen(self._theme.colour("fault"), 1.8)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        for cut in self._series.cuts:
            at = QPointF(self._x(plot, cut), plot.bottom() + self._theme.space(2))
            painter.drawLine(at + QPointF(-arm, -arm), at + QPointF(arm, arm))
            painter.drawLine(at + QPointF(-arm, arm), at + QPointF(arm, -arm))

    def _paint_days(self, painter: QPainter, plot: QRectF) -> None:
        """First and last moment, so that nobody has to guess how long this is."""
        painter.setPen(self._theme.colour("muted"))
        metrics = QFontMetricsF(painter.font())
        row = QRectF(plot.left(), self.height() - metrics.height(), plot.width(), metrics.height())
        first, last = (self._catalogue.text("ui.box.moment", day=f"{at:%d/%m}", time=f"{at:%H:%M}")
                       for at in self._series.span())  # fmt: skip
        painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, first)
        painter.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, last)


class LineView(QWidget):
    """A chart with its title and, below, the same in words: no figure has to be read off a curve."""

    def __init__(self, theme: Theme, catalogue: Catalogue, series: Series) -> None:
        super().__init__()
        self.chart = LineChart(theme, catalogue, series)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(1.5))
        column.addWidget(text(theme, title(catalogue, series), bold=True))
        column.addWidget(self.chart)
        column.addWidget(text(theme, describe(catalogue, series), Size.SMALL, tone="muted"))
