"""At the next start: what a program that died left unfinished on the box is brought to one of its two ends."""

from __future__ import annotations

from dataclasses import dataclass, field

from selfcare.app import box_restart
from selfcare.app.box_carry import Carrier
from selfcare.app.box_finish import Finishing
from selfcare.app.box_kinds import KINDS, REBOOT
from selfcare.app.box_memory import Memory, scope_of
from selfcare.app.box_own import Own
from selfcare.app.box_way import BoxLine, Clock
from selfcare.app.own_wifi import OwnWifi
from selfcare.boxes.errors import BoxError
from selfcare.cases.box_journal import BoxEntry, JournalBusy
from selfcare.ground.errors import SelfcareError
from selfcare.model.box.change import BoxOutcome, ChangeState, Settled

TRIES = 5
"""A box that refuses to be put back so often is left, and it is said; by hand it can still be tried."""
_ENDS = {
    ChangeState.DONE: "done",
    ChangeState.NOTHING: "nothing",
    ChangeState.PUT_BACK: "put_back",
    ChangeState.UNDONE: "put_back",
    ChangeState.CONFLICT: "conflict",
    ChangeState.GAVE_UP: "gave_up",
}


@dataclass
class Settling:
    """Of the box that is there now; of any other, nothing is touched."""

    line: BoxLine
    memory: Memory
    own_wifi: OwnWifi
    clock: Clock
    _names: dict[str, list[str]] = field(default_factory=dict)

    async def all(self) -> Settled:
        """Looks at the box once and takes its lock."""
        unfinished = [entry for entry in self.memory.journal.entries()[0] if entry.state.unfinished]
        try:
            await self.line.session()
            for entry in unfinished:
                if entry.box != self.line.box:
                    self._say("other_box", entry)
            with self.memory.journal.lock(self.line.box):
                return await self.held()
        except (BoxError, SelfcareError, JournalBusy):
            for entry in unfinished:
                if not any(entry.name in names for names in self._names.values()):
                    self._say("later", entry)
            return self._told()

    async def held(self) -> Settled:
        """The lock is ours already. Newest first, as what lies over something goes first."""
        for entry in self.memory.journal.entries(self.line.box)[0]:
            if entry.state.unfinished:
                try:
                    end = await self._one(entry)
                    self._say(_ENDS[end] if end else "later", entry)
                except (BoxError, SelfcareError):
                    self._say("later", entry)
        return self._told()

    async def _one(self, entry: BoxEntry) -> ChangeState | None:
        """None: not over yet."""
        if entry.kind == REBOOT:
            return await box_restart.settle(self.line, self.memory, self.clock, entry)
        if entry.state is ChangeState.PREPARED:  # the box was not told anything yet
            return await self._over(entry, ChangeState.NOTHING)
        states = await self.memory.states(entry)
        if states is None or entry.kind not in KINDS:
            return await self._over(entry, ChangeState.GAVE_UP)
        link = await self.own_wifi.current()
        kind = KINDS[entry.kind]
        carrier = Carrier(
            self.line, kind, scope_of(entry), Own(self.own_wifi, link, kind.name), states[0], entry.at, self.clock
        )
        return await self._judge(entry, Finishing(self.memory, entry, carrier, *states))

    async def _judge(self, entry: BoxEntry, finishing: Finishing) -> ChangeState | None:
        carrier, before, asked = finishing.carrier, finishing.before, finishing.asked
        now = await carrier.look(before)
        as_asked, restoring = carrier.is_there(now, asked), entry.state is ChangeState.RESTORING
        cut_off = bool(entry.lines[-1].data.get("out")) or entry.last("why") == "not_rejoined"
        if as_asked and (not restoring or cut_off) and (not cut_off or await carrier.own.is_in(asked, now)):
            return await self._over(entry, ChangeState.DONE)
        if carrier.is_there(now, before):
            undone = entry.last("why") == "undo"
            after = ChangeState.UNDONE if undone else ChangeState.PUT_BACK if restoring else ChangeState.NOTHING
            return await self._over(entry, after)
        if not finishing.ours(now):
            return await self._over(entry, ChangeState.CONFLICT)
        if entry.count("tried") >= TRIES:
            return await self._over(entry, ChangeState.GAVE_UP)
        why = "undo" if entry.last("why") == "undo" else entry.last("why") or "settled"
        result = await finishing.back(why)
        if cut_off and carrier.own.link is None and result.outcome is BoxOutcome.PUT_BACK:
            await carrier.own.again(before, now)
        return ChangeState.PUT_BACK if result.outcome is BoxOutcome.PUT_BACK else None

    async def _over(self, entry: BoxEntry, state: ChangeState) -> ChangeState:
        self.memory.journal.add(entry, state)
        if not state.needs_keys:
            await self.memory.forget(entry, state)
        return state

    def _say(self, where: str, entry: BoxEntry) -> None:
        self._names.setdefault(where, []).append(entry.name)

    def _told(self) -> Settled:
        _, damaged = self.memory.journal.entries()
        return Settled(**{k: tuple(v) for k, v in self._names.items()}, damaged=tuple(damaged))
