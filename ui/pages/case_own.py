"""It is theirs: export, delete. Deleting asks first, and says what stays with the operator."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal

from selfcare.i18n import Catalogue
from ui.flow import Flow
from ui.pages.support_parts import SupportCard
from ui.rows import marked
from ui.theme import Theme
from ui.widgets import Button, announce, text


class OwnCard(SupportCard):
    """What can be done with all that is written."""

    def __init__(self, theme: Theme, words: Catalogue) -> None:
        super().__init__(theme, words, "ui.cases.own")
        self.export = self.button("ui.cases.export")
        self.delete = self.button("ui.cases.delete")
        self.said = text(theme, "", tone="fine")
        self.said.setVisible(False)
        row = Flow(theme.space(3))
        row.addWidget(self.export)
        row.addWidget(self.delete)
        self.column.addWidget(self.label(words.text("ui.cases.own.lead"), "muted"))
        self.column.addLayout(row)
        self.column.addWidget(self.said)

    def say(self, words: str, good: bool = True) -> None:
        """What came of it."""
        if words != self.said.text():
            self.said.setProperty("tone", "fine" if good else "fault")
            self.said.style().unpolish(self.said)
            self.said.style().polish(self.said)
            self.said.setText(words)
            announce(self.said, words)
        self.said.setVisible(bool(words))


class DeleteCard(SupportCard):
    """The question; the focus is on no."""

    answered = Signal(bool)

    def __init__(self, theme: Theme, words: Catalogue) -> None:
        super().__init__(theme, words)
        self.lead = self.label("")
        self.yes: Button = self.button("ui.cases.delete.yes")
        self.no: Button = self.button("ui.cases.delete.no")
        self.column.addLayout(marked(theme, "bang", "suspect", self.lead))
        row = Flow(theme.space(3))
        row.addWidget(self.yes)
        row.addWidget(self.no)
        self.column.addLayout(row)
        self.yes.clicked.connect(lambda _checked: self.answered.emit(True))
        self.no.clicked.connect(lambda _checked: self.answered.emit(False))
        self.setVisible(False)

    def ask(self, case: str, tickets: int) -> None:
        """``tickets``: that many are with the operator, and stay there."""
        key = "ui.cases.delete.lead.sent" if tickets else "ui.cases.delete.lead"
        words = self.words.text(key, case=case)
        self.lead.setText(words)
        self.lead.setAccessibleName(words)
        self.setVisible(True)
        self.no.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self.lead, words)
