"""The steps of a change: recorded before it is made, put back whatever fails, left alone if somebody else came."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from selfcare.helper import files, journal, point
from selfcare.helper.change import EXACT, MEANWHILE, NEVER, NOTHING, Changes
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Journal, Plan, State


class Setting:
    """A mechanism whose system is a dictionary of two values, changed one after the other."""

    def __init__(self, undo: str = EXACT) -> None:
        self.undo = undo
        self.system = {"a": "old", "b": "old"}
        self.fails: set[str] = set()

    def plan(self, args: dict[str, Any]) -> Plan:
        return Plan({}, dict(self.system), {"a": "new", "b": "new"}, {"a": ["nothing"]}, {"kept": b"\0old\xff"})

    def apply(self, entry: Entry) -> None:
        self.step("a", "nothing")
        self.step("a", "new")
        self.step("b", "new")

    def read(self, entry: Entry) -> State:
        return dict(self.system)

    def restore(self, entry: Entry, files: Callable[[], dict[str, bytes]]) -> None:
        assert files() == {"kept": b"\0old\xff"}
        self.step("b", entry.before["b"])
        self.step("a", entry.before["a"])

    def step(self, key: str, value: str) -> None:
        if f"{key} {value}" in self.fails:
            raise Refusal("failed", "it does not want to")
        self.system[key] = value
        point.reached(f"{key} {value}")


class Fake:
    """A guard that only notes what it hears."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def heard(self) -> None:
        self.said.append("heard")

    def release(self) -> None:
        self.said.append("release")


class Killed(BaseException):
    """The power goes."""


class World:
    def __init__(self, folder: Path, undo: str = EXACT) -> None:
        self.setting = Setting(undo)
        self.journal = Journal(folder / "journal")
        self.guards: list[Fake] = []
        self.changes = self.again()

    def again(self) -> Changes:
        """The next start of the program."""
        return Changes(self.journal, lambda verb: self.setting, self.guard)

    def guard(self, name: str, seconds: float) -> Fake:
        assert self.journal.load(name).state == "prepared", "the entry is on the disk before its guard"
        assert self.setting.system == {"a": "old", "b": "old"}, "the guard is there before the change"
        self.guards.append(Fake())
        return self.guards[-1]

    def make(self) -> Entry:
        return self.changes.apply("dns.set", {"interface": "eth0"}, 30)

    def states(self) -> list[str]:
        return [entry.state for entry in self.journal.entries()]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


OLD, NEW = {"a": "old", "b": "old"}, {"a": "new", "b": "new"}


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


# -- the disk ------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_no_room_for_the_record_means_no_change(world: World, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def full(handle: int) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(Refusal) as caught:
            world.make()
    assert caught.value.code == "cannot_record"
    assert world.setting.system == OLD and world.guards == []
    assert sorted(path.name for path in world.journal.folder.iterdir()) == ["act.lock"]


def test_disk_full_after_the_change_puts_it_back_and_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every later write fails: the change is put back all the same, and the next start settles the entry."""
    real, left = os.fsync, [4]  # two files and their folder

    def full(handle: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, "full")
        real(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(Refusal) as caught:
            world.make()
    assert caught.value.code == "cannot_record"
    assert world.setting.system == OLD and world.states() == ["prepared"]
    world.again().recover()
    assert world.setting.system == OLD and world.states() == ["undone"]


def test_keep_that_cannot_be_recorded_is_not_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = world.make()
    monkeypatch.setattr(journal, "write_synced", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
    with pytest.raises(Refusal, match="cannot_record"):
        world.changes.keep(entry.name)
    assert world.guards[0].said == ["heard"] and world.states() == ["applied"]


@pytest.mark.skipif(os.geteuid() != 0, reason="needs another owner than the one who runs the test")
def test_root_refuses_a_journal_that_others_may_write(world: World) -> None:
    world.journal.folder.mkdir(mode=0o755)
    world.journal.folder.chmod(0o777)
    with pytest.raises(Refusal, match="cannot_record"):
        world.make()
    world.journal.folder.chmod(0o755)
    os.chown(world.journal.folder.parent, 1, 1)
    with pytest.raises(Refusal, match="cannot_record"):
        world.make()
    os.chown(world.journal.folder.parent, 0, 0)
    world.make()


def test_a_link_in_place_of_the_journal_is_refused(world: World, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    world.journal.folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refusal, match="cannot_record"):
        world.make()


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"version": 1}', '{"version": 9, "name": "x"}', "null"])
def test_an_entry_that_is_damaged_stops_nothing(world: World, text: str) -> None:
    entry = world.make()
    world.journal.folder.joinpath("20200101T000000000Z-00000000.json").write_text(text)
    assert [found.name for found in world.journal.entries()] == [entry.name]
    assert [found.state for found in world.again().recover()] == ["undone"]


def test_an_entry_others_may_write_is_not_believed(world: World) -> None:
    entry = world.make()
    (world.journal.folder / f"{entry.name}.json").chmod(0o666)
    assert world.journal.entries() == []


def test_an_orphaned_tool_holds_the_lock(world: World) -> None:
    """The maker is killed while its tool still works: whoever restores waits for the tool's end."""
    code = (
        "import sys; from pathlib import Path; from selfcare.helper.journal import Journal\n"
        "from selfcare.helper import tools; import os, signal, threading\n"
        "threading.Timer(0.4, lambda: os.kill(os.getpid(), signal.SIGKILL)).start()\n"
        f"with Journal(Path({str(world.journal.folder)!r})).acting(): tools.ask('sleep', '1.2')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, cwd=Path(__file__).parents[2])
    assert done.returncode == -9
    handle = os.open(world.journal.folder / "act.lock", os.O_RDWR)
    with pytest.raises(BlockingIOError):
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.flock(handle, fcntl.LOCK_EX)  # and it does end
    os.close(handle)


def test_core_is_small() -> None:
    """Protocol, validation, journal, guard, restoring: 600 lines of code at most (blank lines and words apart)."""
    import ast

    total = 0
    for name in ("protocol", "arguments", "journal", "guard", "change"):
        text = (Path(files.__file__).parent / f"{name}.py").read_text(encoding="utf-8")
        told = set()
        for node in ast.walk(ast.parse(text)):
            if (
                isinstance(node, ast.Expr)
                and isinstance(node.value, ast.Constant)
                and isinstance(node.value.value, str)
            ):
                told |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
        lines = enumerate(text.splitlines(), 1)
        total += sum(1 for number, line in lines if line.strip() and number not in told and line.strip()[0] != "#")
    assert total <= 600
