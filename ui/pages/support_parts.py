"""What the pages of support are made of: buttons that are named after what they are about, rows, things to copy."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QBoxLayout, QLabel, QVBoxLayout, QWidget

from selfcare.i18n import Catalogue
from ui.rows import direction, wrapping
from ui.theme import Size, Theme
from ui.widgets import Button, Card, announce, text


class SupportCard(Card):
    """A card with a heading, in the words of support. Rows turn into columns where there is no room."""

    def __init__(self, theme: Theme, words: Catalogue, heading: str = "") -> None:
        super().__init__(theme)
        self.theme, self.words, self.tight = theme, words, False
        self.sides: list[QBoxLayout] = []
        self.heading = text(theme, words.text(heading) if heading else "", Size.HEADING, bold=True)
        self.heading.setVisible(bool(heading))
        self.column.addWidget(self.heading)

    def set_tight(self, tight: bool) -> None:
        """Rearranges what stands side by side."""
        self.tight = tight
        for row in self.sides:
            row.setDirection(direction(tight))

    def beside(self, gap: float = 3) -> QBoxLayout:
        """A row that may become a column."""
        row = QBoxLayout(direction(self.tight))
        row.setSpacing(self.theme.space(gap))
        self.sides.append(row)
        return row

    def forget_rows(self) -> None:
        """What was laid out goes."""
        self.sides.clear()

    def label(self, words: str, tone: str = "", size: Size = Size.BODY, bold: bool = False) -> QLabel:
        """Text of our own or of somebody else's: never more than text, and it wraps."""
        made = text(self.theme, wrapping(words), size, bold, tone)
        made.setAccessibleName(words)
        return made

    def button(self, action: str, what: str = "", kind: str = "") -> Button:
        """Named after what it is about."""
        shown = self.words.text(action)
        made = Button(self.theme, shown, kind, Size.LEAD if kind in ("primary", "second") else Size.BODY)
        if what:
            made.setAccessibleName(self.words.text("ui.support.name", action=shown, what=what))
        return made


class Copy(QWidget):
    """A button that copies, and says that it did."""

    def __init__(self, card: SupportCard, action: str, what: str = "") -> None:
        super().__init__()
        self._words = card.words
        self.copied = ""
        self.button = card.button(action, what)
        self.done = text(card.theme, "", tone="fine")
        self.done.setVisible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(card.theme.space(1))
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.done)
        self.button.clicked.connect(lambda _checked: self._copy())

    def put(self, words: str) -> None:
        """What will be copied."""
        if words != self.copied:
            self.copied = words
            self.done.setVisible(False)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.copied)
        self.done.setText(self._words.text("ui.support.copied"))
        self.done.setVisible(True)
        announce(self.done, self.done.text())
