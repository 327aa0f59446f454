"""The second half of a change: from "it is being written" to one of its ends, each with its line in the journal."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from selfcare.app.box_carry import CUT_OFF_S, Carrier, Found
from selfcare.app.box_kinds import REBOOT
from selfcare.app.box_kinds.kind import Reading, State, cut, is_ours
from selfcare.app.box_memory import Memory
from selfcare.boxes.errors import BoxError
from selfcare.boxes.secret import Secret
from selfcare.cases.box_journal import BoxEntry
from selfcare.ground.errors import SelfcareError
from selfcare.model.box.change import BoxChange, BoxChangeResult, BoxOutcome, ChangeState, Difference

_log = logging.getLogger(__name__)


@dataclass
class Finishing:
    """One entry, from the moment its first write may have reached the box."""

    memory: Memory
    entry: BoxEntry
    carrier: Carrier
    before: State
    asked: State

    async def forward(self) -> BoxChangeResult:
        """To what was asked; else back."""
        try:
            found = await self.carrier.lead(self.asked)
            return await self._judged(found)
        except BaseException:
            # Also when the run is being cancelled: first the box, then the end.
            with contextlib.suppress(BoxError, SelfcareError):
                await asyncio.shield(self.back("ended"))
            raise

    async def _judged(self, found: Found) -> BoxChangeResult:
        if found.rejoined is False and found.reading is not None:
            return await self.back("not_rejoined", found)  # by cable: the PC itself would be left without
        if found.reached:
            return await self.over(ChangeState.DONE, BoxOutcome.DONE, found)
        if found.reading is None and found.rejoined is False:
            found = await self._by_the_old_network(found)
        if found.reading is None:
            self.note(ChangeState.WRITING, **({"out": True} if found.rejoined is False else {}))
            return self._result(BoxOutcome.UNPROVED, found)
        if self.carrier.is_there(found.reading, self.before):
            return await self.over(ChangeState.NOTHING, BoxOutcome.REFUSED, found)
        return await self.back("not_as_asked", found)

    async def _by_the_old_network(self, found: Found) -> Found:
        """Cut off: perhaps the box never took the change, and the old network is still there."""
        link = self.carrier.own.link
        if link is None:
            return found
        key = next((v for p, v in self.before.items() if p.endswith("/key") and isinstance(v, Secret)), None)
        if not await self.carrier.own.wifi.join(link.ssid, key):
            return found
        seen = await self.carrier.until(self.asked, 0.0, CUT_OFF_S)
        return Found(seen.reached, seen.reading, found.error or seen.error, None if seen.reading else False)

    async def back(self, why: str, found: Found | None = None) -> BoxChangeResult:
        """To what was before. What the box made of our wish is noted: so that it is known as ours after a kill."""
        odd = self._odd(found.reading) if found is not None and found.reading is not None else {}
        self.note(ChangeState.RESTORING, why=why, found=odd)
        seen = await self.carrier.lead(self.before)
        if seen.reached:
            return await self.over(ChangeState.PUT_BACK, BoxOutcome.PUT_BACK, found or seen)
        if seen.reading is None:
            return self._result(BoxOutcome.UNPROVED, seen)
        self.note(ChangeState.RESTORING, why=why, found=odd, tried=True)
        return self._result(BoxOutcome.STUCK, seen)

    async def undo(self) -> BoxChangeResult:
        """To what was before, because somebody wants it; if that fails, rather as asked than between."""
        self.memory.journal.add(self.entry, ChangeState.RESTORING, why="undo")
        seen = await self.carrier.lead(self.before)
        if seen.reached:
            return await self.over(ChangeState.UNDONE, BoxOutcome.DONE, seen)
        if seen.reading is None:
            return self._result(BoxOutcome.UNPROVED, seen)
        again = await self.carrier.lead(self.asked)
        if again.reached:
            return await self.over(ChangeState.DONE, BoxOutcome.PUT_BACK, seen)
        self.note(ChangeState.RESTORING, why="undo", tried=True)
        return self._result(BoxOutcome.STUCK, seen)

    async def over(self, state: ChangeState, outcome: BoxOutcome, found: Found | None = None) -> BoxChangeResult:
        """The last line, and then the keys that nobody needs any more."""
        self.note(state)
        if not state.needs_keys:
            with contextlib.suppress(SelfcareError):
                await self.memory.forget(self.entry, state)
        return self._result(outcome, found)

    def note(self, state: ChangeState, **data: object) -> None:
        """A full disk must not stop what has begun: without this line the next start looks at the box itself."""
        try:
            self.memory.journal.add(self.entry, state, **data)
        except SelfcareError as error:
            _log.warning("the journal of the box cannot be written: %s", error.code)

    def ours(self, now: Reading) -> bool:
        """As before, as asked or between: not somebody else's."""
        goals = [self.carrier.aged(self.before), self.carrier.aged(self.asked)]
        odd = self.entry.last("found")
        return is_ours(self.carrier.kind, now.state, [*goals, *([odd] if odd else [])])

    def _odd(self, reading: Reading) -> dict[str, Any]:
        seen = cut(reading.state, self.asked, self.carrier.kind)
        return {part: value for part, value in seen.items() if not isinstance(value, Secret)}

    def _result(self, outcome: BoxOutcome, found: Found | None) -> BoxChangeResult:
        error = found.error if found else None
        return BoxChangeResult(
            outcome,
            self.entry.name,
            error=error.code.value if error else None,
            right=error.right if error else None,
            box_says=error.box_says if error else None,
            rejoined=found.rejoined if found else None,
            values=error.values if error else {},
        )


def entry_for_person(entry: BoxEntry) -> BoxChange:
    """Without states and keys."""
    return BoxChange(
        entry.name,
        entry.box,
        entry.kind,
        datetime.fromtimestamp(entry.at, UTC),
        entry.state,
        tuple(_difference(one) for one in entry.shown),
        undoable=entry.kind != REBOOT and entry.state in (ChangeState.DONE, ChangeState.GAVE_UP),
    )


def _difference(one: Mapping[str, Any]) -> Difference:
    return Difference(str(one.get("what")), one.get("now"), one.get("asked"), one.get("of"), bool(one.get("secret")))
