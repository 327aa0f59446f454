"""The links of the chain as buttons: one stop for Tab, arrows between them, Enter or Space opens the details."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from ui.chain_state import STATIONS, Station
from ui.theme import Theme

_STEPS = {
    Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1,
    Qt.Key.Key_Home: -len(STATIONS), Qt.Key.Key_End: len(STATIONS),
}  # fmt: skip


class LinkButton(QAbstractButton):
    """The place of one link. The chain paints it; this is what is pressed, focused and read out."""

    moved = Signal(int)
    touched = Signal()

    def __init__(self, theme: Theme, station: Station, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.station = station
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.toggled.connect(lambda _on: self.touched.emit())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go to a neighbour; Enter presses as Space does."""
        key = Qt.Key(event.key())
        if key in _STEPS:
            self.moved.emit(_STEPS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """The mouse is over it."""
        super().enterEvent(event)
        self.touched.emit()

    def leaveEvent(self, event: object) -> None:
        """The mouse has gone."""
        super().leaveEvent(event)  # type: ignore[arg-type]
        self.touched.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Only the ring of the focus; the rest is the chain's."""
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._theme.colour("accent"), 2))
            radius = self._theme.space(2)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)


class LinkRow(QWidget):
    """Keeps the six buttons: where they stand, which one Tab reaches, which one is open."""

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.buttons = {station: LinkButton(theme, station, parent) for station in STATIONS}
        self._many = list(self.buttons.values())
        for button in self._many:
            button.clicked.connect(self._on_clicked)
            button.moved.connect(self._on_moved)
            button.touched.connect(parent.update)
            button.installEventFilter(self)
        self.setVisible(False)  # it paints nothing itself
        self._reach(self._many[0])

    @property
    def opened(self) -> Station | None:
        """The link whose details are open."""
        return next((b.station for b in self._many if b.isChecked()), None)

    @property
    def reached(self) -> LinkButton:
        """The button Tab comes to."""
        return next(b for b in self._many if b.focusPolicy() & Qt.FocusPolicy.TabFocus)

    def marked(self) -> list[LinkButton]:
        """Those with a ground of their own: open, or under the mouse."""
        return [b for b in self._many if b.isChecked() or b.underMouse()]

    def close_all(self) -> None:
        """No details are open any more."""
        for button in self._many:
            button.setChecked(False)

    def place(self, boxes: list[QRect]) -> None:
        """Puts each button over its link."""
        for button, box in zip(self._many, boxes, strict=True):
            button.setGeometry(box)

    def eventFilter(self, watched: object, event: object) -> bool:
        """A button focused by the mouse is also the one Tab comes back to."""
        if isinstance(event, QFocusEvent) and event.gotFocus() and isinstance(watched, LinkButton):
            self._reach(watched)
        return False

    def _on_clicked(self) -> None:
        pressed = self.sender()
        for button in self._many:
            if button is not pressed:
                button.setChecked(False)
        self.chosen.emit(self.opened)

    def _on_moved(self, step: int) -> None:
        at = self._many.index(self.sender())  # type: ignore[arg-type]
        target = self._many[min(max(at + step, 0), len(self._many) - 1)]
        self._reach(target)
        target.setFocus(Qt.FocusReason.TabFocusReason)

    def _reach(self, reached: LinkButton) -> None:
        for button in self._many:
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if button is reached else Qt.FocusPolicy.ClickFocus)
