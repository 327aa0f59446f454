"""What a window learns when it opens: the changes in place, whom they wait for, and what was put back just now."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from selfcare.app.desk import Overview
from selfcare.model.repair import Change, Entry, EntryState, Verb
from tests.app.repair_world import ISP, Bench, MemoryHand, World

LEFT = Entry("e9", EntryState.APPLIED, Change(Verb.PROXY_OFF), "2026-11-20T18:04:00+01:00", True, False)


class Recovering(MemoryHand):
    """Recovers what is not guarded; notes that it was asked."""

    async def recover(self) -> tuple[Entry, ...]:
        self.log.append("recover")
        for entry, _ in list(self.made.values()):
            self._becomes(entry.name, EntryState.UNDONE)
        return tuple(entry for entry, _ in self.made.values())


def look(entry: Entry, *, recover: bool) -> tuple[Overview, Bench]:
    bench = Bench(World())
    bench.hand = Recovering(bench.world)
    bench.hand.made[entry.name] = entry, ()
    return asyncio.run(bench.desk.overview(recover)), bench


def test_what_is_unfinished_is_put_back_only_when_asked() -> None:
    seen, bench = look(LEFT, recover=False)
    assert (seen.entries, seen.recovered, "recover" in bench.hand.log) == ((LEFT,), (), False)
    seen, bench = look(LEFT, recover=True)
    assert [e.state for e in seen.entries] == [EntryState.UNDONE]
    assert [e.name for e in seen.recovered] == ["e9"]
    assert ("undo", "recovered", {"entries": ["e9"]}) in bench.notes.lines


def test_what_is_kept_or_needs_a_password_is_left_alone() -> None:
    for entry in (replace(LEFT, state=EntryState.KEPT), replace(LEFT, privileged=True)):
        seen, bench = look(entry, recover=True)
        assert seen.entries == (entry,) and seen.recovered == ()
        assert "recover" not in bench.hand.log


def test_whom_a_stand_in_waits_for() -> None:
    bench = Bench(World(dead={ISP}))
    bench.repair()
    seen = asyncio.run(bench.desk.overview())
    assert dict(seen.stands_for) == {"e0": "box"}
