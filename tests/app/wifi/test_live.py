"""Moment by moment: only what is so now, one question at a time, and nothing when nobody looks."""

from __future__ import annotations

import asyncio
import time

from selfcare.app.wifi.live import GIVE_UP_S, Clock, Live
from selfcare.model.wifi import LivePoint, Place, WifiAccess
from tests.app.wifi.world import Air, Day, Door, link

PERIOD_S = 0.02


async def _taken(live: Live, count: int, period_s: float = PERIOD_S) -> list[LivePoint]:
    points, found = live.points(period_s), []
    async for point in points:
        found.append(point)
        if len(found) == count:
            break
    await points.aclose()  # type: ignore[attr-defined]
    return found


def _live(air: Air, door: Door | None, day: Day | None = None) -> Live:
    return Live(lambda: air.read(neighbours=False), door, Clock(time.monotonic, day or Day()))


def test_each_moment_has_its_own_link_and_round_trip() -> None:
    air, door = Air(link(-48.0)), Door(2.5)
    found = asyncio.run(_taken(_live(air, door), 3))
    assert [p.rtt_ms for p in found] == [2.5] * 3
    assert all(p.link == air.link and not p.stale and not p.lost for p in found)
    assert {p.grade for p in found} == {Place.GOOD}
    assert (air.reads, door.asked) == (3, 3)
    assert air.with_neighbours == [False] * 3


def test_moments_come_no_faster_than_their_period() -> None:
    begun = time.monotonic()
    asyncio.run(_taken(_live(Air(), None), 6))
    assert time.monotonic() - begun >= 5 * PERIOD_S


def test_a_system_that_is_late_is_shown_as_silent_and_never_by_its_last_word() -> None:
    async def run() -> list[LivePoint]:
        points = _live(air, Door()).points(PERIOD_S)
        first = await anext(points)
        air.delay_s, air.link = 60.0, link(-90.0)
        silent = [await anext(points) for _ in range(3)]
        await points.aclose()  # type: ignore[attr-defined]
        return [first, *silent]

    air = Air(link(-40.0))
    first, *silent = asyncio.run(run())
    assert first.link is not None
    assert [(p.link, p.stale, p.grade) for p in silent] == [(None, True, Place.UNKNOWN)] * 3
    # The box answers meanwhile, and that is told.
    assert all(p.rtt_ms is not None for p in silent)
    assert air.most_at_once == 1
    assert air.running == 0


def test_an_answer_within_the_second_is_of_now_though_its_moment_is_over() -> None:
    async def run() -> list[LivePoint]:
        return await _taken(_live(Air(delay_s=0.05), None), 6)

    found = asyncio.run(run())
    assert any(p.stale for p in found)
    assert any(p.link is not None for p in found)


def test_an_answer_that_waited_for_somebody_to_come_back_is_asked_anew() -> None:
    async def run() -> LivePoint:
        points = _live(air, None).points(PERIOD_S)
        air.delay_s = 0.03
        assert (await anext(points)).stale  # begun, not answered in time
        await asyncio.sleep(1.1)  # the window did something else: meanwhile the answer came, and became old
        air.delay_s, air.link = 0.0, link(-75.0)
        point = await anext(points)
        await points.aclose()  # type: ignore[attr-defined]
        return point

    air = Air(link(-40.0))
    point = asyncio.run(run())
    assert point.link is not None
    assert point.link.rssi_dbm == -75.0


def test_what_was_asked_before_the_pc_slept_is_no_answer_after_it() -> None:
    async def run() -> list[LivePoint]:
        points = _live(air, door, day).points(PERIOD_S)
        air.delay_s = door.delay_s = 0.03
        await anext(points)
        await asyncio.sleep(0.04)  # both are answered now …
        day.ahead = 3600.0  # … and then the lid was closed for an hour
        air.delay_s = door.delay_s = 0.0
        air.link, door.answer = None, None
        found = [await anext(points)]
        await points.aclose()  # type: ignore[attr-defined]
        return found

    air, door, day = Air(link(-40.0)), Door(4.0), Day()
    (after,) = asyncio.run(run())
    assert (after.link, after.stale, after.rtt_ms) == (None, False, None)


