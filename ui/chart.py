"""The small chart of round trips: a line of answers, and a cross for each question without one."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from selfcare.app.numbers import number
from selfcare.i18n import Catalogue
from ui.latency import Curve, describe, figures, title
from ui.theme import Size, Theme
from ui.widgets import text

_HEIGHT_QUARTERS = 30
_WIDTH_QUARTERS = 60


class Chart(QWidget):
    """Time upwards, questions from left to right. What was not answered is a cross on a line of its own, below."""

    def __init__(self, theme: Theme, catalogue: Catalogue, shown: Curve) -> None:
        super().__init__()
        self._theme, self._catalogue, self._curve = theme, catalogue, shown
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(title(catalogue, shown))
        self.setAccessibleDescription(describe(catalogue, shown))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Small: a picture of the tendency, the figures stand beside it."""
        return QSize(self._theme.space(_WIDTH_QUARTERS), self._theme.space(_HEIGHT_QUARTERS))

    def minimumSizeHint(self) -> QSize:
        """Half as wide will do."""
        return QSize(self._theme.space(_WIDTH_QUARTERS / 2), self._theme.space(_HEIGHT_QUARTERS))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Scale, lost questions, usual time, answers."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font(Size.SMALL))
        plot = self._plot()
        self._paint_scale(painter, plot)
        self._paint_median(painter, plot)
        self._paint_answers(painter, plot)
        self._paint_lost(painter, plot)

    def place(self, index: int, rtt_ms: float | None) -> QPointF:
        """Where a question stands: its answer's height, or the line of the lost ones."""
        plot = self._plot()
        many = len(self._curve.rtts_ms)
        x = plot.left() + plot.width() * (index + 0.5) / many
        if rtt_ms is None:
            return QPointF(x, plot.bottom() + self._theme.space(3))
        return QPointF(x, plot.bottom() - plot.height() * rtt_ms / self._curve.top_ms)

    def _plot(self) -> QRectF:
        metrics = QFontMetricsF(self._theme.font(Size.SMALL))
        left = max(metrics.horizontalAdvance(words) for words in self._marks().values()) + self._theme.space(2)
        lost = self._theme.space(5) if self._curve.lost else self._theme.space(1)
        half = metrics.height() / 2
        return QRectF(self.rect()).adjusted(left, half, -self._theme.space(1), -(lost + half))

    def _marks(self) -> dict[float, str]:
        top = self._curve.top_ms
        return {v: self._catalogue.text("ui.unit.ms", value=number(self._catalogue, v)) for v in (0.0, top / 2, top)}

    def _paint_scale(self, painter: QPainter, plot: QRectF) -> None:
        metrics = QFontMetricsF(painter.font())
        for value, words in self._marks().items():
            y = plot.bottom() - plot.height() * value / self._curve.top_ms
            painter.setPen(QPen(self._theme.colour("border"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(self._theme.colour("muted"))
            box = QRectF(0, y - metrics.height() / 2, plot.left() - self._theme.space(1.2), metrics.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_median(self, painter: QPainter, plot: QRectF) -> None:
        y = plot.bottom() - plot.height() * min(self._curve.median_ms / self._curve.top_ms, 1.0)
        pen = QPen(self._theme.colour("muted"), 1.2)
        pen.setDashPattern([4, 4])
        painter.setPen(pen)
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))

    def _paint_answers(self, painter: QPainter, plot: QRectF) -> None:
        """A line as long as there are answers; it breaks where one is missing."""
        accent = self._theme.colour("accent")
        for run in self._runs():
            points = [self.place(i, self._curve.rtts_ms[i]) for i in run]
            painter.setPen(QPen(accent, 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
            painter.drawPolyline(QPolygonF(points))
            if len(points) == 1:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(accent)
                painter.drawEllipse(points[0], 1.6, 1.6)

    def _runs(self) -> list[list[int]]:
        runs: list[list[int]] = [[]]
        for index, rtt in enumerate(self._curve.rtts_ms):
            if rtt is None:
                runs.append([])
            else:
                runs[-1].append(index)
        return [run for run in runs if run]

    def _paint_lost(self, painter: QPainter, plot: QRectF) -> None:
        colour: QColor = self._theme.colour("fault")
        arm = self._theme.space(0.8)
        pen = QPen(colour, 1.8)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        for index, rtt in enumerate(self._curve.rtts_ms):
            if rtt is None:
                at = self.place(index, None)
                painter.setPen(pen)
                painter.drawLine(at + QPointF(-arm, -arm), at + QPointF(arm, arm))
                painter.drawLine(at + QPointF(-arm, arm), at + QPointF(arm, -arm))


class LatencyView(QWidget):
    """A chart with its title, its legend, and its figures beside it, or below where the window is narrow."""

    def __init__(self, theme: Theme, catalogue: Catalogue, shown: Curve) -> None:
        super().__init__()
        self.chart = Chart(theme, catalogue, shown)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(theme.space(5))
        self._row.addWidget(self.chart, 1)
        self._theme = theme
        self._grid = self._figures(theme, catalogue, shown)
        self._row.addLayout(self._grid)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(1.5))
        column.addWidget(text(theme, title(catalogue, shown), bold=True))
        column.addLayout(self._row)
        key = "ui.chart.legend.lost" if shown.lost else "ui.chart.legend"
        column.addWidget(text(theme, catalogue.text(key), Size.SMALL, tone="muted"))
        self.set_tight(False)

    def set_tight(self, tight: bool) -> None:
        """Figures under the chart where there is no room beside it."""
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if tight else QBoxLayout.Direction.LeftToRight)
        # Beside the chart the words would be squeezed into a column of single ones.
        self._grid.setColumnMinimumWidth(1, 0 if tight else self._theme.space(47))

    @staticmethod
    def _figures(theme: Theme, catalogue: Catalogue, shown: Curve) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.space(3))
        grid.setVerticalSpacing(theme.space(1))
        for row, figure in enumerate(figures(catalogue, shown)):
            value = text(theme, figure.value, Size.LEAD, bold=True)
            value.setWordWrap(False)
            grid.addWidget(value, row, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            grid.addWidget(text(theme, figure.caption, tone="muted"), row, 1)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(3, 1)
        return grid
