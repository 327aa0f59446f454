"""Carries out a plan through the hand, all of it or none of it; whatever goes wrong, what was done is put back."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable

from selfcare.model.repair import Action, Change, Entry, Hand, HandError, Verb

LISTEN_S = 30.0
"""On top of the time an effect may take: after that long without a word the guard puts things back."""

_SILENT = ("helper_gone", "timed_out")


class Changing:
    """The changes of one step. Used as ``async with``: leaving it without ``keep`` puts everything back."""

    def __init__(self, hand: Hand, settle_s: float) -> None:
        self._hand, self._guard_s = hand, settle_s + LISTEN_S
        self.entries: list[Entry] = []
        self._settled = False
        self._lost = False  # a change of which nothing was heard: it is nobody's, and still there perhaps
        self.stuck: HandError | None = None

    async def __aenter__(self) -> Changing:
        return self

    async def __aexit__(self, kind: object, error: object, trace: object) -> None:
        if not self._settled:
            # Also when the run itself is being cancelled: first the PC, then the end.
            await asyncio.shield(self.undo())

    async def apply(self, actions: Iterable[Action]) -> None:
        """Makes the changes in their order; the first that fails ends it (and ``undo`` follows)."""
        for action in actions:
            if isinstance(action, Change):
                try:
                    self.entries.append(await self._hand.apply(action, self._guard_s))
                except HandError as error:
                    self._lost = error.code in _SILENT
                    # After another change an empty memory is welcome, not needed: where nothing remembers, nothing can.
                    if action.verb is not Verb.DNS_FLUSH or not self.entries:
                        raise

    async def keep(self) -> None:
        """They stay."""
        if self.entries:
            await self._hand.keep(*(entry.name for entry in self.entries))
        self._settled = True

    async def undo(self) -> None:
        """Puts back in reverse order; one that cannot be put back is remembered and the others are still tried."""
        self._settled = True
        if self._lost:
            with contextlib.suppress(HandError):
                await self._hand.recover()
        for entry in reversed(self.entries):
            try:
                if entry.reversible:
                    await self._hand.undo(entry.name)
                else:
                    await self._hand.keep(entry.name)  # nothing to put back: only to be closed
            except HandError as error:
                self.stuck = error
