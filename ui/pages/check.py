"""The check page: the answer, the chain, what next, the symptom question, and why."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from selfcare.app.options import CheckOptions
from selfcare.model.finding import Diagnosis, VerdictState
from ui.chain import ChainWidget
from ui.chain_state import Station
from ui.check_state import CheckState, Phase
from ui.context import Context
from ui.messages import Batch
from ui.pages.answer import AnswerCard
from ui.pages.asking import DeepAsking
from ui.pages.symptom import SymptomCard
from ui.pages.why import WhyCard
from ui.report_text import report
from ui.theme import Size
from ui.wide import WideButton
from ui.widgets import Button, Card, Column, announce, clear, text
from ui.wording import advice, guide_title, guides_for, way_to_repair, why

if TYPE_CHECKING:  # made when first needed
    from ui.deep import DeepOffer
    from ui.pages.deep import DeepCard, DeepProgress
    from ui.pages.link import LinkPanel


class CheckPage(Column):
    """Reads the engine's messages into its ``CheckState`` and shows that; keeps nothing else."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme)
        self._context = context
        self._tight = False
        self.panel: LinkPanel | None = None
        self.progress: DeepProgress | None = None
        self.deep: DeepCard | None = None
        theme, catalogue = context.theme, context.catalogue
        self.answer = AnswerCard(theme, catalogue)
        self.chain = ChainWidget(theme, catalogue)
        self.chain_card = Card(theme)
        self.chain_card.column.addWidget(self.chain)
        self.hint = text(theme, catalogue.text("ui.chain.hint"), Size.SMALL, tone="muted")
        self.chain_card.column.addWidget(self.hint)
        self.notice = NoticeCard(context)
        self.next = NextCard(context)
        self.symptom = SymptomCard(theme, catalogue)
        self.other = Button(theme, catalogue.text("ui.ask.other"))
        self.why = WhyCard(theme, catalogue)
        self.symptom.column.addWidget(self.other, 0, Qt.AlignmentFlag.AlignLeft)
        for part in (self.notice, self.answer, self.chain_card, self.next, self.why, self.symptom):
            self.column.addWidget(part)
        self.column.addStretch(1)
        self.setFocusProxy(self.answer.start)
        self.asking = DeepAsking(self, context)
        self._connect()
        self._show()

    def _connect(self) -> None:
        self.answer.start.clicked.connect(self.start)
        self.answer.stop.clicked.connect(self.stop)
        self.answer.deep.clicked.connect(self.asking.ask)
        self.answer.repair.clicked.connect(lambda _checked: self._context.start_repair())
        self.asking.agreed.connect(self.start_deep)
        self.asking.failed.connect(self._on_failed)
        self.chain.links.chosen.connect(self._on_link)
        self.next.drawn.connect(self._order_tabs)
        self.other.clicked.connect(lambda _checked: self._context.ask())
        self._context.bridge.arrived.connect(self._on_batch)

    @property
    def state(self) -> CheckState:
        """What the page knows."""
        return self._context.check

    def showEvent(self, event: QShowEvent) -> None:
        """A repair may have looked, or changed something, since the page was last seen."""
        super().showEvent(event)
        self._show()

    def set_tight(self, tight: bool) -> None:
        """Rearranges the answer and the chart."""
        self._tight = tight
        self.answer.set_tight(tight)
        if self.panel is not None:
            self.panel.set_tight(tight)

    @Slot()
    def start(self) -> None:
        """Starts a check, unless one is running."""
        self._run(CheckOptions(symptom=self.symptom.value))

    @Slot(object)
    def start_deep(self, offer: DeepOffer) -> None:
        """Starts a deep check: its cost was said and agreed to."""
        self.answer.start.setFocus(Qt.FocusReason.OtherFocusReason)  # the question that has it goes away
        self._run(CheckOptions(deep=True, symptom=self.symptom.value), offer.loads)

    def _run(self, options: CheckOptions, loads: frozenset[str] = frozenset()) -> None:
        if self.state.phase is Phase.CHECKING:
            return
        busy = self._context.busy_page
        if busy:  # a check would measure the pauses of the repair, of the box, or of a guide's own tests
            self._context.open_page(busy)
            return
        self.asking.close()
        run_check = self._context.services.run_check
        job = self._context.bridge.submit("check", lambda emit: run_check(options, emit))
        self.state.begin(job.number, options.deep, loads)
        self._show()
        self.verticalScrollBar().setValue(0)

    @Slot()
    def stop(self) -> None:
        """Asks a running check to stop; the page follows when it has."""
        if self.state.phase is Phase.CHECKING:
            self._context.bridge.cancel(self.state.job)

    def escape(self) -> None:
        """The Escape key: no to an open question, else stop what runs, else close the details."""
        if self.asking.open:
            self.asking.refuse()
        elif self.state.phase is Phase.CHECKING:
            self.stop()
        else:
            self._close_link()

    @Slot(object)
    def _on_batch(self, batch: Batch) -> None:
        # Every message is read, the page is drawn once for all of them.
        self.asking.read(batch)
        if any([self.state.read(message) for message in batch.messages]):
            self._show()

    @Slot()
    def _on_failed(self) -> None:
        self.state.fail()
        self._show()

    def _show(self) -> None:
        state = self.state
        shown = state.diagnosis if state.phase is Phase.DONE else state.early
        diagnosis = self._localised(shown)
        self.answer.show_state(state, diagnosis)
        self.chain.show_chain(state.chain)
        done = state.phase is Phase.DONE and diagnosis is not None
        shown_now = diagnosis if done else None
        self.answer.offer(way_to_repair(shown_now))
        self.next.show_lines(advice(self._context.catalogue, shown_now) if shown_now else ())
        self.next.show_guides(guides_for(shown_now))
        self.next.support.setVisible(shown_now is not None and shown_now.verdict.state is not VerdictState.OK)
        if done and diagnosis is not None:
            self._show_why(diagnosis)
        self.why.setVisible(done)
        self.symptom.setVisible(state.phase is not Phase.CHECKING)
        self.notice.refresh()
        self._show_link(diagnosis)
        self._show_deep()

    def _show_why(self, diagnosis: Diagnosis) -> None:
        from ui.links import ruled_out_by_link

        catalogue, result = self._context.catalogue, self.state.result
        if result is not None:
            self.why.show_why(
                why(catalogue, diagnosis, result),
                ruled_out_by_link(catalogue, diagnosis, self.state.chain.kind),
                report(catalogue, result, self.state.observations),
                fine=diagnosis.verdict.state is VerdictState.OK,
            )

    def _show_deep(self) -> None:
        """The bar while a deep check runs, its results after; neither exists before somebody asks for one."""
        state, theme, catalogue = self.state, self._context.theme, self._context.catalogue
        if state.deep and self.progress is None:
            from ui.pages.deep import DeepProgress

            self.progress = DeepProgress(theme, catalogue)
            self.answer.add_progress(self.progress)
        if self.progress is not None:
            self.progress.show_state(state)
        if state.phase is Phase.DONE and state.deep:
            from ui.deep import results
            from ui.pages.deep import DeepCard

            found = results(catalogue, state)
            if self.deep is None and found is not None:
                self.deep = DeepCard(theme, catalogue)
                self.column.insertWidget(self.column.indexOf(self.next), self.deep)
            if self.deep is not None and found is not None:
                self.deep.show_results(found)
                self._order_tabs()
        if self.deep is not None:
            self.deep.setVisible(state.phase is Phase.DONE and state.deep)

    # Details of a link

    @Slot(object)
    def _on_link(self, station: Station | None) -> None:
        if station is not None and self.panel is None:
            from ui.pages.link import LinkPanel

            self.panel = LinkPanel(self._context.theme, self._context.catalogue)
            self.panel.set_tight(self._tight)
            self.panel.closed.connect(self._close_link)
            self.chain_card.column.addWidget(self.panel)
        shown = self.state.diagnosis if self.state.phase is Phase.DONE else self.state.early
        self._show_link(self._localised(shown))
        if station is not None and self.panel is not None:
            self.panel.announce()
            self.reveal(self.chain_card)

    def _show_link(self, diagnosis: Diagnosis | None) -> None:
        station = self.chain.links.opened
        self.hint.setVisible(station is None)
        if self.panel is None:
            return
        self.panel.setVisible(station is not None)
        if station is not None:
            from ui.links import details

            known = details(self._context.catalogue, self.state, diagnosis, station)
            if self.panel.show_details(station, self.state.chain.kind, known):
                self._order_tabs()

    @Slot()
    def _close_link(self) -> None:
        if self.chain.links.opened is not None:
            self.chain.links.close_all()
            self._show_link(None)
            self.chain.links.reached.setFocus(Qt.FocusReason.OtherFocusReason)

    def _order_tabs(self) -> None:
        """What is made late would come last; Tab should find it where it stands."""
        late: list[QWidget | None] = [list(self.chain.links.buttons.values())[-1]]
        if self.panel is not None:
            late += [self.panel.close_button, self.panel.ruled_out.button if self.panel.ruled_out else None]
        late += [
            self.deep.numbers.button if self.deep is not None and self.deep.numbers else None,
            *self.next.buttons.values(),
            self.next.support,
            self.why.fold.button,
        ]
        there = [widget for widget in late if widget is not None]
        for before, after in pairwise(there):
            QWidget.setTabOrder(before, after)

    def _localised(self, diagnosis: Diagnosis | None) -> Diagnosis | None:
        """The engine writes in the language it was started with; after a change its sentences are filled in anew."""
        ours = self._context.catalogue
        if diagnosis is None or ours.language == self._context.services.catalogue.language:
            return diagnosis
        from selfcare.app.sentences import Sentences

        return Sentences(ours, {}).fill(diagnosis)


