"""The question box, for as long as the window is open. It is asked in a thread, one question at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from selfcare.app.ask import AskDesk, Offer, Reply
from selfcare.app.services import Services
from selfcare.i18n import Catalogue
from ui.ask_state import Search, Shown
from ui.bridge import EngineBridge
from ui.messages import Batch, End, JobEnded

T = TypeVar("T")


class AskHold(QObject):
    """Outlives the page: the last question is there when somebody comes back.

    However slow the index is, only one question waits for it: the newest. The others are nobody's any more.
    """

    changed = Signal()

    def __init__(self, services: Services, bridge: EngineBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services, self._bridge = services, bridge
        self._language = self._spoken = services.catalogue.language
        self._desk: AskDesk | None = None
        self._job: int | None = None
        self._then: Callable[[object], None] = lambda _told: None
        self._next: Callable[[], None] | None = None
        self._warm = False
        self.search = Search()
        bridge.arrived.connect(self._on_batch)

    def warm_up(self) -> None:
        """Somebody began to type: the index is opened meanwhile."""
        if not self._warm:
            self._warm = True
            self._submit(lambda desk: desk.warm_up(), lambda _told: None)

    def look_for(self, words: str) -> None:
        """A question; the same one that was answered is not asked again."""
        before = self.search
        if not words.strip():
            self._next = None
            self.search = Search(words)
            self.changed.emit()
        elif words.strip() != before.words.strip() or before.failed:
            self.search = Search(words, asked=before.asked if before.follows(words) else "", reply=before.reply)
            self._ask()

    def follow_up(self, question: str, answer: str) -> None:
        """The answer to the question back; empty: left open."""
        self.search.answers[question] = answer
        self._ask()

    def opened(self, offer: Offer) -> None:
        """What the person went on with is noted; what is typed next is another question."""
        self.search.asked = ""
        if self.search.reply is not None:
            self._note(self.search.reply.asked, offer.id)

    def show(self, offer: Offer) -> None:
        """Opens a short answer."""
        search = self.search

        def shown(told: object) -> None:
            if self.search is search and isinstance(told, Shown):
                search.shown = told
            elif self.search is search:
                search.failed = True

        if self._next is None:  # else a newer question waits, and these results are about to go
            self._put(lambda desk: _shown(desk, offer.target), shown)

    def put_away(self) -> None:
        """Closes the short answer."""
        self.search.shown = None
        self.changed.emit()

    def speak(self, language: str) -> None:
        """The window's language; what was found is said again in it."""
        if language == self._language:
            return
        self._language = language
        self.search.shown = None
        if self.search.words.strip():
            self._ask()

    # -- the engine --------------------------------------------------------------------------------

    def _ask(self) -> None:
        search, answers = self.search, dict(self.search.answers)
        asked = search.asked or (search.reply.asked if answers and search.reply is not None else None)
        search.waiting, search.failed = True, False

        def told(reply: object) -> None:
            if self.search is not search or search.answers != answers:
                return
            search.waiting, search.failed = False, not isinstance(reply, Reply)
            search.reply = reply if isinstance(reply, Reply) else None
            search.asked = reply.asked if isinstance(reply, Reply) else search.asked

        self._put(lambda desk: desk.ask(search.words, answers, asked), told)
        self.changed.emit()

    def _note(self, asked: str, target: str) -> None:
        """Beside the others: it needs no index, and must not be forgotten for a newer question."""
        self._bridge.submit("ask opened", lambda _emit: self._work(lambda desk: desk.opened(asked, target)))

    def _put(self, work: Callable[[AskDesk], object], then: Callable[[object], None]) -> None:
        """Now, or when the one that is under way has ended; what waited for that is dropped."""
        if self._job is None:
            self._submit(work, then)
        else:
            self._next = lambda: self._submit(work, then)

    def _submit(self, work: Callable[[AskDesk], object], then: Callable[[object], None]) -> None:
        if self._job is not None:
            return
        self._then = then
        self._job = self._bridge.submit("ask", lambda _emit: self._work(work)).number

    async def _work(self, work: Callable[[AskDesk], T]) -> T:
        import asyncio

        return await asyncio.to_thread(lambda: work(self._made()))

    def _made(self) -> AskDesk:
        desk = self._desk
        if desk is None:
            desk = self._desk = self._services.ask()
        if self._spoken != self._language:
            self._spoken = self._language
            desk.speak(Catalogue(self._language))
        return desk

    @Slot(object)
    def _on_batch(self, batch: Batch) -> None:
        for message in batch.messages:
            if isinstance(message, JobEnded) and message.job == self._job:
                self._job = None
                if message.end is not End.CANCELLED:
                    self._then(None if message.end is End.FAILED else message.result)
                following, self._next = self._next, None
                if following is not None:
                    following()
                self.changed.emit()


def _shown(desk: AskDesk, name: str) -> Shown:
    told = desk.answer(name)
    return Shown(told, tuple((guide, desk.title(guide)) for guide in told.guides))
