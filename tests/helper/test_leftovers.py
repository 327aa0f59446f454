"""What was kept for a change may hold a network's key: it goes once nothing can be put back by it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from selfcare.helper import point
from selfcare.helper.change import EXACT, MEANWHILE, Changes
from tests.helper.world import Killed, World

posix = pytest.mark.skipif(os.name != "posix", reason="the folder of the journal is Windows' own affair there")


def kept(world: World) -> list[str]:
    return sorted(path.name for path in world.journal.folder.glob("*.files"))


def another(world: World) -> Changes:
    """The next change, which finds nothing to do of its own."""
    world.setting.system = {"a": "old", "b": "old"}
    changes = world.again()
    entry = changes.apply("dns.set", {}, 30)
    changes.undo(entry.name)
    return changes


def test_kept_as_long_as_it_can_be_undone(tmp_path: Path) -> None:
    world = World(tmp_path, EXACT)
    entry = world.changes.apply("dns.set", {}, 30)
    world.changes.keep(entry.name)
    assert kept(world) == [f"{entry.name}.files"]
    assert (world.journal.folder / f"{entry.name}.files").stat().st_mode & 0o077 == 0
    world.changes.undo(entry.name)
    assert kept(world) == []


def test_gone_at_once_where_nothing_can_be_put_back(tmp_path: Path) -> None:
    world = World(tmp_path, MEANWHILE)
    assert world.changes.apply("dns.set", {}, 30).state == "kept"
    assert kept(world) == []


@posix
@pytest.mark.parametrize("undo", [EXACT, MEANWHILE])
def test_whenever_the_power_goes_the_next_change_takes_them(
    undo: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = rounds = 0
    while True:
        number += 1
        world = World(tmp_path / str(number), undo)
        left = [number]

        def reached(_name: str, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise Killed

        monkeypatch.setattr(point, "reached", reached)
        try:
            world.changes.apply("dns.set", {}, 30)
        except Killed:
            rounds += 1
            monkeypatch.setattr(point, "reached", lambda _name: None)
            world.guards.clear()
            world.again().recover()
            another(world)
            assert kept(world) == [], number
            continue
        break
    assert rounds > 10
