"""Watches a stand-in resolver: asks the old one again and again, and gives way to it once it answers."""

from __future__ import annotations

import asyncio
import contextlib

from selfcare.app import ending
from selfcare.app.effect import Look
from selfcare.app.repair import Repair, Tools
from selfcare.model.repair import Entry, HandError
from selfcare.model.tri import Tri
from selfcare.remedies import Situation
from selfcare.remedies.trial import StandsFor

PROBES = ("dns.box", "dns.isp", "dns.os", "addr.lease")
EVERY_S = 60.0
SURE_AFTER = 2
"""A server that answers once may be one of several that is still coming back."""
_PROOF_S = 4.0
_FINAL = ("refused", "no_agent", "needs_privilege", "changed_since")


class StandingIn:
    """Ends the trials of a resolver when the old one has answered twice in a row, and proves it."""

    def __init__(self, tools: Tools, repair: Repair, every_s: float = EVERY_S) -> None:
        self._tools, self._repair, self._every_s = tools, repair, every_s
        self._left: set[str] = set()

    async def run(self) -> tuple[Entry, ...]:
        """Until every trial is over (or the caller cancels); returns those it ended."""
        ended: list[Entry] = []
        good: dict[str, int] = {}
        while entries := await self._awaited():
            situation = self._situation(await self._repair.look(PROBES))
            for entry in entries:
                over = ending.is_over(entry, situation, self._tools.memory)
                good[entry.name] = good.get(entry.name, 0) + 1 if over else 0
                if good[entry.name] >= SURE_AFTER and await self._ended(entry):
                    ended.append(entry)
            await asyncio.sleep(self._every_s)
        return tuple(ended)

    async def _awaited(self) -> list[Entry]:
        """Those that somebody can be asked about; the others are undone by hand, and nothing is sent for them."""
        entries = await ending.trials(self._tools.hand)
        waited = [e for e in entries if ending.whose(e, self._tools.memory) is not StandsFor.OTHER]
        return [e for e in waited if e.name not in self._left]

    async def _ended(self, entry: Entry) -> bool:
        """Puts the old one back and looks; if names fail with it, the stand-in returns under the same consent."""
        try:
            await self._tools.hand.undo(entry.name)
        except HandError as error:
            if error.code in _FINAL:  # the password is not asked for again every minute
                self._left.add(entry.name)
            return False
        self._tools.memory.note("undo", "dns.trial", {"entries": [entry.name], "why": "works_again"})
        if await self._names_resolve():
            return True
        with contextlib.suppress(HandError):
            again = await self._tools.hand.apply(entry.change, self._every_s)
            await self._tools.hand.keep(again.name)
            noted = self._tools.memory.recall(entry.name) or {}
            self._tools.memory.note("effect", "dns.trial", {**noted, "outcome": "kept", "entries": [again.name]})
        return False

    async def _names_resolve(self) -> bool:
        for _ in range(2):
            if (await self._repair.look(("dns.os", "web.name"))).tri("names_resolve") is Tri.YES:
                return True
            await asyncio.sleep(_PROOF_S / 2)
        return False

    def _situation(self, look: Look) -> Situation:
        return Situation.of(look.payloads, look.observations, self._tools.clock(), self._tools.remote)
