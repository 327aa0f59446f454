"""Rows of what several pages are made of: names with what they say, words beside a badge."""

from __future__ import annotations

import re
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QLayout, QVBoxLayout, QWidget

from ui.theme import Theme
from ui.widgets import Badge, clear, text


class Rows(QVBoxLayout):
    """Names and what they say, in two columns, or one under the other where there is no room."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._tight, self._least = theme, False, 0
        self._rows: list[tuple[QBoxLayout, QLabel]] = []
        self._values: list[QLabel] = []
        self.setSpacing(theme.space(1.5))

    def fill(self, rows: tuple[tuple[str, str], ...], least: int = 0) -> None:
        """Takes the rows anew. ``least``: pixels that the names have at least, so that several of these align.

        Of rows with the same names only the words change: nothing moves under who is reading.
        """
        self._least = least
        here = self.count() == len(self._rows)  # else somebody has emptied the card that these stood in
        if here and tuple(name for name, _ in rows) == tuple(label.text() for _, label in self._rows):
            for value, (name, words) in zip(self._values, rows, strict=True):
                _say(value, name, words)
            return
        clear(self)
        self._rows, self._values = [], []
        for name, words in rows:
            label, value = text(self._theme, name, tone="muted"), text(self._theme, words)
            _say(value, name, words)
            row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
            row.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(value, 1)
            self.addLayout(row)
            self._rows.append((row, label))
            self._values.append(value)
        self.set_tight(self._tight)

    def set_tight(self, tight: bool) -> None:
        """One column or two."""
        self._tight = tight
        widest = max((name_width(self._theme, label.text()) for _, label in self._rows), default=0)
        for row, label in self._rows:
            row.setDirection(direction(tight))
            row.setSpacing(0 if tight else self._theme.space(3))
            label.setMinimumWidth(0 if tight else max(widest, self._least))


def name_width(theme: Theme, name: str) -> int:
    """Pixels that a name takes."""
    return QFontMetrics(theme.font()).horizontalAdvance(name) + 2


def marked(theme: Theme, icon: str, tone: str, *words: QLabel) -> QHBoxLayout:
    """Words beside a small badge."""
    badge = Badge(theme, 7)
    badge.show_state(icon, tone)
    column = QVBoxLayout()
    column.setSpacing(theme.space(0.8))
    for label in words:
        column.addWidget(label)
    row = QHBoxLayout()
    row.setSpacing(theme.space(3))
    row.addWidget(badge, 0, Qt.AlignmentFlag.AlignTop)
    row.addLayout(column, 1)
    return row


def direction(tight: bool) -> QBoxLayout.Direction:
    """Beside each other, or one under the other."""
    return QBoxLayout.Direction.TopToBottom if tight else QBoxLayout.Direction.LeftToRight


def show_now(layout: QLayout) -> None:
    """Takes what was just added into account at once: else a page would shrink for a moment, and scroll away."""
    for place in range(layout.count()):
        item = layout.itemAt(place)
        widget, inner = (item.widget(), item.layout()) if item is not None else (None, None)
        if widget is not None:
            widget.setVisible(True)
        elif inner is not None:
            show_now(inner)


def order_tabs(layout: QLayout) -> None:
    """What is made late would come last; Tab should find it where it stands, from top to bottom."""
    there: list[QWidget] = []
    _walk(layout, there)
    for before, after in pairwise(there):
        QWidget.setTabOrder(before, after)


def _walk(layout: QLayout, found: list[QWidget]) -> None:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        widget, inner = (item.widget(), item.layout()) if item is not None else (None, None)
        if widget is not None:
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                found.append(widget)
            elif (own := widget.layout()) is not None:
                _walk(own, found)
        elif inner is not None:
            _walk(inner, found)


def wrapping(words: str) -> str:
    """What a box or a person wrote without a space wraps too, after a sign or in the middle: never cut, never too wide.

    The places are marked by spaces of no width: for the eye only, not for a screen reader, not to be copied.
    """
    return re.sub(r"\S{17,}", lambda long: re.sub(r"([:./_-]|[^:./_-]{16})(?=.)", "\\1\u200b", long[0]), words)


def _say(label: QLabel, name: str, words: str) -> None:
    label.setText(wrapping(words))
    label.setAccessibleName(f"{name}, {words}")
