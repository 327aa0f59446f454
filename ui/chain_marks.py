"""The small mark on a link: a shape of its own for each state, so that nothing hangs on colour."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen, QPolygonF

from ui import icons
from ui.chain_state import LinkState
from ui.theme import Theme

TONES = {
    LinkState.UNKNOWN: "idle",
    LinkState.CHECKING: "accent",
    LinkState.FINE: "fine",
    LinkState.FAULT: "fault",
    LinkState.SUSPECT: "suspect",
    LinkState.NOT_TESTED: "idle",
}
_MARKS = {
    LinkState.FINE: "check",
    LinkState.FAULT: "cross",
    LinkState.SUSPECT: "bang",
    LinkState.NOT_TESTED: "bar",
}


def paint_mark(painter: QPainter, theme: Theme, centre: QPointF, link_radius: float, state: LinkState) -> None:
    """Paints the mark of a state at the lower right of a link's circle; nothing where it has none."""
    if state not in _MARKS:
        return
    radius = link_radius * 0.45
    at = centre + QPointF(link_radius * 0.74, link_radius * 0.74)
    painter.setBrush(theme.colour(TONES[state]))
    painter.setPen(QPen(theme.colour("surface"), 2))
    box = QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius)
    if state is LinkState.FAULT:
        painter.drawPolygon(_octagon(box, 0.42 * radius * 1.4))
    elif state is LinkState.SUSPECT:
        wide = box.adjusted(-radius * 0.2, -radius * 0.25, radius * 0.2, 0)
        painter.drawPolygon(QPolygonF([QPointF(wide.center().x(), wide.top()), wide.bottomRight(), wide.bottomLeft()]))
        box.translate(0, radius * 0.22)
    else:
        painter.drawEllipse(box)
    inset = radius * (0.42 if state is LinkState.SUSPECT else 0.36)
    icons.paint(painter, _MARKS[state], box.adjusted(inset, inset, -inset, -inset), theme.colour("surface"), 3.6)


def _octagon(box: QRectF, cut: float) -> QPolygonF:
    left, right, top, bottom = box.left(), box.right(), box.top(), box.bottom()
    return QPolygonF(
        [
            QPointF(left + cut, top), QPointF(right - cut, top), QPointF(right, top + cut),
            QPointF(right, bottom - cut), QPointF(right - cut, bottom), QPointF(left + cut, bottom),
            QPointF(left, bottom - cut), QPointF(left, top + cut),
        ]
    )  # fmt: skip
