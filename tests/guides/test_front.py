"""What a front end asks of the desk beside a run: the present state, what can be done here, the story, the index."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from selfcare.app.guide_codes import GUIDES, GUIDES_OF
from selfcare.app.guides import index
from selfcare.app.guides.desk import _NEEDS, GuideDesk
from selfcare.app.guides.screen import Screen
from selfcare.app.guides.story import story
from selfcare.app.sentences import Sentences
from selfcare.diagnosis.rules import RULES
from selfcare.guides import all_guides, guide_ids
from selfcare.guides.known import ACTIONS, CAPABILITIES
from selfcare.guides.words import GuideWords
from selfcare.i18n import Catalogue
from selfcare.model import guide as model
from selfcare.model.finding import Band, Diagnosis, Finding, Role, Scope, Verdict, VerdictState
from selfcare.model.guide import Guide, Topic
from selfcare.model.guide_run import Context, Seen
from selfcare.model.segment import Segment
from tests.guides.world import MadeUp, tools, yes

PAIRED = Context(family="freebox", os="linux", can=("reboot",), paired=True)


def test_the_index_is_what_the_guides_say() -> None:
    assert index.TARGET.read_text(encoding="utf-8") == index.written(all_guides()), (
        "write it anew: python -m selfcare.app.guides.index"
    )
    assert frozenset(guide_ids()) == GUIDES


def test_codes_are_those_of_the_diagnosis() -> None:
    assert set(GUIDES_OF) <= {rule.code for rule in RULES}


def test_of_one_fault_the_guide_that_speaks_to_it_most_comes_first() -> None:
    wide = Guide("a", Topic.LINE, "s", {}, codes=("X", "Y", "Z"))
    narrow = Guide("b", Topic.LINE, "s", {}, codes=("X",))
    assert index.index([wide, narrow]) == {"X": ("b", "a"), "Y": ("a",), "Z": ("a",)}


def test_a_finding_names_its_guides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(GUIDES_OF, "BOX-SILENT", ("box-restart", "no-internet"))
    finding = Finding("BOX-SILENT", Role.CULPRIT, (Segment.BOX,), Band.LIKELY, Scope.HOME, guides=("no-internet",))
    verdict = Verdict(VerdictState.FAULT, "BOX-SILENT", (Segment.BOX,), Band.LIKELY)
    fill = Sentences(Catalogue("fr"), {}).fill
    once = fill(Diagnosis(verdict, (finding, replace(finding, code="NOBODY", guides=())), ()))
    assert [one.guides for one in once.findings] == [("no-internet", "box-restart"), ()]
    assert fill(once) == once  # filled anew for another language


def test_every_action_of_the_box_needs_something() -> None:
    assert set(_NEEDS) == {name for name in ACTIONS if name != "fix"}
    assert set(_NEEDS.values()) <= set(CAPABILITIES)


@pytest.mark.parametrize(("can", "wanted"), [(("reboot",), True), (("set_wifi",), False), ((), False)])
def test_what_can_be_done_here(tmp_path: Path, can: tuple[str, ...], wanted: bool) -> None:
    desk = GuideDesk(tools(tmp_path, MadeUp(replace(PAIRED, can=can))))
    assert ("box-restart" in asyncio.run(desk.doable())) is wanted


def test_the_present_state_without_a_run(tmp_path: Path) -> None:
    class Shows(MadeUp):
        async def show(self, test: model.Test, moment: object) -> Seen:
            return Seen("yes", (("guide.your_box", {}),) if test.name == "box.line" else ())

    kit = tools(tmp_path, Shows(PAIRED))
    assert asyncio.run(GuideDesk(kit).shows("box-restart")) == ("votre box",)
    assert kit.runs.runs() == ()


def test_another_language_in_the_middle(tmp_path: Path) -> None:
    async def go() -> None:
        desk = GuideDesk(tools(tmp_path, MadeUp()))
        run = await desk.begin("box-restart")
        before = await run.proceed(yes)
        desk.speak(GuideWords("en"), Catalogue("en"), run)
        after = run.screen()
        assert (after.scene, after.done) == (before.scene, before.done)
        assert before.notes[0].source.startswith("Source") and before.notes != after.notes
        assert next(one for one in desk.listed() if one.id == "box-restart").translated is after.translated

    asyncio.run(go())


def test_what_is_shown_while_a_machine_is_at_it(tmp_path: Path) -> None:
    async def go() -> None:
        world = MadeUp(PAIRED)
        world.seen["check.healthy"] = ["yes"]
        run = await GuideDesk(tools(tmp_path, world)).begin("box-restart")
        shown: list[Screen] = []
        await run.proceed(yes, show=shown.append)
        assert [screen.text[:12] for screen in shown] == ["Nous demando", "Nous vérifio"]
        assert all(screen.scene == "work" for screen in shown)

    asyncio.run(go())


def test_the_story_names_steps_and_nobody(tmp_path: Path) -> None:
    async def go() -> None:
        world = MadeUp()
        run = await GuideDesk(tools(tmp_path, world)).begin("box-restart")
        await run.proceed(yes)
        run.confirm("done")
        await run.proceed(yes)
        run.confirm("yes")
        await run.proceed(yes)
        await run.answer("no")
        await run.proceed(yes)
        run.confirm("done")
        await run.proceed(yes)
        run.confirm("no")
        await run.proceed(yes)
        lines = story(run).replace("\xa0", " ").splitlines()
        assert lines[0] == "Guide suivi : Redémarrer la box"
        assert lines[1].endswith("→ fait") and "Débranchez" in lines[1]
        assert lines[2].endswith("→ impossible à constater")
        assert lines[3].endswith("La box a-t-elle bien redémarré ? → oui")
        assert lines[5].endswith("→ Non") and lines[-1].startswith("Le redémarrage n’a pas suffi")

    asyncio.run(go())


def test_what_was_believed_stands_once_in_the_story(tmp_path: Path) -> None:
    async def go() -> None:
        world = MadeUp(Context(family="freebox", os="linux", pairable=True))
        run = await GuideDesk(tools(tmp_path, world)).begin("box-restart")
        await run.proceed(yes)
        await run.answer("pair")
        await run.proceed(yes)
        run.confirm("done")
        await run.proceed(yes)
        assert [line[-6:] for line in story(run).splitlines() if "Reliez" in line] == ["→ fait"]

    asyncio.run(go())
