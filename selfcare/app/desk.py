"""What a front end may ask about repairs: the run, one fix by hand, the changes in place, undo, a stand-in's end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from selfcare.app.options import RepairOptions
from selfcare.app.ports import Memory
from selfcare.app.repair import Repair, Tools
from selfcare.app.services import Consent, Emit, RunCheck
from selfcare.app.standing_in import EVERY_S, StandingIn
from selfcare.i18n import Catalogue
from selfcare.model.remedy import RemoteLogin, RepairResult
from selfcare.model.repair import Entry, EntryState, Hand, HandError
from selfcare.remedies import REMEDIES, Remedy

_UNDOABLE = (EntryState.KEPT, EntryState.APPLIED)


@dataclass(frozen=True, slots=True)
class RepairDesk:
    """Opens a hand for each request and closes it after; what is unfinished then is put back."""

    run_check: RunCheck
    catalogue: Catalogue
    open_hand: Callable[[], Hand]
    open_memory: Callable[[], Memory]
    remote: Callable[[], RemoteLogin | None] = lambda: None

    @property
    def remedies(self) -> tuple[Remedy, ...]:
        """All of them, the smallest first."""
        return REMEDIES

    async def run(self, options: RepairOptions, consent: Consent, emit: Emit) -> RepairResult:
        """The repair run."""
        async with self._tools() as tools:
            return await Repair(tools, options, consent, emit).run()

    async def fix(self, remedy_id: str, options: RepairOptions, consent: Consent, emit: Emit) -> RepairResult:
        """One remedy by hand; raises ``NotPossible`` where there is nothing for it to do."""
        async with self._tools() as tools:
            return await Repair(tools, options, consent, emit).fix(remedy_id)

    async def changes(self) -> tuple[Entry, ...]:
        """Everything in the journals, newest first; what a program that died left unfinished is put back first."""
        async with self._tools() as tools:
            with suppress(HandError):
                await tools.hand.recover(ask=False)
            return await tools.hand.entries()

    async def undo(self, name: str) -> None:
        """Puts one change back; raises ``HandError``."""
        async with self._tools() as tools:
            await tools.hand.undo(name)
            tools.memory.note("undo", "by_hand", {"entries": [name]})

    async def stand_in(self, emit: Emit, every_s: float | None = None) -> tuple[Entry, ...]:
        """Waits until a stand-in resolver is no longer needed, ends it, and says which changes that were."""
        pause = EVERY_S if every_s is None else every_s
        async with self._tools() as tools:
            return await StandingIn(tools, Repair(tools, RepairOptions(), _nobody, emit), pause).run()

    @asynccontextmanager
    async def _tools(self) -> AsyncIterator[Tools]:
        hand, memory = self.open_hand(), self.open_memory()
        try:
            yield Tools(self.run_check, hand, self.catalogue, memory, self.remote())
        finally:
            await hand.close()
            memory.close()


async def _nobody(_proposal: object) -> bool:
    return False


def undoable(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Those that are in place and can be put back."""
    return tuple(e for e in entries if e.reversible and e.state in _UNDOABLE)
