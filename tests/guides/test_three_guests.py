"""guest-network at every family's simulated box: on, changed, off, put back; by hand where there is no other way."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import pytest

from selfcare.boxes.driver import PairingKind
from tests.guides.home_bench import AtHome, let_in
from tests.guides.three import OURS, End, play, walk

SETTABLE = ("freebox", "livebox", "sfr", "bbox", "fritz")
KEPT = ("livebox", "freebox")
"""Families whose guests may have an end."""
NEW = {"name": "Amis", "key": "cle-des-amis", "new_key": "cle-des-amis", "hours": "3"}


@pytest.mark.parametrize("family", SETTABLE)
def test_on_by_the_box_and_put_back(family: str, tmp_path: Path) -> None:
    async def act(home: AtHome) -> None:
        told = await walk(home, tmp_path, "guest-network", {**NEW, "inside": "yes"})
        guest = home.home.guest
        assert told.end.end is End.SOLVED and len(told.agreed) == 1
        assert (guest.enable, guest.ssid, guest.key) == (True, "Amis", "cle-des-amis")
        assert bool(guest.remaining) == (family in KEPT) == ("hours" in told.trail)
        assert "cle-des-amis" not in repr(told.run.position)
        await told.undo_all()
        assert not guest.enable and told.run.screen().undoable == ()

    play(family, tmp_path, act)


@pytest.mark.parametrize("family", SETTABLE)
def test_who_says_no_has_what_they_had(family: str, tmp_path: Path) -> None:
    async def act(home: AtHome) -> None:
        before = deepcopy(home.home)
        told = await walk(home, tmp_path, "guest-network", NEW, agree=False)
        assert told.end.end is End.LEFT and len(told.agreed) == 1 and told.end.undoable == ()
        assert (home.home.guest, home.home.ssids) == (before.guest, before.ssids)

    play(family, tmp_path, act)


@pytest.mark.parametrize("family", SETTABLE)
def test_a_new_key_then_off(family: str, tmp_path: Path) -> None:
    async def act(home: AtHome) -> None:
        guest = home.home.guest
        await walk(home, tmp_path, "guest-network", {**NEW, "hours": None, "inside": "later"})
        new = {"what": "change", "name": None, "key": "une-autre-cle", "new_key": "une-autre-cle", "hours": None}
        told = await walk(home, tmp_path, "guest-network", {**new, "inside": "later"})
        assert told.end.end is End.TOLD and (guest.enable, guest.key) == (True, "une-autre-cle")
        told = await walk(home, tmp_path, "guest-network", {"what": "off"})
        assert told.end.end is End.SOLVED and not guest.enable
        await told.undo_all()
        assert (guest.enable, guest.key) == (True, "une-autre-cle")

    play(family, tmp_path, act)


@pytest.mark.parametrize("family", SETTABLE)
def test_linked_on_the_way(family: str, tmp_path: Path) -> None:
    """Asked what is wanted while nothing is known; once the box is linked, what is so is looked at again."""

    async def act(home: AtHome) -> None:
        async def gesture() -> None:
            await let_in(home.desk, home.home)

        words = {"what": "on", "how": "pair", "pair": "done", **NEW, "inside": "yes"}
        told = await walk(home, tmp_path, "guest-network", words, gesture=gesture)
        assert told.end.end is End.SOLVED and told.trail.count("now") == 2 and home.home.guest.enable

    play(family, tmp_path, act, paired=False)


def test_what_was_asked_for_is_not_asked_again_once_linked(tmp_path: Path) -> None:
    async def act(home: AtHome) -> None:
        async def gesture() -> None:
            await let_in(home.desk, home.home)

        home.home.guest.enable = True
        words = {"what": "off", "how": "pair", "pair": "done"}  # one word for "what": a second asking would fail
        told = await walk(home, tmp_path, "guest-network", words, gesture=gesture)
        assert told.end.end is End.SOLVED and not home.home.guest.enable

    play("livebox", tmp_path, act, paired=False)


@pytest.mark.parametrize("family", OURS)
def test_by_hand_the_person_is_asked_and_the_box_is_left_alone(family: str, tmp_path: Path) -> None:
    async def act(home: AtHome) -> None:
        before = deepcopy(home.home)
        words = {"what": "on", "how": "hand", "hand_on": "done", "hand_on?": ["yes"], "inside": "no", "again": "done"}
        told = await walk(home, tmp_path, "guest-network", {**words, "again?": "no"})
        assert told.end.end is End.CONTACT and told.end.ticket and told.agreed == []
        assert len(told.end.by_hand) == 1 and home.home == before
        words = {"what": "off", "how": "hand", "hand_off": "lost"}
        told = await walk(home, tmp_path, "guest-network", words)
        routers = ("fritz", "igd")  # of nobody's operator: nobody to be sent to
        assert told.end.end is (End.IMPOSSIBLE if family in routers else End.CONTACT)

    play(family, tmp_path, act, paired=False)


def test_done_by_hand_on_a_box_that_can_be_read_is_seen(tmp_path: Path) -> None:
    """Without the right to settings a Freebox still tells: "done" is believed only once it is so."""

    async def act(home: AtHome) -> None:
        told = await walk(home, tmp_path, "guest-network", {"hand_on": ["done", "lost"]})
        assert told.trail[-3:] == ("hand_on", "nowhere", "ask_operator") and "hand_on?" not in told.trail
        assert told.agreed == [] and not home.home.guest.enable

    play("freebox", tmp_path, act, "no-settings-right")


def test_the_kinds_of_pairing_are_those_that_are_offered() -> None:
    from selfcare.boxes.families import driver
    from selfcare.model.box import BoxFamily

    for family in OURS:
        assert (driver(BoxFamily(family)).pairing is not PairingKind.NONE) == (family in SETTABLE)
