"""What the window asks of the engine about guides. The desk and the run live in the engine thread and nowhere else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selfcare.i18n import Catalogue
from ui.guide_state import PutBack, Refused, Shelf, Trouble, Turned

if TYPE_CHECKING:
    import asyncio

    from selfcare.app.guides.desk import GuideDesk
    from selfcare.app.guides.run import GuideRun
    from selfcare.app.guides.screen import Screen
    from selfcare.app.guides.world import Suggestion
    from selfcare.model.box.change import BoxProposal
    from selfcare.model.remedy import Proposal


@dataclass(frozen=True, slots=True)
class Ways:
    """Back to the window while a run has the word: to ask for consent, to tell a step, to show what it is at."""

    consent: Callable[[BoxProposal | Proposal], Awaitable[bool]]
    progress: Callable[[str], None]
    show: Callable[[Screen], None]


class _Changed(Exception):
    """The guide is another one now, or the run is gone."""


class GuideKeeper:
    """Makes the desk at the first question, holds the run that is open, and lets go of the box when nobody looks."""

    def __init__(self, make: Callable[[], GuideDesk], language: str) -> None:
        self._make = make
        self._language = self._spoken = language
        self._desk: GuideDesk | None = None
        self._run: GuideRun | None = None
        self._making: asyncio.Lock | None = None

    # -- the list ------------------------------------------------------------------------------------

    async def shelf(self) -> Shelf:
        """All guides, and what was left. Reading them takes a moment: not in the loop of a running check."""
        import asyncio

        desk = await self.desk()
        return await asyncio.to_thread(lambda: Shelf(desk.listed(), desk.left()))

    async def doable(self) -> frozenset[str]:
        """What this program can do itself here."""
        return await (await self.desk()).doable()

    async def shows(self, guide: str) -> tuple[str, ...]:
        """The present state of what a guide is about."""
        return await (await self.desk()).shows(guide)

    async def discard(self, run: str) -> Shelf:
        """Nobody wants to go on with it."""
        await (await self.desk()).discard(run)
        return await self.shelf()

    # -- a run ---------------------------------------------------------------------------------------

    async def begin(self, guide: str, ways: Ways) -> Turned:
        """From the first step to the first word of a person's."""
        self._run = await (await self.desk()).begin(guide)
        return await self._go_on(ways)

    async def resume(self, run: str, ways: Ways) -> Turned:
        """Where it was left; what had begun is finished or put back first."""
        from selfcare.guides import GuideError
        from selfcare.guides.walk import WalkError

        desk = await self.desk()
        try:
            self._run = await desk.resume(run)
        except (LookupError, WalkError, GuideError) as error:
            raise _Changed from error
        return await self._go_on(ways)

    async def answer(self, words: str | None, ways: Ways) -> Turned:
        """Raises ``AnswerError``."""
        await self._open().answer(words)
        return await self._go_on(ways)

    async def confirm(self, word: str, ways: Ways) -> Turned:
        """``done``, ``lost``, ``yes``, ``no``."""
        self._open().confirm(word)
        return await self._go_on(ways)

    async def back(self, ways: Ways) -> Turned:
        """To the step before; nobody measures anything for that."""
        self._open().back()
        return await self._go_on(ways)

    async def undo(self, entry: str, ways: Ways) -> PutBack:
        """Puts back one thing this run did."""
        acted = await self._open().undo(entry, ways.consent, ways.progress)
        return PutBack(acted.outcome, acted.lines, self._where())

    async def suggestions(self) -> tuple[Suggestion, ...]:
        """For the question that stands."""
        return await self._open().suggestions()

    async def story(self) -> str:
        """What happened, to be handed over."""
        from selfcare.app.guides.story import story

        return story(self._open())

    async def speak(self, language: str) -> Turned | None:
        """Another language; what stands is said again in it."""
        self._language = language
        if self._desk is not None:
            self._speak(self._desk)
        return self._where() if self._run is not None else None

    def leave(self) -> None:
        """The run stays on the disk, where it is; another program may go on with it."""
        if self._run is not None:
            self._run.leave()
        self._run = None

    async def _go_on(self, ways: Ways) -> Turned:
        await self._open().proceed(ways.consent, ways.progress, ways.show)
        return self._where()

    def _where(self) -> Turned:
        run = self._open()
        return Turned(run.name, run.guide.id, run.screen())

    def _open(self) -> GuideRun:
        if self._run is None:
            raise LookupError("no run is open")
        return self._run

    # -- the desk --------------------------------------------------------------------------------------

    async def desk(self) -> GuideDesk:
        """The one there is. Its imports happen in a thread: a check at the same time measures milliseconds."""
        import asyncio

        self._making = self._making or asyncio.Lock()
        async with self._making:
            if self._desk is None:
                self._desk = await asyncio.to_thread(self._make)
                self._speak(self._desk)
        return self._desk

    def _speak(self, desk: GuideDesk) -> None:
        from selfcare.guides.words import GuideWords

        if self._spoken != self._language:
            self._spoken = self._language
            desk.speak(GuideWords(self._language), Catalogue(self._language), self._run)

    async def keep(self) -> None:
        """Until it is cancelled: then the box is logged out of."""
        import asyncio

        try:
            await asyncio.Event().wait()
        finally:
            await self.rest()

    async def log_out(self) -> None:
        """Of the box alone; the next question logs in again."""
        if self._desk is not None:
            await self._desk.log_out()

    async def rest(self) -> None:
        """Gives back what is held, a run that is open too: it is resumed when somebody looks again."""
        self._run = None
        if self._desk is not None:
            await self._desk.close()


async def fenced(work: Awaitable[object]) -> object:
    """What an answer, the disk or a changed guide refuses is an answer: plain values instead of an exception."""
    from selfcare.app.guides.answers import AnswerError
    from selfcare.ground.errors import SelfcareError

    try:
        return await work
    except AnswerError as error:
        return Refused(error.code, dict(error.values))
    except _Changed:
        return Trouble("changed")
    except SelfcareError as error:
        return Trouble("held" if error.code == "guide_run_busy" else "disk")
