"""The way back to a guide that sent somebody to another page."""

from __future__ import annotations

from PySide6.QtWidgets import QBoxLayout

from ui.context import Context
from ui.rows import direction, marked
from ui.widgets import Button, Card, text


class ReturnBar(Card):
    """Stands above the page, there only while a guide waits."""

    def __init__(self, context: Context, title: str) -> None:
        super().__init__(context.theme)
        self.narrow(True)
        self.words = text(context.theme, context.catalogue.text("ui.guide.return", title=title))
        self.go = Button(context.theme, context.catalogue.text("ui.guide.return.go"))
        self.go.setAccessibleDescription(self.words.text())
        self.go.clicked.connect(lambda _checked: context.open_page("guides"))
        row = QBoxLayout(direction(False))
        row.setSpacing(context.theme.space(3))
        row.addLayout(marked(context.theme, "book", "accent", self.words), 1)
        row.addWidget(self.go)
        self.column.addLayout(row)
