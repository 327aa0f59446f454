"""Going through a guide: the order of things, what is kept, and going on after it was left."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from selfcare.app.guides.answers import AnswerError
from selfcare.app.guides.desk import GuideDesk
from selfcare.app.guides.screen import Scene
from selfcare.guides.walk import WalkError
from selfcare.model.guide import End
from selfcare.model.guide_run import Acted, Context
from tests.guides.world import MadeUp, tools, yes

PAIRED = Context(family="freebox", os="linux", can=("reboot",), paired=True)


def test_by_the_box_and_proved(tmp_path: Path) -> None:
    async def go() -> None:
        world = MadeUp(PAIRED)
        world.seen["check.healthy"] = ["yes"]
        desk = GuideDesk(tools(tmp_path, world))
        run = await desk.begin("box-restart")
        screen = await run.proceed(yes)
        assert (screen.scene, screen.end) == (Scene.OVER, End.SOLVED)
        assert [action for action, _ in world.done] == ["box.reboot"]
        assert desk.left() == ()

    asyncio.run(go())


def test_by_hand_nobody_can_tell_so_the_person_is_asked(tmp_path: Path) -> None:
    async def go() -> None:
        world = MadeUp()
        run = await GuideDesk(tools(tmp_path, world)).begin("box-restart")
        assert (await run.proceed(yes)).scene is Scene.INSTRUCT
        run.confirm("done")
        screen = await run.proceed(yes)
        assert screen.scene is Scene.QUESTION and world.asked == ["box.restarted"]
        run.confirm("yes")
        screen = await run.proceed(yes)
        assert screen.scene is Scene.ASK and [one.id for one in screen.options] == ["yes", "no"]
        with pytest.raises(AnswerError):
            await run.answer("perhaps")
        await run.answer("no")
        await run.proceed(yes)
        run.confirm("done")  # a box that is still starting is no box that failed: one more look
        screen = await run.proceed(yes)
        assert screen.scene is Scene.QUESTION
        run.confirm("no")
        screen = await run.proceed(yes)
        assert (screen.end, screen.ticket) == (End.CONTACT, True)

    asyncio.run(go())


@pytest.mark.parametrize("recovered", [Acted("done", "e"), None])
def test_killed_while_it_restarts(tmp_path: Path, recovered: Acted | None) -> None:
    """What began is looked at, and done again only if it did not happen."""

    async def go() -> None:
        world = MadeUp(PAIRED)
        kit = tools(tmp_path, world)
        run = await GuideDesk(kit).begin("box-restart")

        async def dies(*_arguments: object, **_named: object) -> Acted:
            _arguments[4]()  # type: ignore[operator]  # it begins
            raise KeyboardInterrupt

        world.act = dies  # type: ignore[method-assign]
        with pytest.raises(KeyboardInterrupt):
            await run.proceed(yes)
        after = MadeUp(PAIRED)
        after.recovered["box.reboot"], after.seen["check.healthy"] = recovered, ["yes"]
        desk = GuideDesk(tools(tmp_path, after))
        (left,) = desk.left()
        again = await desk.resume(left.name)
        screen = await again.proceed(yes)
        assert screen.end is End.SOLVED
        assert len(after.done) == (0 if recovered else 1)

    asyncio.run(go())


def test_what_began_is_looked_at_before_anybody_goes_back(tmp_path: Path) -> None:
    async def go() -> None:
        world = MadeUp(PAIRED)
        run = await GuideDesk(tools(tmp_path, world)).begin("box-restart")

        async def dies(*_arguments: object, **_named: object) -> Acted:
            _arguments[4]()  # type: ignore[operator]  # it begins
            raise KeyboardInterrupt

        world.act = dies  # type: ignore[method-assign]
        with pytest.raises(KeyboardInterrupt):
            await run.proceed(yes)
        with pytest.raises(WalkError):
            run.back()

    asyncio.run(go())


@pytest.mark.parametrize("opens", [True, False])
def test_a_door_that_a_kill_left_shut_is_waited_for(
    opens: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Resumed at once the box does not let us in yet: told, waited for within bounds, and then done by the box."""
    monkeypatch.setattr("selfcare.app.guides.run.LOOK_S", 0.01)
    monkeypatch.setattr("selfcare.app.guides.run.SHUT_S", 0.1)

    async def go() -> None:
        run = await GuideDesk(tools(tmp_path, MadeUp(PAIRED))).begin("box-restart")
        shut = Context(family="freebox", os="linux")
        told = [shut, shut, PAIRED]
        world = MadeUp(shut)

        async def context() -> Context:
            return told.pop(0) if opens and len(told) > 1 else PAIRED if opens else shut

        world.context = context  # type: ignore[method-assign]
        world.seen["check.healthy"] = ["yes"]
        progress: list[str] = []
        run.leave()
        again = await GuideDesk(tools(tmp_path, world)).resume(run.name)
        screen = await again.proceed(yes, progress.append)
        assert progress[0] == "guide.box.act.waiting"
        assert screen.scene is (Scene.OVER if opens else Scene.INSTRUCT)
        assert len(world.done) == opens
        progress.clear()
        await again.proceed(yes, progress.append)
        assert progress == [], "once"

    asyncio.run(go())


def test_what_two_tests_say_is_said_once(tmp_path: Path) -> None:
    async def go() -> None:
        run = await GuideDesk(tools(tmp_path, MadeUp())).begin("box-restart")
        run.told = (("guide.your_box", {}), ("guide.your_box", {}), "autre chose")
        assert run.screen().said == ("votre box", "autre chose")

    asyncio.run(go())
