"""port-forwarding at every family's simulated box: opened, proved, put back; and where it cannot be, or stops."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from selfcare.app.guides.answers import AnswerError
from selfcare.isp.facts import fact
from tests.boxes.home import Forward, Home, Line
from tests.guides.home_bench import AtHome, simulator
from tests.guides.three import OURS, End, Pc, play, walk

SETTABLE = ("freebox", "livebox", "bbox", "fritz")
RESERVE = ("freebox", "livebox", "bbox")
TV, TV_MAC = "192.168.1.22", "f4:f5:d8:00:00:03"
WEB = {"want": "server", "port": "8080", "protocol": "tcp", "where": "other", "device": "tele-salon"}
HAND = {"how": "hand", "fix_hand": "lost", "hand": "done", "hand?": "yes"}
OUT = {"out.port_open": "yes"}


def opened(home: AtHome, port: int) -> set[tuple[str, int, str]]:
    return {(one.client, one.internal, one.protocol) for one in home.home.forwards if one.external == port}


def rules(home: AtHome) -> list[Forward]:
    """What they say; a box may give one another number when it comes back."""
    return sorted((deepcopy(one) for one in home.home.forwards), key=lambda one: (one.external, one.protocol))


def same(one: list[Forward], other: list[Forward]) -> bool:
    said = [
        [(f.external, f.internal, f.client, f.protocol, f.description) for f in several] for several in (one, other)
    ]
    return said[0] == said[1]


@pytest.mark.parametrize("family", SETTABLE)
def test_opened_with_its_address_and_put_back(family: str, tmp_path: Path) -> None:
    async def act(home: AtHome) -> None:
        before, kept = rules(home), dict(home.home.reservations)
        told = await walk(home, tmp_path, "port-forwarding", {**WEB, "fix_hand": "lost"}, pc=Pc(OUT))
        assert told.end.end is End.SOLVED and opened(home, 8080) == {(TV, 8080, "tcp")}
        assert (TV_MAC in home.home.reservations) == (family in RESERVE)
        assert len(told.agreed) == len(told.end.undoable) == (2 if family in RESERVE else 1)
        await told.undo_all()
        assert same(rules(home), before) and home.home.reservations == kept

    play(family, tmp_path, act)


@pytest.mark.parametrize("family", SETTABLE)
def test_both_protocols_and_a_range(family: str, tmp_path: Path) -> None:
    """A FRITZ!Box takes no range from a program: it says so before anything is done, and the rest is by hand."""

    async def act(home: AtHome) -> None:
        words: dict[str, Any] = {**WEB, "port": "5000-5010", "protocol": "both", "fix_hand": "lost", "hand": "lost"}
        told = await walk(home, tmp_path, "port-forwarding", words, pc=Pc(OUT))
        made = [one for one in home.home.forwards if one.external == 5000]
        if family == "fritz":
            assert told.end.end is End.CONTACT and not made and "hand" in told.trail
        else:
            assert told.end.end is End.SOLVED and made and all(one.last == 5010 for one in made)

    play(family, tmp_path, act)


@pytest.mark.parametrize("family", (*SETTABLE, "igd"))
def test_who_says_no_has_what_they_had(family: str, tmp_path: Path) -> None:
    async def act(home: AtHome) -> None:
        before = deepcopy((home.home.forwards, home.home.reservations))
        words = {**WEB, "where": "here", "here": "127.0.0.1" if family == "igd" else "pc-camille", "fix_hand": "lost"}
        told = await walk(home, tmp_path, "port-forwarding", words, agree=False)
        assert told.end.end is End.LEFT and told.end.undoable == () and told.agreed
        assert (home.home.forwards, home.home.reservations) == before

    play(family, tmp_path, act)


def test_a_gateway_opens_it_for_the_pc_that_asks(tmp_path: Path) -> None:
    async def act(home: AtHome) -> None:
        words = {**WEB, "where": "here", "here": "127.0.0.1", "fix_hand": "lost"}
        pc = Pc({"pc.listens": "yes", "pc.lets_in": "yes", **OUT})
        told = await walk(home, tmp_path, "port-forwarding", words, pc=pc)
        assert told.end.end is End.SOLVED and opened(home, 8080) == {("127.0.0.1", 8080, "tcp")}
        assert "how" not in told.trail and pc.asked == ["pc.listens", "pc.lets_in", "out.port_open"]
        await told.undo_all()
        assert not opened(home, 8080)

    play("igd", tmp_path, act)


def test_a_gateway_refuses_another_device_and_says_so(tmp_path: Path) -> None:
    """Then by hand: nothing that a program is told shows such a rule, so the person is asked."""

    async def act(home: AtHome) -> None:
        before = rules(home)
        words = {**WEB, "device": TV, **HAND, "phone": "lost"}
        told = await walk(home, tmp_path, "port-forwarding", words)
        assert told.trail[-1] == "unseen" and "hand" in told.trail and len(told.agreed) == 1
        assert same(rules(home), before) and told.end.undoable == ()

    play("igd", tmp_path, act)


@pytest.mark.parametrize("family", [one for one in OURS if one != "igd"])
def test_by_hand_and_nobody_outside_could_look(family: str, tmp_path: Path) -> None:
    """Not linked: nothing is changed; the person tries with a phone, or it is said that nobody has tried."""

    async def act(home: AtHome) -> None:
        before = deepcopy(home.home)
        told = await walk(home, tmp_path, "port-forwarding", {**WEB, **HAND, "phone": "done", "phone?": "yes"})
        assert told.end.end is End.SOLVED and told.agreed == [] and len(told.end.by_hand) == 1
        told = await walk(home, tmp_path, "port-forwarding", {**WEB, **HAND, "phone": "lost"})
        assert told.end.end is End.TOLD and told.trail[-1] == "unseen" and home.home == before
        told = await walk(home, tmp_path, "port-forwarding", {**WEB, **HAND, "phone": "done", "phone?": "no"})
        assert told.trail[-1] == "unclear" and told.end.ticket
        told = await walk(home, tmp_path, "port-forwarding", {**WEB, **HAND, "hand": "lost"})
        assert told.end.end is End.CONTACT and told.trail[-1] == "nowhere"

    play(family, tmp_path, act, paired=False)


def test_a_rule_by_hand_is_believed_once_it_is_there(tmp_path: Path) -> None:
    async def act(home: AtHome) -> None:
        words: dict[str, Any] = {**WEB, "fix_hand": "lost", "hand": ["done", "lost"]}
        told = await walk(home, tmp_path, "port-forwarding", words)
        assert told.trail[-1] == "nowhere"
        home.home.forwards.append(Forward(8080, 8080, TV, description="by hand", id="9"))
        words = {**WEB, "fix_hand": "lost", "hand": "done", "phone": "lost"}
        told = await walk(home, tmp_path, "port-forwarding", words)
        assert told.trail[-1] == "unseen" and told.agreed == []

    play("freebox", tmp_path, act, "no-settings-right")


def test_a_gateway_does_not_list_what_was_typed_into_its_pages(tmp_path: Path) -> None:
    """Its "not there" is no word: the person is asked."""

    async def act(home: AtHome) -> None:
        assert await home.says("box.forward_is", port="8080", protocol="tcp", device="192.168.1.20") == "unknown"

    play("igd", tmp_path, act)


@pytest.mark.parametrize("family", SETTABLE)
def test_the_port_leads_elsewhere(family: str, tmp_path: Path) -> None:
    """8443 is the NAS's: another port; or the old rule goes, and both come back."""

    async def act(home: AtHome) -> None:
        before = rules(home)
        words: dict[str, Any] = {**WEB, "port": ["8443", "8444"], "protocol": ["tcp", "tcp"], "where": ["other"] * 2,
                 "device": ["tele-salon"] * 2, "fix_hand": ["lost"] * 2}  # fmt: skip
        told = await walk(home, tmp_path, "port-forwarding", {**words, "taken": "other"}, pc=Pc(OUT))
        assert told.end.end is End.SOLVED and opened(home, 8444) == {(TV, 8444, "tcp")}
        assert opened(home, 8443) == {("192.168.1.20", 443, "tcp")}
        await told.undo_all()
        told = await walk(home, tmp_path, "port-forwarding", {**words, "taken": "stop"})
        assert told.end.end is End.LEFT
        told = await walk(home, tmp_path, "port-forwarding", {**words, "taken": "remove"}, pc=Pc(OUT))
        assert told.end.end is End.SOLVED and opened(home, 8443) == {(TV, 8443, "tcp")}
        await told.undo_all()
        assert same(rules(home), before)

    play(family, tmp_path, act)


