"""Changing the box: current → asked → consent → journal → write → read back → done, or put back.

Killed at any moment, the next start finishes it: docs/design/boxes.md, rule 7.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from selfcare.app import box_restart
from selfcare.app.box_carry import Carrier, Progress
from selfcare.app.box_cautions import Weighing, cautions, lasting
from selfcare.app.box_finish import Finishing, entry_for_person
from selfcare.app.box_kinds import KINDS, REBOOT, kind_of
from selfcare.app.box_kinds.kind import Kind, Reading, Scope, State, cut
from selfcare.app.box_memory import Memory, SecretStore, scope_of
from selfcare.app.box_noted import Note, line_of, settled_line, unnoted
from selfcare.app.box_own import Own
from selfcare.app.box_settle import Settling
from selfcare.app.box_way import BoxLine, Clock, Contact
from selfcare.app.own_wifi import NoWifi, OwnWifi
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.ports import PORTS
from selfcare.cases.box_journal import BoxEntry, BoxJournal, JournalBusy
from selfcare.ground.errors import SelfcareError
from selfcare.model.box import Capability, Wish
from selfcare.model.box.change import (
    BoxChange,
    BoxChangeResult,
    BoxOutcome,
    BoxProposal,
    ChangeState,
    Settled,
)

T = TypeVar("T")
Consent = Callable[[BoxProposal], Awaitable[bool]]
"""Asked once, with everything that would change."""


def _silent(_key: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class BoxChanges:
    """Opens a session for each request and closes it after. ``contact`` logs in; ``own_macs`` are this PC's.

    ``note`` adds a line to the case's history for each end of a change: no name, no key, no address.
    """

    contact: Contact
    journal: BoxJournal
    secrets: SecretStore
    own_wifi: OwnWifi = field(default_factory=NoWifi)
    own_macs: Callable[[], frozenset[str]] = frozenset
    clock: Clock = field(default_factory=Clock)
    note: Note = unnoted

    # -- looking ---------------------------------------------------------------------------------

    async def look(self, capability: Capability, ask: Callable[[Any], Awaitable[T]]) -> T:
        """One reading of the box, from which a front end makes its wish.

        Raises:
            BoxError: it cannot be had.
        """
        async with BoxLine(self.contact) as line:
            session = await line.session()
            if not isinstance(session, PORTS[capability]):
                raise BoxError(BoxErrorCode.UNSUPPORTED)
            return await ask(session)

    async def here(self) -> str:
        """The digest of the box at hand, as entries have it.

        Raises:
            BoxError: it does not answer.
        """
        async with BoxLine(self.contact) as line:
            await line.session()
            return line.box

    async def propose(self, wish: Wish) -> BoxProposal:
        """What the wish would change here, and what speaks against it.

        Changes nothing, but that what an earlier run left unfinished is finished first.

        Raises:
            BoxError: the box cannot be asked, or has no such setting.
        """
        async with BoxLine(self.contact) as line:
            await self._finish_first(line)
            proposal, _ = await self._weigh(line, wish)
            return proposal

    async def _weigh(self, line: BoxLine, wish: Wish) -> tuple[BoxProposal, Reading]:
        session = await line.session()
        assert line.device is not None
        kind = kind_of(wish)
        if kind is None:
            return box_restart.proposal(line, session), Reading({})
        if not (isinstance(session, PORTS[kind.reads]) and isinstance(session, PORTS[kind.writes])):
            raise BoxError(BoxErrorCode.UNSUPPORTED)
        now = await kind.read(session, kind.scope(wish))
        asked = kind.fitted(kind.asked(wish, now), session)
        link = await self.own_wifi.current() if kind.name in ("wifi", "guest") else None
        differences = kind.differences(now.state, asked, now)
        weighing = Weighing(wish, kind, now, asked, line.device, session, link, self.own_wifi.can_join, self.own_macs())
        found = await cautions(weighing) if differences else ()
        proposal = BoxProposal(
            wish, line.box, line.device.family, kind.name, differences, found, seconds=kind.patience_s
        )  # fmt: skip
        return proposal, now

    # -- changing --------------------------------------------------------------------------------

    async def carry_out(self, proposal: BoxProposal, consent: Consent, progress: Progress = _silent) -> BoxChangeResult:
        """Does it, proves it, or puts it back. Never raises for what the box, the disk or the keyring does."""
        result = await self._carried(proposal, consent, progress)
        if result.outcome not in (BoxOutcome.NOTHING_TO_DO, BoxOutcome.STALE):
            self.note("box", proposal.kind, line_of(result, proposal.differences))
        return result

    async def _carried(self, proposal: BoxProposal, consent: Consent, progress: Progress) -> BoxChangeResult:
        if proposal.refusal is not None:
            code = proposal.refusal.code
            return BoxChangeResult(BoxOutcome.REFUSED, error=code, values=proposal.refusal.values, cautioned=True)
        if proposal.nothing_to_do or proposal.wish is None:
            return BoxChangeResult(BoxOutcome.NOTHING_TO_DO)
        if not await consent(proposal):
            return BoxChangeResult(BoxOutcome.DECLINED)
        try:
            with self._held(proposal.box):
                async with BoxLine(self.contact, proposal.box) as line:
                    return await self._carry_out(line, proposal, proposal.wish, progress)
        except (BoxError, SelfcareError, JournalBusy) as error:
            return refused(error)

    async def _carry_out(self, line: BoxLine, proposal: BoxProposal, wish: Wish, progress: Progress) -> BoxChangeResult:
        """Up to the first write an error is a refusal: nothing was changed."""
        await self._finish(line)
        fresh, now = await self._weigh(line, wish)
        if fresh.differences != proposal.differences or fresh.refusal is not None:
            return BoxChangeResult(BoxOutcome.STALE)
        memory = Memory(self.journal, self.secrets)
        kind = kind_of(wish)
        if kind is None:
            return await box_restart.carry_out(line, memory, self.clock, proposal, progress)
        session = await line.session()
        scope, asked = kind.scope(wish), kind.fitted(kind.asked(wish, now), session)
        parts = kind.kept(now.state, asked)
        before, asked = cut(now.state, parts), cut(asked, parts)
        # What the box cannot be told cannot be put back either (and was said): it must not spoil the rest.
        before = {p: None if lasting(kind, session, p, v) is not None else v for p, v in before.items()}
        entry = await memory.begin(line.box, kind.name, scope, before, asked, proposal.differences)
        finishing = await self._finishing(line, memory, entry, kind, scope, before, asked, progress)
        self.journal.add(entry, ChangeState.WRITING)
        return await finishing.forward()

    async def undo(self, name: str, consent: Consent, progress: Progress = _silent) -> BoxChangeResult:
        """Puts back one change that is in place.

        Raises:
            LookupError: there is no such change, or it cannot be put back.
        """
        result = await self._undone(name, consent, progress)
        entry = self.journal.find(name)
        if entry is not None:
            self.note("box", entry.kind, line_of(result, (), undoes=name))
        return result

    async def _undone(self, name: str, consent: Consent, progress: Progress) -> BoxChangeResult:
        entry = self.journal.find(name)
        if entry is None or not entry_for_person(entry).undoable:
            raise LookupError(name)
        try:
            with self._held(entry.box):
                async with BoxLine(self.contact, entry.box) as line:
                    await self._finish(line)
                    entry = self.journal.find(name)
                    if entry is None or not entry_for_person(entry).undoable:
                        return BoxChangeResult(BoxOutcome.NOTHING_TO_DO, name)  # another program was quicker
                    return await self._undo(line, entry, consent, progress)
        except (BoxError, SelfcareError, JournalBusy) as error:
            return refused(error)

    async def _undo(self, line: BoxLine, entry: BoxEntry, consent: Consent, progress: Progress) -> BoxChangeResult:
        memory = Memory(self.journal, self.secrets)
        states = await memory.states(entry)
        if states is None:
            return BoxChangeResult(BoxOutcome.REFUSED, entry.name, error="key_lost")
        kind, scope = KINDS[entry.kind], scope_of(entry)
        finishing = await self._finishing(line, memory, entry, kind, scope, *states, progress)
        now = await finishing.carrier.look(states[0])
        if finishing.carrier.is_there(now, states[0]):
            return await finishing.over(ChangeState.UNDONE, BoxOutcome.NOTHING_TO_DO)
        if not finishing.ours(now):
            return BoxChangeResult(BoxOutcome.CONFLICT, entry.name)
        assert line.device is not None
        differences = kind.differences(now.state, finishing.carrier.aged(states[0]), now)
        proposal = BoxProposal(
            None, line.box, line.device.family, kind.name, differences, seconds=kind.patience_s, undoes=entry.name
        )
        if not await consent(proposal):
            return BoxChangeResult(BoxOutcome.DECLINED, entry.name)
        return await finishing.undo()

    async def _finishing(
        self, line: BoxLine, memory: Memory, entry: BoxEntry, kind: Kind, scope: Scope, before: State, asked: State,
        progress: Progress,
    ) -> Finishing:  # fmt: skip
        own = Own(self.own_wifi, await self.own_wifi.current(), kind.name)
        carrier = Carrier(line, kind, scope, own, before, entry.at, self.clock, progress)
        return Finishing(memory, entry, carrier, before, asked)

    # -- what was changed ------------------------------------------------------------------------

    def changes(self) -> tuple[tuple[BoxChange, ...], tuple[str, ...]]:
        """Everything in the journal, newest first, and the names of entries that cannot be read."""
        entries, damaged = self.journal.entries()
        return tuple(entry_for_person(entry) for entry in entries), tuple(damaged)

    async def settle(self) -> Settled:
        """Finishes what a program that died left unfinished. Without any, the box is not even contacted."""
        await Memory(self.journal, self.secrets).sweep()
        entries, damaged = self.journal.entries()
        if not any(entry.state.unfinished for entry in entries):
            return Settled(damaged=tuple(damaged))
        async with BoxLine(self.contact) as line:
            return self._told(await self._settling(line).all())

    def _settling(self, line: BoxLine) -> Settling:
        return Settling(line, Memory(self.journal, self.secrets), self.own_wifi, self.clock)

    def _told(self, found: Settled) -> Settled:
        """What a program that died could not say any more."""
        for name in (*found.done, *found.put_back, *found.conflict, *found.gave_up):
            entry = self.journal.find(name)
            if entry is not None:
                self.note("box", entry.kind, settled_line(entry))
        return found

    async def _finish_first(self, line: BoxLine) -> None:
        """Half of another change must never be taken for what was there before."""
        await line.session()
        if self._unfinished(line.box):
            with contextlib.suppress(JournalBusy), self._held(line.box):
                await self._finish(line)

    async def _finish(self, line: BoxLine) -> None:
        """The lock is ours.

        Raises:
            BoxError: ``BUSY``, an earlier change is still neither as asked nor as before.
        """
        await line.session()
        if self._unfinished(line.box):
            self._told(await self._settling(line).held())
            if self._unfinished(line.box):
                raise BoxError(BoxErrorCode.BUSY, kind="unfinished")

    def _unfinished(self, box: str) -> bool:
        return any(entry.state.unfinished for entry in self.journal.entries(box)[0])

    @contextlib.contextmanager
    def _held(self, box: str) -> Iterator[None]:
        with self.journal.lock(box):
            yield


def refused(error: BoxError | SelfcareError | JournalBusy) -> BoxChangeResult:
    """Nothing was changed, and why."""
    if isinstance(error, BoxError):
        wait = {"retry_after": error.retry_after} if error.retry_after else {}
        return BoxChangeResult(
            BoxOutcome.REFUSED, error=error.code.value, right=error.right, box_says=error.box_says,
            values={**error.values, **wait},
        )  # fmt: skip
    if isinstance(error, SelfcareError):
        return BoxChangeResult(BoxOutcome.REFUSED, error=error.code, values=error.values)
    return BoxChangeResult(BoxOutcome.REFUSED, error="other_program")


__all__ = ["REBOOT", "BoxChanges", "Consent", "refused"]
