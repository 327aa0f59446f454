"""The top of the repair page: where it stands, and the button that starts or stops it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout

from selfcare.i18n import Catalogue
from selfcare.model.finding import VerdictState
from selfcare.model.remedy import RepairState as Ended
from ui.flow import Flow
from ui.repair_state import RepairPhase, RepairState
from ui.repair_words import head
from ui.theme import Size, Theme
from ui.widgets import Badge, Button, Card, announce, text

LINES = 4


class HeadCard(Card):
    """A headline, at most ``LINES`` sentences, and the buttons."""

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        self._catalogue, self._said = catalogue, ""
        self.badge = Badge(theme)
        self.headline = text(theme, "", Size.HEADLINE, bold=True)
        self.lines = [text(theme, "", Size.LEAD, tone="muted") for _ in range(LINES)]
        self.start = Button(theme, "", "primary", Size.LEAD, bold=True)
        self.stop = Button(theme, catalogue.text("ui.button.stop"), "second", Size.LEAD)
        self.to_check = Button(theme, catalogue.text("ui.repair.to_check"), "second", Size.LEAD)
        self.support = Button(theme, catalogue.text("ui.next.support"), "second", Size.LEAD)
        words = QVBoxLayout()
        words.setSpacing(theme.space(1.5))
        for label in (self.headline, *self.lines):
            words.addWidget(label)
        buttons = Flow(theme.space(3))
        for button in (self.start, self.stop, self.to_check, self.support):
            buttons.addWidget(button)
        words.addSpacing(theme.space(1.5))
        words.addLayout(buttons)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(theme.space(4.5))
        self._row.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(words, 1)
        self.column.addLayout(self._row)

    def set_tight(self, tight: bool) -> None:
        """Puts the badge above the words where there is no room beside them."""
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if tight else QBoxLayout.Direction.LeftToRight)

    def show_state(self, state: RepairState) -> None:
        """Takes the page's state; keeps the focus on the button that is there."""
        said = head(self._catalogue, state)
        self.badge.show_state(said.icon, said.tone)
        self.headline.setText(said.headline)
        for label, line in zip(self.lines, (*said.lines, *("",) * LINES), strict=False):
            label.setText(line)
            label.setVisible(bool(line))
        self.start.setText(self._catalogue.text(f"ui.repair.{_start(state)}"))
        self.support.setVisible(state.phase is RepairPhase.DONE and unsolved(state))
        stopping = state.phase is RepairPhase.STOPPING  # not disabled: the focus would be lost
        self.stop.setText(self._catalogue.text("ui.repair.moment" if stopping else "ui.button.stop"))
        self.to_check.setVisible(state.phase in (RepairPhase.DONE, RepairPhase.ERROR))
        shown, hidden = (self.stop, self.start) if state.busy else (self.start, self.stop)
        had_focus = hidden.hasFocus()
        shown.setVisible(True)
        if had_focus:
            shown.setFocus(Qt.FocusReason.OtherFocusReason)
        hidden.setVisible(False)
        self._announce(said.headline, said.lines, state)

    def _announce(self, headline: str, lines: tuple[str, ...], state: RepairState) -> None:
        """Once per new headline; the steps of a measurement would never stop talking."""
        told = headline if state.phase is RepairPhase.LOOKING else " ".join((headline, *lines))
        if told != self._said and state.phase is not RepairPhase.IDLE:
            announce(self.headline, told)
        self._said = told


def unsolved(state: RepairState) -> bool:
    """Whether the run is over and the trouble is not."""
    result = state.result
    after = (result.after or result.before) if result is not None else None
    return after is not None and after.verdict.state not in (VerdictState.OK, VerdictState.CONNECTING)


def _start(state: RepairState) -> str:
    """The main button's word: after a run, what makes sense now."""
    if state.result is not None and state.result.state is Ended.FOR_YOU and not state.by_hand:
        return "check_done"
    ended = state.phase in (RepairPhase.DONE, RepairPhase.ERROR, RepairPhase.STOPPED)
    return "again" if ended and not state.by_hand else "start"
