"""port-forwarding through the window at the simulated boxes; and each of the three, closed at every step."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

import pytest

from selfcare.model.guide import End
from selfcare.model.home_pc import Inbound, Listener, Listeners, Outside, Spoke
from tests.boxes.home import Home, Line
from tests.ui.box_bench import simulator
from tests.ui.conftest import GoHome
from tests.ui.guide_home import KEYS, NEW, PORTS, GuideHome, cut, some
from ui.guide_state import Phase

ASKED = ("livebox", "fritz")
"""Boxes that do not say whether the address is the line's alone: who looks from outside cannot be believed."""
TV, WEB = "192.168.1.22", {"want": "server", "port": "8080", "protocol": "tcp", "where": "other"}
SOME = {**WEB, "device": "tele-salon", "fix_hand": "lost"}
HAND = {"how": "hand", "hand": "done", "hand?": "yes"}


def opened(home: GuideHome, port: int = 8080) -> list[tuple[str, int, str]]:
    return [(one.client, one.internal, one.protocol) for one in home.home.forwards if one.external == port]


@pytest.mark.parametrize("family", some(PORTS, "freebox", "livebox"))
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


@pytest.mark.parametrize("family", some(("sfr", "natpmp", "freebox", "livebox", "bbox", "fritz"), "natpmp"))
def test_a_port_by_hand(family: str, go_home: GoHome) -> None:
    home = go_home(family, paired=False)
    before = deepcopy(home.home)
    person = home.person()
    person.begin("port-forwarding")
    end = person.walk({**SOME, "device": TV, **HAND, "phone": "done", "phone?": "yes"})
    assert end.end is End.SOLVED and person.asked == [] and len(end.by_hand) == 1 and home.home == before
    assert ("how" in person.trail) == (family in PORTS)


@pytest.mark.full
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


# -- closed at every step ----------------------------------------------------------------

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
    person, asked, seen = home.person(), 0, list[str]()
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
        if person.over:
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
