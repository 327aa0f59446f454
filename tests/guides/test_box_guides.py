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
    end = walked(tmp_path, "wifi-band", world, "object", "done", "no", "done", "no")
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
