"""The three first guides through the window, with the real wiring, at every family's simulated box."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from selfcare import wiring
from selfcare.isp import load_profile
from selfcare.model.guide import End
from selfcare.model.home_pc import Inbound, Listener, Listeners, Outside, Spoke
from tests.boxes.home import Home, Line
from tests.guides.pc_world import VANTAGE
from tests.ui.box_bench import simulator
from tests.ui.guide_home import GuideHome, at_home
from tests.ui.guide_person import Person, read
from ui.guide_state import Phase
from ui.theme import Theme

GoHome = Callable[..., GuideHome]
GUESTS = ("freebox", "livebox", "sfr", "bbox", "fritz")
PARENTS = PORTS = ("freebox", "livebox", "bbox", "fritz")
PLANNED = ("freebox", "livebox")
ALL = (*GUESTS, "igd", "natpmp")
KEYS = ("freebox", "bbox")
"""At these the person has a keyboard and no mouse."""
ASKED = ("livebox", "fritz")
"""Boxes that do not say whether the address is the line's alone: who looks from outside cannot be believed."""
LEO = "b8:27:eb:00:00:02"
NEW = {"name": "Amis", "key": "cle-des-amis", "new_key": "cle-des-amis", "hours": "4"}


def some(families: Sequence[str], *quick: str) -> list[Any]:
    """All of them; those that are not quick are left to the full run."""
    return [one if one in quick else pytest.param(one, marks=pytest.mark.full) for one in families]


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The profile names somebody who knocks from outside."""

    def named() -> None:
        profile = replace(load_profile("default"), vantages=(VANTAGE,))
        monkeypatch.setattr(wiring, "_profile_in_use", lambda: profile)

    return named


@pytest.fixture
def go_home(theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GoHome]:
    with ExitStack() as stack:

        def go(family: str, *faults: str, paired: bool = True, **named: Any) -> GuideHome:
            there = at_home(family, tmp_path / "user", theme, monkeypatch, *faults, **named)
            home = stack.enter_context(there)
            if paired and family in GUESTS:
                home.pair()
            return home

        yield go


def now_on(person: Person) -> None:
    """What was so before the box was changed, or linked, is not told any more."""
    if person.step == "inside":
        person.until("the present state", lambda: "allumé" in read(person.page.now))


@pytest.mark.parametrize("family", GUESTS)
def test_guests_refused_then_agreed_and_put_back(family: str, go_home: GoHome) -> None:
    home = go_home(family)
    before, guest = deepcopy((home.home.guest, home.home.ssids)), home.home.guest
    person = home.person(keys=family in KEYS)
    person.begin("guest-network")
    end = person.walk(NEW, agree=False)
    assert end.end is End.LEFT and end.undoable == () and (guest, home.home.ssids) == before
    person.again("guest-network")
    assert "éteint" in read(person.page.now)
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


@pytest.mark.parametrize("family", some(GUESTS, "freebox", "sfr"))
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


def cut(home: GuideHome) -> bool:
    """By the box's own state, whichever way it keeps it."""
    host = home.home.host(LEO)
    assert host is not None
    return host.blocked or any(LEO in plan.macs and plan.override == "blocked" for plan in home.home.plans)


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


@pytest.mark.parametrize("family", some(ALL, "sfr", "igd"))
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


# -- a port ---------------------------------------------------------------------------------------------

TV, WEB = "192.168.1.22", {"want": "server", "port": "8080", "protocol": "tcp", "where": "other"}
SOME = {**WEB, "device": "tele-salon", "fix_hand": "lost"}
HAND = {"how": "hand", "hand": "done", "hand?": "yes"}


def opened(home: GuideHome, port: int = 8080) -> list[tuple[str, int, str]]:
    return [(one.client, one.internal, one.protocol) for one in home.home.forwards if one.external == port]


@pytest.mark.parametrize("family", PORTS)
def test_a_port_opened_once_seen_from_outside_and_closed_again(
    family: str, go_home: GoHome, outside: Callable[[], None]
) -> None:
    """Its device answers, somebody outside gets in; refused first, then agreed."""
    outside()
    home = go_home(family)
    home.eyes.spoken[8080], home.eyes.outside = Spoke.OPEN, Outside(True, home.home.line.ipv4)
    before = deepcopy((home.home.forwards, home.home.reservations))
    person = home.person(keys=family in KEYS)
    person.begin("port-forwarding")
    end = person.walk(SOME, agree=False)
    assert end.end is End.LEFT and (home.home.forwards, home.home.reservations) == before
    person.again("port-forwarding")
    end = person.walk({**SOME, "phone": "done", "phone?": "yes"})
    assert end.end is End.SOLVED and opened(home) == [(TV, 8080, "tcp")]
    assert ("phone" in person.trail) == (family in ASKED), person.trail
    assert "tele-salon" in person.asked[-1]
    person.undo_all()
    said = [
        [(f.external, f.internal, f.client, f.protocol) for f in several] for several in (home.home.forwards, before[0])
    ]
    assert said[0] == said[1] and home.home.reservations == before[1]


