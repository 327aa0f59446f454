"""Icons as data: strokes on a 24 by 24 grid, painted in any colour and size."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap

STROKE = 1.75

# M x y move, L x y line, C x1 y1 x2 y2 x y curve, Z close, R x y w h r rounded rectangle, O x y r circle,
# A x y r start sweep arc (degrees, anticlockwise from three o'clock), D x y r filled dot.
SHAPES: dict[str, str] = {
    "pc": "R 3 4 18 12 2 M 9 20 L 15 20 M 12 16 L 12 20",
    "cable": "R 8 3 8 8 1.5 M 10.5 3 L 10.5 6 M 13.5 3 L 13.5 6 M 12 11 L 12 15 C 12 19 6 17 6 21 M 12 15 L 12 15",
    "wifi": "A 12 19 4.2 45 90 A 12 19 8.6 45 90 A 12 19 13 45 90 D 12 18.6 1.4",
    "link": "M 3 12 L 9 12 M 15 12 L 21 12 O 12 12 3",
    "box": "R 3 12 18 7 2 M 7 15.5 L 7 15.5 D 7 15.5 1 D 11 15.5 1 M 15 15.5 L 18 15.5 M 17 12 L 17 5 M 7 12 L 7 5",
    "line": "M 12 3 L 12 21 M 5 7 L 19 7 M 7 12 L 17 12 "
    "M 5 7 L 5 9.5 M 19 7 L 19 9.5 M 7 12 L 7 14.5 M 17 12 L 17 14.5",
    "isp": "R 4 4 16 7 1.5 R 4 13 16 7 1.5 D 8 7.5 1 D 8 16.5 1 M 12 7.5 L 16 7.5 M 12 16.5 L 16 16.5",
    "internet": "O 12 12 9 M 3 12 L 21 12 M 12 3 C 7 7 7 17 12 21 M 12 3 C 17 7 17 17 12 21",
    "check": "M 5 12.5 L 10 17.5 L 19 7",
    "cross": "M 6.5 6.5 L 17.5 17.5 M 17.5 6.5 L 6.5 17.5",
    "bang": "M 12 6 L 12 13 D 12 17.5 1.3",
    "bar": "M 6 12 L 18 12",
    "query": "M 8.5 9 C 8.5 4 15.5 4 15.5 9 C 15.5 11.5 12 11.5 12 14.5 D 12 18.2 1.3",
    "pulse": "M 2.5 12 L 7 12 L 10 5 L 14 19 L 17 12 L 21.5 12",
    "wrench": "M 20 7 C 21 11 17.5 14 14 12.8 L 7.5 19.3 C 5.5 21 3 18.5 4.7 16.5 L 11.2 10 C 10 6.5 13 3 17 4 L 14 7 "
    "L 17 10 Z",
    "book": "M 12 6.5 C 9 4.5 6 4.5 3.5 5 L 3.5 18.5 C 6 18 9 18 12 20 C 15 18 18 18 20.5 18.5 L 20.5 5 C 18 4.5 15 "
    "4.5 12 6.5 M 12 6.5 L 12 20",
    "headset": "A 12 12.5 8 0 180 R 2.8 12.5 4 6.5 1.5 R 17.2 12.5 4 6.5 1.5 M 19 19 C 19 21 16 21.3 13.5 21.3",
    "folder": "M 3 7 C 3 5.9 3.9 5 5 5 L 9.5 5 L 12 7.5 L 19 7.5 C 20.1 7.5 21 8.4 21 9.5 L 21 17 C 21 18.1 20.1 19 "
    "19 19 L 5 19 C 3.9 19 3 18.1 3 17 Z",
    "screen": "R 3 4 18 12 2 M 9 20 L 15 20 M 9.5 10 L 12 7.5 L 14.5 10 M 12 7.5 L 12 13",
    "gear": "O 12 12 3.2 O 12 12 6.6 M 12 2.5 L 12 5.4 M 12 18.6 L 12 21.5 M 2.5 12 L 5.4 12 M 18.6 12 L 21.5 12 "
    "M 5.3 5.3 L 7.3 7.3 M 16.7 16.7 L 18.7 18.7 M 18.7 5.3 L 16.7 7.3 M 7.3 16.7 L 5.3 18.7",
    "back": "M 8 4.5 L 4 8.5 L 8 12.5 M 4 8.5 L 14 8.5 C 21.5 8.5 21.5 18.5 14 18.5 L 9 18.5",
    "person": "O 12 8 3.6 M 4.5 20 C 4.5 13.5 19.5 13.5 19.5 20",
    "lock": "R 5 11 14 9 2 M 8 11 L 8 8 C 8 3 16 3 16 8 L 16 11 D 12 15.5 1.3",
    "later": "O 12 12 3",
    "down": "M 6 9.5 L 12 15.5 L 18 9.5",
    "right": "M 9.5 6 L 15.5 12 L 9.5 18",
    "phone": "M 6.5 3.5 L 9.5 3.5 L 11 8 L 8.8 9.6 C 10 12.2 11.8 14 14.4 15.2 L 16 13 L 20.5 14.5 L 20.5 17.5 "
    "C 20.5 19.5 19 20.5 17.5 20.5 C 10 20 4 14 3.5 6.5 C 3.5 5 4.5 3.5 6.5 3.5 Z",
    "chat": "R 3 4 18 12.5 2.5 M 8 16.5 L 8 20.5 L 12.5 16.5 M 7.5 9 L 16.5 9 M 7.5 12 L 13 12",
    "mail": "R 3 5 18 14 2 M 3.5 7 L 12 13 L 20.5 7",
    "copy": "R 9 9 11 11 2 M 5.5 15 C 4.6 15 4 14.4 4 13.5 L 4 5.5 C 4 4.6 4.6 4 5.5 4 L 13.5 4 C 14.4 4 15 4.6 15 5.5",
}

_Read = Callable[[], float]


def _arc(path: QPainterPath, read: _Read) -> None:
    x, y, r, start, sweep = read(), read(), read(), read(), read()
    box = QRectF(x - r, y - r, 2 * r, 2 * r)
    path.arcMoveTo(box, start)
    path.arcTo(box, start, sweep)


def _circle(path: QPainterPath, read: _Read) -> None:
    centre, r = QPointF(read(), read()), read()
    path.addEllipse(centre, r, r)


_STEPS: dict[str, Callable[[QPainterPath, _Read], None]] = {
    "M": lambda path, read: path.moveTo(read(), read()),
    "L": lambda path, read: path.lineTo(read(), read()),
    "C": lambda path, read: path.cubicTo(read(), read(), read(), read(), read(), read()),
    "Z": lambda path, read: path.closeSubpath(),
    "R": lambda path, read: _rounded(path, QRectF(read(), read(), read(), read()), read()),
    "O": _circle,
    "A": _arc,
}


def _rounded(path: QPainterPath, box: QRectF, radius: float) -> None:
    path.addRoundedRect(box, radius, radius)


def _paths(name: str) -> tuple[QPainterPath, QPainterPath]:
    """The strokes and the filled dots of an icon."""
    strokes, dots = QPainterPath(), QPainterPath()
    words: Iterator[str] = iter(SHAPES[name].split())
    for word in words:
        if word == "D":
            _circle(dots, lambda: float(next(words)))
        else:
            _STEPS[word](strokes, lambda: float(next(words)))
    return strokes, dots


_cache: dict[str, tuple[QPainterPath, QPainterPath]] = {}


def paint(painter: QPainter, name: str, box: QRectF, colour: QColor, stroke: float = STROKE) -> None:
    """Paints an icon into ``box``."""
    if name not in _cache:
        _cache[name] = _paths(name)
    strokes, dots = _cache[name]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / 24, box.height() / 24)
    pen = QPen(colour, stroke, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(strokes, pen)
    painter.fillPath(dots, colour)
    painter.restore()


def pixmap(name: str, size: int, colour: QColor, ratio: float = 1.0) -> QPixmap:
    """An icon as a picture, sharp on a screen of that pixel ratio."""
    picture = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    paint(painter, name, QRectF(0, 0, size, size), colour)
    painter.end()
    return picture


def icon(name: str, size: int, colour: QColor, ratio: float = 1.0, dot: QColor | None = None) -> QIcon:
    """An icon for a button; the same when disabled, so that it never turns pale behind a sentence.

    ``dot``: the colour of a mark at its corner.
    """
    picture = pixmap(name, size, colour, ratio)
    if dot is not None:
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(dot)
        painter.drawEllipse(QPointF(size * 0.84, size * 0.16), size * 0.16, size * 0.16)
        painter.end()
    made = QIcon(picture)
    made.addPixmap(picture, QIcon.Mode.Disabled)
    return made


def window_icon() -> QIcon:
    """The program's own mark: a pulse on a round ground."""
    made = QIcon()
    for size in (16, 32, 48, 128, *((256,) if sys.platform != "linux" else ())):  # X11 keeps a copy of each
        picture = QPixmap(size, size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor("#0B6788"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRectF(0, 0, size, size), size * 0.24, size * 0.24)
        inset = size * 0.14
        paint(painter, "pulse", QRectF(inset, inset, size - 2 * inset, size - 2 * inset), QColor("#FFFFFF"), 2.4)
        painter.end()
        made.addPixmap(picture)
    return made
