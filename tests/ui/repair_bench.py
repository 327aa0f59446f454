"""A PC in memory whose repair can be held at a moment, to look at it or to stop it there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from typing import Any

from selfcare.app.check import Check
from selfcare.app.options import CheckOptions
from selfcare.app.sentences import Sentences
from selfcare.app.services import Emit
from selfcare.i18n import Catalogue
from selfcare.model.check import CheckResult
from selfcare.model.events import CheckStarted, ProbeStarted
from selfcare.model.probe import Layer, Platform
from selfcare.model.remedy import RemoteLogin
from selfcare.model.repair import Change, Entry, EntryState, Verb
from tests.app.repair_world import Bench, MemoryHand, World

SET = Change(Verb.DNS_SET, {"interface": "eth0", "servers": ("9.9.9.9", "1.1.1.1")})
PROXY = Change(Verb.PROXY_OFF, {})


def entry(name: str, state: EntryState, change: Change = SET, *, privileged: bool = False) -> Entry:
    """A line of the journal, of an earlier day."""
    return Entry(name, state, change, "2026-11-20T18:04:00+01:00", True, privileged)


class HeldHand(MemoryHand):
    """``held``: "apply", "keep" or "undo" wait until it is taken out."""

    def __init__(self, world: World, **more: Any) -> None:
        super().__init__(world, **more)
        self.held: set[str] = set()
        self.applied = False

    def put(self, one: Entry) -> None:
        """Something that was changed before this window was opened."""
        self.made[one.name] = one, (("192.168.1.1",), False, True)

    async def apply(self, change: Change, guard_s: float) -> Entry:
        await self._wait("apply")
        self.applied = True
        return await super().apply(change, guard_s)

    async def undo(self, entry: str) -> None:
        await self._wait("undo")
        await super().undo(entry)

    async def recover(self) -> tuple[Entry, ...]:
        unfinished = [e for e, _ in self.made.values() if e.state is EntryState.RESTORING]
        for one in unfinished:
            self._becomes(one.name, EntryState.UNDONE)
        return tuple(replace(e, state=EntryState.UNDONE) for e in unfinished)

    async def _wait(self, what: str) -> None:
        while what in self.held:  # noqa: ASYNC110  (the test's own thread takes it out)
            await asyncio.sleep(0.01)


class HeldBench(Bench):
    """``held`` may also have "proof": the measurement after a change waits."""

    def __init__(self, world: World, language: str = "fr", remote: RemoteLogin | None = None) -> None:
        super().__init__(world, remote=remote)
        self.hand: HeldHand = HeldHand(world)
        self.held = self.hand.held
        self.desk = replace(self.desk, catalogue=Catalogue(language))
        self._language = language

    def check(self, options: CheckOptions, emit: Emit) -> Awaitable[CheckResult]:
        return self._check(options, emit)

    async def _check(self, options: CheckOptions, emit: Emit) -> CheckResult:
        sentences = Sentences(Catalogue(self._language), {"selfcare": "0"})

        check = Check(self.world.probes(), sentences, Platform.LINUX, False, options, emit)
        if self._waits():
            emit_started(emit, options)
        while self._waits():  # noqa: ASYNC110  (the test's own thread lets go)
            await asyncio.sleep(0.01)
        return await check.run()

    def _waits(self) -> bool:
        return "look" in self.held or ("proof" in self.held and self.hand.applied)


def emit_started(emit: Emit, options: CheckOptions) -> None:
    """What a check says first, for one that is held before it measures."""
    emit(CheckStarted(0.0, options.only))
    emit(ProbeStarted(0.0, "gateway.reach", Layer.GATEWAY))
