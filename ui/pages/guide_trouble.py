"""A guide that was interrupted: why, and the way on."""

from __future__ import annotations

from PySide6.QtCore import Qt

from ui.context import Context
from ui.flow import Flow
from ui.guide_state import GuideState, Phase
from ui.theme import Size
from ui.widgets import Button, Card, announce, text


class TroubleCard(Card):
    """The guide cannot go on; nothing that happened is lost."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme)
        theme, say = context.theme, context.catalogue.text
        self._say = say
        self.title = text(theme, say("ui.guide.trouble"), Size.HEADING, bold=True)
        self.words = text(theme, "", Size.LEAD)
        self.retry = Button(theme, say("ui.guide.retry"), "primary", Size.LEAD, bold=True)
        self.all = Button(theme, say("ui.guide.all"), "second", Size.LEAD)
        buttons = Flow(theme.space(3))
        for button in (self.retry, self.all):
            buttons.addWidget(button)
        self.column.addWidget(self.title)
        self.column.addWidget(self.words)
        self.column.addLayout(buttons)
        self.setVisible(False)

    def show_state(self, state: GuideState) -> None:
        """Why, and what one can do."""
        if state.trouble is not None:
            words = self._say(f"ui.guide.trouble.{state.trouble.code}")
            if words != self.words.text() or not self.isVisible():
                announce(self.title, words)
            self.words.setText(words)
            anew = state.trouble.code == "changed" or not state.run
            self.retry.setText(self._say("ui.guide.again" if anew else "ui.guide.retry"))
            self.retry.setAccessibleDescription(words)
        self.setVisible(state.phase is Phase.TROUBLE)

    def focus(self) -> None:
        """What is most likely wanted."""
        self.retry.setFocus(Qt.FocusReason.OtherFocusReason)
