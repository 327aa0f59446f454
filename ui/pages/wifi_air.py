"""The networks around: one chart for each band, the search, and the advice on the channel."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from selfcare.app.guide_codes import GUIDES
from selfcare.i18n import Catalogue
from ui.flow import Flow
from ui.rows import Rows, show_now
from ui.theme import Size, Theme
from ui.widgets import Button, Card, Fold, announce, clear, text
from ui.wifi_air_words import FLOOR_DBM, TOP_DBM, Advice, Air, Hill, advice, age, bands, listed, outcome
from ui.wifi_state import WifiView

_HEIGHT_QUARTERS, _WIDTH_QUARTERS = 34, 60


class AirChart(QWidget):
    """Channels from left to right, strength upwards: a hill for each network, this PC's own filled and named."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._air: Air | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_air(self, air: Air) -> None:
        """Takes a band."""
        self._air = air
        self.setAccessibleName(air.title)
        self.setAccessibleDescription(air.spoken)
        self.update()

    def sizeHint(self) -> QSize:
        """A picture of who is where; the figures are in the list."""
        return QSize(self._theme.space(_WIDTH_QUARTERS), self._theme.space(_HEIGHT_QUARTERS))

    def minimumSizeHint(self) -> QSize:
        """Half as wide will do."""
        return QSize(self._theme.space(_WIDTH_QUARTERS / 2), self._theme.space(_HEIGHT_QUARTERS))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, hills, channels."""
        if self._air is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font(Size.SMALL))
        plot = self._plot()
        named = next((h for h in reversed(self._air.hills) if h.own or h.kin), None)
        for hill in self._air.hills:
            self._paint_hill(painter, plot, hill)
        painter.setPen(QPen(self._theme.colour("outline"), 1))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        self._paint_channels(painter, plot)
        for hill in self._air.hills:
            if hill is named:
                self._paint_name(painter, plot, hill)

    def spot(self, mhz: float, dbm: float) -> QPointF:
        """Where a frequency and a strength stand."""
        plot = self._plot()
        assert self._air is not None
        x = plot.left() + plot.width() * (mhz - self._air.low) / (self._air.high - self._air.low)
        return QPointF(x, plot.bottom() - plot.height() * (dbm - FLOOR_DBM) / (TOP_DBM - FLOOR_DBM))

    def _plot(self) -> QRectF:
        line = QFontMetricsF(self._theme.font(Size.SMALL)).height()
        return QRectF(self.rect()).adjusted(2, line, -2, -line - self._theme.space(1))

    def _paint_hill(self, painter: QPainter, plot: QRectF, hill: Hill) -> None:
        path = QPainterPath(self.spot(hill.low, FLOOR_DBM))
        edge = (hill.high - hill.low) * 0.14
        top = max(hill.dbm, FLOOR_DBM + 2)
        path.cubicTo(self.spot(hill.low, top), self.spot(hill.low, top), self.spot(hill.low + edge, top))
        path.lineTo(self.spot(hill.high - edge, top))
        path.cubicTo(self.spot(hill.high, top), self.spot(hill.high, top), self.spot(hill.high, FLOOR_DBM))
        token = "accent" if hill.own or hill.kin else "idle"
        fill = QColor(self._theme.colour(token))
        fill.setAlphaF(0.38 if hill.own else 0.16 if hill.kin else 0.10)
        painter.save()
        painter.setClipRect(plot.adjusted(-2, -2, 2, 0))
        painter.fillPath(path, fill)
        painter.strokePath(path, QPen(self._theme.colour(token), 2.4 if hill.own else 1.2))
        painter.restore()

    def _paint_name(self, painter: QPainter, plot: QRectF, hill: Hill) -> None:
        assert self._air is not None
        metrics = QFontMetricsF(self._theme.font(Size.SMALL, bold=True))
        width = metrics.horizontalAdvance(self._air.mine) + self._theme.space(1)
        at = self.spot((hill.low + hill.high) / 2, max(hill.dbm, FLOOR_DBM + 2))
        left = min(max(at.x() - width / 2, plot.left()), plot.right() - width)
        painter.setFont(self._theme.font(Size.SMALL, bold=True))
        painter.setPen(self._theme.colour("text"))
        box = QRectF(left, at.y() - metrics.height() - 2, width, metrics.height())
        ground = self._theme.colour("surface")
        ground.setAlphaF(0.8)  # lines of others run behind it
        painter.fillRect(box, ground)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._air.mine)
        painter.setFont(self._theme.font(Size.SMALL))

    def _paint_channels(self, painter: QPainter, plot: QRectF) -> None:
        """The numbers that find room, at even steps."""
        assert self._air is not None
        metrics = QFontMetricsF(painter.font())
        painter.setPen(self._theme.colour("muted"))
        widest = metrics.horizontalAdvance("000") + self._theme.space(1)
        (first, _), (second, _) = self._air.ticks[:2]
        apart = self.spot(second, FLOOR_DBM).x() - self.spot(first, FLOOR_DBM).x()
        for mhz, number in self._air.ticks[:: max(1, ceil(widest / apart))]:
            x, width = self.spot(mhz, FLOOR_DBM).x(), metrics.horizontalAdvance(str(number))
            box = QRectF(x - width, plot.bottom() + self._theme.space(0.5), 2 * width, metrics.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, str(number))


class AirCard(Card):
    """``search``: somebody wants a search; ``change``: another channel for the box; ``guide`` carries an id."""

    search = Signal()
    change = Signal()
    guide = Signal(str)

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        say = catalogue.text
        self._theme, self._catalogue = theme, catalogue
        self.charts: list[AirChart] = []
        self._titles: tuple[str, ...] = ()
        self._advice: Advice | None = None
        self._listed: tuple[tuple[str, str], ...] = ()
        self.age = text(theme, "", tone="muted")
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.space(1.5))
        self.legend = text(theme, say("ui.wifi.air.legend"), Size.SMALL, tone="muted")
        self.found = text(theme, "")
        self.go = Button(theme, say("ui.wifi.search"), "second")
        self.go.setAccessibleDescription(say("ui.wifi.search.note"))
        self.note = text(theme, say("ui.wifi.search.note"), Size.SMALL, tone="muted")
        self.advice = QVBoxLayout()
        self.advice.setSpacing(theme.space(1.2))
        self.to_box = Button(theme, say("ui.wifi.channel.change"))
        self.to_guide = Button(theme, say("ui.wifi.channel.guide"))
        self.list = Fold(theme, "")
        self.rows = Rows(theme)
        self.list.column.addLayout(self.rows)
        self.list.toggled.connect(lambda _on: self._fill_list())
        buttons = Flow(theme.space(2))
        for button in (self.to_box, self.to_guide):
            buttons.addWidget(button)
        self.column.addWidget(text(theme, say("ui.wifi.air.title"), Size.HEADING, bold=True))
        self.column.addWidget(self.age)
        self.column.addLayout(self.body)
        self.column.addWidget(self.legend)
        self.column.addLayout(self.advice)
        self.column.addLayout(buttons)
        self.column.addWidget(self.found)
        self.column.addWidget(self.go, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(self.note)
        self.column.addWidget(self.list)
        self.go.clicked.connect(lambda _checked: self.search.emit())
        self.to_box.clicked.connect(lambda _checked: self.change.emit())
        self.to_guide.clicked.connect(lambda _checked: self.guide.emit("wifi-channel"))

    def set_tight(self, tight: bool) -> None:
        """One column where there is no room for two."""
        self.rows.set_tight(tight)

    def show_view(self, view: WifiView) -> None:
        """Takes what is in sight; a chart is made anew only where there are others."""
        self.setVisible(view.told)
        self.age.setText(age(self._catalogue, view))
        self._show_charts(bands(self._catalogue, view))
        self._show_advice(advice(self._catalogue, view))
        words = outcome(self._catalogue, view)
        if words != self.found.text():
            self.found.setText(words)
            announce(self.found, words)
        self.found.setVisible(bool(words))
        self.go.setEnabled(not view.searching)
        self.go.setText(self._catalogue.text("ui.wifi.search.going" if view.searching else "ui.wifi.search"))
        self._listed = listed(self._catalogue, view)
        self.list.setVisible(bool(self._listed))
        self.list.button.setText(self._catalogue.text("ui.wifi.air.list", n=len(self._listed)))
        self._fill_list()

    def show_moment(self, view: WifiView) -> None:
        """What was heard grows old by itself."""
        self.age.setText(age(self._catalogue, view))
        self._show_advice(advice(self._catalogue, view))

    def _show_charts(self, told: tuple[Air, ...]) -> None:
        titles = tuple(air.title for air in told)
        if titles != self._titles:
            clear(self.body)
            self._titles, self.charts = titles, []
            for air in told:
                self.body.addWidget(text(self._theme, air.title, bold=True))
                chart = AirChart(self._theme)
                self.charts.append(chart)
                self.body.addWidget(chart)
            show_now(self.body)
        for chart, air in zip(self.charts, told, strict=True):
            chart.show_air(air)
        self.legend.setVisible(bool(told))

    def _show_advice(self, told: Advice) -> None:
        if told != self._advice:
            self._advice = told
            clear(self.advice)
            for line in told.lines:
                self.advice.addWidget(text(self._theme, line, Size.LEAD))
            show_now(self.advice)
        self.to_box.setVisible(told.change)
        self.to_guide.setVisible(told.change and "wifi-channel" in GUIDES)

    def _fill_list(self) -> None:
        if self.list.button.isChecked():
            self.rows.fill(self._listed)
            show_now(self.rows)
