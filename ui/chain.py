"""The living chain: six links from the computer to the Internet, painted, in a row or as a list."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QFontMetricsF,
    QHideEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from selfcare.i18n import Catalogue
from ui import icons
from ui.chain_links import LinkRow
from ui.chain_marks import TONES, paint_mark
from ui.chain_state import STATIONS, ChainState, LinkKind, LinkState, Station, station_name
from ui.theme import Size, Theme, reduced_motion

_ICONS = {
    Station.PC: "pc",
    Station.BOX: "box",
    Station.LINE: "line",
    Station.ISP: "isp",
    Station.INTERNET: "internet",
}
_LINK_ICONS = {LinkKind.CABLE: "cable", LinkKind.WIFI: "wifi", LinkKind.UNKNOWN: "link"}
_TURN_MS = 1400
_TICK_MS = 40


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where one station goes: its circle, and the box of its two lines of text."""

    centre: QPointF
    radius: float
    words: QRectF


def describe(catalogue: Catalogue, chain: ChainState) -> str:
    """The chain in words, for a screen reader."""
    return " ".join(
        catalogue.text(
            "ui.chain.spoken",
            what=station_name(catalogue, station, chain.kind),
            state=catalogue.text(f"ui.chain.state.{state}"),
        )
        for station, state in zip(STATIONS, chain.states, strict=True)
    )


