"""The few widgets all pages are made of."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui import icons
from ui.flow import Flow
from ui.theme import Size, Theme

WIDEST_QUARTERS = 46 * 4
NARROW_QUARTERS = 150
"""Below this width the air round the column shrinks."""
TIGHT_QUARTERS = 110
"""Below this one, what stands side by side goes one under the other."""


def text(theme: Theme, words: str = "", size: Size = Size.BODY, bold: bool = False, tone: str = "") -> QLabel:
    """A paragraph that wraps."""
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setFont(theme.font(size, bold))
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    if tone:
        label.setProperty("tone", tone)
    return label


def selectable(label: QLabel) -> QLabel:
    """Lets the mouse select it; not for all, since each then carries a text document and start-up pays for it."""
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def bullet(theme: Theme, line: str, mark: str = "•") -> QHBoxLayout:
    """A line of a list."""
    row = QHBoxLayout()
    row.setSpacing(theme.space(2))
    dot = text(theme, mark, tone="muted")
    dot.setWordWrap(False)
    row.addWidget(dot, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(selectable(text(theme, line)), 1)
    return row


def clear(layout: QLayout) -> None:
    """Takes everything out of a layout, and its widgets out of the world."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.setVisible(False)
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


def announce(widget: QWidget, words: str) -> None:
    """Tells a screen reader something that nobody has to move the focus for."""
    if words and QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, words))


class Rule(QFrame):
    """A thin line between two parts of a card."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("rule")
        self.setFixedHeight(1)


class Button(QPushButton):
    """A button that Enter presses, too. ``kind`` is primary, second, chip, fold, nav or empty for a plain one."""

    def __init__(self, theme: Theme, words: str, kind: str = "", size: Size = Size.BODY, bold: bool = False) -> None:
        super().__init__(words)
        self._theme, self._kind = theme, kind
        self.setProperty("kind", kind)
        self.setFont(theme.font(size, bold))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(True)  # outside a dialog Qt lets only Space press a button

    def set_kind(self, kind: str) -> None:
        """Another look: there is one filled button at a time."""
        if kind != self._kind:
            self._kind = kind
            self.setProperty("kind", kind)
            self.style().unpolish(self)
            self.style().polish(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A filled button shows its focus by a ring inside: one round it would be accent on accent."""
        super().paintEvent(event)
        if not self.hasFocus() or not (self._kind == "primary" or (self._kind == "chip" and self.isChecked())):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.colour("on_accent"), 2))
        inset, radius = 4.0, self._theme.space(2.8 if self._kind == "chip" else 2)
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(box, max(2.0, radius - inset), max(2.0, radius - inset))


