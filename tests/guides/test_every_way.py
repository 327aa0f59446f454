"""Every edge of every guide that ships: some home leads there, an end follows, and no interruption changes anything.

An edge that nothing leads to fails by its name: a case that an earlier one covers, a way of a box that cannot be.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from selfcare.guides import guide, guide_ids
from selfcare.guides.words import GuideWords
from tests.guides.drive import Drive
from tests.guides.explore import covering, explore
from tests.guides.made import GUIDE, made, ship


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """The disk need not be waited for some ten thousand times."""
    monkeypatch.setattr(os, "fsync", lambda _file: None)
    yield tmp_path
    shutil.rmtree(tmp_path, ignore_errors=True)


@pytest.mark.parametrize("name", guide_ids())
def test_every_edge(name: str, quick: Path) -> None:
    found = explore(guide(name), GuideWords("fr"))
    assert sorted(edge for edge, way in found.items() if way is None) == []
    gone = set[str]()
    for number, way in enumerate(covering(found)):
        drive = Drive(way, quick / str(number))
        asyncio.run(drive.go())
        assert drive.killed >= len(way.moves)
        gone |= set(way.edges())
    assert gone == set(found)


COVERED = """cases = [{ when = { can = ["set_guest"] }, to = "name" },
  { when = { can = ["set_guest"], paired = true }, to = "hand" }]"""
IMPOSSIBLE = """cases = [{ when = { family = ["freebox"], operator = ["orange"] }, to = "hand" },
  { when = { can = ["set_guest"] }, to = "name" }]"""


@pytest.mark.parametrize(
    ("case", "edges"),
    [(COVERED, ["made.seen.failed", "made.way.case.1"]), (IMPOSSIBLE, ["made.seen.failed", "made.way.case.0"])],
)
def test_an_edge_that_nothing_leads_to_is_named(tmp_path: Path, case: str, edges: list[str]) -> None:
    text = GUIDE.replace('cases = [{ when = { can = ["set_guest"] }, to = "name" }]', case)
    text = text.replace('[steps.seen]\nkind = "instruct"', '[steps.seen]\nkind = "instruct"\nfailed = "hand"')
    text = text.replace('verify = [{ test = "box.guest_is", on = true, name = "$name" }]\n', "")
    found = explore(made(tmp_path, text), GuideWords("fr"))
    assert sorted(name for name, way in found.items() if way is None) == edges


PAIR = 'kind = "instruct"\ngesture = "pair"\nverify = ["box.paired"]\nnext = "way"\nlost = "hand"'


def test_what_pairing_changes_is_asked_anew(quick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A box that is not linked may do nothing; linked, in the same run, it may: a ring is a way like any other."""
    text = GUIDE.replace('otherwise = "hand"', 'otherwise = "pair"')
    text = text.replace("[steps.hand]", f"[steps.pair]\n{PAIR}\n[steps.hand]")
    text = text.replace('{ when = { can = ["set_guest"] }', '{ when = { paired = true, can = ["set_guest"] }')
    one = made(quick, text)
    ship(monkeypatch, one)
    found = explore(one, GuideWords("fr"))
    assert [name for name, way in found.items() if way is None] == []
    linked = [way for way in found.values() if way is not None and len(way.last.lets) > 1]
    assert linked
    for number, way in enumerate(covering(found)):
        asyncio.run(Drive(way, quick / str(number)).go())
