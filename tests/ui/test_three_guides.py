"""Guests and parental control through the window, with the real wiring, at every family's simulated box."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

import pytest

from selfcare.model.guide import End
from tests.ui.conftest import GoHome
from tests.ui.guide_home import ALL, GUESTS, KEYS, LEO, NEW, PARENTS, cut, some
from tests.ui.guide_person import Person, read

PLANNED = ("freebox", "livebox")


def now_on(person: Person) -> None:
    """What was so before the box was changed, or linked, is not told any more."""
    if person.step == "inside":
        person.until("the present state", lambda: "allumé" in read(person.page.now))


@pytest.mark.parametrize("family", some(GUESTS, "freebox", "livebox", "sfr", "bbox"))
def test_guests_refused_then_agreed_and_put_back(family: str, go_home: GoHome) -> None:
    home = go_home(family)
    before, guest = deepcopy((home.home.guest, home.home.ssids)), home.home.guest
    person = home.person(keys=family in KEYS)
    person.begin("guest-network")
    end = person.walk(NEW, agree=False)
    assert end.end is End.LEFT and end.undoable == () and (guest, home.home.ssids) == before
    person.again("guest-network")
    assert any("éteint" in line for line in person.shown)
    end = person.walk({**NEW, "inside": "yes"}, each=lambda: now_on(person))
    assert end.end is End.SOLVED and len(person.asked) == 2 and "Amis" in person.asked[1]
    assert (guest.enable, guest.ssid, guest.key) == (True, "Amis", "cle-des-amis")
    person.undo_all()
    assert not guest.enable and len(person.asked) == 3


def test_what_may_be_left_empty_is_left_empty(go_home: GoHome) -> None:
    """« Laissez vide » : nothing typed and « Continuer » is an answer."""
    home = go_home("livebox")
    before = deepcopy(home.home.guest)
    person = home.person()
    person.begin("guest-network")
    person.walk({"name": "", "key": "", "hours": None, "inside": "later"})
    assert home.home.guest == replace(before, enable=True) and person.trail[-1] == "ready"


@pytest.mark.parametrize("family", some(GUESTS, "freebox"))
def test_guests_linked_on_the_way_by_the_boxes_page(family: str, go_home: GoHome) -> None:
    """Begun with a stranger; the step sends to the box's page, its bar leads back, and the box does the rest."""
    home = go_home(family, paired=False)
    person = home.person(keys=family == "freebox")
    person.begin("guest-network")
    end = person.walk({"what": "on", "how": "pair", "pair": "link", **NEW, "inside": "yes"})
    assert end.end is End.SOLVED and home.home.guest.enable and len(person.asked) == 1
    person.undo_all()
    assert not home.home.guest.enable


@pytest.mark.parametrize("family", some(ALL, "livebox", "natpmp"))
def test_guests_by_hand_where_the_box_is_a_stranger(family: str, go_home: GoHome) -> None:
    home = go_home(family, paired=False)
    before = deepcopy(home.home)
    person = home.person(keys=family == "natpmp")
    person.begin("guest-network")
    end = person.walk({"what": "on", "how": "hand", "hand_on": "done", "hand_on?": "yes", "inside": "yes"})
    assert end.end is End.SOLVED and len(end.by_hand) == 1 and person.asked == [] and home.home == before
    person.again("guest-network")
    end = person.walk({"what": "off", "how": "hand", "hand_off": "lost"})
    operator = family in ("freebox", "livebox", "sfr", "bbox")
    assert end.end is (End.CONTACT if operator else End.IMPOSSIBLE) and home.home == before


# -- parental control -----------------------------------------------------------------------------------


@pytest.mark.parametrize("family", PARENTS)
def test_a_device_is_cut_once_and_let_in_again(family: str, go_home: GoHome) -> None:
    home = go_home(family)
    person = home.person(keys=family in KEYS)
    words = {"what": "block", "device": "tablette-leo", "how_long": None, "cut": "yes", "more": "no"}
    person.begin("parental-control")
    end = person.walk(words, agree=False)
    assert end.end is End.LEFT and not cut(home)
    person.again("parental-control")
    end = person.walk(words)
    assert end.end is End.SOLVED and cut(home) and len(person.asked) == 2
    assert "tablette-leo" in person.asked[1] and LEO not in person.asked[1]
    assert not any(host.blocked for host in home.home.hosts if host.mac != LEO)
    person.undo_all()
    assert not cut(home)


def test_two_devices_are_told_apart_at_the_end(go_home: GoHome) -> None:
    """Each way back says whose it is."""
    home = go_home("livebox")
    person = home.person()
    person.begin("parental-control")
    words = {"what": "block", "device": ["tablette-leo", "tele-salon"], "cut": ["later"] * 2, "more": ["yes", "no"]}
    end = person.walk(words)
    assert ["tele-salon" in end.undoable[0].label, "tablette-leo" in end.undoable[1].label] == [True, True]
    person.press(person.page.step.end.buttons[end.undoable[1].entry])
    person.turn()
    person.consent(True)
    assert not cut(home) and [one.name for one in home.home.hosts if one.blocked] == ["tele-salon"]


@pytest.mark.parametrize("family", some(PLANNED, "livebox"))
def test_a_timetable_and_put_back(family: str, go_home: GoHome) -> None:
    home = go_home(family)
    person = home.person(keys=family == "livebox")
    before = deepcopy(home.home.plans)
    person.begin("parental-control")
    end = person.walk({"what": "timetable", "device": "tablette-leo", "times": "0,1,2,3,4", "more": "no"})
    (plan,) = (one for one in home.home.plans if LEO in one.macs)
    assert end.end is End.SOLVED and len(plan.slots) == 5
    assert {last - start for _day, start, last in plan.slots} == {3 * 3600} and len(person.asked) == 1
    assert "tablette-leo" in person.asked[0]
    person.undo_all()
    assert [one for one in home.home.plans if one.slots] == before


@pytest.mark.parametrize("family", some(ALL, "sfr"))
def test_parental_control_by_hand(family: str, go_home: GoHome) -> None:
    """A box that cannot (sfr, a gateway) is never offered as one that could."""
    home = go_home(family, paired=False)
    before = deepcopy(home.home)
    person = home.person()
    person.begin("parental-control")
    words = {"what": "block", "how": "hand", "device": "tablette", "hand_block": "done", "hand_block?": "yes"}
    end = person.walk({**words, "cut": "yes", "more": "no"})
    assert end.end is End.SOLVED and len(end.by_hand) == 1 and person.asked == [] and home.home == before
    assert ("how" in person.trail) == (family in PARENTS)
    person.again("parental-control")
    end = person.walk({**words, "hand_block": "lost"})
    assert end.end is End.IMPOSSIBLE and home.home == before


@pytest.mark.parametrize("family", some(PARENTS, "bbox"))
def test_parental_control_linked_on_the_way(family: str, go_home: GoHome) -> None:
    home = go_home(family, paired=False)
    person = home.person()
    person.begin("parental-control")
    words = {"what": "block", "how": "pair", "pair": "link", "device": "tablette-leo", "how_long": "4"}
    end = person.walk({**words, "cut": "later", "more": "no"})
    assert end.end is End.SOLVED and cut(home) and len(person.asked) == 1
    person.undo_all()
    assert not cut(home)
