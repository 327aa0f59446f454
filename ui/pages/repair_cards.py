"""The cards of the repair page: the question, what was tried, before and after, and the changes on this PC."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QVBoxLayout

from selfcare.app.desk import undoable
from selfcare.app.proposals import action_text
from selfcare.i18n import Catalogue
from selfcare.model.remedy import Proposal, RepairResult, Step, StepOutcome
from selfcare.model.repair import Entry, EntryState, Verb
from ui.flow import Flow
from ui.theme import Size, Theme
from ui.widgets import Badge, Button, Card, text

_LOOKS = {
    StepOutcome.KEPT: ("check", "fine"),
    StepOutcome.DONE_BY_HAND: ("check", "fine"),
    StepOutcome.STUCK: ("cross", "fault"),
    StepOutcome.FAILED: ("cross", "fault"),
}
_SHOWN = (EntryState.KEPT, EntryState.APPLIED, EntryState.CONFLICT)
_NO_CHANGE = (Verb.DNS_FLUSH, Verb.DHCP_RENEW)


def proposal_lines(proposal: Proposal, catalogue: Catalogue) -> tuple[str, ...]:
    """Risk, time, undo and rights, as sentences."""
    if proposal.instruction:
        return (proposal.risk_text,)
    back = "temporary" if proposal.temporary else "yes" if proposal.reversible else "no"
    return (
        proposal.risk_text,
        catalogue.text("repair.duration", seconds=round(proposal.duration_s)),
        catalogue.text(f"repair.undo.{back}"),
        catalogue.text(f"repair.privilege.{proposal.privilege.value}"),
    )


class ConsentCard(Card):
    """One action: what, why, what may happen; and two buttons. Nothing is done before one is pressed."""

    answered = Signal(bool)

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        self._theme, self._catalogue = theme, catalogue
        self.title = text(theme, "", Size.HEADING, bold=True)
        self.words = QVBoxLayout()
        self.words.setSpacing(theme.space(1.5))
        self.agree = Button(theme, "", "primary", Size.LEAD, bold=True)
        self.refuse = Button(theme, "", "", Size.LEAD)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setContentsMargins(0, theme.space(2), 0, 0)
        self._row.addWidget(self.agree)
        self._row.addWidget(self.refuse)
        self._row.addStretch(1)
        self.column.addWidget(self.title)
        self.column.addLayout(self.words)
        self.column.addLayout(self._row)
        self.agree.clicked.connect(lambda _checked: self.answered.emit(True))
        self.refuse.clicked.connect(lambda _checked: self.answered.emit(False))
        self.setVisible(False)

    def set_tight(self, tight: bool) -> None:
        """Puts the buttons one under the other where there is no room beside."""
        self._row.setDirection(_direction(tight))

    def show_proposal(self, proposal: Proposal | None) -> None:
        """Takes the question, or none."""
        if proposal is not None:
            self.title.setText(proposal.title)
            _clear(self.words)
            self._add(proposal.why, Size.LEAD)
            for line in proposal.plan:
                self._add(line if proposal.instruction else f"→ {line}", bold=True)
            for line in proposal_lines(proposal, self._catalogue):
                self._add(line, tone="muted")
            for line in proposal.cautions:
                self._add(line, tone="fault")
            kind = "done" if proposal.instruction else "agree"
            self.agree.setText(self._catalogue.text(f"ui.repair.{kind}"))
            self.refuse.setText(self._catalogue.text(f"ui.repair.{'later' if proposal.instruction else 'refuse'}"))
        self.setVisible(proposal is not None)

    def _add(self, line: str, size: Size = Size.BODY, bold: bool = False, tone: str = "") -> None:
        self.words.addWidget(text(self._theme, line, size, bold, tone))


class TriedCard(Card):
    """Each step and what became of it."""

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        self._theme, self._catalogue = theme, catalogue
        self.column.addWidget(text(theme, catalogue.text("ui.repair.tried"), Size.HEADING, bold=True))
        self.rows = QVBoxLayout()
        self.rows.setSpacing(theme.space(2.5))
        self.column.addLayout(self.rows)
        self.setVisible(False)

    def show_result(self, result: RepairResult | None) -> None:
        """Takes the end of a run."""
        _clear(self.rows)
        for step in result.steps if result is not None else ():
            self.rows.addLayout(self._row(step))
        self.setVisible(result is not None and bool(result.steps))

    def _row(self, step: Step) -> QHBoxLayout:
        badge = Badge(self._theme, 7)
        badge.show_state(*_LOOKS.get(step.outcome, ("bar", "idle")))
        words = QVBoxLayout()
        words.setSpacing(self._theme.space(0.8))
        words.addWidget(text(self._theme, step.proposal.title, bold=True))
        lines = step.proposal.plan if step.proposal.instruction else ()
        said = self._catalogue.text(f"repair.outcome.{step.outcome.value}")
        trouble = self._catalogue.first(f"repair.error.{step.error}", "repair.error.failed") if step.error else ""
        for line in (*lines, f"{said} {trouble}".strip(), *step.proposal.cautions):
            words.addWidget(text(self._theme, line, tone="muted"))
        row = QHBoxLayout()
        row.setSpacing(self._theme.space(3))
        row.addWidget(badge, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        return row


class BeforeAfterCard(Card):
    """The two answers side by side, or one under the other where there is no room."""

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        self.before, self.after = text(theme), text(theme)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(theme.space(5))
        for key, label in (("ui.repair.before", self.before), ("ui.repair.after", self.after)):
            side = QVBoxLayout()
            side.setSpacing(theme.space(1))
            side.addWidget(text(theme, catalogue.text(key), tone="muted"))
            side.addWidget(label)
            side.addStretch(1)
            self._row.addLayout(side, 1)
        self.column.addLayout(self._row)
        self.setVisible(False)

    def set_tight(self, tight: bool) -> None:
        """Puts after under before where there is no room beside."""
        self._row.setDirection(_direction(tight))

    def show_result(self, result: RepairResult | None) -> None:
        """Takes the end of a run; there is something to compare only if something was changed."""
        compared = result is not None and result.after is not None
        if result is not None and result.after is not None:
            self.before.setText(result.before.verdict.text)
            self.after.setText(result.after.verdict.text)
        self.setVisible(compared)


class ByHandCard(Card):
    """What is worth trying any day, as an agent on the phone asks for it."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, catalogue: Catalogue, remedies: tuple[str, ...]) -> None:
        super().__init__(theme)
        self.column.addWidget(text(theme, catalogue.text("ui.repair.by_hand"), Size.HEADING, bold=True))
        self.column.addWidget(text(theme, catalogue.text("ui.repair.by_hand.lead"), tone="muted"))
        self.buttons: dict[str, Button] = {}
        flow = Flow(theme.space(1.8))
        for remedy in remedies:
            button = Button(theme, catalogue.text(f"remedy.{remedy}.title"))
            button.setAccessibleDescription(catalogue.text(f"remedy.{remedy}.why"))
            button.clicked.connect(lambda _checked, r=remedy: self.chosen.emit(r))
            self.buttons[remedy] = button
            flow.addWidget(button)
        self.column.addLayout(flow)

    def set_busy(self, busy: bool) -> None:
        """One thing at a time."""
        for button in self.buttons.values():
            button.setEnabled(not busy)


