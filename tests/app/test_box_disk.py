"""The notes of changes: without them nothing is begun; a damaged one is named; one program at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from selfcare.app import box_memory
from selfcare.cases import box_journal
from selfcare.ground.errors import FolderError
from selfcare.model.box.change import BoxOutcome, ChangeState
from tests.app.box_bench import Bench, bench, yes
from tests.boxes.plain import seen
from tests.boxes.wishes import WISHES

CHANNELS = WISHES["wifi name, key, channel"]


def run(folder: Path, test: Callable[[Bench], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with bench(folder) as b:
            await test(b)

    asyncio.run(whole())


def journals(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.jsonl"))


def states(b: Bench) -> list[ChangeState]:
    return [change.state for change in b.changes.changes()[0]]


@pytest.mark.parametrize("write", [1, 2])
def test_a_full_disk_before_the_write_leaves_the_box_alone(
    write: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test(b: Bench) -> None:
        before, proposal = seen(b.home), await b.changes.propose(CHANNELS)
        count, real = 0, box_journal.write_atomic

        def full(path: Path, data: bytes) -> None:
            nonlocal count
            count += 1
            if count >= write:
                raise FolderError("disk_full", path=path)
            real(path, data)

        monkeypatch.setattr(box_journal, "write_atomic", full)
        result = await b.changes.carry_out(proposal, yes)
        assert (result.outcome, result.error) == (BoxOutcome.REFUSED, "disk_full") and seen(b.home) == before
        assert not any(asked.path == "/do" for asked in b.box.asked)
        monkeypatch.setattr(box_journal, "write_atomic", real)
        await b.changes.settle()
        assert not any(state.unfinished for state in states(b)) and b.store.kept == {}

    run(tmp_path, test)


def test_a_disk_that_fills_up_later_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(b: Bench) -> None:
        proposal = await b.changes.propose(CHANNELS)
        count, real = 0, box_journal.write_atomic

        def full(path: Path, data: bytes) -> None:
            nonlocal count
            count += 1
            if count > 2:
                raise FolderError("disk_full", path=path)
            real(path, data)

        monkeypatch.setattr(box_journal, "write_atomic", full)
        assert (await b.changes.carry_out(proposal, yes)).outcome is BoxOutcome.DONE
        monkeypatch.setattr(box_journal, "write_atomic", real)
        assert len((await b.changes.settle()).done) == 1

    run(tmp_path, test)


def test_a_keyring_that_refuses_leaves_the_box_alone(tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        before, proposal = seen(b.home), await b.changes.propose(CHANNELS)

        def refuse(_name: str, _secret: object) -> None:
            raise FolderError("write_failed")

        b.store.put = refuse  # type: ignore[method-assign]
        result = await b.changes.carry_out(proposal, yes)
        assert (result.outcome, result.error) == (BoxOutcome.REFUSED, "write_failed") and seen(b.home) == before
        assert len((await b.changes.settle()).nothing) == 1

    run(tmp_path, test)


def test_a_damaged_line_is_named_and_the_others_are_there(tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        for label in ("wifi off", "forward add", "reservation add"):
            assert (await b.changes.carry_out(await b.changes.propose(WISHES[label]), yes)).outcome is BoxOutcome.DONE
        first, second, third = journals(tmp_path)
        first.write_bytes(b"\x00\xff{" + first.read_bytes()[3:])  # its head: nothing is known of it
        lines = second.read_text().splitlines()
        second.write_text("\n".join([*lines[:-1], '{"state":"do']) + "\n")  # its last word: the box is looked at
        third.write_bytes(third.read_bytes() + b'{"state":"resto\xff\n')  # begun to be undone, perhaps
        changes, damaged = b.changes.changes()
        assert damaged == (first.stem,)
        assert [(c.name, c.state) for c in changes] == [
            (third.stem, ChangeState.WRITING),
            (second.stem, ChangeState.WRITING),
        ]
        settled = await b.changes.settle()
        assert (settled.done, settled.damaged) == ((third.stem, second.stem), (first.stem,))

    run(tmp_path, test)


def test_two_programs_do_not_change_one_box_at_once(tmp_path: Path) -> None:
    async def test(b: Bench) -> None:
        proposal = await b.changes.propose(CHANNELS)
        other = box_journal.BoxJournal(tmp_path / "box-changes")
        with other.lock(proposal.box):
            result = await b.changes.carry_out(proposal, yes)
        assert (result.outcome, result.error) == (BoxOutcome.REFUSED, "other_program")
        assert (await b.changes.carry_out(proposal, yes)).outcome is BoxOutcome.DONE

    run(tmp_path, test)


def test_very_old_changes_and_their_keys_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(box_memory, "KEPT", 2)

    async def test(b: Bench) -> None:
        for label in ("guest new key", "wifi off", "forward add"):
            assert (await b.changes.carry_out(await b.changes.propose(WISHES[label]), yes)).outcome is BoxOutcome.DONE
            b.time.now += 1
        assert len(b.store.kept) == 2
        await b.changes.settle()
        assert [change.kind for change in b.changes.changes()[0]] == ["forward", "wifi"] and b.store.kept == {}

    run(tmp_path, test)
