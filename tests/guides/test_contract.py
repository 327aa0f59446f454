"""Guides about the contract: the order that is asked for, letters, and what is said of operators."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from selfcare.app.guides.desk import GuideDesk
from selfcare.app.guides.run import GuideRun
from selfcare.app.guides.screen import Scene, Screen
from selfcare.guides import guide
from selfcare.guides.edges import edges
from selfcare.isp.facts import fact, facts
from selfcare.model.guide import End, Outcome
from selfcare.model.guide_run import Context
from tests.guides.world import MadeUp, tools, yes

MINE = (
    "cancellation", "complaint", "jalerte-arcep", "mediator", "moving-house", "options", "outage-refund",
    "rio-porting", "technician-visit",
)  # fmt: skip
KNOWN = ("free", "orange", "sfr", "bouygues")
SOSH = Context(family="livebox", operator="orange", os="windows")


def reached(name: str, start: str, without: frozenset[tuple[str, str]] = frozenset()) -> set[str]:
    """Steps that can follow; ``without``: ways (step, how one leaves it) that are not taken."""
    steps, found, new = guide(name).steps, set[str](), {start}
    while new:
        found |= new
        new = {to for one in new for way, to in edges(steps[one]) if (one, way) not in without} - found
    return found


async def follow(run: GuideRun, *words: str | None) -> Screen:
    """The person's words, one for each screen that waits for one."""
    for word in words:
        screen = await run.proceed(yes)
        if screen.scene is Scene.ASK:
            await run.answer(word)
        else:
            run.confirm(word or "done")
    return await run.proceed(yes)


@pytest.mark.parametrize("left_out", [("letter",), ("wait",), ("consumers", "recourse"), ("wait_consumers",)])
def test_the_mediator_comes_after_both_letters_and_both_waits(left_out: tuple[str, ...]) -> None:
    steps = guide("complaint").steps
    ways = frozenset((name, way) for name in left_out for way, to in edges(steps[name]) if to != "one_level")
    assert "higher" in reached("complaint", "call")
    assert "higher" not in reached("complaint", "call", ways)


@pytest.mark.parametrize(
    ("answers", "end", "step"),
    [
        (("no",), End.TOLD, "first"),
        (("yes", "earlier"), End.TOLD, "early"),
        (("yes", "silent", "over"), End.IMPOSSIBLE, "late"),
        (("yes", "consumers_bad", "within", "yes"), End.IMPOSSIBLE, "in_court"),
        (("yes", "silent", "within", "no", None, "yes", None, "online", None, "yes"), End.CONTACT, "sent"),
        (("yes", "silent", "unsure", "no", None, "no"), End.LEFT, "paused"),
    ],
)
def test_the_mediator_is_asked_only_when_it_is_time(
    tmp_path: Path, answers: tuple[str | None, ...], end: End, step: str
) -> None:
    async def go() -> None:
        run = await GuideDesk(tools(tmp_path, MadeUp())).begin("mediator")
        screen = await follow(run, *answers)
        assert (screen.end, run.step.id) == (end, step)

    asyncio.run(go())


def test_a_letter_has_what_was_told_and_leaves_the_rest_open(tmp_path: Path) -> None:
    async def go() -> None:
        run = await GuideDesk(tools(tmp_path, MadeUp(SOSH))).begin("complaint")
        screen = await follow(run, "new", None, "yes", "unsolved", None, "le 3 novembre", None)
        assert run.step.id == "letter"
        text = screen.text.replace("\u00a0", " ")
        assert "(depuis : le 3 novembre)" in text and "dossier n° …)" in text and "\n" in text
        assert "{" not in screen.text

    asyncio.run(go())


def test_an_answer_is_waited_for_where_one_can_come_back(tmp_path: Path) -> None:
    async def go() -> None:
        world = MadeUp()
        desk = GuideDesk(tools(tmp_path, world))
        run = await desk.begin("complaint")
        await follow(run, "written", "12 novembre", None, "no")
        (left,) = GuideDesk(tools(tmp_path, world)).left()
        again = await GuideDesk(tools(tmp_path, world)).resume(left.name)
        assert again.step.id == "wait"
        screen = await follow(again, None, "yes", "bad", "2 décembre")
        assert "(date : 12 novembre ; dossier n° …)" in screen.text.replace("\u00a0", " ")
        assert "(date : 2 décembre)" in screen.text.replace("\u00a0", " ")
        screen = await follow(again, None, "yes", None, "yes", "none")
        assert (screen.end, screen.ticket) == (End.CONTACT, True)

    asyncio.run(go())


