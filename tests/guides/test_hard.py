"""The engine where things go wrong: keys, disks, kills, other versions, somebody else, what the history may hold."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from selfcare.app.guides.answers import AnswerError
from selfcare.app.guides.desk import GuideDesk
from selfcare.app.guides.run import Tools
from selfcare.app.guides.screen import Scene
from selfcare.app.guides.world import Moment
from selfcare.cases.history import History, read_history
from selfcare.ground.errors import FolderError
from selfcare.guides.walk import WalkError
from selfcare.model.guide import Test, Value
from selfcare.model.guide_run import Acted, Seen
from tests.guides.hard import (
    DEVICE,
    HOME,
    KEY,
    NAME,
    asked,
    world,
)
from tests.guides.made import GUIDE, made, ship
from tests.guides.world import MadeUp, yes


def test_nothing_is_done_that_could_not_be_noted(kit: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    async def go() -> None:
        run = await GuideDesk(kit).begin("made")
        await asked(run, NAME, None, KEY)
        before = run.position

        def full(*_words: object, **_more: object) -> None:
            raise FolderError("disk_full")

        with monkeypatch.context() as patch:
            patch.setattr("selfcare.cases.guide_run_file.append", full)
            with pytest.raises(FolderError):
                await run.proceed(yes)
            assert run.position == before and world(kit).done == []
        screen = await run.proceed(yes)
        assert screen.scene is Scene.INSTRUCT and len(world(kit).done) == 1

    asyncio.run(go())


def test_what_was_done_and_could_not_be_noted_is_looked_at(kit: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk fills up while the box is being set: the next try asks how it ended, and does it no second time."""

    async def go() -> None:
        run = await GuideDesk(kit).begin("made")
        await asked(run, NAME, None, KEY)
        add = kit.runs.add
        monkeypatch.setattr(kit.runs, "add", lambda name, one: full() if one.did == "acted" else add(name, one))

        def full() -> None:
            raise FolderError("disk_full")

        with pytest.raises(FolderError):
            await run.proceed(yes)
        monkeypatch.setattr(kit.runs, "add", add)
        world(kit).recovered["box.guest"] = Acted("done", "entry-1")
        await run.proceed(yes)
        assert run.position.step == "seen" and len(world(kit).done) == 1
        assert run.position.undoable == (("open", "entry-1"),)

    asyncio.run(go())


def test_back_after_an_action(kit: Tools) -> None:
    """What was done stays done and can be put back; forward again, the world is asked again and may say: it is so."""

    async def go() -> None:
        run = await GuideDesk(kit).begin("made")
        await asked(run, NAME, None, KEY)
        await run.proceed(yes)
        run.back()
        assert run.position.step == "key" and run.position.undoable == (("open", "entry-1"),)
        again = await GuideDesk(kit).resume(run.name)
        assert again.position == run.position
        world(kit).acted["box.guest"] = ["refused"]
        await asked(again, KEY)
        assert (await again.proceed(yes)).undoable[0].entry == "entry-1"
        assert again.position.step == "hand"
        acted = await again.undo("entry-1", yes)
        assert acted.outcome == "done" and again.position.undoable == ()
        assert GuideDesk(kit).holder("entry-1") is None

    asyncio.run(go())


def test_put_back_after_the_end(kit: Tools) -> None:
    async def go() -> None:
        run = await GuideDesk(kit).begin("made")
        await asked(run, NAME, None, KEY)
        await run.proceed(yes)
        run.confirm("done")
        await run.proceed(yes)
        desk = GuideDesk(kit)
        assert desk.left() == () and desk.holder("entry-1") == run.name and desk.holder("other") is None
        again = await desk.resume(run.name)
        await again.undo("entry-1", yes)
        assert (world(kit).undone, desk.holder("entry-1")) == (["entry-1"], None)
        stored = kit.runs.find(run.name)
        assert stored is not None and stored.closed

    asyncio.run(go())


