"""A walk that is killed in the middle: what was measured is there, to go on with or to keep as it is."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from selfcare.app.wifi.rooms import SAMPLES_FEW
from selfcare.app.wifi.walk import SAVED_EVERY, Walk, WalkParts
from selfcare.cases.walk_draft import Draft
from selfcare.cases.walks import CUT as FILE
from selfcare.cases.walks import Walks
from selfcare.model.wifi import LivePoint, Place, Room, WalkRecord
from tests.app.wifi.test_walk import Steps, point
from tests.app.wifi.world import Air, Door, Noted, desk

CUT = WalkRecord("walk-00000000000a", 100.0, 160.0, (
    Room("Salon", 12, Place.GOOD, -50.0, x=0), Room("Chambre", 9, Place.BAD, -85.0, x=1),
), "Maison", 1, 2)  # fmt: skip

WALKS_ON = """
import asyncio, sys
from pathlib import Path
from tests.app.wifi.test_walk_cut import walking
asyncio.run(walking(Path(sys.argv[1])))
"""


async def walking(data: Path) -> None:
    """Two rooms, and then on and on in the third; says so once it is there."""
    steps = DraftSteps(data)

    async def live(period_s: float):  # type: ignore[no-untyped-def]
        for name, many in (("Salon", 4), ("Cuisine", 4), ("Chambre", 1_000_000)):
            steps.walk.enter(name)
            for n in range(many):
                await asyncio.sleep(0.001)
                yield point(-60.0)
                if name == "Chambre" and n == SAVED_EVERY + SAMPLES_FEW:
                    print("there", flush=True)

    steps.live = live
    async for _ in steps.walk.points():
        pass


class DraftSteps(Steps):
    """A walk that is kept on the way."""

    def __init__(self, data: Path, before: WalkRecord | None = None) -> None:
        super().__init__(data)
        self.live = self._live
        parts = WalkParts(
            lambda period_s: self.live(period_s), Walks(data), self.noted, lambda: float(next(self.times)), self._over,
            Draft(data),
        )  # fmt: skip
        self.walk = Walk(parts, before)


def test_a_killed_walk_is_found_and_goes_on(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", WALKS_ON, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None and child.stdout.readline() == "there\n"
    here = desk(tmp_path, Air(), Door())
    assert here.unfinished() is None  # somebody walks: it is no walk that was cut off
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()

    before = here.unfinished()
    assert before is not None and here.walks() == ()
    assert [(r.name, r.rssi_dbm) for r in before.rooms] == [("Salon", -60.0), ("Cuisine", -60.0), ("Chambre", -60.0)]
    assert before.rooms[2].samples >= SAVED_EVERY

    async def on() -> WalkRecord:
        walk = here.walk(before)
        assert here.unfinished() is None
        walk.enter("Bureau")
        async for _ in walk.points():
            if walk.so_far().rooms[-1].samples:
                break
        return await walk.finish("salon")

    kept = asyncio.run(on())
    assert (kept.id, kept.begun) == (before.id, before.begun)
    assert [room.name for room in kept.rooms] == ["Salon", "Cuisine", "Chambre", "Bureau"]
    assert here.walks() == (kept,) and here.unfinished() is None and not (tmp_path / FILE).exists()


def test_kept_as_it_is_it_ended_when_it_was_cut_off(tmp_path: Path) -> None:
    Draft(tmp_path).write(CUT)
    noted = Noted()
    here = desk(tmp_path, Air(), Door(), noted)
    assert here.unfinished() == CUT
    assert asyncio.run(here.walk(CUT).finish()) == CUT
    assert here.walks() == (CUT,) and here.unfinished() is None
    assert [(kind, subject) for kind, subject, _ in noted.lines] == [("walk", CUT.id)]


def test_a_room_measured_anew_has_new_figures_and_a_passage_has_none(tmp_path: Path) -> None:
    async def on(*moments: LivePoint) -> dict[str, float | None]:
        steps = DraftSteps(tmp_path, CUT)
        steps.walk.enter("chambre")
        await steps.go(*moments)
        return {room.name: room.rssi_dbm for room in steps.walk.so_far().rooms}

    assert asyncio.run(on(point(-40), point(-40))) == {"Salon": -50.0, "Chambre": -85.0}
    assert asyncio.run(on(point(-40), point(-40), point(-40))) == {"Salon": -50.0, "Chambre": -40.0}


def test_who_begins_anew_keeps_the_one_that_was_cut_off(tmp_path: Path) -> None:
    Draft(tmp_path).write(CUT)

    async def anew() -> WalkRecord:
        steps = DraftSteps(tmp_path)
        steps.walk.enter("Salon")
        await steps.go(*[point()] * 4)
        assert Walks(tmp_path).all() == (CUT,)
        return await steps.walk.finish()

    kept = asyncio.run(anew())
    assert {one.id for one in Walks(tmp_path).all()} == {CUT.id, kept.id} and not (tmp_path / FILE).exists()


def test_what_is_given_up_is_not_offered_again(tmp_path: Path) -> None:
    async def given_up() -> None:
        steps = DraftSteps(tmp_path)
        steps.walk.enter("Salon")
        await steps.go(*[point()] * 4)
        assert (tmp_path / FILE).exists()
        await steps.walk.abandon()

    asyncio.run(given_up())
    assert Draft(tmp_path).read() is None and not (tmp_path / FILE).exists()


def test_killed_between_keeping_and_tidying_it_is_there_once(tmp_path: Path) -> None:
    Draft(tmp_path).write(CUT)
    Walks(tmp_path).keep(CUT)
    assert Draft(tmp_path).read() is None
    assert Walks(tmp_path).forget(CUT.id)  # as with its case: nothing of it is left, and it is not offered again
    assert Draft(tmp_path).read() is None and not (tmp_path / FILE).exists()


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"v":1,"id":"../../x"}', b"x" * 70_000])
def test_a_damaged_one_is_none(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / FILE).parent.mkdir(parents=True)
    (tmp_path / FILE).write_bytes(damage)
    assert Draft(tmp_path).read() is None


def test_a_disk_that_takes_nothing_on_the_way_does_not_end_the_walk(tmp_path: Path) -> None:
    (tmp_path / "wifi").write_text("a file where a folder should be")

    async def on() -> int:
        steps = DraftSteps(tmp_path)
        steps.walk.enter("Salon")
        await steps.go(*[point()] * 30)
        return steps.walk.so_far().rooms[0].samples

    assert asyncio.run(on()) == 30


def test_it_is_not_written_with_every_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[WalkRecord] = []
    monkeypatch.setattr(Draft, "write", lambda _self, walk: written.append(walk))

    async def on() -> None:
        steps = DraftSteps(tmp_path)
        steps.walk.enter("Salon")
        await steps.go(*[point()] * 43)

    asyncio.run(on())
    assert [one.rooms[0].samples for one in written] == [3, 13, 23, 33, 43]
