"""A walk: whose room a moment is, figures by hand, what is kept, and what two walks say of a box that moved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from selfcare.app.wifi.compare import Change, compare, effect
from selfcare.app.wifi.rooms import COLUMNS, ROOMS_MOST, Measured, Tile, placed, room_name, summed
from selfcare.app.wifi.walk import Walk, WalkParts
from selfcare.cases.walks import Walks
from selfcare.ground.errors import SelfcareError
from selfcare.model.wifi import Band, LivePoint, Place, Room, WalkRecord
from tests.app.wifi.world import BOX, REPEATER, Air, Door, Noted, desk, link


def point(rssi: float | None = -50.0, rtt: float | None = 3.0, lost: bool = False, bssid: str = BOX) -> LivePoint:
    return LivePoint(0.0, None if rssi is None else link(rssi, bssid), rtt, lost)


class Steps:
    """A walk whose moments a test gives one by one."""

    def __init__(self, data: Path, noted: Noted | None = None) -> None:
        self.noted, self.over = noted or Noted(), 0
        self.times = iter(range(1_000, 9_000))
        self.walk = Walk(WalkParts(self._live, Walks(data), self.noted, lambda: float(next(self.times)), self._over))
        self._moments: list[LivePoint | Callable[[], None]] = []

    def _over(self) -> None:
        self.over += 1

    async def _live(self, period_s: float):  # type: ignore[no-untyped-def]
        assert period_s == 0.5
        for one in self._moments:
            if callable(one):
                one()
            else:
                yield one

    async def go(self, *moments: LivePoint | Callable[[], None]) -> None:
        self._moments = list(moments)
        async for _ in self.walk.points():
            pass


def test_moments_belong_to_the_room_entered_last_and_to_none_in_between(tmp_path: Path) -> None:
    async def run() -> WalkRecord:
        steps = Steps(tmp_path)
        walk = steps.walk
        await steps.go(
            point(-20), lambda: walk.enter("Salon"), point(-50), point(-52), point(-54), walk.leave, point(-20),
            lambda: walk.enter("Chambre"), *[point(-80)] * 4, lambda: walk.enter(" salon "), point(-56),
        )  # fmt: skip
        return walk.so_far()

    record = asyncio.run(run())
    assert [(r.name, r.samples, r.rssi_dbm, r.rssi_low_dbm) for r in record.rooms] == [
        ("Salon", 4, -53.0, -56.0),
        ("Chambre", 4, -80.0, -80.0),
    ]
    assert [r.grade for r in record.rooms] == [Place.GOOD, Place.BAD]
    assert record.ssid == "Maison"


def test_the_figures_of_a_room_are_those_of_its_moments() -> None:
    room = Measured("Salon", Tile(1, 2, 0))
    room.points += [point(-50, rtt) for rtt in (1, 2, 3, 4, 5, 6, 7, 8, 90)] + [point(-60, None, lost=True)]
    room.points += [LivePoint(0.0, None, None, stale=True)] * 5
    made = summed(room)
    assert (made.samples, made.rtt_ms, made.rtt_p90_ms, made.loss_pct) == (10, 5.0, 90.0, 10.0)
    assert (made.band, made.bssid, made.tx_kbit_s) == (Band.GHZ_5, BOX, 433_000)
    assert (made.x, made.y, made.floor) == (1, 2, 0)


def test_too_few_moments_are_no_word_and_none_are_no_figure() -> None:
    room = Measured("Couloir", Tile(0, 0, 0))
    room.points += [point(-90)] * 2
    assert summed(room).grade is Place.UNKNOWN
    nothing = summed(Measured("Cave", Tile(0, 0, 0)))
    assert (nothing.samples, nothing.rssi_dbm, nothing.loss_pct, nothing.grade) == (0, None, None, Place.UNKNOWN)


def test_changes_of_access_point_and_drops_are_counted_and_told_apart(tmp_path: Path) -> None:
    async def run() -> WalkRecord:
        steps = Steps(tmp_path)
        stale = LivePoint(0.0, None, stale=True)
        await steps.go(
            point(), point(bssid=REPEATER), stale, point(bssid=REPEATER), point(), point(None), point(None),
            point(bssid=REPEATER),
        )  # fmt: skip
        return steps.walk.so_far()

    record = asyncio.run(run())
    assert (record.roams, record.drops) == (2, 1)


@pytest.mark.parametrize("name", ["", "   ", "\x1b\x07", "x" * 41])
def test_a_room_needs_a_name_that_fits(name: str) -> None:
    with pytest.raises(SelfcareError) as caught:
        room_name(name)
    assert caught.value.code == "walk_room_name"


def test_a_name_is_kept_in_one_printable_line() -> None:
    assert room_name(" Chambre\n\t de\x1b[31m Léa ") == "Chambre de [31m Léa"
    assert room_name("é" * 40) == "é" * 40


def test_no_more_rooms_than_the_plan_takes(tmp_path: Path) -> None:
    walk = Steps(tmp_path).walk
    for n in range(ROOMS_MOST):
        walk.enter(f"{n}")
    walk.enter("0")  # goes on with it
    with pytest.raises(SelfcareError) as caught:
        walk.enter("one more")
    assert caught.value.code == "walk_rooms"
    tiles = {(r.x, r.y, r.floor) for r in walk.so_far().rooms}
    assert len(tiles) == ROOMS_MOST


def test_a_room_stands_where_it_is_put_unless_another_does() -> None:
    taken = [Tile(0, 0, 0), Tile(1, 0, 0), Tile(0, 0, 1)]
    assert placed(None, None, 0, taken) == Tile(2, 0, 0)
    assert placed(None, None, 1, taken) == Tile(1, 0, 1)
    assert placed(5, 7, 0, taken) == Tile(5, 7, 0)
    assert placed(1, 0, 0, taken) == Tile(2, 0, 0)
    assert placed(-3, 999, 99, []) == Tile(0, 23, 20)
    row = [Tile(x, 0, 0) for x in range(COLUMNS)]
    assert placed(None, None, 0, row) == Tile(0, 1, 0)


def test_a_walk_is_kept_with_a_line_that_names_nobody(tmp_path: Path) -> None:
    async def run() -> tuple[Steps, WalkRecord]:
        steps = Steps(tmp_path)
        await steps.go(lambda: steps.walk.enter("Chez Léa"), *[point(-60)] * 3, lambda: steps.walk.enter("vide"))
        return steps, await steps.walk.finish("Entrée")

    steps, record = asyncio.run(run())
    assert [r.name for r in record.rooms] == ["Chez Léa"]
    assert record.box_room == "Entrée"
    assert Walks(tmp_path).all() == (record,)
    ((kind, subject, data),) = steps.noted.lines
    assert (kind, subject, data["rooms"]) == ("walk", record.id, 1)
    assert "Léa" not in str(data) and "Maison" not in str(data) and "Entr" not in str(data)
    assert steps.over == 1


def test_without_a_room_nothing_is_kept(tmp_path: Path) -> None:
    steps = Steps(tmp_path)
    steps.walk.enter("never measured")
    record = asyncio.run(steps.walk.finish())
    assert record.rooms == ()
    assert (Walks(tmp_path).all(), steps.noted.lines) == ((), [])


def test_a_disk_that_refuses_loses_no_walk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> WalkRecord:
        steps = Steps(tmp_path / "data")
        (tmp_path / "data").write_bytes(b"a file where the folder should be")
        await steps.go(lambda: steps.walk.enter("Salon"), *[point()] * 3)
        with pytest.raises(SelfcareError):
            await steps.walk.finish()
        (tmp_path / "data").unlink()
        return await steps.walk.finish()

    record = asyncio.run(run())
    assert Walks(tmp_path / "data").all() == (record,)


def room(name: str, grade: Place, rssi: float = -60.0) -> Room:
    return Room(name, 10, grade, rssi)


def walked(*rooms: Room, id_: str = "walk-000000000001", begun: float = 100.0, box: str | None = None) -> WalkRecord:
    return WalkRecord(id_, begun, begun + 50, rooms, "Maison", box_room=box)


def test_two_walks_are_compared_by_their_rooms() -> None:
    before = walked(room("Salon", Place.GOOD), room("Chambre", Place.BAD), room("Cave", Place.WEAK, -75))
    after = walked(
        room("chambre", Place.FAIR), room("Salon", Place.GOOD, -57), room("Cave", Place.WEAK, -69),
        room("Bureau", Place.GOOD), begun=200.0,
    )  # fmt: skip
    assert [(c.name, c.change) for c in compare(before, after)] == [
        ("chambre", Change.BETTER), ("Salon", Change.SAME), ("Cave", Change.BETTER), ("Bureau", Change.NEW),
    ]  # fmt: skip
    assert effect(compare(before, after)) is Change.BETTER
    assert effect(compare(after, before)) is Change.WORSE
    assert compare(before, walked(room("Salon", Place.UNKNOWN)))[0].change is Change.UNKNOWN
    assert {c.change for c in compare(before, walked(room("Salon", Place.GOOD)))[1:]} == {Change.GONE}
    mixed = compare(
        walked(room("a", Place.GOOD), room("b", Place.BAD)), walked(room("a", Place.BAD), room("b", Place.GOOD))
    )
    assert effect(mixed) is Change.SAME


@pytest.mark.parametrize(("box", "moved"), [("Bureau", True), ("entrée", False), (None, None)])
def test_a_box_that_moved_is_noted_with_what_it_did(tmp_path: Path, box: str | None, moved: bool | None) -> None:
    async def once(rssi: float, where: str | None) -> Steps:
        steps = Steps(tmp_path)
        await steps.go(lambda: steps.walk.enter("Salon"), *[point(rssi)] * 4)
        await steps.walk.finish(where)
        return steps

    async def run() -> Steps:
        await once(-80.0, "Entrée")
        later = Steps(tmp_path)
        later.walk._begun = 5_000.0  # after the first one was over
        later.times = iter(range(5_100, 9_000))
        await later.go(lambda: later.walk.enter("salon"), *[point(-50.0)] * 4)
        await later.walk.finish(box)
        return later

    data = asyncio.run(run()).noted.lines[0][2]
    assert (data["better"], data["worse"], data["effect"]) == (1, 0, "better")
    assert data.get("moved") is moved


def test_one_walk_at_a_time_and_the_next_once_it_is_over(tmp_path: Path) -> None:
    async def run() -> None:
        air = Air()
        made = desk(tmp_path, air, Door())
        walk = made.walk()
        with pytest.raises(SelfcareError) as caught:
            made.walk()
        assert caught.value.code == "walk_running"
        walk.enter("Salon")
        points = walk.points()
        for _ in range(3):
            await anext(points)
        await points.aclose()  # type: ignore[attr-defined]
        kept = await walk.finish()
        assert kept.rooms[0].samples == 3
        assert made.walks() == (kept,)
        second = made.walk()
        second.enter("Salon")
        points = second.points()
        await anext(points)
        await points.aclose()  # type: ignore[attr-defined]
        await made.close()  # abandons it
        made.walk()
        assert await second.finish() is not None
        assert made.walks() == (kept,)
        assert made.forget_walk(kept.id) is True
        assert made.forget_walk(kept.id) is False
        assert made.forget_walk("../../etc/passwd") is False
        assert made.walks() == ()
        assert air.closed == 1

    asyncio.run(run())
