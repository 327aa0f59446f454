"""The crossing between the two threads."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from selfcare.model.events import CheckFinished, CheckStarted, Event, ProbeStarted, VerdictChanged
from selfcare.model.finding import Diagnosis, Verdict, VerdictState
from selfcare.model.probe import Layer
from ui.bridge import EngineBridge
from ui.engine import Emit
from ui.messages import Batch, Emitted, End, JobEnded, Message, Ready, is_urgent

VERDICT = VerdictChanged(1.0, Diagnosis(Verdict(VerdictState.OK)), final=False)
Start = Callable[..., "Seen"]


class Seen:
    """What arrived, when, and in which thread."""

    def __init__(self, bridge: EngineBridge) -> None:
        self.bridge = bridge
        self.batches: list[Batch] = []
        self.times: list[float] = []
        self.threads: set[object] = set()
        bridge.arrived.connect(self.on_batch)

    def on_batch(self, batch: Batch) -> None:
        self.batches.append(batch)
        self.times.append(time.monotonic())
        self.threads.add(threading.current_thread())

    @property
    def messages(self) -> list[Message]:
        return [m for b in self.batches for m in b.messages]

    @property
    def events(self) -> list[Event]:
        return [m.event for m in self.messages if isinstance(m, Emitted)]

    def ended(self, job: int) -> JobEnded | None:
        return next((m for m in self.messages if isinstance(m, JobEnded) and m.job == job), None)


@pytest.fixture
def start(qtbot: QtBot) -> Iterator[Start]:
    made: list[EngineBridge] = []

    def started(warm_up: Callable[[], None] = lambda: None) -> Seen:
        bridge = EngineBridge(warm_up)
        made.append(bridge)
        seen = Seen(bridge)
        bridge.start()
        return seen

    yield started
    for bridge in made:
        bridge.shutdown()


def test_events_come_in_order_on_the_main_thread(qtbot: QtBot, start: Start) -> None:
    seen = start()

    async def work(emit: Emit) -> str:
        assert threading.current_thread() is not threading.main_thread()
        for at in range(300):
            emit(ProbeStarted(float(at), "p", Layer.LINK))
            if at % 50 == 0:
                await asyncio.sleep(0.001)
        return "result"

    job = seen.bridge.submit("w", work)
    qtbot.waitUntil(lambda: seen.ended(job.number) is not None)
    assert [e.at_ms for e in seen.events] == [float(n) for n in range(300)]
    assert seen.threads == {threading.main_thread()}
    assert seen.ended(job.number) == JobEnded(job.number, End.DONE, result="result")
    assert seen.messages[0] == Ready()
    assert QThread.currentThread().isMainThread()


def test_progress_is_bundled_to_twenty_a_second(qtbot: QtBot, start: Start) -> None:
    seen = start()

    async def work(emit: Emit) -> None:
        for at in range(250):
            emit(ProbeStarted(float(at), "p", Layer.LINK))
            await asyncio.sleep(0.002)

    job = seen.bridge.submit("w", work)
    qtbot.waitUntil(lambda: seen.ended(job.number) is not None)
    gaps = [b - a for a, b in zip(seen.times[1:-1], seen.times[2:-1], strict=False)]
    assert len(seen.events) == 250
    assert min(gaps) > 0.045
    assert len(seen.batches) < 25


def test_a_verdict_does_not_wait(qtbot: QtBot, start: Start) -> None:
    seen = start()
    went = asyncio.Event()

    async def work(emit: Emit) -> None:
        for at in range(5):
            emit(ProbeStarted(float(at), "p", Layer.LINK))
        emit(VERDICT)
        await went.wait()

    qtbot.waitUntil(lambda: len(seen.batches) == 1)
    seen.bridge.submit("w", work)
    qtbot.waitUntil(lambda: VERDICT in seen.events)
    assert [type(e) for e in seen.events] == [ProbeStarted] * 5 + [VerdictChanged]


def test_urgency() -> None:
    assert is_urgent(Emitted(1, VERDICT)) and is_urgent(Ready()) and is_urgent(JobEnded(1, End.DONE))
    assert is_urgent(Emitted(1, CheckFinished(0.0, None)))  # type: ignore[arg-type]
    assert not is_urgent(Emitted(1, CheckStarted(0.0, ())))


def test_cancel_reaches_the_work(qtbot: QtBot, start: Start) -> None:
    seen, cleaned = start(), []

    async def work(emit: Emit) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            cleaned.append(True)

    job = seen.bridge.submit("w", work)
    qtbot.waitUntil(lambda: job.begun)
    job.cancel()
    job.cancel()
    qtbot.waitUntil(lambda: seen.ended(job.number) is not None)
    assert seen.ended(job.number) == JobEnded(job.number, End.CANCELLED)
    assert cleaned


def test_cancelled_before_its_turn_never_runs(qtbot: QtBot) -> None:
    bridge, ran = EngineBridge(lambda: None), []
    seen = Seen(bridge)

    async def work(emit: Emit) -> None:
        ran.append(True)

    job = bridge.submit("w", work)
    job.cancel()
    bridge.start()
    qtbot.waitUntil(lambda: seen.ended(job.number) is not None)
    assert seen.ended(job.number) == JobEnded(job.number, End.CANCELLED)
    assert not ran
    assert bridge.shutdown() == ()


def test_a_fault_ends_its_job_and_nothing_else(qtbot: QtBot, start: Start) -> None:
    seen, other_ran = start(), asyncio.Event()

    async def bad(emit: Emit) -> None:
        raise ZeroDivisionError("secret 192.168.1.1")

    async def good(emit: Emit) -> str:
        await asyncio.sleep(0.05)
        return "fine"

    first, second = seen.bridge.submit("bad", bad), seen.bridge.submit("good", good)
    qtbot.waitUntil(lambda: seen.ended(second.number) is not None)
    assert seen.ended(first.number) == JobEnded(first.number, End.FAILED, error="ZeroDivisionError")
    assert seen.ended(second.number) == JobEnded(second.number, End.DONE, result="fine")
    assert not other_ran.is_set()


def test_a_job_given_before_the_start_is_kept(qtbot: QtBot) -> None:
    bridge = EngineBridge(lambda: time.sleep(0.05))
    seen = Seen(bridge)

    async def work(emit: Emit) -> int:
        return 7

    job = bridge.submit("early", work)
    bridge.start()
    qtbot.waitUntil(lambda: seen.ended(job.number) is not None)
    assert [type(m) for m in seen.messages] == [Ready, JobEnded]
    assert bridge.shutdown() == ()


def test_a_failed_warm_up_is_told_and_survived(qtbot: QtBot, start: Start) -> None:
    def warm_up() -> None:
        raise ImportError("no such thing")

    seen = start(warm_up)

    async def work(emit: Emit) -> int:
        return 7

    job = seen.bridge.submit("w", work)
    qtbot.waitUntil(lambda: seen.ended(job.number) is not None)
    assert seen.messages[0] == Ready("ImportError")


@pytest.mark.alone
def test_shutdown_cancels_and_joins(qtbot: QtBot) -> None:
    bridge, cleaned = EngineBridge(lambda: None), []

    async def work(emit: Emit) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            cleaned.append(True)

    job = bridge.submit("w", work)
    bridge.start()
    qtbot.waitUntil(lambda: job.begun)
    before = time.monotonic()
    assert bridge.shutdown() == ()
    assert time.monotonic() - before < 1.0
    assert cleaned


@pytest.mark.alone
def test_shutdown_names_what_will_not_stop(qtbot: QtBot) -> None:
    bridge, release = EngineBridge(lambda: None), threading.Event()

    async def stuck(emit: Emit) -> None:
        release.wait(10)  # a blocking call: what shutdown has to survive

    job = bridge.submit("stuck-probe", stuck)
    bridge.start()
    qtbot.waitUntil(lambda: job.begun)
    before = time.monotonic()
    assert bridge.shutdown(0.3) == ("stuck-probe",)
    assert time.monotonic() - before < 1.0
    release.set()


def test_shutdown_before_the_start(qtbot: QtBot) -> None:
    assert EngineBridge(lambda: None).shutdown() == ()