@pytest.mark.parametrize("family", SETTABLE)
def test_closed_again_and_put_back(family: str, tmp_path: Path) -> None:
    async def act(home: AtHome) -> None:
        before = rules(home)
        words = {"want": "remove", "old_port": "8443", "old_protocol": "both"}
        told = await walk(home, tmp_path, "port-forwarding", words)
        assert told.end.end is End.SOLVED and not home.home.forwards and len(told.agreed) == 1
        await told.undo_all()
        assert same(rules(home), before)
        told = await walk(home, tmp_path, "port-forwarding", {**words, "old_port": "1234"})
        assert told.end.end is End.SOLVED and told.agreed == [] and same(rules(home), before)

    play(family, tmp_path, act)


@pytest.mark.parametrize("family", (*SETTABLE, "igd"))
def test_behind_another_router_nothing_is_tried(family: str, tmp_path: Path) -> None:
    async def act(home: AtHome) -> None:
        told = await walk(home, tmp_path, "port-forwarding", WEB)
        assert told.end.end is End.IMPOSSIBLE and told.trail[-1] == "two_boxes" and told.agreed == []

    play(family, tmp_path, act, box=simulator(family, Home(line=Line(ipv4="192.168.0.17"))))


@pytest.mark.parametrize("family", ["freebox", "bbox"])
def test_an_address_that_is_shared_by_ports(family: str, tmp_path: Path) -> None:
    """Outside of its range: which is said, and one of its own works; or how to have a whole address."""

    async def act(home: AtHome) -> None:
        words: dict[str, Any] = {**WEB, "port": ["8080", "20000"], "protocol": ["tcp", "tcp"], "fix_hand": "lost"}
        told = await walk(home, tmp_path, "port-forwarding", {**words, "shared": "other"}, pc=Pc(OUT))
        assert told.end.end is End.SOLVED and opened(home, 20000) == {(TV, 20000, "tcp")}
        told = await walk(home, tmp_path, "port-forwarding", {**words, "shared": "full"})
        assert told.end.end is End.CONTACT and told.agreed == [] and not opened(home, 8080)
        mine = fact("ports-full-address", home.context.operator)
        assert mine is not None and told.end.notes[0].text == mine.sentence("fr") and mine.operator != "any"

    play(family, tmp_path, act, "shared-ipv4")