def test_another_version_of_the_guide(kit: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def go() -> None:
        run = await GuideDesk(kit).begin("made")
        await asked(run, NAME, None)
        name = run.name
        ship(monkeypatch, made(tmp_path, GUIDE.replace("optional = true", 'optional = true\nwithout = "key"')))
        again = await GuideDesk(kit).resume(name)
        assert again.position.step == "key"
        assert [one.usable for one in GuideDesk(kit).left()] == [True]
        ship(monkeypatch, made(tmp_path, GUIDE.replace("optional = true", "")))
        assert [one.usable for one in GuideDesk(kit).left()] == [False]
        desk = GuideDesk(kit)
        with pytest.raises(WalkError):
            await desk.resume(name)
        await desk.discard(name)
        assert desk.left() == ()

    asyncio.run(go())


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": "x" * 40}, "bad_network_name"), ({"key": KEY}, "key_given"), ({"nonsense": "1"}, "nobody_asks"),
        ({"name": ""}, "needed"), ({"name": "\udcff"}, "bad_text"),
    ],
)  # fmt: skip
def test_answers_of_the_command_line_are_judged_before_anything(kit: Tools, given: dict[str, str], code: str) -> None:
    async def go() -> None:
        with pytest.raises(AnswerError) as wrong:
            await GuideDesk(kit).begin("made", given)
        assert wrong.value.code == code and kit.runs.runs() == ()
        run = await GuideDesk(kit).begin("made", {"name": NAME, "device": ""})
        await run.proceed(yes)
        assert run.position.step == "key" and run.position.answers == {"name": NAME}

    asyncio.run(go())


def test_since_is_never_before_the_run(kit: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A box that restarted yesterday has not restarted since the first step began."""
    ship(
        monkeypatch,
        made(tmp_path, GUIDE.replace('start = "way"', 'start = "hand"').replace("[steps.way]", "[steps.no]")),
    )
    began = kit.runs.now()

    async def go() -> None:
        run = await GuideDesk(kit).begin("made")
        assert run.position.since > began
        assert (await GuideDesk(kit).resume(run.name)).position.since > began
        run.confirm("done")
        await run.proceed(yes)
        there = run.position.since
        run.back()
        assert run.position.step == "hand" and run.position.since > there

    asyncio.run(go())


class Talkative(MadeUp):
    """A world that forgets what may not be told."""

    async def test(self, test: Test, moment: Moment) -> Seen:
        data = {
            "who": DEVICE,
            "at": "192.168.1.77 and 02:00:00:77:77:77",
            "in": [{"name": f"{NAME} 5 GHz"}],
            "port": 80,
        }
        return Seen("yes", data=data)

    async def act(self, action: str, arguments: Mapping[str, Value], *words: Any) -> Acted:
        acted = await super().act(action, arguments, *words)
        return Acted(acted.outcome, acted.entry, data={"network": NAME})


def test_no_name_address_or_key_in_the_history(kit: Tools, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    history = History(tmp_path / "data")
    kit = Tools(Talkative(HOME), kit.runs, kit.words, kit.catalogue, kit.secrets, history.note)

    async def go() -> None:
        desk = GuideDesk(kit)
        run = await desk.begin("made", {"name": NAME})
        await asked(run, DEVICE, KEY)
        await run.proceed(yes)
        run.back()
        await asked(run, KEY)
        await run.proceed(yes)
        run.confirm("done")
        await run.proceed(yes)
        await run.undo("entry-1", yes)

    asyncio.run(go())
    history.close()
    lines = read_history(tmp_path / "data")
    did = [line.data["did"] for line in reversed(lines)]
    once = ["answered", "doing", "acted"]
    assert did == ["begun", "branched", "answered", "answered", *once, "back", *once, "confirmed", "tested", "undone"]
    assert {line.subject for line in lines} == {"made"} and {line.kind for line in lines} == {"guide"}
    text = json.dumps([line.data for line in lines], ensure_ascii=False)
    for canary in (KEY, NAME, DEVICE, "192.168.1.77", "02:00:00:77:77:77"):
        assert canary not in text
    tested = next(line.data for line in lines if line.data["did"] == "tested")
    assert tested["port"] == 80 and tested["step"] == "seen"
