"""The journal's disk: full, read-only, damaged, or open to others."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from selfcare.helper import files, journal, mechanisms, tools
from selfcare.helper.change import Changes
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Plan
from tests.helper.world import OLD, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


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


def test_a_tool_that_stays_does_not_hold_the_lock(world: World) -> None:
    """A DHCP client is started, and lives on for days."""
    with world.journal.acting():
        tools.tell("sh", "-c", "sleep 3 > /dev/null 2>&1 &", stays=True)
    handle = os.open(world.journal.folder / "act.lock", os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(handle)


def test_an_entry_of_another_version_keeps_no_other_from_being_put_back(world: World) -> None:
    """After an older program was installed again: the newest entry has a verb that it does not know."""
    old = world.make()
    changes = Changes(world.journal, lambda verb: world.setting if verb == "dns.set" else mechanisms.find(verb))
    world.journal.mark(world.journal.begin("ipv6.mend", {}, True, Plan({}, {}, {})), "applied")
    assert [entry.name for entry in changes.recover()] == [old.name]
    assert world.setting.system == OLD