class Card(QFrame):
    """A surface with air around its content, from top to bottom."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("card")
        self.column = QVBoxLayout(self)
        self._theme_of_card = theme
        self.column.setSpacing(theme.space(2))
        self.narrow(False)

    def narrow(self, narrow: bool) -> None:
        """Less air at its edges, where the words need the room."""
        edge = self._theme_of_card.space(3.5 if narrow else 5)
        self.column.setContentsMargins(edge, edge, edge, edge)

    def showEvent(self, event: QShowEvent) -> None:
        """A card that is made late finds its page as it is."""
        above = self.parentWidget()
        while above is not None and not isinstance(above, Column):
            above = above.parentWidget()
        if above is not None:
            self.narrow(above.tight)
        super().showEvent(event)


class Badge(QWidget):
    """An icon on a round ground: the state of the answer at a glance."""

    def __init__(self, theme: Theme, quarters: float = 11) -> None:
        super().__init__()
        self._theme = theme
        self._icon, self._tone = "pulse", "accent"
        side = theme.space(quarters)
        self.setFixedSize(side, side)
        theme.changed.connect(self.update)

    def show_state(self, icon: str, tone: str) -> None:
        """Takes an icon and the token of its colour; its ground is ``<tone>_soft``."""
        self._icon, self._tone = icon, tone
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints ground and icon."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour(f"{self._tone}_soft"))
        painter.drawEllipse(box)
        inset = box.width() * 0.22
        icons.paint(
            painter, self._icon, box.adjusted(inset, inset, -inset, -inset), self._theme.colour(self._tone), 2.2
        )


class Fold(QWidget):
    """A heading that opens and closes what is under it; closed at first."""

    toggled = Signal(bool)

    def __init__(self, theme: Theme, title: str, size: Size = Size.BODY) -> None:
        super().__init__()
        self._theme = theme
        self.button = Button(theme, title, "fold", size, bold=True)
        self.button.setCheckable(True)
        self.button.toggled.connect(self._on_toggled)
        self.body = QWidget()
        self.body.setVisible(False)
        self.column = QVBoxLayout(self.body)
        self.column.setContentsMargins(0, theme.space(1), 0, 0)
        self.column.setSpacing(theme.space(1.5))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        outer.addWidget(self.body)
        theme.changed.connect(self._paint_arrow)
        self._paint_arrow()

    def _on_toggled(self, on: bool) -> None:
        self.body.setVisible(on)
        self._paint_arrow()
        self.toggled.emit(on)

    def _paint_arrow(self) -> None:
        side = self._theme.space(4)
        name = "down" if self.button.isChecked() else "right"
        self.button.setIcon(icons.icon(name, side, self._theme.colour("accent"), self.devicePixelRatioF()))
        self.button.setIconSize(QSize(side, side))


class Choices(QWidget):
    """A question and its answers as a row of chips; at most one is chosen.

    ``optional``: choosing the chosen one again takes it back.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, title: str, answers: Sequence[tuple[str, str]], optional: bool = True) -> None:
        super().__init__()
        self._optional = optional
        self.chips: dict[str, Button] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(1.5))
        if title:
            column.addWidget(text(theme, title, tone="muted"))
        flow = Flow(theme.space(1.8))
        for value, words in answers:
            chip = Button(theme, words, "chip")
            chip.setCheckable(True)
            chip.setAccessibleDescription(title)
            chip.clicked.connect(lambda _checked, v=value: self._on_clicked(v))
            self.chips[value] = chip
            flow.addWidget(chip)
        column.addLayout(flow)

    @property
    def value(self) -> str | None:
        """The chosen answer, if any."""
        return next((v for v, chip in self.chips.items() if chip.isChecked()), None)

    def select(self, value: str | None) -> None:
        """Shows an answer as chosen, without telling anybody."""
        for name, chip in self.chips.items():
            chip.setChecked(name == value)

    def _on_clicked(self, value: str) -> None:
        keep = self.chips[value].isChecked() or not self._optional
        self.select(value if keep else None)
        self.chosen.emit(self.value)


class _Ground(QWidget):
    """As high as its content asks at the present width.

    Left alone, Qt takes the height that wrapped text would need in the narrowest
    possible column, and shows a scroll bar for nothing.
    """

    def minimumSizeHint(self) -> QSize:
        """The true narrowest width, no height."""
        return QSize(super().minimumSizeHint().width(), 0)


class Column(QScrollArea):
    """The page's one column: at most 46 em wide, centred, scrolling up and down only."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._widest = theme.space(WIDEST_QUARTERS)
        self._theme = theme
        self.tight = False
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        ground = _Ground()
        ground.setObjectName("page")
        self.column = QVBoxLayout(ground)
        self.column.setSpacing(theme.space(4))
        self.setWidget(ground)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keeps the column centred by its margins: a maximum width would spoil Qt's heights of wrapped text."""
        width = self.viewport().width()
        edge = self._theme.space(3) if width < self._theme.space(NARROW_QUARTERS) else self._theme.space(6)
        side = max(edge, (width - self._widest) // 2)
        self.column.setContentsMargins(side, edge, side, edge)
        self.tight = width < self._theme.space(TIGHT_QUARTERS)
        for card in self.findChildren(Card):
            card.narrow(self.tight)
        self.set_tight(self.tight)
        super().resizeEvent(event)

    def reveal(self, widget: QWidget) -> None:
        """Scrolls as little as shows all of it, or its top if it is higher than the window."""
        # Later: the layout has yet to give it its place.
        QTimer.singleShot(0, widget, lambda: self._scroll_to(widget))

    def _scroll_to(self, widget: QWidget) -> None:
        ground = self.widget()
        if ground is None:
            return
        bar, room, edge = self.verticalScrollBar(), self.viewport().height(), self._theme.space(3)
        top = widget.mapTo(ground, QPoint(0, 0)).y() - edge
        bottom = top + widget.height() + 2 * edge
        if bottom > bar.value() + room:
            bar.setValue(min(bottom - room, top))
        elif top < bar.value():
            bar.setValue(top)

    def set_tight(self, tight: bool) -> None:
        """For pages that have something to rearrange."""
