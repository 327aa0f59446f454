"""What of a change of the box stands in the case: each end, and nobody's name."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from selfcare.cases import History, read_history
from selfcare.model.box.change import BoxProposal, ChangeState
from tests.app.box_bench import bench, yes
from tests.boxes.wishes import WISHES

SETTINGS = [label for label in WISHES if label != "restart"]


async def no(_proposal: BoxProposal) -> bool:
    return False


def lines(folder: Path) -> list[tuple[str, str, Any]]:
    return [(line.kind, line.subject, line.data) for line in reversed(read_history(folder))]


@pytest.mark.parametrize("label", SETTINGS)
def test_done_and_undone_without_a_name(label: str, tmp_path: Path) -> None:
    async def run() -> str:
        async with bench(tmp_path) as b:
            changes = replace(b.changes, note=History(tmp_path).note)
            proposal = await changes.propose(WISHES[label])
            assert (await changes.carry_out(proposal, no)).entry is None
            done = await changes.carry_out(proposal, yes)
            assert done.entry is not None
            await changes.carry_out(await changes.propose(WISHES[label]), yes)  # it is so already: no line
            with pytest.raises(LookupError):
                await changes.undo("no such change", yes)
            await changes.undo(done.entry, yes)
            texts = [value for one in proposal.differences for value in (one.now, one.asked, one.of)]
            whole = json.dumps([data for _, _, data in lines(tmp_path)])
            named = [value for value in texts if isinstance(value, str) and len(value) > 4]
            assert not [value for value in named if value in whole]
            return done.entry

    entry = asyncio.run(run())
    found = lines(tmp_path)
    assert [data["outcome"] for _, _, data in found] == ["declined", "done", "undone"]
    assert [data.get("entry") for _, _, data in found] == [None, entry, entry]
    assert {kind for kind, _, _ in found} == {"box"} and found[1][2]["fields"]


def test_what_a_program_that_died_left_is_told_by_the_next(tmp_path: Path) -> None:
    async def run() -> None:
        async with bench(tmp_path) as b:
            changes = replace(b.changes, note=History(tmp_path).note)
            done = await changes.carry_out(await changes.propose(WISHES[SETTINGS[0]]), yes)
            entry = b.changes.journal.find(done.entry or "")
            assert entry is not None
            b.changes.journal.add(entry, ChangeState.WRITING)
            await changes.settle()
            await changes.settle()

    asyncio.run(run())
    found = [(data["outcome"], data.get("settled")) for _, _, data in lines(tmp_path)]
    assert found == [
        ("done", None),
        ("done", True),
    ]
