"""When the outbox wakes up, on a clock of the test's own: nobody waits, and every wake-up is counted."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from selfcare.ground.errors import SelfcareError
from selfcare.outbox.send import Flushed
from selfcare.outbox.watch import POLL_MOST_S, Watch

Later = Callable[[Watch, asyncio.AbstractEventLoop], None]


class _Selector(selectors.SelectSelector):
    """Instead of waiting, it says how long it would have."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.waits = 0.0, 0

    def select(self, timeout: float | None = None) -> Any:
        if timeout:
            self.now += timeout
            self.waits += 1
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.selector = _Selector()
        super().__init__(self.selector)

    def time(self) -> float:
        return self.selector.now


@dataclass
class Bench:
    """``next_s``: what each flush says in turn, the last one for ever; ``told``: (time, line is back) of each."""

    next_s: list[float | None]
    line: Callable[[float], str] = lambda _now: "eth0 192.168.1.22"
    tells: bool = False
    busy: bool = False
    fails: bool = False
    told: list[tuple[float, bool]] = field(default_factory=list)
    event: Callable[[], None] = lambda: None
    stopped: bool = False

    async def flush(self, back: bool) -> Flushed:
        self.told.append((round(asyncio.get_running_loop().time(), 3), back))
        if self.fails:
            raise SelfcareError("disk_full")
        said = self.next_s.pop(0) if len(self.next_s) > 1 else self.next_s[0]
        return Flushed((), said, self.busy)

    def subscribe(self, event: Callable[[], None]) -> Callable[[], None]:
        self.event = event
        return lambda: setattr(self, "stopped", True)

    def run(
        self, seconds: float, later: Callable[[Watch, asyncio.AbstractEventLoop], None] = lambda _w, _l: None
    ) -> int:
        """How often it woke up in so many seconds."""
        loop = _Loop()

        async def all_of_it() -> None:
            watch = Watch(self.flush, lambda: self.line(loop.time()), self.subscribe if self.tells else None)
            later(watch, loop)
            task = loop.create_task(watch.run())
            await asyncio.sleep(seconds)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        try:
            loop.run_until_complete(all_of_it())
        finally:
            loop.close()
        return loop.selector.waits


def test_the_start_sends_and_an_empty_outbox_sleeps() -> None:
    bench = Bench([None])
    waits = bench.run(86400)
    assert bench.told == [(0.0, True)]
    assert waits <= 2


def test_what_is_due_is_sent_when_it_is_due() -> None:
    bench = Bench([30.0, 60.0, None], tells=True)
    waits = bench.run(3600)
    assert bench.told == [(0.0, True), (30.0, False), (90.0, False)]
    assert waits <= 6


def test_a_line_that_is_back_sends_at_once_where_the_system_tells() -> None:
    bench = Bench([3600.0, None], lambda now: "wlan0" if now > 100 else "", tells=True)
    bench.run(600, lambda _watch, loop: loop.call_at(101, lambda: bench.event()) and None)
    assert bench.told == [(0.0, True), (103.0, True)]
    assert bench.stopped


def test_where_it_does_not_tell_the_line_is_looked_at_ever_more_seldom() -> None:
    bench = Bench([3600.0, None], lambda now: "wlan0" if now > 1000 else "")
    waits = bench.run(1500)
    assert bench.told[0] == (0.0, True)
    (at, back) = bench.told[1]
    assert back and 1000 < at <= 1000 + POLL_MOST_S + 2
    assert waits < 30


def test_a_line_that_flaps_is_not_believed_each_time() -> None:
    bench = Bench([3600.0], lambda now: f"wlan0 {int(now * 10)}", tells=True)

    def flapping(_watch: Watch, loop: asyncio.AbstractEventLoop) -> None:
        for number in range(600):
            loop.call_at(1 + number / 10, lambda: bench.event())

    bench.run(100, flapping)
    assert 4 <= len(bench.told) <= 8


def test_an_event_that_changes_nothing_sends_nothing() -> None:
    bench = Bench([3600.0], tells=True)

    def events(_watch: Watch, loop: asyncio.AbstractEventLoop) -> None:
        for number in range(100):
            loop.call_at(1 + number, lambda: bench.event())

    bench.run(200, events)
    assert bench.told == [(0.0, True)]


def test_a_nudge_sends_now() -> None:
    bench = Bench([None])
    bench.run(1000, lambda watch, loop: loop.call_at(500, watch.nudge) and None)
    assert bench.told == [(0.0, True), (500.0, False)]


def test_a_disk_that_is_full_and_another_sender_are_asked_again_later() -> None:
    for bench in (Bench([None], fails=True, tells=True), Bench([None], busy=True, tells=True)):
        bench.run(POLL_MOST_S * 3 + 1)
        assert [at for at, _ in bench.told] == [0.0, POLL_MOST_S, POLL_MOST_S * 2, POLL_MOST_S * 3]