class ChainWidget(QWidget):
    """Paints a ``ChainState``; each link is a button (``links``). As a whole it is described for a screen reader."""

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__()
        self._theme, self._catalogue = theme, catalogue
        self._chain = ChainState()
        self._turn = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._on_tick)
        self.links = LinkRow(theme, self)
        self._name_links()
        self.setAccessibleName(catalogue.text("ui.chain.name"))
        self.setAccessibleDescription(describe(catalogue, self._chain))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self.update)

    @property
    def chain(self) -> ChainState:
        """What is shown."""
        return self._chain

    def show_chain(self, chain: ChainState) -> None:
        """Shows a new state and tells a screen reader if it differs."""
        if chain == self._chain:
            return
        self._chain = chain
        self.setAccessibleDescription(describe(self._catalogue, chain))
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))
        self._name_links()
        self._set_moving()
        self.updateGeometry()
        self._place_links()
        self.update()

    def _name_links(self) -> None:
        for station, button in self.links.buttons.items():
            name = station_name(self._catalogue, station, self._chain.kind)
            state = self._catalogue.text(f"ui.chain.state.{self._chain.of(station)}")
            button.setAccessibleName(self._catalogue.text("ui.chain.spoken", what=name, state=state))
            button.setAccessibleDescription(self._catalogue.text("ui.chain.open"))

    def _place_links(self) -> None:
        self.links.place([self._frame(spot).toAlignedRect() for spot in self._spots()])

    def in_row(self, width: int) -> bool:
        """Whether all labels fit side by side in that width."""
        return self._widest() <= width / len(STATIONS)

    def hasHeightForWidth(self) -> bool:
        """Row or list, as the width allows."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of the row, or of the list."""
        if self.in_row(width):
            return int(2 * self._radius() + 3 * self._theme.space(1.5) + self._words_height())
        return int(len(STATIONS) * self._row_height())

    def sizeHint(self) -> QSize:
        """Wide enough for the row."""
        width = ceil(self._widest() * len(STATIONS))
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Wide enough for the list; as high as the present width asks."""
        words = max(self._label_widths())
        width = int(words + 3 * self._theme.space(5.5))
        return QSize(width, self.heightForWidth(max(self.width(), width)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keeps each button over its link."""
        super().resizeEvent(event)
        self._place_links()

    def showEvent(self, event: QShowEvent) -> None:
        """Moves only while seen."""
        super().showEvent(event)
        self._set_moving()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stops moving."""
        super().hideEvent(event)
        self._timer.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints joints first, so that the circles lie on them."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        spots = self._spots()
        self._paint_grounds(painter)
        for before, after, state in zip(spots, spots[1:], self._chain.states[1:], strict=False):
            self._paint_joint(painter, before, after, state)
        for station, state, spot in zip(STATIONS, self._chain.states, spots, strict=True):
            self._paint_station(painter, station, state, spot)

    def _set_moving(self) -> None:
        moving = LinkState.CHECKING in self._chain.states and self.isVisible() and not reduced_motion()
        if moving and not self._timer.isActive():
            self._timer.start()
        elif not moving:
            self._timer.stop()

    def _on_tick(self) -> None:
        self._turn = (self._turn + _TICK_MS / _TURN_MS) % 1.0
        for state, spot in zip(self._chain.states, self._spots(), strict=True):
            if state is LinkState.CHECKING:
                side = spot.radius + 4
                ring = QRectF(spot.centre.x() - side, spot.centre.y() - side, 2 * side, 2 * side)
                self.update(QRect(ring.toAlignedRect()))

    # Measures

    def _radius(self) -> float:
        return float(self._theme.space(6))

    def _row_height(self) -> float:
        return max(2 * self._theme.space(4.5), self._words_height()) + self._theme.space(3)

    def _words_height(self) -> float:
        name, state = self._metrics()
        return name.height() + state.height() + 2

    def _metrics(self) -> tuple[QFontMetricsF, QFontMetricsF]:
        return QFontMetricsF(self._theme.font(Size.BODY, bold=True)), QFontMetricsF(self._theme.font(Size.SMALL))

    def _label_widths(self) -> list[float]:
        """Of every word that can ever stand here, so that the chain never changes shape during a check."""
        name, state = self._metrics()
        kinds = [self._catalogue.text(f"ui.chain.link.{k}") for k in LinkKind]
        names = [*kinds, *(self._catalogue.text(f"ui.chain.{s}") for s in STATIONS if s is not Station.LINK)]
        states = [self._catalogue.text(f"ui.chain.short.{s}") for s in LinkState]
        return [*map(name.horizontalAdvance, names), *map(state.horizontalAdvance, states)]

    def _widest(self) -> float:
        return max(*self._label_widths(), 2 * self._radius() + self._theme.space(3)) + self._theme.space(1.5)

    def _spots(self) -> list[_Spot]:
        if self.in_row(self.width()):
            return [self._in_row(i) for i in range(len(STATIONS))]
        return [self._in_list(i) for i in range(len(STATIONS))]

    def _in_row(self, index: int) -> _Spot:
        each = self.width() / len(STATIONS)
        radius = self._radius()
        centre = QPointF(each * (index + 0.5), radius + self._theme.space(1.5))
        top = centre.y() + radius + self._theme.space(1.5)
        return _Spot(centre, radius, QRectF(each * index, top, each, self._words_height()))

    def _in_list(self, index: int) -> _Spot:
        each, radius = self._row_height(), float(self._theme.space(4.5))
        centre = QPointF(radius + 4, each * (index + 0.5))
        left = centre.x() + radius + self._theme.space(3)
        height = self._words_height()
        return _Spot(centre, radius, QRectF(left, centre.y() - height / 2, self.width() - left, height))

    def _frame(self, spot: _Spot) -> QRectF:
        """The place of one link, circle and words."""
        edge = self._theme.space(1.2)
        circle = QRectF(spot.centre.x(), spot.centre.y(), 0, 0)
        circle.adjust(-spot.radius, -spot.radius, spot.radius, spot.radius)
        frame = circle.united(spot.words).adjusted(-edge, -edge, edge, edge)
        return frame.intersected(QRectF(self.rect()))

    # Paint

    def _paint_grounds(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        radius = self._theme.space(2)
        for button in self.links.marked():
            painter.setBrush(self._theme.colour("accent_soft" if button.isChecked() else "sunken"))
            painter.drawRoundedRect(QRectF(button.geometry()), radius, radius)

    def _paint_joint(self, painter: QPainter, before: _Spot, after: _Spot, state: LinkState) -> None:
        fine = state is LinkState.FINE
        pen = QPen(self._theme.colour("fine" if fine else "outline"), 3 if fine else 2)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        if not fine:
            pen.setDashPattern([1, 3])
        painter.setPen(pen)
        gap = before.radius + self._theme.space(1.5)
        if before.centre.y() == after.centre.y():
            painter.drawLine(before.centre + QPointF(gap, 0), after.centre - QPointF(gap, 0))
        elif after.centre.y() - before.centre.y() > 2 * before.radius + 4:
            edge = QPointF(0, before.radius + 2)
            painter.drawLine(before.centre + edge, after.centre - edge)

    def _paint_station(self, painter: QPainter, station: Station, state: LinkState, spot: _Spot) -> None:
        tone = self._theme.colour(TONES[state])
        radius = spot.radius
        painter.setBrush(self._theme.colour(f"{TONES[state]}_soft"))
        painter.setPen(self._ring(state, tone))
        painter.drawEllipse(spot.centre, radius, radius)
        side = radius * 1.04
        box = QRectF(spot.centre.x() - side / 2, spot.centre.y() - side / 2, side, side)
        name = _LINK_ICONS[self._chain.kind] if station is Station.LINK else _ICONS[station]
        icons.paint(painter, name, box, tone)
        if state is LinkState.CHECKING:
            self._paint_arc(painter, spot, tone)
        paint_mark(painter, self._theme, spot.centre, radius, state)
        self._paint_words(painter, station, state, spot)

    @staticmethod
    def _ring(state: LinkState, tone: QColor) -> QPen:
        if state is LinkState.CHECKING:
            return QPen(Qt.PenStyle.NoPen)
        pen = QPen(tone, 2.4 if state in (LinkState.FAULT, LinkState.SUSPECT) else 1.6)
        if state is LinkState.NOT_TESTED:
            pen.setDashPattern([3, 3])
        return pen

    def _paint_arc(self, painter: QPainter, spot: _Spot, tone: QColor) -> None:
        pen = QPen(tone, 3)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        ring = QRectF(spot.centre.x() - spot.radius, spot.centre.y() - spot.radius, 2 * spot.radius, 2 * spot.radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if reduced_motion():
            pen.setDashPattern([2, 3])
            painter.setPen(pen)
            painter.drawEllipse(ring)
            return
        painter.setPen(pen)
        painter.drawArc(ring, int((90 - self._turn * 360) * 16), -110 * 16)

    def _paint_words(self, painter: QPainter, station: Station, state: LinkState, spot: _Spot) -> None:
        row = spot.words.left() < spot.centre.x()
        across = Qt.AlignmentFlag.AlignHCenter if row else Qt.AlignmentFlag.AlignLeft
        name, _small = self._metrics()
        painter.setFont(self._theme.font(Size.BODY, bold=True))
        painter.setPen(self._theme.colour("text"))
        top = QRectF(spot.words.topLeft(), spot.words.size())
        painter.drawText(
            top, across | Qt.AlignmentFlag.AlignTop, station_name(self._catalogue, station, self._chain.kind)
        )
        painter.setFont(self._theme.font(Size.SMALL))
        painter.setPen(self._theme.colour("muted" if TONES[state] == "idle" else TONES[state]))
        top.setTop(top.top() + name.height() + 2)
        painter.drawText(top, across | Qt.AlignmentFlag.AlignTop, self._catalogue.text(f"ui.chain.short.{state}"))
