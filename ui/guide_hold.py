"""The guides, for as long as the window is open: one run at a time, which outlives the pages that show it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from selfcare.app.guides.screen import Screen
from selfcare.app.services import Emit, Services
from ui.ask_hold import AskHold
from ui.bridge import EngineBridge
from ui.consent import ConsentGate
from ui.engine import Job
from ui.guide_jobs import GuideKeeper, Ways, fenced
from ui.guide_state import GuideState, Phase, PutBack, Refused, Shelf, Trouble, Turned
from ui.messages import Batch, End, JobEnded

REST_MS = 120_000
"""After so long without the page in sight the box is logged out of."""


class GuideHold(QObject):
    """Outlives the page, which is built anew when the language changes; a run goes on meanwhile.

    ``changed``: any of it is another one; ``asked``: a question for consent stands; ``turned``: the person has the
    word again, or it is the end; ``touched``: something was changed, so what was measured before is no longer so.
    """

    changed = Signal()
    asked = Signal()
    turned = Signal()
    touched = Signal()
    _progress = Signal(str)
    _screen = Signal(object)

    def __init__(self, services: Services, bridge: EngineBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._keeper = GuideKeeper(services.guides, services.catalogue.language)
        self._language = services.catalogue.language
        self._kept: Job | None = None
        self._jobs: dict[int, Callable[[object], None]] = {}
        self._run_job: Job | None = None
        self._rested = False
        self._stale = False
        self._looks = 0
        self.shelf: Shelf | None = None
        self.shelf_failed = False
        self._doable: frozenset[str] | None = None
        self.state = GuideState()
        self.question = AskHold(services, bridge, self)
        self.gate = ConsentGate(self)
        self._ways = Ways(self.gate.ask, self._progress.emit, self._screen.emit)
        self._rest = QTimer(self, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(self._log_out)
        self.gate.asked.connect(self._on_asked)
        # Both are emitted in the engine thread.
        self._progress.connect(self._on_progress, Qt.ConnectionType.QueuedConnection)
        self._screen.connect(self._on_screen, Qt.ConnectionType.QueuedConnection)
        bridge.arrived.connect(self._on_batch)

    # -- the list --------------------------------------------------------------------------------

    def watch(self, seen: bool) -> None:
        """The page came into sight, or went."""
        if not seen:
            self._rest.start()
            return
        self._rest.stop()
        self._list()
        if self._rested and self.state.phase in (Phase.STEP, Phase.OVER):
            self.resume(self.state.run, self.state.guide)
        self._rested = False

    def let_go_of_box(self) -> None:
        """The box's page is about to ask it: some let in one at a time. The run stays open."""
        if self._kept is not None and not self.state.busy:
            self._bridge.submit("guides log out", lambda _emit: self._keeper.log_out())

    def speak(self, language: str) -> None:
        """The window's language; a run that is open says its step again in it."""
        if language != self._language:
            self._language = language
            self._submit("guide language", lambda: self._keeper.speak(language), self._on_spoken)
            self._list()
            self.question.speak(language)
            if self.state.guide:  # what was found out in the language of before
                self.state.shows = None
                self._look_at(self.state.guide)

    def discard(self, run: str) -> None:
        """It is not offered again."""
        if self.shelf is not None:
            self.shelf = replace(self.shelf, left=tuple(one for one in self.shelf.left if one.name != run))
        self._submit("guide discard", lambda: self._keeper.discard(run), self._on_shelf)
        self.changed.emit()

    # -- one guide ---------------------------------------------------------------------------------

    def open(self, guide: str) -> bool:
        """What it is about; its present state follows. False while something is being done in another one."""
        if self.state.busy:
            return False
        self._let_go()
        self.state.open(guide)
        self._look_at(guide)
        self.changed.emit()
        return True

    def begin(self) -> None:
        """From the first step of the guide that is open."""
        if self.state.phase in (Phase.INTRO, Phase.TROUBLE, Phase.OVER):
            guide = self.state.guide
            self.state.opening(guide)
            self._turn("guide begin", lambda: self._keeper.begin(guide, self._ways))

    def resume(self, run: str, guide: str) -> None:
        """Where it was left."""
        if not self.state.busy:
            self.state.opening(guide)
            self.state.run = run
            self._look_at(guide)
            self._turn("guide resume", lambda: self._keeper.resume(run, self._ways))

    def retry(self) -> None:
        """The run that was interrupted, at the step where it stands."""
        if self.state.phase is Phase.TROUBLE:
            self.resume(self.state.run, self.state.guide)

    def answer(self, words: str | None) -> None:
        """To the question that stands; None leaves it open."""
        if self.state.phase is Phase.STEP:
            self.state.work()
            self._turn("guide answer", lambda: self._keeper.answer(words, self._ways))

    def confirm(self, word: str) -> None:
        """``done``, ``lost``, ``yes``, ``no``."""
        if self.state.phase is Phase.STEP:
            self._stale = self._stale or word in ("done", "yes")  # something may be another way now
            self.state.work()
            self._turn("guide step", lambda: self._keeper.confirm(word, self._ways))

    def back(self) -> None:
        """To the step before."""
        if self.state.phase is Phase.STEP:
            self.state.work()
            self._turn("guide back", lambda: self._keeper.back(self._ways))

    def undo(self, entry: str) -> None:
        """Puts back one thing that was done; the question follows."""
        if self.state.phase is Phase.OVER:
            self.state.work(entry)
            self._turn("guide undo", lambda: self._keeper.undo(entry, self._ways))

    def consent(self, agreed: bool) -> None:
        """The person's word."""
        if self.state.phase is Phase.ASKING:
            self._stale = self._stale or agreed
            self.state.answered(agreed)
            self.gate.answer(agreed)
            self.changed.emit()

    def leave(self) -> bool:
        """Back to the list. The run stays where it is; not while something is being written."""
        if self.state.writing:
            return False
        self._let_go()
        self.state.rest()
        self._list()
        self.changed.emit()
        return True

    def story(self, then: Callable[[str], None]) -> None:
        """What happened in this run, as text."""
        self._submit("guide story", self._keeper.story, lambda told: then(told) if isinstance(told, str) else None)

    # -- the engine --------------------------------------------------------------------------------

    def _submit(self, name: str, work: Callable[[], Awaitable[object]], then: Callable[[object], None]) -> Job:
        if self._kept is None:
            self._kept = self._bridge.submit("guides", lambda _emit: self._keeper.keep())

        async def run(_emit: Emit) -> object:
            return await fenced(work())

        job = self._bridge.submit(name, run)
        self._jobs[job.number] = then
        return job

    def _turn(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        self._run_job = self._submit(name, work, self._on_turned)
        self.changed.emit()

    def _list(self) -> None:
        self._submit("guides list", self._keeper.shelf, self._on_shelf)
        self._submit("guides here", self._keeper.doable, self._on_doable)

    def _look_at(self, guide: str) -> None:
        """One that was asked before is not heard any more: it may tell what was so before."""
        self._looks, self._stale = self._looks + 1, False
        mine = self._looks
        self._submit("guide now", lambda: self._keeper.shows(guide), lambda told: self._on_shows(guide, mine, told))

    def _let_go(self) -> None:
        """Nothing was written: a test or a question that is broken off is where it was."""
        if self._run_job is not None:
            self._jobs.pop(self._run_job.number, None)
            self._run_job.cancel()
            self._run_job = None
        self._submit("guide left", self._left, lambda _told: None)

    async def _left(self) -> None:
        self._keeper.leave()

    def _log_out(self) -> None:
        if self.state.busy:
            self._rest.start()  # it is at work, or asks: later
        elif self._kept is not None:
            self._rested = True
            self._bridge.submit("guides rest", lambda _emit: self._keeper.rest())

    @Slot(object)
    def _on_batch(self, batch: Batch) -> None:
        for message in batch.messages:
            then = self._jobs.pop(message.job, None) if isinstance(message, JobEnded) else None
            if then is not None and isinstance(message, JobEnded) and message.end is not End.CANCELLED:
                then(Trouble() if message.end is End.FAILED else message.result)

    @Slot(object)
    def _on_asked(self, proposal: object) -> None:
        if self.state.phase is not Phase.WORKING and self.state.phase is not Phase.OPENING:
            self.gate.answer(False)  # it was left while the question was on its way
            return
        self.state.ask(proposal)  # type: ignore[arg-type]
        self.changed.emit()
        self.asked.emit()

    @Slot(str)
    def _on_progress(self, key: str) -> None:
        self.state.told(key)
        self.changed.emit()

    @Slot(object)
    def _on_screen(self, screen: Screen) -> None:
        self.state.show(screen)
        self.changed.emit()

    def _on_turned(self, answer: object) -> None:
        self._run_job = None
        if isinstance(answer, Turned):
            self.state.turned(answer)
            self._suggest()
        elif isinstance(answer, PutBack):
            self.state.was_put_back(answer)
        elif isinstance(answer, Refused):
            self.state.refuse(answer)
        else:
            self.state.fail(answer if isinstance(answer, Trouble) else Trouble())
        if self._stale or self.state.touched:
            self.state.shows = None  # it was so before
            self._look_at(self.state.guide)
        if self.state.touched:
            self.touched.emit()
        self.changed.emit()
        self.turned.emit()

    def _suggest(self) -> None:
        screen = self.state.screen
        if screen is not None and screen.suggest is not None and self.state.suggestions is None:
            self._submit("guide suggestions", self._keeper.suggestions, lambda told: self._on_suggestions(screen, told))

    def _on_suggestions(self, screen: Screen, told: object) -> None:
        if self.state.screen is screen:
            self.state.offer(told if isinstance(told, tuple) else ())
            self.changed.emit()

    def _on_shows(self, guide: str, look: int, told: object) -> None:
        if self.state.guide == guide and look == self._looks:
            self.state.shows = told if isinstance(told, tuple) else ()
            self.changed.emit()

    def _on_shelf(self, told: object) -> None:
        if isinstance(told, Shelf):
            self.shelf = replace(told, doable=self._doable)
        self.shelf_failed = self.shelf is None
        self.changed.emit()

    def _on_doable(self, told: object) -> None:
        if isinstance(told, frozenset):
            self._doable = told
            if self.shelf is not None:
                self.shelf = replace(self.shelf, doable=told)
                self.changed.emit()

    def _on_spoken(self, told: object) -> None:
        if isinstance(told, Turned) and self.state.phase in (Phase.STEP, Phase.OVER):
            self.state.turned(told)
            self._suggest()
            self.changed.emit()
