"""What is told at the end of what was done by hand, and what the last check may spare somebody."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from selfcare.app.guides.desk import GuideDesk
from selfcare.app.guides.screen import Screen
from selfcare.guides.validate import problems
from selfcare.guides.walk import begin, holds
from selfcare.guides.words import GuideWords
from selfcare.isp.facts import facts
from selfcare.model.guide import Condition
from selfcare.model.guide_run import Context
from tests.guides.explore import explore
from tests.guides.made import GUIDE, made
from tests.guides.world import MadeUp, tools, yes


async def _to_the_end(folder: Path, words: tuple[str, ...], back: bool = False) -> Screen:
    """Gaming, by cable on trial: ``words`` of the step in which the Wi-Fi of this PC is switched off."""
    world = MadeUp()
    world.seen["pc.by_cable"] = ["unknown"]
    run = await GuideDesk(tools(folder, world)).begin("gaming-latency")
    for choice in ("lag", "computer"):
        await run.proceed(yes)
        await run.answer(choice)
    screen = await run.proceed(yes)
    for word in words:
        run.confirm(word)
        screen = await run.proceed(yes)
    if back:
        run.back()
        await run.proceed(yes)
        run.confirm("lost")
        screen = await run.proceed(yes)
    return screen


@pytest.mark.parametrize(
    ("words", "back", "told"),
    [
        (("done", "no"), False, True),  # it was tried and came to nothing: the Wi-Fi may be off all the same
        (("done", "yes"), True, True),  # done, and then they went back: done it is
        (("lost",), False, False),  # not found, not done
    ],
)
def test_what_was_done_by_hand_is_recalled(tmp_path: Path, words: tuple[str, ...], back: bool, told: bool) -> None:
    screen = asyncio.run(_to_the_end(tmp_path, words, back))
    assert screen.end == "told"
    assert any("Wi-Fi de l’ordinateur" in line for line in screen.by_hand) is told


def test_a_code_of_the_last_check(tmp_path: Path) -> None:
    one = Condition(codes=("LAN-LOSS", "WAN-LOSS"))
    at = begin(made(tmp_path))
    assert holds(one, Context(codes=("PC-LOAD", "WAN-LOSS")), at)
    assert not holds(one, Context(codes=("PC-LOAD",)), at)
    assert not holds(one, Context(), at)


def test_a_case_by_codes_is_read_checked_and_walked(tmp_path: Path) -> None:
    by_code = GUIDE.replace("cases = [", 'cases = [{ when = { codes = ["LAN-LOSS"] }, to = "hand" }, ')
    one = made(tmp_path, by_code)
    assert list(problems(one)) == []
    found = explore(one, GuideWords("fr"))
    assert [name for name, way in found.items() if way is None] == []
    way = found["made.way.case.0"]
    assert way is not None and way.last.context().codes == ("LAN-LOSS",)
    wrong = made(tmp_path, by_code.replace("LAN-LOSS", "loss"))
    assert ["no code" in str(problem) for problem in problems(wrong)] == [True]


def test_what_is_said_of_an_operator_is_set_as_every_sentence() -> None:
    """A line of the window never begins with a colon; English stays as it is."""
    there = [one for operator in ("any", "free", "orange", "sfr", "bouygues") for one in facts(operator).values()]
    assert [one.id for one in there if re.search(" [:;?!»]|« ", one.sentence("fr"))] == []
    own = next(one for one in there if "en" in one.text)
    assert own.sentence("en") == own.text["en"]
