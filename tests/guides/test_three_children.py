"""parental-control at every family's simulated box: blocked, a timetable, lifted, put back; and what a box cannot."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import pytest

from tests.boxes.home import Home, Plan
from tests.guides.home_bench import AtHome, simulator
from tests.guides.three import LEO_MAC, OURS, End, play, walk

SETTABLE = ("freebox", "livebox", "bbox", "fritz")
PLANNED = ("freebox", "livebox")
LEO = {"device": "tablette-leo", "how_long": None, "more": "no"}
NIGHT = "lu-ve 21:00-07:00; sa 23:00-08:00"


def cut(home: AtHome) -> bool:
    """By the box's own state, whichever way it keeps it."""
    host = home.home.host(LEO_MAC)
    assert host is not None
    return host.blocked or any(LEO_MAC in plan.macs and plan.override == "blocked" for plan in home.home.plans)


def others(home: AtHome) -> list[bool]:
    return [host.blocked for host in home.home.hosts if host.mac != LEO_MAC]


@pytest.mark.parametrize("family", SETTABLE)
def test_cut_and_put_back(family: str, tmp_path: Path) -> None:
    async def act(home: AtHome) -> None:
        told = await walk(home, tmp_path, "parental-control", {"what": "block", **LEO, "cut": "yes"})
        assert told.end.end is End.SOLVED and len(told.agreed) == 1
        assert cut(home) and not any(others(home))
        assert await home.says("box.parental_is", device="tablette-leo", rule="blocked") == "yes"
        await told.undo_all()
        assert not cut(home)
        assert await home.says("box.parental_is", device="tablette-leo", rule="allowed") == "yes"

    play(family, tmp_path, act)


@pytest.mark.parametrize("family", SETTABLE)
def test_cut_then_lifted(family: str, tmp_path: Path) -> None:
    async def act(home: AtHome) -> None:
        await walk(home, tmp_path, "parental-control", {"what": "block", **LEO, "cut": "later"})
        words = {"what": "lift", **LEO, "lift_what": "block", "back": "yes"}
        told = await walk(home, tmp_path, "parental-control", words)
        assert told.end.end is End.SOLVED and not cut(home)

    play(family, tmp_path, act)


@pytest.mark.parametrize("family", SETTABLE)
def test_who_says_no_changes_nothing(family: str, tmp_path: Path) -> None:
    async def act(home: AtHome) -> None:
        before = deepcopy((home.home.hosts, home.home.plans))
        told = await walk(home, tmp_path, "parental-control", {"what": "block", **LEO}, agree=False)
        assert told.end.end is End.LEFT and (home.home.hosts, home.home.plans) == before and not cut(home)

    play(family, tmp_path, act)


@pytest.mark.parametrize("family", PLANNED)
def test_a_timetable_by_day_then_everything_taken_away(family: str, tmp_path: Path) -> None:
    async def act(home: AtHome) -> None:
        told = await walk(home, tmp_path, "parental-control", {"what": "timetable", **LEO, "times": NIGHT})
        assert told.end.end is End.SOLVED and home.home.plans[0].slots
        assert await home.says("box.parental_is", device="tablette-leo", rule="planned") == "yes"
        words = {"what": "lift", **LEO, "lift_what": "all", "back": "yes"}
        free = await walk(home, tmp_path, "parental-control", words)
        assert free.end.end is End.SOLVED and not any(plan.slots for plan in home.home.plans)
        await free.undo_all()
        assert home.home.plans[0].slots
        await told.undo_all()
        assert not any(plan.slots for plan in home.home.plans)

    play(family, tmp_path, act)


def test_a_box_that_would_cut_others_too_is_not_asked_to(tmp_path: Path) -> None:
    """A Bbox has one timetable for all under it: refused before anything is written, and why is said; then by hand."""

    async def act(home: AtHome) -> None:
        before = deepcopy((home.home.hosts, home.home.plans))
        told = await walk(home, tmp_path, "parental-control", {"what": "block", **LEO, "hand_block": "lost"})
        assert told.run.position.outcomes["block"] == "refused" and told.agreed == []
        assert (home.home.hosts, home.home.plans) == before

    other = Plan(["f4:f5:d8:00:00:03"], slots=[(5, 0, 28800)])
    play("bbox", tmp_path, act, box=simulator("bbox", Home(plans=[other])))


