"""The three first guides through the window, with the real wiring, at every family's simulated box."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from selfcare.model.guide import End
from tests.ui.guide_home import GuideHome, at_home
from ui.theme import Theme

GoHome = Callable[..., GuideHome]
GUESTS = ("freebox", "livebox", "sfr", "bbox", "fritz")
NEW = {"name": "Amis", "key": "cle-des-amis", "new_key": "cle-des-amis", "hours": "4"}


@pytest.fixture
def go_home(theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GoHome]:
    with ExitStack() as stack:

        def go(family: str, *faults: str, paired: bool = True, **named: Any) -> GuideHome:
            there = at_home(family, tmp_path / "user", theme, monkeypatch, *faults, **named)
            home = stack.enter_context(there)
            if paired:
                home.pair()
            return home

        yield go


@pytest.mark.parametrize("family", GUESTS)
def test_guests_on_by_the_box_and_put_back(family: str, go_home: GoHome) -> None:
    home = go_home(family)
    guest = home.home.guest
    person = home.person(keys=family == "freebox")
    person.begin("guest-network")
    end = person.walk({**NEW, "inside": "yes"})
    assert end.end is End.SOLVED and len(person.asked) == 1
    assert (guest.enable, guest.ssid, guest.key) == (True, "Amis", "cle-des-amis")
    person.undo_all()
    assert not guest.enable and len(person.asked) == 2
