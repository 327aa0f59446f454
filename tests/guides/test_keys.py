"""Keys that are typed in a guide: there while they are needed, and no longer."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from selfcare.app.guides.desk import GuideDesk
from selfcare.app.guides.run import Tools
from selfcare.app.guides.screen import Scene
from selfcare.cases.guide_runs import KEEP_S, GuideRuns
from selfcare.ground.errors import FolderError
from selfcare.model.guide import End
from tests.guides.hard import (
    KEY,
    NAME,
    asked,
    kept,
    killed_in_the_middle,
    world,
)
from tests.guides.world import yes


def test_the_key_is_there_while_it_is_needed_and_no_longer(kit: Tools, tmp_path: Path) -> None:
    async def go() -> None:
        run = await GuideDesk(kit).begin("made")
        await asked(run, NAME, None, KEY)
        assert [one.reveal() for one in kept(kit).values()] == [KEY]
        assert KEY not in (tmp_path / "runs" / f"{run.name}.jsonl").read_text()
        screen = await run.proceed(yes)
        assert screen.scene is Scene.INSTRUCT and len(kept(kit)) == 1
        run.confirm("done")
        assert (await run.proceed(yes)).end is End.TOLD
        assert kept(kit) == {}

    asyncio.run(go())


@pytest.mark.parametrize("how", ["abandon", "discard", "killed"])
def test_keys_of_runs_nobody_goes_on_with(kit: Tools, how: str) -> None:
    async def go() -> None:
        desk = GuideDesk(kit)
        run = await desk.begin("made")
        await asked(run, NAME, None, KEY)
        if how == "abandon":
            await run.abandon()
        elif how == "discard":
            await desk.discard(run.name)
        else:
            kit.runs.close(run.name)  # the program died right behind this line
            assert len(kept(kit)) == 1
            await GuideDesk(kit).begin("made")
        assert kept(kit) == {}
        stored = kit.runs.find(run.name)
        assert stored is not None and (stored.closed, stored.keys) == (True, ())

    asyncio.run(go())


def test_killed_at_the_end_before_it_was_said(kit: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stands at its end: nobody is offered to go on, and its key is forgotten all the same."""

    async def go() -> None:
        run = await GuideDesk(kit).begin("made")
        await asked(run, NAME, None, KEY)
        await run.proceed(yes)
        run.confirm("done")

        def dies(_name: str) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(kit.runs, "close", dies)
            await run.proceed(yes)
        run.leave()
        desk = GuideDesk(kit)
        assert desk.left() == () and len(kept(kit)) == 1
        await desk.begin("made")
        stored = kit.runs.find(run.name)
        assert stored is not None and stored.closed and kept(kit) == {}

    asyncio.run(go())


def test_killed_between_the_keyring_and_the_line(kit: Tools) -> None:
    """The run does not have the answer yet, but knows which key may be there."""

    async def go() -> None:
        desk = GuideDesk(kit)
        run = await desk.begin("made")
        await asked(run, NAME, None)
        await run._kept_key(KEY)
        again = await GuideDesk(kit).resume(run.name)
        assert (await again.proceed(yes)).scene is Scene.ASK
        await desk.discard(run.name)
        assert kept(kit) == {}

    asyncio.run(go())


def test_a_locked_keyring_at_the_end_is_no_trouble_and_swept_later(kit: Tools) -> None:
    async def go() -> None:
        run = await GuideDesk(kit).begin("made")
        await asked(run, NAME, None, KEY)
        store = kit.secrets

        def locked(name: str) -> None:
            raise FolderError("write_failed")

        forget, store.delete = store.delete, locked  # type: ignore[method-assign]
        await run.abandon()
        assert len(kept(kit)) == 1
        stored = kit.runs.find(run.name)
        assert stored is not None and stored.closed and stored.keys
        later = GuideRuns(kit.runs._folder, lambda: kit.runs.now() + 2 * KEEP_S)
        await GuideDesk(Tools(kit.world, later, kit.words, kit.catalogue, store)).begin("made")
        assert later.find(run.name) is not None, "its key would be lost in the keyring"
        store.delete = forget  # type: ignore[method-assign]
        await GuideDesk(Tools(kit.world, later, kit.words, kit.catalogue, store)).begin("made")
        assert kept(kit) == {} and later.find(run.name) is None

    asyncio.run(go())


@pytest.mark.parametrize("began", [False, True])
def test_a_key_the_keyring_lost_is_asked_for_again(kit: Tools, began: bool) -> None:
    async def go() -> None:
        run = await GuideDesk(kit).begin("made")
        await asked(run, NAME, None)
        await run.proceed(yes)
        await run.answer(KEY)
        if began:
            await killed_in_the_middle(kit, run)
        kept(kit).clear()
        again = await GuideDesk(kit).resume(run.name)
        screen = await again.proceed(yes)
        assert (again.position.step, screen.scene) == ("key", Scene.ASK)
        assert screen.said == (kit.catalogue.text("guide.key_lost"),) and world(kit).done == []
        await again.answer(KEY)
        await again.proceed(yes)
        assert [action for action, _ in world(kit).done] == ["box.guest"]

    asyncio.run(go())