class NoticeCard(Card):
    """What an earlier run left on this PC or on the box: put back kindly, or still in place. Seldom there."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme)
        self._context = context
        self.words = text(context.theme)
        self.see = Button(context.theme, context.catalogue.text("ui.notice.see"))
        self._page = "repair"
        self.see.clicked.connect(lambda _checked: context.open_page(self._page))
        self.column.addWidget(self.words)
        self.column.addWidget(self.see, 0, Qt.AlignmentFlag.AlignLeft)
        self.setVisible(False)

    def refresh(self) -> None:
        """Reads what is known; nothing is known before somebody had a reason to look."""
        say = self._context.catalogue.text
        kind = self._context.standing.notice() if self._context.standing is not None else ""
        self._page = "repair" if kind else "box"
        kind = kind or ("box" if self._context.box_left else "")
        if kind:
            words = say(f"ui.notice.{kind}")
            self.see.setText(say("ui.notice.see_box" if kind == "box" else "ui.notice.see"))
            if words != self.words.text():
                self.words.setText(words)
                announce(self.words, words)
        self.setVisible(bool(kind))


class NextCard(Card):
    """What to do now. Not there at all when there is nothing to say."""

    drawn = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme)
        self._theme = context.theme
        self._lines: tuple[str, ...] = ()
        self.column.addWidget(text(context.theme, context.catalogue.text("ui.next.title"), Size.HEADING, bold=True))
        self._words = QVBoxLayout()
        self._words.setSpacing(context.theme.space(2))
        self.column.addLayout(self._words)
        self._context = context
        self._guides: tuple[str, ...] = ()
        self.support = Button(context.theme, context.catalogue.text("ui.next.support"))
        self.support.clicked.connect(lambda _checked: context.open_page("support"))
        self.lead = text(context.theme, context.catalogue.text("ui.guide.next"), tone="muted")
        self.lead.setVisible(False)
        self.buttons: dict[str, Button] = {}
        self._row = QVBoxLayout()
        self._row.setSpacing(context.theme.space(2))
        self.column.addWidget(self.lead)
        self.column.addLayout(self._row)
        self.column.addWidget(self.support, 0, Qt.AlignmentFlag.AlignLeft)
        self.setVisible(False)

    def show_lines(self, lines: tuple[str, ...]) -> None:
        """Takes one paragraph per line."""
        if lines != self._lines:
            self._lines = lines
            clear(self._words)
            for line in lines:
                self._words.addWidget(text(self._theme, line, Size.LEAD))
        self.setVisible(bool(lines))

    def show_guides(self, guides: tuple[str, ...]) -> None:
        """Takes the guides that follow what was found; their titles are read when there is one."""
        if guides == self._guides:
            return
        self._guides, self.buttons = guides, {}
        clear(self._row)
        self.lead.setVisible(bool(guides))
        for name in guides:
            title = guide_title(self._context.catalogue.language, name)
            button = self.buttons[name] = WideButton(self._theme, title, Size.BODY)
            button.setAccessibleName(self._context.catalogue.text("ui.guide.see.name", what=title))
            button.clicked.connect(lambda _checked, one=name: self._context.open_guide(one))
            self._row.addWidget(button)
            button.setVisible(True)
        self.drawn.emit()


def build(context: Context) -> QWidget:
    """For the registry."""
    return CheckPage(context)
