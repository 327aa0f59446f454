"""Where nobody can tell or do anything, a guide is still a guide: by hand, to an end."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from selfcare.app.guides.desk import GuideDesk
from selfcare.app.guides.nobody import Nobody
from selfcare.app.guides.screen import Scene
from selfcare.app.guides.side import Later, Whole
from selfcare.app.guides.world import Moment
from selfcare.guides import known
from selfcare.model.guide import End
from selfcare.model.guide import Test as Question
from selfcare.model.guide_run import Context
from tests.guides.world import MadeUp, tools, yes


def test_everything_a_guide_may_name_has_an_honest_answer() -> None:
    async def look() -> Context:
        return Context(os="linux")

    async def go() -> None:
        whole, moment = Whole(look, Nobody()), Moment(Context(), {})
        for name in known.TESTS:
            assert (await whole.test(Question(name), moment)).answer == "unknown"
        for name in known.SHOWS:
            assert (await whole.show(Question(name), moment)).said == ()
        for name in known.SUGGESTIONS:
            assert await whole.suggest(name, moment) == ()
        for name in known.ACTIONS:
            acted = await whole.act(name, {}, moment, yes, lambda: None, lambda _key: None)
            again = await whole.recover(name, {}, moment, lambda _key: None)
            assert acted.outcome == "unable" and again is not None and again.outcome == "unable"
        await whole.close()

    asyncio.run(go())


def test_by_hand_to_the_end(tmp_path: Path) -> None:
    async def look() -> Context:
        return Context(family="freebox", can=("reboot",), os="linux")

    async def go() -> None:
        kit = replace(tools(tmp_path, MadeUp()), world=Whole(look, Nobody()))
        run = await GuideDesk(kit).begin("box-restart", {"works": "yes"})
        assert (await run.proceed(yes)).scene is Scene.INSTRUCT and run.position.outcomes["order"] == "unable"
        run.confirm("done")
        await run.proceed(yes)
        run.confirm("yes")
        assert (await run.proceed(yes)).end is End.SOLVED

    asyncio.run(go())


def test_a_list_of_guides_asks_nobody(tmp_path: Path) -> None:
    """The world (a box, its sessions, the probes) is made by the first question, and given back only then."""
    made: list[MadeUp] = []

    def make() -> MadeUp:
        made.append(MadeUp())
        return made[-1]

    async def go() -> None:
        desk = GuideDesk(tools(tmp_path, Later(make)))  # type: ignore[arg-type]
        assert desk.listed() and desk.left() == ()
        await desk.close()
        assert made == []
        desk = GuideDesk(tools(tmp_path, Later(make)))  # type: ignore[arg-type]
        run = await desk.begin("box-restart")
        await run.proceed(yes)
        await desk.close()
        assert len(made) == 1

    asyncio.run(go())
