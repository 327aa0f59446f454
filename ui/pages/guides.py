"""The guides' page: what would you like to do, the list, and the guide that is open, one card for each step."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFocusEvent, QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QWidget

from selfcare.model.box.change import BoxProposal
from selfcare.model.remedy import Proposal
from ui.box_set_forms import called
from ui.box_set_state import ChangePhase, ChangeState
from ui.context import Context
from ui.guide_state import GuideState, Phase, Shelf
from ui.pages.ask_part import AskPart
from ui.pages.box_set_offer import OfferCard
from ui.pages.guide_intro import IntroCard, NowCard
from ui.pages.guide_list import LeftCard, TopicCard, topics, wanted
from ui.pages.guide_step import StepCard
from ui.pages.guide_trouble import TroubleCard
from ui.pages.repair_offer import ConsentCard
from ui.rows import order_tabs
from ui.widgets import Column, announce, text


class GuidesPage(Column):
    """Shows what the hold knows; the run itself lives in the engine thread."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme)
        self._context = context
        theme, catalogue = context.theme, context.catalogue
        self.hold = context.hold_guides()
        self.hold.speak(catalogue.language)
        self._listed: object = None
        self._where: tuple[object, ...] = ()
        self.note = text(theme, "", tone="suspect")
        self.note.setVisible(False)
        self.asking = AskPart(self, context, self.hold.question, self._on_open, self._on_resume)
        self.ask, self.told = self.asking.ask, self.asking.told
        self.left = LeftCard(theme, catalogue)
        self.state_of_list = text(theme, "", tone="muted")
        self.topics: list[TopicCard] = []
        self.intro = IntroCard(theme, catalogue)
        self.step = StepCard(theme, catalogue)
        self.offer = OfferCard(theme, catalogue)
        self.consent = ConsentCard(theme, catalogue)
        self.now = NowCard(theme, catalogue)
        self.trouble = TroubleCard(context)
        self._cards = (self.intro, self.step, self.offer, self.consent, self.now, self.trouble)
        for part in (self.note, *self._cards, self.ask, self.told, self.left, self.state_of_list):
            self.column.addWidget(part)
        self.column.addStretch(1)
        self._connect()
        self._show()

    def set_tight(self, tight: bool) -> None:
        """Rearranges what stands side by side."""
        for rows in (self.ask, self.left, *self.topics):
            rows.set_tight(tight)
        for card in (self.step, self.offer, self.consent):
            card.set_tight(tight)

    def showEvent(self, event: QShowEvent) -> None:
        """Runs may have been left since."""
        super().showEvent(event)
        if self._context.box is not None:
            self._context.box.let_go()
        self.hold.watch(True)
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        """The run stays where it is."""
        super().hideEvent(event)
        self.hold.watch(False)

    def escape(self) -> None:
        """Says no to the open question; before a guide begins, back to the list."""
        phase = self.hold.state.phase
        if phase is Phase.ASKING:
            self._on_consent(False)
        elif phase is Phase.INTRO:
            self._on_all()
        elif phase is Phase.SHELF and self.asking.open:
            self.asking.close()
        elif phase is Phase.SHELF and self.ask.field.text():
            self.ask.field.setText("")
            self.ask.focus()

    def _connect(self) -> None:
        hold = self.hold
        self.ask.typed.connect(self._show_filter)
        self.left.resume.connect(self._on_resume)
        self.left.discard.connect(self._on_discard)
        self.left.again.connect(self._on_open)
        self.intro.begin.clicked.connect(self._on_begin)
        self.intro.all.clicked.connect(self._on_all)
        self.intro.resume.connect(lambda run: self._on_resume(run, hold.state.guide))
        self.step.answered.connect(lambda words: self._say(lambda: hold.answer(words)))
        self.step.confirmed.connect(lambda word: self._say(lambda: hold.confirm(word)))
        self.step.back.clicked.connect(lambda _checked: self._say(hold.back))
        self.step.later.clicked.connect(self._on_all)
        self.step.gesture.connect(self._on_gesture)
        self.step.end.undo.connect(lambda entry: self._say(lambda: hold.undo(entry)))
        self.step.end.chosen.connect(self._on_open)
        self.step.end.copy.connect(self._on_copy)
        self.step.end.support.connect(lambda: self._context.open_page("support"))
        self.offer.answered.connect(self._on_consent)
        self.consent.answered.connect(self._on_consent)
        self.trouble.retry.clicked.connect(self._on_retry)
        self.trouble.all.clicked.connect(self._on_all)
        for card in (self.ask, self.told, self.left, self.step):
            card.drawn.connect(self._order_tabs)
        hold.changed.connect(self._show)
        hold.question.changed.connect(self._show)
        hold.asked.connect(self._on_asked)
        hold.touched.connect(self._on_touched)

    # -- a person's words ------------------------------------------------------------------------

    def _say(self, word: Callable[[], object]) -> None:
        """One thing at a time: what a guide tests means nothing while something else changes or measures."""
        if self.may_work():
            self._context.bridge.cancel(self._context.check.job)
            word()

    def may_work(self) -> bool:
        """Says why not."""
        key = "repair" if self._context.repairing else "box" if self._context.setting_box else ""
        self._note(f"ui.guide.busy.{key}" if key else "")
        return not key

    def _note(self, key: str) -> None:
        words = self._context.catalogue.text(key) if key else ""
        self.note.setText(words)
        self.note.setVisible(bool(words))
        announce(self.note, words)
        if words:
            self.reveal(self.note)

    def ask_anew(self) -> None:
        """Somebody comes with another question: to the field, unless a guide is at work."""
        if not self.hold.state.busy:
            self.hold.leave()
            self.verticalScrollBar().setValue(0)
            self.start()

    @Slot(str)
    def _on_open(self, guide: str) -> None:
        if self.hold.open(guide):
            self.verticalScrollBar().setValue(0)

    @Slot()
    def _on_begin(self) -> None:
        self._say(self.hold.begin)

    @Slot(str, str)
    def _on_resume(self, run: str, guide: str) -> None:
        self._say(lambda: self.hold.resume(run, guide))

    @Slot(str)
    def _on_discard(self, run: str) -> None:
        self.ask.focus()  # its own button goes
        self.hold.discard(run)

    @Slot()
    def _on_retry(self) -> None:
        state = self.hold.state
        if (state.trouble is not None and state.trouble.code == "changed") or not state.run:
            self._say(self.hold.begin)
        else:
            self._say(self.hold.retry)

    @Slot()
    def _on_all(self) -> None:
        if not self.hold.leave():
            self._note("ui.guide.stay")

    @Slot(str)
    def _on_gesture(self, gesture: str) -> None:
        if gesture == "pair":
            self._context.hold_box().open_pairing()
        self._context.step_out({"pair": "box", "deep": "check", "ticket": "support"}.get(gesture, gesture))

    @Slot(bool)
    def _on_consent(self, agreed: bool) -> None:
        if agreed and not self.may_work():
            return
        if agreed:
            self._context.bridge.cancel(self._context.check.job)  # it would measure the pauses of what comes
        self.step.later.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hold.consent(agreed)

    @Slot()
    def _on_copy(self) -> None:
        self.hold.story(self._copied)

    def _copied(self, story: str) -> None:
        QGuiApplication.clipboard().setText(story)
        self.step.end.say_copied()

    # -- showing ---------------------------------------------------------------------------------

    @Slot()
    def _on_asked(self) -> None:
        if self.isVisible():
            self.start()
        self._offer().announce()
        self.reveal(self._offer())

    @Slot()
    def _on_touched(self) -> None:
        """What was measured or read before is no longer so."""
        self._context.check.forget()
        if self._context.box is not None:
            self._context.box.refresh()

    @Slot()
    def _show(self) -> None:
        state, shelf = self.hold.state, self.hold.shelf
        before, self._where = self._where, (state.phase, state.guide, state.screen)
        had_focus = _inside(self, QApplication.focusWidget())
        if not (self._context.repairing or self._context.setting_box or state.writing):
            self.note.setVisible(False)
        fresh = self._show_guide(state, shelf)
        self._show_list(state, shelf)
        if before != self._where:
            self._moved(state, fresh, had_focus or not before)

    def _show_guide(self, state: GuideState, shelf: Shelf | None) -> bool:
        one = shelf.find(state.guide) if shelf is not None else None
        left = next((r for r in shelf.left if r.guide == state.guide), None) if shelf is not None else None
        here = shelf is not None and shelf.doable is not None and state.guide in shelf.doable
        fresh = self.step.show_state(state, one.title if one is not None else "")
        proposal = state.proposal if state.phase is Phase.ASKING else None
        self._show_offer(proposal if isinstance(proposal, BoxProposal) else None)
        self.consent.show_proposal(proposal if isinstance(proposal, Proposal) else None)
        if state.phase is Phase.INTRO:
            self.intro.show_guide(one, left, here)
        self.intro.setVisible(state.phase is Phase.INTRO)
        self.now.show_state(state)
        self.trouble.show_state(state)
        return fresh

    def _show_offer(self, proposal: BoxProposal | None) -> None:
        asking = ChangeState(ChangePhase.ASKING if proposal is not None else ChangePhase.IDLE, proposal=proposal)
        self.offer.show_state(asking, proposal.family.value if proposal is not None else "", self._names(), "")

    def _names(self) -> dict[str, str]:
        """Devices by name: as the box's page knows them, else as they were offered here."""
        box = self._context.box
        hosts = box.view.picture.hosts if box is not None and box.view.picture is not None else ()
        return {**self.hold.state.names, **called(self._context.catalogue, hosts if isinstance(hosts, tuple) else ())}

    def _show_list(self, state: GuideState, shelf: Shelf | None) -> None:
        there = state.phase is Phase.SHELF
        for part in (self.ask, self.state_of_list, *self.topics):
            part.setVisible(there)
        if not there:
            self.left.setVisible(False)
            self.told.setVisible(False)
            return
        say = self._context.catalogue.text
        self.state_of_list.setText(say("ui.guide.shelf.failed" if self.hold.shelf_failed else "ui.guide.loading"))
        self.state_of_list.setVisible(shelf is None)
        self.asking.show_told()
        self.left.show_left(shelf.left if shelf is not None else ())
        if shelf is not None and shelf.listed != self._listed:
            self._build_topics(shelf)
        self._show_filter(self.ask.field.text())

    def _build_topics(self, shelf: Shelf) -> None:
        self._listed = shelf.listed
        for card in self.topics:
            card.setVisible(False)
            card.deleteLater()
        self.topics = topics(self._context.theme, self._context.catalogue, shelf)
        place = self.column.indexOf(self.state_of_list)
        for card in self.topics:
            place += 1
            self.column.insertWidget(place, card)
            card.set_tight(self.tight)
            card.chosen.connect(self._on_open)
            card.drawn.connect(self._order_tabs)
            if card is self.topics[0]:
                card.open()  # with what is asked for most
        self._order_tabs()

    @Slot(str)
    def _show_filter(self, words: str) -> None:
        shelf = self.hold.shelf
        if self.hold.state.phase is not Phase.SHELF:
            return
        some = wanted(shelf or Shelf(), words)
        self.asking.show_found(words, None if some is None else len(some))
        for card in self.topics:
            card.show_only(some)
            card.show_here(shelf.doable if shelf is not None else None)

    def _moved(self, state: GuideState, fresh: bool, focus: bool) -> None:
        """Another step: it is said, and the focus is where it starts."""
        if state.phase is Phase.ASKING:
            return
        if fresh or state.phase in (Phase.STEP, Phase.OVER):
            self.step.announce()
            self.verticalScrollBar().setValue(0)
        if focus and self.isVisible() and (fresh or state.phase is not Phase.WORKING):
            self.start()

    def start(self) -> None:
        """Puts the focus where the work of this moment begins."""
        phase = self.hold.state.phase
        if phase is Phase.ASKING:
            self._offer().refuse.setFocus(Qt.FocusReason.OtherFocusReason)  # Enter by accident must change nothing
        elif phase is Phase.SHELF:
            self.ask.focus()
        elif phase is Phase.INTRO:
            self.intro.focus()
        elif phase is Phase.TROUBLE:
            self.trouble.focus()
        else:
            self.step.focus()

    def _offer(self) -> OfferCard | ConsentCard:
        return self.offer if isinstance(self.hold.state.proposal, BoxProposal) else self.consent

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The window gave it to the page. A proxy would be where Tab enters, too: past what stands above it."""
        super().focusInEvent(event)
        self.start()

    @Slot()
    def _order_tabs(self) -> None:
        order_tabs(self.column)


def _inside(page: QWidget, focus: QWidget | None) -> bool:
    return focus is None or focus is page or page.isAncestorOf(focus)


def build(context: Context) -> QWidget:
    """For the registry."""
    return GuidesPage(context)
