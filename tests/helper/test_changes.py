"""The steps of a change: recorded before it is made, put back whatever fails, left alone if somebody else came."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from selfcare.helper import guard, point
from selfcare.helper.change import EXACT, MEANWHILE, NEVER, NOTHING, Changes
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Plan
from tests.helper.world import NEW, OLD, Fake, Killed, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_made_kept_and_undone_much_later(world: World) -> None:
    entry = world.make()
    assert world.setting.system == NEW and world.states() == ["applied"]
    assert world.guards[0].said == ["heard"]
    world.changes.keep(entry.name)
    assert world.guards[0].said == ["heard", "release"] and world.states() == ["kept"]
    assert world.again().recover() == [] and world.setting.system == NEW
    world.again().undo(entry.name)
    assert world.setting.system == OLD and world.states() == ["undone"]
    world.again().undo(entry.name)  # once more does no harm


def test_what_was_there_is_on_the_disk_before_it_changes(world: World) -> None:
    seen: list[dict[str, Any]] = []
    real = world.setting.step

    def step(key: str, value: str) -> None:
        stored = list(world.journal.folder.glob("2*.json"))
        seen.append(json.loads(stored[0].read_text()))
        real(key, value)

    world.setting.step = step  # type: ignore[method-assign]
    world.make()
    assert seen[0]["before"] == OLD and seen[0]["wanted"] == NEW and seen[0]["state"] == "prepared"


def test_a_change_that_fails_half_way_is_put_back(world: World) -> None:
    world.setting.fails = {"b new"}
    with pytest.raises(Refusal, match="does not want"):
        world.make()
    assert world.setting.system == OLD and world.states() == ["undone"]
    assert world.guards[0].said == ["release"]


def test_if_putting_back_fails_too_the_guard_is_not_released(world: World) -> None:
    world.setting.fails = {"b new", "a old"}
    with pytest.raises(Refusal):
        world.make()
    assert world.guards[0].said == [] and world.states() == ["restoring"]
    world.setting.fails = set()
    world.changes.settle(world.journal.entries()[0].name)  # as the guard does
    assert world.setting.system == OLD and world.states() == ["undone"]


@pytest.mark.parametrize("undo", [EXACT, MEANWHILE])
def test_power_cut_at_every_moment(undo: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then one more in the middle of putting it back, at every moment of that."""
    first = moments(World(tmp_path / "count", undo), monkeypatch)
    rounds = 0
    for cut in range(1, first + 1):
        for again in range(0, 14):
            world = World(tmp_path / f"{cut}-{again}", undo)
            dies(monkeypatch, cut, world.make)
            dies(monkeypatch, again, lambda world=world: world.again().recover())
            world.again().recover()
            if world.states() != ["kept"]:  # of a change that is through, nothing is put back
                assert world.setting.system == OLD, (cut, again)
            assert set(world.states()) <= {"undone", "kept"}, (cut, again)
            rounds += 1
    assert first >= 13 and rounds == first * 14


def moments(world: World, monkeypatch: pytest.MonkeyPatch) -> int:
    names: list[str] = []
    monkeypatch.setattr(point, "reached", names.append)
    world.make()
    monkeypatch.undo()
    return len(names)


def dies(monkeypatch: pytest.MonkeyPatch, number: int, doing: Callable[[], object]) -> None:
    """Does it, and the process ends at this moment (0: never)."""
    left = [number]

    def reached(name: str) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(point, "reached", reached)
        try:
            doing()
        except Killed:
            return


def test_somebody_else_s_change_is_left_alone(world: World) -> None:
    entry = world.make()
    world.setting.system["b"] = "a VPN's"
    with pytest.raises(Refusal) as caught:
        world.changes.settle(entry.name)
    assert caught.value.code == "changed_since"
    assert world.setting.system == {"a": "new", "b": "a VPN's"} and world.states() == ["conflict"]
    assert world.again().recover() == []


def test_a_kept_change_under_another_waits_for_its_turn(world: World) -> None:
    entry = world.make()
    world.changes.keep(entry.name)
    world.setting.system["b"] = "a later change's"
    with pytest.raises(Refusal, match="changed_since"):
        world.changes.undo(entry.name)
    assert world.states() == ["kept"]
    world.setting.system["b"] = "new"
    world.changes.undo(entry.name)
    assert world.setting.system == OLD


def test_already_as_before_is_undone_without_touching_anything(world: World) -> None:
    entry = world.make()
    world.setting.system = dict(OLD)  # a restart of the PC forgot a temporary setting
    world.setting.fails = {"a old", "b old"}
    assert world.again().recover()[0].name == entry.name and world.states() == ["undone"]


def test_nothing_to_change_is_said(world: World) -> None:
    world.setting.system = dict(NEW)
    with pytest.raises(Refusal, match="nothing to change"):
        world.make()
    assert world.states() == []


@pytest.mark.parametrize(("undo", "after"), [(NOTHING, "undone"), (MEANWHILE, "undone"), (NEVER, "kept")])
def test_what_needs_no_undoing_is_kept_at_once(undo: str, after: str, tmp_path: Path) -> None:
    world = World(tmp_path, undo)
    entry = world.make()
    assert (entry.state, entry.reversible) == ("kept", False)
    if undo == NEVER:
        with pytest.raises(Refusal, match="cannot be undone"):
            world.changes.undo(entry.name)
    else:
        world.changes.undo(entry.name)
    assert world.states() == [after] and world.setting.system == NEW