def test_for_two_hours_where_the_box_keeps_an_end(tmp_path: Path) -> None:
    async def act(home: AtHome) -> None:
        words = {"what": "block", **LEO, "how_long": "2", "cut": "yes"}
        await walk(home, tmp_path, "parental-control", words)
        (plan,) = home.home.plans
        assert plan.override == "blocked" and 0 < plan.until - home.time.now <= 2 * 3600 + 60

    play("freebox", tmp_path, act)


def test_several_devices_one_after_the_other(tmp_path: Path) -> None:
    async def act(home: AtHome) -> None:
        words = {
            "what": "block",
            "device": ["tablette-leo", "tele-salon"],
            "cut": ["yes", "yes"],
            "more": ["yes", "no"],
        }
        told = await walk(home, tmp_path, "parental-control", words)
        blocked = {mac for plan in home.home.plans if plan.override == "blocked" for mac in plan.macs}
        assert blocked == {LEO_MAC, "f4:f5:d8:00:00:03"} and len(told.end.undoable) == 2
        await told.undo_all()
        assert not any(plan.override for plan in home.home.plans)

    play("livebox", tmp_path, act)


def test_it_still_gets_out_another_way(tmp_path: Path) -> None:
    """Mobile data, then another address: the other entry of the list is the one; or somebody is told."""

    async def act(home: AtHome) -> None:
        words = {
            "what": "block", "device": ["ancien-telephone", "tablette-leo"], "cut": ["no", "no"],
            "another_way": ["done", "done"], "another_way?": ["no", "no"], "slips": ["other", "stop"],
        }  # fmt: skip
        told = await walk(home, tmp_path, "parental-control", words)
        assert told.end.end is End.CONTACT and told.end.ticket and cut(home) and len(told.end.undoable) == 2

    play("livebox", tmp_path, act)


@pytest.mark.parametrize("family", [one for one in OURS if one not in PLANNED])
def test_a_timetable_by_hand_where_the_box_lets_no_program(family: str, tmp_path: Path) -> None:
    async def act(home: AtHome) -> None:
        before = deepcopy((home.home.hosts, home.home.plans))
        words = {"what": "timetable", **LEO, "hand_plan": "done", "hand_plan?": "yes"}
        told = await walk(home, tmp_path, "parental-control", words)
        assert told.end.end is End.SOLVED and told.agreed == [] and len(told.end.by_hand) == 1
        assert (home.home.hosts, home.home.plans) == before

    play(family, tmp_path, act)


@pytest.mark.parametrize("family", ["sfr", "igd"])
def test_where_there_is_no_such_thing_the_reason_is_true(family: str, tmp_path: Path) -> None:
    """Neither is offered a link that would not help: the box would not let this program limit a device."""

    async def act(home: AtHome) -> None:
        told = await walk(home, tmp_path, "parental-control", {"what": "block", **LEO, "hand_block": "lost"})
        assert told.end.end is End.IMPOSSIBLE and "how" not in told.trail and told.agreed == []
        assert ("SFR" in told.end.text) == (family == "sfr")

    play(family, tmp_path, act, paired=False)


@pytest.mark.parametrize("family", OURS)
def test_sites_are_nothing_a_box_filters(family: str, tmp_path: Path) -> None:
    async def act(home: AtHome) -> None:
        told = await walk(home, tmp_path, "parental-control", {"what": "sites"})
        assert told.end.end is End.TOLD and len(told.end.notes) == 1

    play(family, tmp_path, act, paired=False)


def test_by_hand_is_seen_where_the_box_can_be_read(tmp_path: Path) -> None:
    async def act(home: AtHome) -> None:
        words = {"what": "block", **LEO, "hand_block": ["done", "lost"]}
        told = await walk(home, tmp_path, "parental-control", words)
        assert told.end.end is End.IMPOSSIBLE and told.trail.count("hand_block") == 1 and not cut(home)

    play("freebox", tmp_path, act, "no-settings-right")
