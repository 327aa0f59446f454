"""What a list of changes must never leave out."""

from __future__ import annotations

from pathlib import Path

import pytest

from selfcare.helper import serve
from selfcare.helper.journal import Plan
from tests.helper.world import World


def test_many_small_things_do_not_hide_a_change_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A memory emptied a hundred times since: the change of long ago can still be undone."""
    monkeypatch.setattr(serve.host, "is_root", lambda: True)
    monkeypatch.setattr(serve, "LISTED", 3)
    world = World(tmp_path)
    old = world.make()
    world.changes.keep(old.name)
    for _ in range(5):
        flushed = world.journal.begin("dns.flush", {}, False, Plan({}, {}, {}))
        world.journal.mark(flushed, "kept")
    names = [str(told["name"]) for told in serve.listed(world.journal)]
    assert names[-1] == old.name and len(names) == 4
