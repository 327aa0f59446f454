"""What a front end may ask about repairs: the run, one fix by hand, the changes in place, undo, a stand-in's end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from selfcare.app import ending
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
UNFINISHED = (EntryState.PREPARED, EntryState.APPLIED, EntryState.RESTORING)


@dataclass(frozen=True, slots=True)
class Overview:
    """The journals, newest first; whom each resolver that stands in replaces; what was just put back."""

    entries: tuple[Entry, ...]
    stands_for: Mapping[str, str] = field(default_factory=dict)
    recovered: tuple[Entry, ...] = ()


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

    async def overview(self, recover: bool = False) -> Overview:
        """The changes with what is known of them; ``recover``: puts back first what an earlier run left unfinished."""
        async with self._tools() as tools:
            recovered = await self._recovered(tools) if recover else ()
            entries = await tools.hand.entries()
            whose = {e.name: ending.whose(e, tools.memory).value for e in entries if ending.is_stand_in(e)}
            return Overview(entries, whose, recovered)

    async def _recovered(self, tools: Tools) -> tuple[Entry, ...]:
        """Only where no password is needed: a window that opens with a question for one would frighten."""
        unfinished = [e for e in await tools.hand.entries() if e.state in UNFINISHED]
        if not unfinished or any(e.privileged for e in unfinished):
            return ()
        recovered = await tools.hand.recover()
        for entry in recovered:
            tools.memory.note("undo", "recovered", {"entries": [entry.name]})
        return recovered

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