class ChangesCard(Card):
    """The changes made on this PC, each with its button."""

    undo = Signal(str)

    def __init__(self, theme: Theme, catalogue: Catalogue) -> None:
        super().__init__(theme)
        self._theme, self._catalogue = theme, catalogue
        self._shown: tuple[object, ...] = ()
        self.buttons: dict[str, Button] = {}
        self.column.addWidget(text(theme, catalogue.text("ui.repair.changes"), Size.HEADING, bold=True))
        self.trouble = text(theme, "", tone="fault")
        self.rows = QVBoxLayout()
        self.rows.setSpacing(theme.space(2))
        self.column.addWidget(self.trouble)
        self.column.addLayout(self.rows)
        self.trouble.setVisible(False)

    def show_changes(self, entries: tuple[Entry, ...], problem: str, busy: bool) -> None:
        """Takes what is in the journals; what is already put back is history and not shown."""
        self.trouble.setText(self._catalogue.text(problem) if problem else "")
        self.trouble.setVisible(bool(problem))
        if (entries, busy) == self._shown:
            return
        self._shown = entries, busy
        _clear(self.rows)
        self.buttons = {}
        shown = [e for e in entries if e.state in _SHOWN and e.change.verb not in _NO_CHANGE]
        for entry in shown:
            self.rows.addLayout(self._row(entry, entry in undoable(entries), busy))
        if not shown:
            self.rows.addWidget(text(self._theme, self._catalogue.text("ui.repair.changes.none"), tone="muted"))

    def _row(self, entry: Entry, can_undo: bool, busy: bool) -> QHBoxLayout:
        what = action_text(self._catalogue, entry.change)
        words = QVBoxLayout()
        words.setSpacing(self._theme.space(0.8))
        words.addWidget(text(self._theme, what))
        state = self._catalogue.text(f"repair.entry.{entry.state.value}")
        words.addWidget(text(self._theme, f"{_when(entry.began)} · {state}", tone="muted"))
        row = QHBoxLayout()
        row.setSpacing(self._theme.space(3))
        row.addLayout(words, 1)
        if can_undo:
            button = Button(self._theme, self._catalogue.text("ui.repair.undo"))
            button.setAccessibleName(self._catalogue.text("ui.repair.undo.what", what=what))
            button.setEnabled(not busy)
            button.clicked.connect(lambda _checked: self.undo.emit(entry.name))
            self.buttons[entry.name] = button
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return row


def _direction(tight: bool) -> QBoxLayout.Direction:
    return QBoxLayout.Direction.TopToBottom if tight else QBoxLayout.Direction.LeftToRight


def _when(began: str) -> str:
    try:
        return datetime.fromisoformat(began).astimezone().strftime("%d/%m %H:%M")
    except ValueError:
        return began


def _clear(layout: QLayout) -> None:
    """Takes everything out, rows in rows included."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.setVisible(False)  # it must not be seen or reached until Qt gets round to deleting it
            widget.deleteLater()
        elif inner is not None:
            _clear(inner)
