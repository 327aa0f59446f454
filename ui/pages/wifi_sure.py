"""One question before something is gone: the focus is on no."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.flow import Flow
from ui.theme import Theme
from ui.widgets import Button, announce, text


class Sure(QWidget):
    """Hidden until it asks; ``answered`` comes once."""

    answered = Signal(bool)

    def __init__(self, theme: Theme, question: str, yes: str, no: str) -> None:
        super().__init__()
        self._words = text(theme, question)
        self.no, self.yes = Button(theme, no, "second"), Button(theme, yes)
        row = Flow(theme.space(3))
        for button in (self.yes, self.no):
            button.setAccessibleDescription(question)
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(1.5))
        column.addWidget(self._words)
        column.addLayout(row)
        self.yes.clicked.connect(lambda _checked: self._answer(True))
        self.no.clicked.connect(lambda _checked: self._answer(False))
        self.setVisible(False)

    def ask(self) -> None:
        """Shows it; Enter by accident changes nothing."""
        self.setVisible(True)
        self.no.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self._words, self._words.text())

    def _answer(self, agreed: bool) -> None:
        self.setVisible(False)
        self.answered.emit(agreed)
