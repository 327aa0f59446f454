"""The plan of the home as tiles, floor under floor; a tile is moved by the mouse or by the arrow keys."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QSizePolicy, QVBoxLayout, QWidget

from selfcare.i18n import Catalogue
from selfcare.i18n.floors import floor_name
from selfcare.model.wifi import Room
from ui import icons
from ui.rows import show_now
from ui.theme import Size, Theme
from ui.widgets import clear, text
from ui.wifi_jobs import Spot
from ui.wifi_plan import Floor, floors, moved, placed
from ui.wifi_walk_words import room_name, short
from ui.wifi_words import ICONS, TONES, room_words

_KEYS = {
    Qt.Key.Key_Left: (-1, 0, 0), Qt.Key.Key_Right: (1, 0, 0), Qt.Key.Key_Up: (0, -1, 0), Qt.Key.Key_Down: (0, 1, 0),
    Qt.Key.Key_PageUp: (0, 0, 1), Qt.Key.Key_PageDown: (0, 0, -1),
}  # fmt: skip
_SMALLEST = 0.65
_WIDEST = 46
"""Quarters: a home of two rooms does not fill the page."""


class Tile(QAbstractButton):
    """A room: its grade as ground, mark and word. ``stepped``: an arrow key; ``dropped``: let go of at that point."""

    stepped = Signal(int, int, int)
    dropped = Signal(QPoint)
    reached = Signal()

    def __init__(self, theme: Theme, catalogue: Catalogue, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._catalogue = theme, catalogue
        self.room: Room | None = None
        self._marks = (False, False)
        self._held: QPoint | None = None
        self.movable = False
        theme.changed.connect(self.update)

    def show_room(self, room: Room, here: bool, box: bool, movable: bool) -> None:
        """Takes a room. ``here``: somebody stands in it now; ``box``: the box does."""
        self.movable = movable
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if movable else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if movable else Qt.CursorShape.ArrowCursor)
        if (room, (here, box)) == (self.room, self._marks):
            return
        self.room, self._marks = room, (here, box)
        say = self._catalogue.text
        parts = [room_name(room.name), room_words(self._catalogue, room)]
        parts += [say("ui.wifi.plan.here")] if here else []
        parts += [say("ui.wifi.plan.box")] if box else []
        self.setAccessibleName(", ".join(parts))
        self.setAccessibleDescription(say("ui.wifi.plan.how") if movable else "")
        self.setToolTip(", ".join(parts))
        self.update()

    def height_for(self, width: int) -> int:
        """What its name takes at that width, with the mark above and the word below."""
        if self.room is None:
            return 0
        inner = max(10, width - self._theme.space(3))
        high = _high(self._theme, Size.BODY, room_name(self.room.name), inner)
        high += _high(self._theme, Size.SMALL, self._word(), inner)
        return self._theme.space(2) + self._theme.space(6) + high + self._theme.space(3)

    def _word(self) -> str:
        assert self.room is not None
        return short(self._catalogue, self.room.grade, "ui.wifi.place.short.unknown")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, mark, name, word; where somebody stands a thick edge, at the box its picture."""
        if self.room is None:
            return
        theme, tone = self._theme, TONES[self.room.grade]
        here, box = self._marks
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        focused = self.hasFocus()
        painter.setPen(QPen(theme.colour("accent" if focused or here else "outline"), 2 if focused or here else 1))
        painter.setBrush(theme.colour(f"{tone}_soft"))
        painter.drawRoundedRect(area, theme.space(2), theme.space(2))
        if focused:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(4, 4, -4, -4), theme.space(1.4), theme.space(1.4))
        side, top = theme.space(5), area.top() + theme.space(2)
        names = [ICONS[self.room.grade], *(["box"] if box else []), *(["person"] if here else [])]
        left = area.center().x() - (len(names) * side + (len(names) - 1) * theme.space(1)) / 2
        for name in names:
            colour = theme.colour(tone if name == names[0] else "accent")
            icons.paint(painter, name, QRectF(left, top, side, side), colour, 2.2 if name == names[0] else 1.75)
            left += side + theme.space(1)
        self._paint_words(painter, area, top + theme.space(6))

    def _paint_words(self, painter: QPainter, area: QRectF, top: float) -> None:
        assert self.room is not None
        width = max(10, self.width() - self._theme.space(3))
        inner = QRect((self.width() - width) // 2, round(top), width, self.height())
        painter.setPen(self._theme.colour("text"))
        for size, words in ((Size.BODY, room_name(self.room.name)), (Size.SMALL, self._word())):
            font = _letters(self._theme, size, words, width)
            painter.setFont(font)
            painter.drawText(inner, _wrap(font, words, width), words)
            inner.moveTop(inner.top() + _high(self._theme, size, words, width))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the room, not the focus; Enter and Space press."""
        step = _KEYS.get(Qt.Key(event.key()))
        if step is not None and self.movable:
            self.stepped.emit(*step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: object) -> None:
        """What is said of a room below the plan is said of this one."""
        super().focusInEvent(event)  # type: ignore[arg-type]
        self.reached.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """It may become a move."""
        self._held = event.position().toPoint() if self.movable else None
        self.raise_()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """It goes with the pointer."""
        if self._held is None:
            return
        way = event.position().toPoint() - self._held
        if self.isDown() and way.manhattanLength() < QApplication.startDragDistance():
            return
        self.setDown(False)
        self.move(self.pos() + way)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A move ends where it is let go of; what did not move was pressed."""
        held, self._held = self._held, None
        if held is not None and not self.isDown():
            self.dropped.emit(self.geometry().center())
            return
        super().mouseReleaseEvent(event)


class FloorView(QWidget):
    """One level. ``put``: a room was moved to a tile of this level; ``pressed`` and ``reached`` carry its name."""

    put = Signal(str, int, int, int)
    stepped = Signal(str, int, int, int)
    pressed = Signal(str)
    reached = Signal(str)

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__()
        self._theme, self._catalogue = theme, catalogue
        self._floor = Floor(0, (), 4, 1)
        self._movable = False
        self._shape: tuple[object, ...] = ()
        self.tiles: dict[str, Tile] = {}
        # Not a fixed height: that would be the one of its size hint, whatever the width.
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self.update)

    def show_floor(self, floor: Floor, here: str, box: str, movable: bool) -> None:
        """Takes the rooms; a tile stays the same widget for as long as its room is here, and keeps the focus."""
        self._floor, self._movable = floor, movable
        for name in set(self.tiles) - {room.name for room in floor.rooms}:
            gone = self.tiles.pop(name)
            gone.setVisible(False)
            gone.deleteLater()
        for room in floor.rooms:
            tile = self.tiles.get(room.name) or self._make(room.name)
            tile.show_room(room, room.name == here, room.name == box, movable)
        shape = (floor.columns, floor.rows, movable, *((r.name, r.x, r.y, r.grade) for r in floor.rooms))
        if shape != self._shape:  # of figures alone, twice a second, nothing moves
            self._shape = shape
            self.updateGeometry()
            self._place()
            self.update()

    def in_order(self) -> list[tuple[str, Tile]]:
        """Row by row."""
        return [(room.name, self.tiles[room.name]) for room in sorted(self._floor.rooms, key=lambda r: (r.y, r.x))]

    def _make(self, name: str) -> Tile:
        tile = self.tiles[name] = Tile(self._theme, self._catalogue, self)
        tile.clicked.connect(lambda _checked: self.pressed.emit(name))
        tile.reached.connect(lambda: self.reached.emit(name))
        tile.stepped.connect(lambda dx, dy, up: self.stepped.emit(name, dx, dy, up))
        tile.dropped.connect(lambda point: self._on_dropped(name, point))
        tile.setVisible(True)
        return tile

    def _on_dropped(self, name: str, point: QPoint) -> None:
        step = self._step(self.width())
        self.put.emit(name, point.x() // step.width(), point.y() // step.height(), self._floor.level)
        self._place()  # where it may not go it goes back

    def sizeHint(self) -> QSize:
        """Wide enough for short names."""
        return QSize(self._theme.space(16) * self._floor.columns, self.heightForWidth(self._theme.space(80)))

    def minimumSizeHint(self) -> QSize:
        """Names wrap, in the middle of a word where they must."""
        return QSize(self._theme.space(8) * self._floor.columns, self._theme.space(10))

    def hasHeightForWidth(self) -> bool:
        """Narrow tiles are higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """All its rows."""
        return self._step(width).height() * self._floor.rows

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tiles share the width."""
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Free tiles, faintly: somewhere to put a room."""
        if not self._movable:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(self._theme.colour("border"), 1)
        pen.setDashPattern([4, 4])
        painter.setPen(pen)
        step, gap = self._step(self.width()), self._theme.space(1)
        taken = {(room.x, room.y) for room in self._floor.rooms}
        for x in range(self._floor.columns):
            for y in range(self._floor.rows):
                if (x, y) in taken:
                    continue
                box = QRectF(x * step.width(), y * step.height(), step.width() - gap, step.height() - gap)
                painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), self._theme.space(2), self._theme.space(2))

    def _step(self, width: int) -> QSize:
        gap = self._theme.space(1)
        wide = max(1, min(width // max(1, self._floor.columns), self._theme.space(_WIDEST)))
        high = max((tile.height_for(wide - gap) for tile in self.tiles.values()), default=self._theme.space(16))
        return QSize(wide, high + gap)

    def _place(self) -> None:
        step, gap = self._step(self.width()), self._theme.space(1)
        for tile in self.tiles.values():
            if tile.room is not None:
                x, y = tile.room.x * step.width(), tile.room.y * step.height()
                tile.setGeometry(x, y, step.width() - gap, step.height() - gap)


class PlanView(QWidget):
    """All floors, the highest on top. ``moved`` carries ``Spot``s; ``pressed`` and ``reached`` a room's name."""

    moved = Signal(object)
    pressed = Signal(str)
    reached = Signal(str)

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__()
        self._theme, self._catalogue = theme, catalogue
        self._rooms: tuple[Room, ...] = ()
        self._levels: tuple[int, ...] = ()
        self.floors: dict[int, FloorView] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.space(1.5))

    @property
    def tiles(self) -> dict[str, Tile]:
        """Every room's, by its name, as one reads the plan."""
        return {name: tile for floor in self.floors.values() for name, tile in floor.in_order()}

    def show_rooms(self, rooms: tuple[Room, ...], here: str = "", box: str = "", movable: bool = False) -> None:
        """Takes the rooms with their places."""
        self._rooms = rooms
        told = floors(rooms, movable)
        levels = tuple(floor.level for floor in told)
        focused = next((name for name, tile in self.tiles.items() if tile.hasFocus()), "")
        if levels != self._levels:
            self._draw(levels)
        for floor in told:
            self.floors[floor.level].show_floor(floor, here, box, movable)
        tile = self.tiles.get(focused)
        if tile is not None and not tile.hasFocus():
            tile.setFocus(Qt.FocusReason.OtherFocusReason)  # it went to another floor, and the focus with it

    def _draw(self, levels: tuple[int, ...]) -> None:
        clear(self._column)
        self._levels, self.floors = levels, {}
        for level in levels:
            if levels != (0,):
                self._column.addWidget(text(self._theme, floor_name(self._catalogue, level), tone="muted"))
            view = self.floors[level] = FloorView(self._theme, self._catalogue)
            view.pressed.connect(self.pressed)
            view.reached.connect(self.reached)
            view.stepped.connect(self._on_stepped)
            view.put.connect(self._on_put)
            self._column.addWidget(view)
        show_now(self._column)

    def _on_stepped(self, name: str, dx: int, dy: int, up: int) -> None:
        if spots := moved(self._rooms, name, dx, dy, up):
            self.moved.emit(spots)

    def _on_put(self, name: str, x: int, y: int, floor: int) -> None:
        spots: tuple[Spot, ...] = placed(self._rooms, name, x, y, floor)
        if spots:
            self.moved.emit(spots)


def _letters(theme: Theme, size: Size, words: str, width: int) -> QFont:
    """Smaller where a word would not fit, as far as it can still be read; beyond that it is broken."""
    font = theme.font(size, bold=size is Size.BODY)
    widest = max((QFontMetrics(font).horizontalAdvance(word) for word in words.split()), default=0) + 2
    if widest > width:
        font.setPointSizeF(max(font.pointSizeF() * width / widest * 0.97, font.pointSizeF() * _SMALLEST))
    return font


def _high(theme: Theme, size: Size, words: str, width: int) -> int:
    font = _letters(theme, size, words, width)
    return QFontMetrics(font).boundingRect(QRect(0, 0, width, 10_000), _wrap(font, words, width), words).height()


def _wrap(font: QFont, words: str, width: int) -> int:
    """Between words; within one only where it finds no room."""
    fits = all(QFontMetrics(font).horizontalAdvance(word) <= width for word in words.split())
    way = Qt.TextFlag.TextWordWrap if fits else Qt.TextFlag.TextWrapAnywhere
    return way.value | Qt.AlignmentFlag.AlignHCenter.value | Qt.AlignmentFlag.AlignTop.value
