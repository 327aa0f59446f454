"""The check page: the answer, the chain, what next, the symptom question, and why."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from selfcare.app.options import CheckOptions
from selfcare.model.finding import Diagnosis
from ui.chain import ChainWidget
from ui.check_state import CheckState, Phase
from ui.context import Context
from ui.engine import Job
from ui.messages import Batch
from ui.pages.answer import AnswerCard
from ui.pages.symptom import SymptomCard
from ui.pages.why import WhyCard
from ui.report_text import report
from ui.theme import Size
from ui.widgets import Card, Column, text
from ui.wording import advice, why


class CheckPage(Column):
    """Reads the engine's messages into its ``CheckState`` and shows that; keeps nothing else."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme)
        self._context = context
        self._job: Job | None = None
        theme, catalogue = context.theme, context.catalogue
        self.answer = AnswerCard(theme, catalogue)
        self.chain = ChainWidget(theme, catalogue)
        chain_card = Card(theme)
        chain_card.column.addWidget(self.chain)
        self.next = NextCard(context)
        self.symptom = SymptomCard(theme, catalogue)
        self.why = WhyCard(theme, catalogue)
        for part in (self.answer, chain_card, self.next, self.why, self.symptom):
            self.column.addWidget(part)
        self.column.addStretch(1)
        self.setFocusProxy(self.answer.start)
        self.answer.start.clicked.connect(self.start)
        self.answer.stop.clicked.connect(self.stop)
        context.bridge.arrived.connect(self._on_batch)
        self._show()

    @property
    def state(self) -> CheckState:
        """What the page knows."""
        return self._context.check

    def set_tight(self, tight: bool) -> None:
        """Rearranges the answer."""
        self.answer.set_tight(tight)

    @Slot()
    def start(self) -> None:
        """Starts a check, unless one is running."""
        if self.state.phase is Phase.CHECKING:
            return
        options = CheckOptions(symptom=self.symptom.value)
        run_check = self._context.services.run_check
        self._job = self._context.bridge.submit("check", lambda emit: run_check(options, emit))
        self.state.begin(self._job.number)
        self._show()
        self.verticalScrollBar().setValue(0)

    @Slot()
    def stop(self) -> None:
        """Asks a running check to stop; the page follows when it has."""
        if self._job is not None and self.state.phase is Phase.CHECKING:
            self._job.cancel()

    @Slot(object)
    def _on_batch(self, batch: Batch) -> None:
        # Every message is read, the page is drawn once for all of them.
        if any([self.state.read(message) for message in batch.messages]):
            self._show()

    def _show(self) -> None:
        state = self.state
        shown = state.diagnosis if state.phase is Phase.DONE else state.early
        diagnosis = self._localised(shown)
        self.answer.show_state(state, diagnosis)
        self.chain.show_chain(state.chain)
        done = state.phase is Phase.DONE and diagnosis is not None
        self.next.show_lines(advice(self._context.catalogue, diagnosis) if done and diagnosis else ())
        if done and diagnosis is not None and state.result is not None:
            catalogue = self._context.catalogue
            self.why.show_why(
                why(catalogue, diagnosis, state.result), report(catalogue, state.result, state.observations)
            )
        self.why.setVisible(done)
        self.symptom.setVisible(state.phase is not Phase.CHECKING)

    def _localised(self, diagnosis: Diagnosis | None) -> Diagnosis | None:
        """The engine writes in the language it was started with; after a change its sentences are filled in anew."""
        ours = self._context.catalogue
        if diagnosis is None or ours.language == self._context.services.catalogue.language:
            return diagnosis
        from selfcare.app.sentences import Sentences

        return Sentences(ours, {}).fill(diagnosis)


class NextCard(Card):
    """What to do now. Not there at all when there is nothing to say."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme)
        self._theme = context.theme
        self._lines: tuple[str, ...] = ()
        self.column.addWidget(text(context.theme, context.catalogue.text("ui.next.title"), Size.HEADING, bold=True))
        self.setVisible(False)

    def show_lines(self, lines: tuple[str, ...]) -> None:
        """Takes one paragraph per line."""
        if lines != self._lines:
            self._lines = lines
            while self.column.count() > 1:
                item = self.column.takeAt(1)
                widget = item.widget() if item is not None else None
                if widget is not None:
                    widget.deleteLater()
            for line in lines:
                self.column.addWidget(text(self._theme, line, Size.LEAD))
        self.setVisible(bool(lines))


def build(context: Context) -> QWidget:
    """For the registry."""
    return CheckPage(context)
