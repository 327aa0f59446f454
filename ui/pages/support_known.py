"""What is known now, in one card; and what the operator says of its own network."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout

from selfcare.i18n import Catalogue
from selfcare.model.ticket import KnownOutage
from ui.pages.support_parts import SupportCard
from ui.rows import marked, show_now
from ui.support_words import Known, outage
from ui.theme import Size, Theme
from ui.widgets import Fold, announce, clear

NEAR = 2
"""Of what was tried, in sight; the others are behind a fold."""


class KnownCard(SupportCard):
    """The verdict, since when, what was tried; or the way to a check."""

    drawn = Signal()

    def __init__(self, theme: Theme, words: Catalogue) -> None:
        super().__init__(theme, words, "ui.support.known")
        self._shown: object = self
        self.fold: Fold | None = None
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.space(1.8))
        self.column.addLayout(self.body)
        self.check = self.button("ui.support.known.check")
        self.column.addWidget(self.check, 0, Qt.AlignmentFlag.AlignLeft)

    def show_known(self, known: Known | None, fresh: bool) -> None:
        """``fresh``: the verdict is of this very window."""
        self.check.setVisible(not fresh)
        if known == self._shown:
            return
        self._shown, self.fold = known, None
        clear(self.body)
        if known is None:
            nothing = self.label(self.words.text("ui.support.known.nothing"), "muted")
            self.body.addLayout(marked(self.theme, "query", "idle", nothing))
        else:
            lines = [self.label(known.verdict, size=Size.LEAD, bold=True)]
            lines += [self.label(known.since, "muted")] if known.since else []
            self.body.addLayout(marked(self.theme, known.icon, known.tone, *lines))
            self._tried(known.tried)
        show_now(self.body)
        self.drawn.emit()

    def _tried(self, tried: tuple[tuple[str, str, str], ...]) -> None:
        near, rest = tried[:NEAR], tried[NEAR:]
        for icon, tone, line in near:
            self.body.addLayout(marked(self.theme, icon, tone, self.label(line)))
        if rest:
            self.fold = Fold(self.theme, self.words.text("ui.support.tried.more", count=len(rest)))
            for icon, tone, line in rest:
                self.fold.column.addLayout(marked(self.theme, icon, tone, self.label(line)))
            self.body.addWidget(self.fold)


class OutageCard(SupportCard):
    """A collective outage: known, worked on; a ticket adds nothing, and may be opened all the same."""

    def __init__(self, theme: Theme, words: Catalogue) -> None:
        super().__init__(theme, words, "ui.support.outage")
        self._shown: tuple[KnownOutage, ...] = ()
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.space(2))
        self.column.addLayout(self.body)
        self.column.addWidget(self.label(words.text("ui.support.outage.no_ticket"), size=Size.LEAD))
        self.setVisible(False)

    def show_outages(self, outages: tuple[KnownOutage, ...]) -> None:
        """Each with what the operator says of it."""
        if outages != self._shown:
            self._shown = outages
            clear(self.body)
            for one in outages:
                first, *others = outage(self.words, one) or ("",)
                lines = [self.label(first, size=Size.LEAD), *(self.label(line, "muted") for line in others)]
                self.body.addLayout(marked(self.theme, "bang", "suspect", *lines))
                announce(self.heading, f"{self.heading.text()}. {first}")
            show_now(self.body)
        self.setVisible(bool(outages))
