"""Changing the box: said before, proved after, put back where it is not as asked, and undone."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from selfcare.model.box.change import BoxOutcome, ChangeState
from tests.app.box_bench import bench, yes
from tests.boxes.plain import seen
from tests.boxes.wishes import WISHES

SETTINGS = [label for label in WISHES if label != "restart"]


@pytest.mark.parametrize("label", SETTINGS)
def test_there_proved_and_back(label: str, tmp_path: Path) -> None:
    async def run() -> None:
        async with bench(tmp_path) as b:
            before = seen(b.home)
            proposal = await b.changes.propose(WISHES[label])
            assert proposal.differences and proposal.refusal is None
            assert seen(b.home) == before
            done = await b.changes.carry_out(proposal, yes)
            assert done.outcome is BoxOutcome.DONE and done.entry is not None
            assert seen(b.home) != before
            assert (await b.changes.propose(WISHES[label])).nothing_to_do
            back = await b.changes.undo(done.entry, yes)
            assert back.outcome is BoxOutcome.DONE
            assert seen(b.home) == before
            assert [c.state for c in b.changes.changes()[0]] == [ChangeState.UNDONE]
            assert b.store.kept == {}

    asyncio.run(run())
