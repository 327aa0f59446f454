"""The question's part of the guides' page: what becomes of an offer, and the short answer under it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Slot

from selfcare.app.ask import Offer
from ui.ask_hold import AskHold
from ui.ask_words import PAGES
from ui.context import Context
from ui.pages.ask import AskCard, ToldCard
from ui.widgets import Column


class AskPart(QObject):
    """``open`` takes a guide, ``resume`` a run and its guide."""

    def __init__(
        self, page: Column, context: Context, hold: AskHold, open_: Callable[[str], None],
        resume: Callable[[str, str], None],
    ) -> None:  # fmt: skip
        super().__init__(page)
        self._page, self._context, self._hold = page, context, hold
        self._open, self._resume = open_, resume
        self._answered = ""
        self.ask = AskCard(context.theme, context.catalogue)
        self.told = ToldCard(context.theme, context.catalogue)
        self.ask.recall(hold.search.words)
        self.ask.put.connect(hold.look_for)
        self.ask.field.textEdited.connect(lambda _words: hold.warm_up())
        self.ask.follow_up.connect(hold.follow_up)
        self.ask.chosen.connect(self._on_offer)
        self.told.closed.connect(self.close)
        self.told.page.connect(self._on_page)
        self.told.guide.connect(open_)

    @property
    def open(self) -> bool:
        """Whether a short answer is open."""
        return self._hold.search.shown is not None

    @Slot()
    def close(self) -> None:
        """Puts the short answer away; the focus is where it came from."""
        self.ask.buttons.get(self._answered, self.ask.field).setFocus(Qt.FocusReason.OtherFocusReason)
        self._hold.put_away()

    def show_told(self) -> None:
        """An answer that has just come has the focus; nobody is moved who has gone on typing."""
        shown = self._hold.search.shown
        self.told.setVisible(shown is not None)
        if self.told.show_told(shown):
            self._page.reveal(self.told)
            if self._page.isVisible() and not self.ask.field.hasFocus():
                self.told.focus()

    def show_found(self, words: str, titles: int | None) -> None:
        """What came of the question, and how many titles have the words (None: nothing was typed)."""
        search = self._hold.search
        self.ask.show_search(search, bool(titles))
        answered = search.words.strip() == words.strip() and not search.failed
        self.ask.show_count(None if answered and search.says(bool(titles)) is not None else titles)

    @Slot(object)
    def _on_offer(self, offer: Offer) -> None:
        """Noted first: then the ticket has what they went on with, whatever comes of it."""
        self._hold.opened(offer)
        if offer.kind == "answer":
            self._answered = offer.id
            self._hold.show(offer)
        elif offer.kind == "fix":
            self._context.open_remedy(offer.target)
        elif offer.kind == "open":
            self._on_page(offer.target)
        elif offer.run is not None:
            self._resume(offer.run, offer.target)
        else:
            self._open(offer.target)

    @Slot(str)
    def _on_page(self, name: str) -> None:
        if name == "deep":
            self._context.open_deep()
        else:
            self._context.open_page(PAGES[name])
