"""The answer: one sentence, one sub-line, one button. The top of the check page in each of its states."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from selfcare.i18n import Catalogue
from selfcare.model.finding import Band, Diagnosis, VerdictState
from ui.check_state import CheckState, Phase
from ui.flow import Flow
from ui.theme import Size, Theme
from ui.widgets import Badge, Button, Card, selectable, text
from ui.wording import Way, place, sub_line

_LOOKS = {
    VerdictState.OK: ("check", "fine"),
    VerdictState.FAULT: ("cross", "fault"),
    VerdictState.MULTIPLE: ("cross", "fault"),
    VerdictState.NOT_PROVEN: ("query", "suspect"),
    VerdictState.INTERMITTENT: ("pulse", "suspect"),
    VerdictState.CONNECTING: ("link", "accent"),
    VerdictState.CANNOT_TEST: ("query", "idle"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the card says; pure, so that each state can be tested without a window."""

    icon: str
    tone: str
    headline: str
    lines: tuple[str, ...] = ()


def answer(catalogue: Catalogue, state: CheckState, diagnosis: Diagnosis | None) -> Answer:
    """The words and the look for a state of the page."""
    say = catalogue.text
    if state.phase is Phase.IDLE:
        return Answer("pulse", "accent", say("ui.idle.title"), (say("ui.idle.lead"),))
    if state.phase is Phase.ERROR:
        return Answer("bang", "suspect", say("ui.error.title"), (say("ui.error.lead"),))
    if state.phase is Phase.CHECKING:
        step = say("ui.step.loading" if state.loading else f"ui.step.{state.layer or 'start'}")
        if diagnosis is None:
            title = say("ui.checking.title.deep" if state.deep else "ui.checking.title")
            return Answer("pulse", "accent", title, (step,))
        lines = (say("ui.checking.early"), step) if state.loading else (say("ui.checking.early"),)
        return Answer("pulse", "accent", diagnosis.verdict.text, lines)
    if diagnosis is None:
        return Answer("bang", "suspect", say("ui.error.title"), (say("ui.error.lead"),))
    return _verdict(catalogue, diagnosis)


def _verdict(catalogue: Catalogue, diagnosis: Diagnosis) -> Answer:
    verdict = diagnosis.verdict
    icon, tone = _LOOKS[verdict.state]
    if verdict.state is VerdictState.FAULT and (verdict.band is Band.POSSIBLE or len(verdict.segments) > 1):
        icon, tone = "bang", "suspect"  # nobody is accused: the alarm colour would
    lines = [sub_line(catalogue, verdict)]
    where = place(catalogue, verdict.segments)
    if where:
        lines.insert(0, catalogue.text("ui.where", place=where))
    return Answer(icon, tone, verdict.text, tuple(line for line in lines if line))


class AnswerCard(Card):
    """Shows an ``Answer`` and the button that starts, repeats or stops the check."""

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        self._theme, self._catalogue = theme, catalogue
        self._said = ""
        self.badge = Badge(theme)
        self.headline = text(theme, "", Size.HEADLINE, bold=True)
        self.lines = [text(theme, "", Size.LEAD, tone="muted") for _ in range(2)]
        self.start = Button(theme, "", "primary", Size.LEAD, bold=True)
        self.stop = Button(theme, catalogue.text("ui.button.stop"), "second", Size.LEAD)
        words = QVBoxLayout()
        words.setSpacing(theme.space(1.5))
        words.addWidget(self.headline)
        for line in self.lines:
            words.addWidget(line)
        self.deep = Button(theme, catalogue.text("ui.button.deep"), "second", Size.LEAD)
        self.repair = Button(theme, catalogue.text("ui.next.repair"), "primary", Size.LEAD, bold=True)
        self.repair.setVisible(False)
        self.words = words
        buttons = Flow(theme.space(3))
        for button in (self.repair, self.start, self.deep, self.stop):
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
        direction = QBoxLayout.Direction.TopToBottom if tight else QBoxLayout.Direction.LeftToRight
        if self._row.direction() is not direction:
            self._row.setDirection(direction)

    def show_state(self, state: CheckState, diagnosis: Diagnosis | None) -> None:
        """Takes the page's state; keeps the focus on the button that is there."""
        if state.phase is Phase.DONE:
            selectable(self.headline)  # somebody may want to quote it
        said = answer(self._catalogue, state, diagnosis)
        self.badge.show_state(said.icon, said.tone)
        self.headline.setText(said.headline)
        for label, line in zip(self.lines, (*said.lines, "", ""), strict=False):
            label.setText(line)
            label.setVisible(bool(line))
        self.deep.setVisible(state.phase is not Phase.CHECKING)
        again = state.phase in (Phase.DONE, Phase.ERROR)
        self.start.setText(self._catalogue.text("ui.button.again" if again else "ui.button.check"))
        self._swap(checking=state.phase is Phase.CHECKING)
        self._announce(said, state.phase)

    def offer(self, way: Way) -> None:
        """The way to the repair, where there is one; then it is the filled button, and checking again the other."""
        mends = way is Way.MEND
        if way is not Way.NONE:
            self.repair.setText(self._catalogue.text(f"ui.next.{'repair' if mends else 'guide'}"))
        for button, filled in ((self.repair, mends), (self.start, not mends)):
            button.set_kind("primary" if filled else "second")
            button.setFont(self._theme.font(Size.LEAD, bold=filled))  # after: a new kind takes the font back
        if way is Way.NONE and self.repair.hasFocus():
            self.start.setFocus(Qt.FocusReason.OtherFocusReason)
        self.repair.setVisible(way is not Way.NONE)

    def add_progress(self, progress: QWidget) -> None:
        """Puts the bar of a deep check under the words."""
        self.words.insertWidget(self.words.indexOf(self.lines[-1]) + 1, progress)

    def _swap(self, checking: bool) -> None:
        shown, hidden = (self.stop, self.start) if checking else (self.start, self.stop)
        had_focus = hidden.hasFocus()
        shown.setVisible(True)
        if had_focus:
            shown.setFocus(Qt.FocusReason.OtherFocusReason)
        hidden.setVisible(False)

    def _announce(self, said: Answer, phase: Phase) -> None:
        """Tells a screen reader once per new headline; the idle page needs no telling."""
        words = " ".join((said.headline, *said.lines)) if phase is not Phase.CHECKING else said.headline
        if words == self._said:
            return
        self._said = words
        if phase is not Phase.IDLE and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.headline, words))
