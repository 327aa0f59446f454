"""What the guides of the Wi-Fi and of the box's settings must never do, whichever way somebody takes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from selfcare.app.guides.desk import GuideDesk
from selfcare.app.guides.screen import Scene, Screen
from selfcare.diagnosis.rules import RULES
from selfcare.guides import guide, guide_ids
from selfcare.guides.edges import edges
from selfcare.model.guide import Check, Do, End, Guide, Outcome
from selfcare.model.guide_run import Context
from selfcare.remedies import REMEDIES
from tests.guides.world import MadeUp, tools, yes

PAIRED = Context(family="freebox", operator="free", os="linux", can=("set_wifi", "set_reservations"), paired=True)
LIVEBOX = Context(family="livebox", operator="orange", os="windows", pairable=True)
CODES = {rule.code for rule in RULES}


def after(one: Guide, *starts: str, without: str = "") -> set[str]:
    """Every step that can be come to from there, were one step not there."""
    found, new = set[str](), set(starts) - {without}
    while new:
        found |= new
        new = {to for name in new for _, to in edges(one.steps[name])} - found - {without}
    return found


def outcomes(one: Guide) -> set[str]:
    return {name for name, step in one.steps.items() if isinstance(step, Outcome)}


def walked(folder: Path, name: str, world: MadeUp, *words: str | None) -> Screen:
    """The screen after these words, one for each time somebody is asked or told."""

    async def go() -> Screen:
        run = await GuideDesk(tools(folder, world)).begin(name)
        screen = await run.proceed(yes)
        for word in words:
            if screen.scene is Scene.ASK:
                await run.answer(word)
            else:
                run.confirm(str(word))
            screen = await run.proceed(yes)
        return screen

    return asyncio.run(go())


@pytest.mark.parametrize("name", guide_ids())
def test_remedies_and_codes_are_those_that_exist(name: str) -> None:
    one = guide(name)
    remedies = {s.arguments["remedy"] for s in one.steps.values() if isinstance(s, Do) and s.action == "fix"}
    assert remedies <= {remedy.id for remedy in REMEDIES}
    asked = [str(t.arguments["codes"]) for s in one.steps.values() if isinstance(s, Check) for t in s.tests
             if t.name == "check.without"]  # fmt: skip
    assert {*one.codes, *(code for several in asked for code in several.split(","))} <= CODES


@pytest.mark.parametrize("asking", ["losses", "sure"])
def test_a_box_is_erased_only_after_two_questions(asking: str) -> None:
    one = guide("factory-reset")
    assert {"menu", "button"} <= after(one, one.start)
    assert not {"menu", "button"} & after(one, one.start, without=asking)
    assert "left" in dict(edges(one.steps[asking])).values()


def test_a_fault_is_no_reason_to_erase_a_box() -> None:
    one = guide("factory-reset")
    assert after(one, dict(edges(one.steps["why"]))["choice.fault"]) == {"no_cure"}


def test_the_5_ghz_that_was_switched_off_is_switched_on_before_any_end(tmp_path: Path) -> None:
    one = guide("wifi-band")
    # The branch that looks back is walked by the program itself: it cannot take the other way after ``off`` was done.
    assert not outcomes(one) & after(one, dict(edges(one.steps["off"]))["done"], without="again")
    world = MadeUp(PAIRED)
    end = walked(tmp_path, "wifi-band", world, "object", "done", "no", "one", "done", "no")
    assert [given["on"] for _, given in world.done] == [False, True]
    assert end.end is End.CONTACT  # the device did not come: that is not hidden by the band being back


def test_a_network_is_not_changed_where_nothing_was_asked_for(tmp_path: Path) -> None:
    world = MadeUp(PAIRED)
    assert walked(tmp_path, "wifi-name-key", world, "go", None, None).end is End.LEFT
    assert world.done == []


def test_an_automatic_channel_is_zero_and_is_told_in_a_few_words(tmp_path: Path) -> None:
    world = MadeUp(PAIRED)
    end = walked(tmp_path, "wifi-channel", world, "2.4", "auto", "yes")
    assert world.done == [("box.wifi", {"channel": 0, "band": "$band"})]
    assert [back.label for back in end.undoable] == ["Le canal du Wi-Fi, mis sur automatique"]


def test_a_livebox_is_never_asked_for_a_setting_it_has_not(tmp_path: Path) -> None:
    screen = walked(tmp_path, "box-dns", MadeUp(LIVEBOX), "all")
    assert [option.id for option in screen.options] == ["pc", "not"]
    one = guide("box-dns")
    assert not {"page", "rule", "again"} & after(one, "alone")


@pytest.mark.parametrize("test", ["box.ipv4_double", "box.ipv4_own"])
def test_no_dmz_where_nothing_can_come_in(tmp_path: Path, test: str) -> None:
    world = MadeUp(LIVEBOX)
    world.seen[test] = ["yes" if test == "box.ipv4_double" else "no"]
    assert walked(tmp_path, "dmz", world, "dmz").end is End.IMPOSSIBLE


def test_a_line_that_is_slow_to_come_back_is_looked_at_twice(tmp_path: Path) -> None:
    world = MadeUp(Context(os="linux"))
    world.seen["box.restarted"], world.seen["check.healthy"] = ["yes"], ["no", "yes"]
    assert walked(tmp_path, "box-restart", world, "done", "done").end is End.SOLVED


def test_who_still_has_nothing_after_a_restart_is_not_sent_away_at_once(tmp_path: Path) -> None:
    """A box takes minutes; a check that could tell nothing is no reason to wait less."""
    world = MadeUp(Context(os="linux"))
    world.seen["box.restarted"], world.seen["check.healthy"] = ["yes"], ["unknown", "yes"]
    assert walked(tmp_path, "box-restart", world, "done", "no", "done").end is End.SOLVED


def test_the_clock_is_set_before_the_line_is_blamed_for_a_vpn(tmp_path: Path) -> None:
    """A wrong clock is a fault of the whole check, too: asked after it, it would never be set."""
    world = MadeUp(Context(os="linux"))
    world.seen = {"check.without": ["no"], "check.healthy": ["yes"]}
    assert walked(tmp_path, "vpn-client", world, "fails", "done", "yes").end is End.SOLVED
    assert world.done == [("fix", {"remedy": "clock.set"})]
    assert world.asked == ["check.without", "check.healthy"]


def test_with_a_name_for_each_band_nothing_is_switched_off(tmp_path: Path) -> None:
    """This PC may be in the very band, and would not come back by itself."""
    world = MadeUp(PAIRED)
    assert walked(tmp_path, "wifi-band", world, "object", "done", "no", "two", "done", "yes").end is End.SOLVED
    assert world.done == []


def test_who_has_neither_wifi_nor_cable_is_told_of_the_button(tmp_path: Path) -> None:
    world = MadeUp(Context(os="windows"))
    screen = walked(tmp_path, "wifi-schedule", world, "on")
    assert "câble" in screen.text and screen.lost
    screen = walked(tmp_path, "wifi-schedule", world, "on", "lost")
    assert "bouton Wi-Fi" in screen.text
    assert walked(tmp_path, "wifi-schedule", world, "on", "lost", "done", "yes").end is End.SOLVED


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("dmz", ("dmz", "go", "routeur", "has", "done", "done", "yes")),
        ("ipv6-firewall", ("open", "serveur", "done", "done", "yes")),
        ("vpn-box", ("look", "done", "done", "yes", "done", "yes", "done", "yes")),
    ],
)
def test_who_cannot_try_from_outside_is_not_said_to_be_unreached(
    tmp_path: Path, name: str, words: tuple[str, ...]
) -> None:
    end = walked(tmp_path, name, MadeUp(LIVEBOX), *words, "lost")
    assert (end.end, end.ticket) == (End.TOLD, False) and "personne n’a essayé" in end.text
    assert end.by_hand  # how to close again what was opened
    end = walked(tmp_path, name, MadeUp(LIVEBOX), *words, "done", "no")
    assert (end.end, end.ticket) == (End.CONTACT, True)


def test_a_vpn_server_without_anybody_is_not_said_to_be_off(tmp_path: Path) -> None:
    words = ("look", "done", "done", "yes", "done", "no")
    end = walked(tmp_path, "vpn-box", MadeUp(LIVEBOX), *words)
    assert "en marche" in end.text and end.by_hand


def test_dns_that_were_not_put_back_are_not_said_to_be(tmp_path: Path) -> None:
    world = MadeUp(Context(family="sfr", model="SFR Box 8", os="windows"))
    world.seen["check.healthy"] = ["no"]
    end = walked(tmp_path, "box-dns", world, "all", "go", "done", "done", "yes", "done", "lost")
    assert (end.end, end.ticket) == (End.CONTACT, True)
    assert "garde peut-être encore" in end.text and end.by_hand


def test_a_page_that_opens_is_not_asked_for_again(tmp_path: Path) -> None:
    words = ("open", "lost", "page", "done", "yes")
    screen = walked(tmp_path, "box-password", MadeUp(LIVEBOX), *words)
    assert screen.scene is Scene.INSTRUCT and "adresse" not in screen.text
    screen = walked(tmp_path, "box-password", MadeUp(LIVEBOX), *words, "done", "no")
    assert "N’essayez pas au hasard" in screen.text


@pytest.mark.parametrize(("family", "offered"), [("bbox", False), ("fritz", False), ("livebox", True)])
def test_a_link_is_not_offered_for_a_timetable_that_only_the_box_keeps(
    tmp_path: Path, family: str, offered: bool
) -> None:
    world = MadeUp(Context(family=family, os="windows", pairable=True))
    screen = walked(tmp_path, "parental-control", world, "timetable")
    assert ("pair" in {one.id for one in screen.options}) is offered
    screen = walked(tmp_path, "parental-control", world, "block")
    assert "pair" in {one.id for one in screen.options}


@pytest.mark.parametrize("want", ["play", "camera"])
def test_what_needs_no_port_is_offered_before_a_link(tmp_path: Path, want: str) -> None:
    screen = walked(tmp_path, "port-forwarding", MadeUp(LIVEBOX), want)
    assert "port" in {one.id for one in screen.options}
    screen = walked(tmp_path, "port-forwarding", MadeUp(LIVEBOX), want, "port")
    assert "pair" in {one.id for one in screen.options}


@pytest.mark.parametrize("name", ["port-forwarding", "dmz", "vpn-box"])
def test_behind_another_router_nobody_is_sent_to_a_guide_that_ends_the_same(tmp_path: Path, name: str) -> None:
    world = MadeUp(Context(family="freebox", operator="free", os="linux"))
    world.seen["box.ipv4_double"] = ["yes"]
    words = {"port-forwarding": ("server",), "dmz": ("dmz",), "vpn-box": ()}[name]
    end = walked(tmp_path, name, world, *words)
    assert end.end is End.IMPOSSIBLE and end.options == ()


def test_a_box_that_may_be_starting_is_not_unplugged(tmp_path: Path) -> None:
    """The order was given and nobody saw the end: a second restart, or no power in the middle of an update."""
    world = MadeUp(Context(family="bbox", os="linux", can=("reboot",), paired=True))
    world.acted["box.reboot"], world.seen["check.healthy"] = ["failed"], ["yes"]
    assert [one.id for one in walked(tmp_path, "box-restart", world).options] == ["yes", "no"]
    assert walked(tmp_path, "box-restart", world, "yes", "done").end is End.SOLVED
    assert "Débranchez" in walked(tmp_path, "box-restart", world, "no").text
