"""Ends that accuse somebody, or say « solved », only after what they rest on; nothing that is asked for no reason."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from selfcare.app.guides.desk import GuideDesk
from selfcare.app.guides.screen import Scene
from selfcare.guides import guide
from selfcare.model.guide import End, Instruct, Outcome
from selfcare.model.guide_run import Context
from tests.guides.world import MadeUp, tools, yes

DSL = Context(family="livebox", operator="orange", access="dsl", os="windows")
CONFLICT = Context(os="windows", codes=("LAN-IP-CONFLICT",))
Told = Mapping[str, list[str]]
UP: Told = {"check.healthy": ["no"], "check.without": ["yes"], "fact": ["yes", "yes", "no"], "box.line_up": ["yes"],
            "box.session_up": ["yes"]}  # fmt: skip


async def _walk(folder: Path, name: str, home: Context, told: Told, words: list[str]) -> tuple[str, End | None]:
    """Done is done; ``words`` for questions, in order. The step it ends at."""
    world = MadeUp(home)
    world.seen.update({test: list(several) for test, several in told.items()})
    run, left = await GuideDesk(tools(folder, world)).begin(name), list(words)
    while (screen := await run.proceed(yes)).scene is not Scene.OVER:
        if screen.scene is Scene.ASK:
            await run.answer(left.pop(0))
        else:
            run.confirm("done" if screen.scene is Scene.INSTRUCT else left.pop(0))
    assert left == []
    return run.step.id, screen.end


@pytest.mark.parametrize(
    ("name", "home", "told", "words", "end"),
    [
        # The box says that its line is open: no filter and no cord is to blame.
        ("no-internet", DSL, UP, [], ("operator", End.CONTACT)),
        # Who cannot be called is not helped by a dial tone, nor who cannot reach a number by another one.
        ("phone-line", DSL, {}, ["calls", "box", "yes", "yes", "no", "yes"], ("fine", End.SOLVED)),
        ("phone-line", DSL, {}, ["number", "yes"], ("number", End.TOLD)),
        # The telephone on the box is not this computer.
        ("voip-quality", DSL, {"check.without": ["yes", "no", "no"]}, ["phone", "no"], ("help", End.CONTACT)),
        # The protection is not paused where the check saw that nothing is blocked.
        ("antivirus", DSL, {"fact": ["yes"]}, ["all"], ("general", End.TOLD)),
        # A room and a single device were never measured.
        ("slow-internet", DSL, {"check.without": ["yes"]}, ["room"], ("room", End.TOLD)),
        # Data is still lost: it is not said that nothing is wrong.
        ("drops", DSL, {"pc.by_cable": ["yes"], "check.without": ["no"]}, ["this"], ("still", End.CONTACT)),
        # A line that is up is not Internet.
        (
            "fibre-lights", Context(), {"box.line_up": ["no", "yes"], "check.healthy": ["no"]},
            ["inside", "yes", "steady", "green", "other"], ("session", End.CONTACT),
        ),
        # Internet tells nothing of the television somebody came for.
        (
            "technician-visit", DSL, {"check.healthy": ["yes"]}, ["planned", "yes", "yes", "no"],
            ("again", End.CONTACT),
        ),
        # What was found an hour ago at most is not asked; whoever sees no message is not made to say one.
        ("ip-conflict", CONFLICT, {"fact": ["unknown", "yes"]}, [], ("fine", End.SOLVED)),
        ("ip-conflict", DSL, {}, ["none"], ("unseen", End.TOLD)),
        # Nothing was written: nothing is proved by a connection that works.
        (
            "ip-manual", DSL, {"check.healthy": ["yes"]}, ["manual", "192.168.1.50", "no"],
            ("unwritten", End.LEFT),
        ),
    ],
)  # fmt: skip
def test_where_it_ends(
    tmp_path: Path, name: str, home: Context, told: Told, words: list[str], end: tuple[str, End]
) -> None:
    assert asyncio.run(_walk(tmp_path, name, home, told, words)) == end


LINE = ("no-internet", "drops", "dsl-filter", "dsl-resync", "dsl-test-socket", "fibre-bends", "fibre-connector",
        "fibre-lights", "phone-line", "tv-decoder")  # fmt: skip
OF_THE_HOME = {"this", "unsure", "partly", "still", "session", "historic"}
"""Ends that send on to another guide, or to another operator."""


@pytest.mark.parametrize("name", LINE)
def test_who_has_to_call_is_told_the_number(name: str) -> None:
    ends = [one for one in guide(name).steps.values() if isinstance(one, Outcome) and one.end is End.CONTACT]
    assert {one.id for one in ends if "support-phone" not in one.facts} <= OF_THE_HOME


@pytest.mark.parametrize("name", ["complaint", "mediator", "outage-refund", "technician-visit", "moving-house"])
def test_no_page_is_promised_that_is_not_there(name: str) -> None:
    steps = guide(name).steps.values()
    assert [one.id for one in steps if isinstance(one, Instruct) and one.gesture == "ticket"] == []