def test_a_gateway_opens_it_for_this_pc_and_nobody_outside_could_look(go_home: GoHome) -> None:
    home = go_home("igd")
    home.eyes.heard = Listeners((Listener(8080, "tcp", "0.0.0.0"),), complete=True)
    home.eyes.inbound = lambda _ports, _protocol: Inbound(True)
    person = home.person(keys=True)
    person.begin("port-forwarding")
    end = person.walk({**WEB, "where": "here", "here": "127.0.0.1", "fix_hand": "lost", "phone": "lost"})
    assert end.end is End.TOLD and person.trail[-1] == "unseen" and opened(home) == [("127.0.0.1", 8080, "tcp")]
    assert len(person.asked) == 1
    person.undo_all()
    assert opened(home) == []


@pytest.mark.parametrize("family", some(("sfr", "natpmp", "freebox", "livebox", "bbox", "fritz"), "sfr", "natpmp"))
def test_a_port_by_hand(family: str, go_home: GoHome) -> None:
    home = go_home(family, paired=False)
    before = deepcopy(home.home)
    person = home.person()
    person.begin("port-forwarding")
    end = person.walk({**SOME, "device": TV, **HAND, "phone": "done", "phone?": "yes"})
    assert end.end is End.SOLVED and person.asked == [] and len(end.by_hand) == 1 and home.home == before
    assert ("how" in person.trail) == (family in PORTS)


def test_a_port_linked_on_the_way(go_home: GoHome) -> None:
    home = go_home("livebox", paired=False)
    person = home.person()
    person.begin("port-forwarding")
    end = person.walk({**SOME, "how": "pair", "pair": "link", "phone": "lost"})
    assert person.trail[-1] == "unseen" and end.end is End.TOLD and opened(home) == [(TV, 8080, "tcp")]
    person.undo_all()
    assert opened(home) == []


@pytest.mark.parametrize("family", some(("freebox", "bbox"), "freebox"))
def test_a_port_of_an_address_that_is_shared(family: str, go_home: GoHome) -> None:
    home = go_home(family, "shared-ipv4")
    person = home.person()
    person.begin("port-forwarding")
    words = {**SOME, "port": ["8080", "20000"], "protocol": ["tcp", "tcp"], "shared": "other", "phone": "lost"}
    person.walk(words)
    assert person.trail[-1] == "unseen" and opened(home, 20000) == [(TV, 20000, "tcp")] and not opened(home)


def test_behind_another_router_nothing_is_tried(go_home: GoHome) -> None:
    home = go_home("igd", box=simulator("igd", home=Home(address="127.0.0.1", line=Line(ipv4="192.168.0.17"))))
    person = home.person()
    person.begin("port-forwarding")
    end = person.walk({**SOME, "device": TV})
    assert end.end is End.IMPOSSIBLE and person.trail[-1] == "two_boxes" and person.asked == []


def test_somebody_outside_finds_it_closed(go_home: GoHome, outside: Callable[[], None]) -> None:
    """Where the device itself was seen to answer, it stops further on; the rule stays, and can be put back."""
    outside()
    home = go_home("bbox")
    home.eyes.spoken[8080], home.eyes.outside = Spoke.OPEN, Outside(False, home.home.line.ipv4)
    person = home.person()
    person.begin("port-forwarding")
    end = person.walk(SOME)
    assert end.end is End.CONTACT and person.trail[-1] == "beyond" and end.ticket and opened(home)
    person.undo_all()
    assert not opened(home)


# -- closed at every step ---------------------------------------------------------------------------------

INTERRUPTED = {
    "freebox": ("guest-network", {**NEW, "inside": "yes"}),
    "fritz": ("parental-control", {"what": "block", "device": "tablette-leo", "cut": "yes", "more": "no"}),
    "bbox": ("port-forwarding", {**SOME, "phone": "done", "phone?": "yes"}),
    "sfr": ("guest-network", {"what": "on", "how": "hand", "hand_on": "done", "hand_on?": "yes", "inside": "yes"}),
}  # fmt: skip


@pytest.mark.parametrize("family", some(tuple(INTERRUPTED), "freebox"))
def test_closed_at_every_step_and_opened_again(family: str, go_home: GoHome) -> None:
    """The window is gone whenever the person has the word; a new one goes on there, and nothing is done twice."""
    guide, words = INTERRUPTED[family]
    home = go_home(family, paired=family != "sfr")
    before = deepcopy(home.home)
    said = {step: iter([word]) for step, word in words.items()}
    person, asked, seen = home.person(), 0, []
    person.begin(guide)
    while True:
        at = (person.step, person.phase, person.screen.text)
        home.close()
        person = home.person()
        person.resume()
        assert (person.step, person.phase, person.screen.text) == at, seen
        seen.append(at[0])
        asked += person.phase is Phase.ASKING
        person.say(said)
        if person.phase is Phase.OVER:
            break
    assert person.screen.end is End.SOLVED and asked == len(person.screen.undoable) and len(seen) >= 4
    assert len(home.journal()) == asked, seen
    person.undo_all()
    now = home.home
    assert not now.guest.enable and not cut(home) and now.reservations == before.reservations
    assert [one.external for one in now.forwards] == [one.external for one in before.forwards]
    home.close()
    person = home.person()
    person.open()
    assert not person.page.left.isVisible()  # an end is no run to go on with