@pytest.mark.parametrize("family", ["freebox", "livebox", "bbox"])
def test_an_address_of_the_operators_own_router(family: str, tmp_path: Path) -> None:
    """No port of it is this home's: no other one is offered, and no rule is made that nothing could reach."""

    async def act(home: AtHome) -> None:
        told = await walk(home, tmp_path, "port-forwarding", {**WEB, "shared": "full"})
        assert told.end.end is End.CONTACT and told.end.ticket and told.agreed == []
        assert not opened(home, 8080)
        with pytest.raises(AnswerError):
            await walk(home, tmp_path, "port-forwarding", {**WEB, "shared": "other"})

    play(family, tmp_path, act, "cgnat")


@pytest.mark.parametrize(
    ("says", "words", "last"),
    [
        ({"pc.listens": "no"}, {"start_it": "done"}, "asleep"),
        ({"pc.listens": "yes", "pc.lets_in": "no"}, {"wall": "done"}, "closed_here"),
        ({"pc.listens": "yes", "pc.lets_in": "yes", "out.port_open": "no"}, {}, "beyond"),
        ({"pc.listens": "unknown", "pc.lets_in": "yes", "out.port_open": "no"}, {}, "unclear"),
        ({"pc.listens": "yes", "pc.lets_in": "unknown", "out.port_open": "no"}, {}, "unclear"),
        ({"pc.listens": "yes", "pc.lets_in": "yes"}, {"phone": "lost"}, "unseen"),
    ],
)
def test_where_it_stops_on_this_pc(says: dict[str, str], words: dict[str, str], last: str, tmp_path: Path) -> None:
    """ "Further on" is said only where this PC was seen to wait for it and to let it in."""

    async def act(home: AtHome) -> None:
        here = {**WEB, "where": "here", "here": "pc-camille", **words}
        told = await walk(home, tmp_path, "port-forwarding", here, pc=Pc(says))
        assert told.trail[-1] == last and told.end.end is not End.SOLVED and len(told.end.undoable) == 1

    play("livebox", tmp_path, act)


@pytest.mark.parametrize(
    ("says", "words", "last"),
    [
        ({"home.answers": "no"}, {"wake": "done"}, "asleep"),
        ({"home.answers": "yes", "out.port_open": "no"}, {}, "beyond"),
        ({"out.port_open": "no"}, {}, "unclear"),
    ],
)
def test_where_it_stops_on_another_device(
    says: dict[str, str], words: dict[str, str], last: str, tmp_path: Path
) -> None:
    async def act(home: AtHome) -> None:
        told = await walk(home, tmp_path, "port-forwarding", {**WEB, **words}, pc=Pc(says))
        assert told.trail[-1] == last and told.end.end is not End.SOLVED

    play("bbox", tmp_path, act)


@pytest.mark.parametrize(
    ("want", "step", "word", "last"),
    [("play", "by_itself", "upnp", "upnp"), ("camera", "by_maker", "maker", "maker")],
)
def test_the_simpler_way_first(want: str, step: str, word: str, last: str, tmp_path: Path) -> None:
    async def act(home: AtHome) -> None:
        told = await walk(home, tmp_path, "port-forwarding", {"want": want, step: word})
        assert told.trail[-1] == last and told.end.end is End.TOLD and told.agreed == []

    play("livebox", tmp_path, act)