def test_an_entry_that_is_guarded_is_not_recovered(world: World) -> None:
    entry = world.make()
    lock = world.journal.watching(entry.name)
    assert lock is not None and world.journal.watching(entry.name) is None
    assert world.again().recover() == [] and world.setting.system == NEW
    os.close(lock)
    assert [found.state for found in world.again().recover()] == ["undone"]


def test_without_a_process_for_the_guard_nothing_is_changed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A PC that can start nothing more: the helper says no, and lives."""

    def none_left(*words: object, **more: object) -> None:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(guard.host, "start_apart", none_left)
    world.changes.guard = lambda name, seconds: guard.Guard([], name, seconds)
    with pytest.raises(Refusal, match="no guard"):
        world.make()
    assert world.setting.system == OLD and world.states() == ["undone"]


def test_two_programs_do_not_try_things_one_over_the_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each would take the other's change for a person's wish and leave it: nobody would put it back."""
    monkeypatch.setattr("selfcare.helper.change.OTHERS_TRIES", 3)
    entry = world.make()
    guard = world.journal.watching(entry.name)
    assert guard is not None
    other = world.again()
    with pytest.raises(Refusal) as caught:
        other.apply("dns.set", {"interface": "eth0"}, 30)
    assert caught.value.code == "busy" and world.setting.system == NEW and world.states() == ["applied"]
    os.close(guard)
    world.changes.undo(entry.name)
    assert world.setting.system == OLD
    other.apply("dns.set", {"interface": "eth0"}, 30)


def test_several_changes_of_one_program_belong_together(world: World) -> None:
    guard = world.journal.watching(world.make().name)
    more = Plan({}, dict(NEW), {"a": "newer", "b": "newer"})
    world.setting.plan = lambda args: more  # type: ignore[method-assign]
    world.changes.guard = lambda name, seconds: Fake()
    world.make()
    assert world.states() == ["applied", "applied"] and guard is not None
    os.close(guard)


def test_newest_first(tmp_path: Path) -> None:
    """Two unfinished changes of the same thing: the later one lies on top."""
    world = World(tmp_path)
    first = world.make()
    world.setting.plan = lambda args: Plan({}, dict(NEW), {"a": "newer", "b": "newer"}, {}, {"kept": b"\0old\xff"})  # type: ignore[method-assign]
    world.setting.apply = lambda entry: world.setting.system.update(a="newer", b="newer")  # type: ignore[method-assign]
    world.changes.guard = None
    second = world.make()
    assert [entry.name for entry in world.again().recover()] == [second.name, first.name]
    assert world.setting.system == OLD


def test_an_unfinished_change_goes_back_before_the_next_one_is_planned(world: World) -> None:
    """Its maker and its guard are gone: its half would be taken for what was there before."""
    world.make()
    entry = world.again().apply("dns.set", {"interface": "eth0"}, 30)
    assert entry.before == OLD and sorted(world.states()) == ["applied", "undone"]
    world.again().recover()
    assert world.setting.system == OLD


def two(world: World) -> tuple[str, str]:
    """Two changes of one step, of things that have nothing to do with each other."""
    first = world.make()
    other = World(world.journal.folder.parent / "other").setting
    world.changes.find = lambda verb: other  # type: ignore[method-assign, assignment]
    world.changes.guard = lambda name, seconds: Fake()
    second = world.changes.apply("mtu.set", {"interface": "eth0", "bytes": 1400}, 30)
    mechanisms = {"dns.set": world.setting, "mtu.set": other}
    world.changes.find = mechanisms.__getitem__  # type: ignore[method-assign, assignment]
    return first.name, second.name


def test_two_that_belong_together_are_kept_both_or_none_whoever_dies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = set()
    for cut in range(1, 9):
        world = World(tmp_path / str(cut))
        names = two(world)
        find = world.changes.find
        dies(monkeypatch, cut, lambda world=world, names=names: world.changes.keep(*names))
        Changes(world.journal, find).recover()
        assert len(set(world.states())) == 1, cut
        ends |= set(world.states())
    assert ends == {"undone", "kept"}


def test_one_that_cannot_be_kept_lets_none_be_kept(world: World) -> None:
    first, second = two(world)
    world.changes.undo(second)
    with pytest.raises(Refusal, match="it is undone"):
        world.changes.keep(first, second)
    assert sorted(world.states()) == ["applied", "undone"]


def test_a_change_that_somebody_guards_is_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = world.make()
    lock = world.journal.watching(entry.name)
    assert lock is not None
    waited: list[float] = []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:  # now its guard acts, as its maker is gone
            os.close(lock)

    monkeypatch.setattr("selfcare.helper.change.time.sleep", sleep)
    world.guards.clear()
    world.again().apply("dns.set", {"interface": "eth0"}, 30)
    assert len(waited) == 3 and sorted(world.states()) == ["applied", "undone"]


def test_a_program_that_never_decides_is_not_waited_for_for_ever(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = world.journal.watching(world.make().name)
    monkeypatch.setattr("selfcare.helper.change.time.sleep", lambda _s: None)
    with pytest.raises(Refusal) as caught:
        world.again().apply("dns.set", {"interface": "eth0"}, 30)
    assert caught.value.code == "busy" and world.setting.system == NEW and lock is not None
    os.close(lock)