def test_a_clock_put_back_makes_nothing_old() -> None:
    day = Day()

    async def run() -> list[LivePoint]:
        points = _live(Air(), None, day).points(PERIOD_S)
        await anext(points)
        day.ahead = -86_400.0
        found = [await anext(points) for _ in range(2)]
        await points.aclose()  # type: ignore[attr-defined]
        return found

    assert not any(p.stale for p in asyncio.run(run()))


def test_a_question_to_the_box_that_is_lost_is_told_once_and_one_is_asked_at_a_time() -> None:
    door = Door(None, delay_s=0.07)
    found = asyncio.run(_taken(_live(Air(), door), 12))
    assert 0 < sum(p.lost for p in found) <= door.asked
    assert door.most_at_once == 1
    assert all(p.grade is Place.BAD for p in found if p.lost)
    assert all(p.rtt_ms is None for p in found)


def test_without_a_box_nothing_is_lost() -> None:
    found = asyncio.run(_taken(_live(Air(), Door(LookupError())), 3))
    assert [(p.rtt_ms, p.lost) for p in found] == [(None, False)] * 3


def test_out_of_every_network_the_box_is_not_asked_and_asked_again_once_back() -> None:
    async def run() -> None:
        points = _live(air, door).points(PERIOD_S)
        await anext(points)
        asked = door.asked
        assert [(await anext(points)).link for _ in range(3)] == [None] * 3
        assert door.asked == asked
        air.link = link()
        await anext(points)
        assert (await anext(points)).rtt_ms is not None
        await points.aclose()  # type: ignore[attr-defined]

    air, door = Air(None), Door()
    asyncio.run(run())


def test_without_leave_for_the_network_the_box_is_still_asked() -> None:
    found = asyncio.run(_taken(_live(Air(None, access=WifiAccess.DENIED), Door(2.0)), 3))
    assert [(p.link, p.rtt_ms, p.stale) for p in found] == [(None, 2.0, False)] * 3


def test_a_driver_that_raises_is_a_system_that_is_silent() -> None:
    found = asyncio.run(_taken(_live(Air(raises=OSError("no such device")), Door()), 3))
    assert all(p.stale and p.link is None for p in found)


def test_nothing_is_asked_while_nobody_takes_the_moments() -> None:
    async def run() -> tuple[int, int]:
        points = _live(air, door).points(PERIOD_S)
        await anext(points)
        before = air.reads
        await asyncio.sleep(10 * PERIOD_S)
        await points.aclose()  # type: ignore[attr-defined]
        return before, air.reads

    air, door = Air(), Door()
    before, after = asyncio.run(run())
    assert before == after


def test_whoever_cancels_leaves_nothing_running() -> None:
    async def run() -> int:
        async def watch() -> None:
            async for _ in _live(air, door).points(PERIOD_S):
                pass

        task = asyncio.create_task(watch())
        await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.sleep(0)  # the loop closes the generator
        await asyncio.sleep(0)
        return len(asyncio.all_tasks())

    air, door = Air(delay_s=30.0), Door(delay_s=30.0)
    assert asyncio.run(run()) == 1
    assert (air.running, door.running) == (0, 0)


def test_a_question_that_hangs_is_asked_anew_after_a_while() -> None:
    """By a clock that jumps: nobody waits a quarter of a minute here."""
    ahead = [0.0]

    async def run() -> list[LivePoint]:
        clock = Clock(lambda: time.monotonic() + ahead[0], lambda: time.time() + ahead[0])
        points = Live(lambda: air.read(neighbours=False), None, clock).points(PERIOD_S)
        found = [await anext(points)]
        ahead[0] = GIVE_UP_S + 1
        air.delay_s = 0.0
        found += [await anext(points) for _ in range(2)]
        await points.aclose()  # type: ignore[attr-defined]
        return found

    air = Air(delay_s=600.0)
    asyncio.run(run())
    assert air.reads >= 2
