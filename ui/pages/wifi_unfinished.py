"""A walk that was cut off: go on with it, or keep it as it is."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from selfcare.i18n import Catalogue
from ui.flow import Flow
from ui.rows import wrapping
from ui.theme import Size, Theme
from ui.widgets import Button, text
from ui.wifi_state import WifiView
from ui.wifi_walk_words import unfinished


class UnfinishedWalk(QWidget):
    """Not there where none was cut off."""

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__()
        self._catalogue = catalogue
        self.words = text(theme, "", Size.LEAD, bold=True)
        self.go_on = Button(theme, catalogue.text("ui.wifi.walk.unfinished.go_on"), "primary", Size.LEAD, bold=True)
        self.keep = Button(theme, catalogue.text("ui.wifi.walk.unfinished.keep"), "second", Size.LEAD)
        row = Flow(theme.space(3))
        for button in (self.go_on, self.keep):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.space(2))
        column.addWidget(self.words)
        column.addLayout(row)
        self.setVisible(False)

    def show_view(self, view: WifiView) -> None:
        """In no network there is nothing to go on with; it can be kept all the same."""
        walk = view.unfinished
        self.setVisible(walk is not None)
        if walk is None:
            return
        said = unfinished(self._catalogue, walk)
        self.words.setText(wrapping(said))
        self.go_on.setVisible(view.joined)
        for button in (self.go_on, self.keep):
            button.setAccessibleDescription(said)
