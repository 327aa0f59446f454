"""A button with a whole sentence on it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout

from ui.theme import Size, Theme
from ui.widgets import Button, text


class WideButton(Button):
    """A button as wide as there is room, whose words wrap: an answer is a sentence as often as a word."""

    def __init__(self, theme: Theme, words: str, size: Size = Size.LEAD) -> None:
        super().__init__(theme, "", "second" if size is Size.LEAD else "", size)
        self.setAccessibleName(words)
        self.words = words
        label = text(theme, words, size)
        label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inside = QVBoxLayout(self)
        edge, above = (theme.space(4), theme.space(2.4)) if size is Size.LEAD else (theme.space(3.2), theme.space(1.4))
        inside.setContentsMargins(edge, above, edge, above)
        inside.addWidget(label)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        """Of its words: the style knows of none."""
        inside = self.layout()
        return inside.sizeHint() if inside is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Of its longest word."""
        inside = self.layout()
        return inside.minimumSize() if inside is not None else super().minimumSizeHint()

    def hasHeightForWidth(self) -> bool:
        """Words wrap."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Of its words at this width."""
        inside = self.layout()
        return inside.heightForWidth(width) if inside is not None else -1