@pytest.mark.parametrize("name", ["outage-refund", "technician-visit", "moving-house"])
def test_a_check_that_is_not_content_is_no_proof_of_the_outage(name: str) -> None:
    """This PC may have a trouble of its own: the person says whether the line works."""
    for step in guide(name).steps.values():
        ways = dict(edges(step))
        if "unknown" in ways and step.id != "still":
            assert ways["no"] == ways["unknown"] and ways["no"] in ("works", "result")


def test_nobody_who_keeps_the_number_or_moves_is_led_to_cancel() -> None:
    assert "clicks" not in reached("cancellation", "port") | reached("cancellation", "moving")
    assert isinstance(guide("cancellation").steps["port"], Outcome)


@pytest.mark.parametrize(("ended", "way"), [("no", "commitment"), ("recent", "give_late")])
def test_a_number_of_a_contract_that_has_ended_is_saved_otherwise(tmp_path: Path, ended: str, way: str) -> None:
    async def go() -> None:
        run = await GuideDesk(tools(tmp_path, MadeUp())).begin("rio-porting")
        await follow(run, ended, *(("no",) if ended == "no" else (None,)), None, "yes")
        assert run.step.id == way

    asyncio.run(go())


@pytest.mark.parametrize("name", MINE)
def test_nothing_is_solved_without_a_test_or_a_word(name: str) -> None:
    one = guide(name)
    solved = {s.id for s in one.steps.values() if isinstance(s, Outcome) and s.end is End.SOLVED}
    before = {(s.id, way) for s in one.steps.values() for way, to in edges(s) if to in solved}
    assert {way for _, way in before} <= {"yes", "choice.yes", "choice.good", "choice.solved"}


@pytest.mark.parametrize("operator", KNOWN)
def test_what_one_operator_has_all_have(operator: str) -> None:
    """So that a guide says something true where the operator is not known, or is another one.

    What is said of a box of theirs alone (« Sur une Livebox… ») has no such sentence.
    """
    named = {one for name in MINE for step in guide(name).steps.values() for one in getattr(step, "facts", ())}
    assert [one for one in facts(operator) if one in named and fact(one, "") is None] == []
    assert [one for one in facts("any") if fact(one, operator) is None] == []


@pytest.mark.parametrize("operator", KNOWN)
@pytest.mark.parametrize("name", ["support-phone", "support-post", "consumer-service-post"])
def test_an_address_says_where_the_right_one_is(operator: str, name: str) -> None:
    found = fact(name, operator)
    assert found is not None and "la facture et le contrat portent les coordonnées" in found.sentence("fr")


@pytest.mark.parametrize(("operator", "brand"), [("orange", "Sosh"), ("sfr", "RED"), ("bouygues", "B&You")])
def test_the_second_brand_is_named_where_it_is_not_the_same(operator: str, brand: str) -> None:
    for name in ("support-phone", "support-hours", "support-chat", "support-post", "leaving-fee", "full-ipv4"):
        found = fact(name, operator)
        assert found is not None and brand in found.sentence("fr"), name


def test_48_hours_are_no_law() -> None:
    """Three meanings go round; the only one with a source is a rule of one operator's contract."""
    there = {(op, one.id) for op in ("any", *KNOWN) for one in facts(op).values() if "48" in one.sentence("fr")}
    assert there == {("sfr", "cut-refund")}
    assert "pas une loi" in facts("sfr")["cut-refund"].sentence("fr")
    folder = Path(__file__).parents[2] / "selfcare/i18n/po/fr/guides"
    for name in (*MINE, "answers"):
        assert not re.search(r"\b48\b", (folder / f"{name}.po").read_text(encoding="utf-8")), name
