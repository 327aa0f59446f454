"""The way a repair goes: its steps while it runs; at its end what was tried, and before and after side by side."""

from __future__ import annotations

from PySide6.QtWidgets import QBoxLayout, QLabel, QVBoxLayout

from selfcare.i18n import Catalogue
from selfcare.model.finding import Verdict
from selfcare.model.remedy import RepairResult, Step, StepOutcome
from ui.repair_course import Line, course
from ui.repair_state import RepairState
from ui.repair_words import changed_facts, outcome, outcome_look, verdict_look
from ui.rows import direction, marked
from ui.theme import Size, Theme
from ui.widgets import Card, clear, text


class CourseCard(Card):
    """The steps, each with its state; there only while something is under way."""

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        self._theme, self._catalogue = theme, catalogue
        self._shown: tuple[Line, ...] = ()
        self.column.addWidget(text(theme, catalogue.text("ui.repair.course"), Size.HEADING, bold=True))
        self.rows = QVBoxLayout()
        self.rows.setSpacing(theme.space(1.5))
        self.column.addLayout(self.rows)
        self.setVisible(False)

    @property
    def lines(self) -> tuple[Line, ...]:
        """What stands there now."""
        return self._shown

    def show_state(self, state: RepairState) -> None:
        """Takes the page's state; drawn anew only where a step has moved on."""
        lines = course(self._catalogue, state)
        if lines != self._shown:
            self._shown = lines
            clear(self.rows)
            for line in lines:
                label = text(self._theme, line.words, bold=line.now)
                label.setAccessibleName(line.spoken)
                self.rows.addLayout(marked(self._theme, line.icon, line.tone, label))
        self.setVisible(bool(lines))


class TriedCard(Card):
    """Each step and what became of it."""

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        self._theme, self._catalogue = theme, catalogue
        self._result: RepairResult | None = None
        self.title = text(theme, "", Size.HEADING, bold=True)
        self.rows = QVBoxLayout()
        self.rows.setSpacing(theme.space(2.5))
        self.column.addWidget(self.title)
        self.column.addLayout(self.rows)
        self.setVisible(False)

    def show_result(self, result: RepairResult | None) -> None:
        """Takes the end of a run."""
        if result is not self._result:
            self._result = result
            clear(self.rows)
            steps = result.steps if result is not None else ()
            self.title.setText(self._catalogue.text(f"ui.repair.{_kind(steps)}"))
            for step in steps:
                self._add(step)
        self.setVisible(result is not None and bool(result.steps))

    def _add(self, step: Step) -> None:
        lines = step.proposal.plan if step.proposal.instruction else ()
        cautions = step.proposal.cautions if step.outcome is StepOutcome.CAUTION else ()
        said = (*lines, outcome(self._catalogue, step), *cautions)
        title = text(self._theme, step.proposal.title, bold=True)
        icon, tone = outcome_look(step)
        words = (text(self._theme, line, tone="muted") for line in said)
        self.rows.addLayout(marked(self._theme, icon, tone, title, *words))


def _kind(steps: tuple[Step, ...]) -> str:
    """What the steps have in common."""
    outcomes = {s.outcome for s in steps}
    if outcomes <= {StepOutcome.FOR_YOU}:
        return "for_you"
    return "proposed" if outcomes <= {StepOutcome.REFUSED, StepOutcome.CAUTION} else "tried"


class BeforeAfterCard(Card):
    """The two answers side by side with the facts that changed; one under the other where there is no room."""

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        self._theme, self._catalogue = theme, catalogue
        self._result: RepairResult | None = None
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(theme.space(5))
        self.names: dict[str, QLabel] = {}
        self.sides: dict[str, QVBoxLayout] = {}
        for key in ("before", "after"):
            side = QVBoxLayout()
            side.setSpacing(theme.space(1.5))
            self.names[key] = text(theme, catalogue.text(f"ui.repair.{key}"), tone="muted")
            side.addWidget(self.names[key])
            self.sides[key] = QVBoxLayout()
            self.sides[key].setSpacing(theme.space(1.5))
            side.addLayout(self.sides[key])
            side.addStretch(1)
            self._row.addLayout(side, 1)
        self.column.addLayout(self._row)
        self.setVisible(False)

    def set_tight(self, tight: bool) -> None:
        """Puts after under before where there is no room beside."""
        self._row.setDirection(direction(tight))

    def show_result(self, result: RepairResult | None) -> None:
        """Takes the end of a run; there is something to compare only if something was changed."""
        if result is not None and result.after is not None and result is not self._result:
            self._fill(result.before.verdict, result.after.verdict, changed_facts(self._catalogue, result))
        self._result = result
        self.setVisible(result is not None and result.after is not None)

    def _fill(self, before: Verdict, after: Verdict, facts: tuple[tuple[str, str, bool], ...]) -> None:
        for side in self.sides.values():
            clear(side)
        same = before.text == after.text and not facts  # said once: twice the same would look like a riddle
        self.names["before"].setText(self._catalogue.text("ui.repair.same" if same else "ui.repair.before"))
        self.names["after"].setVisible(not same)
        self._add("before", *verdict_look(before), before.text, bold=True)
        if not same:
            self._add("after", *verdict_look(after), after.text, bold=True)
        for was, now, better in facts:
            self._add("before", "bar", "idle", was)
            self._add("after", *(("check", "fine") if better else ("cross", "fault")), now)

    def _add(self, side: str, icon: str, tone: str, words: str, bold: bool = False) -> None:
        self.sides[side].addLayout(marked(self._theme, icon, tone, text(self._theme, words, bold=bold)))
