"""The scheduler: everything at once, nothing escapes, nothing is lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import pytest

from selfcare.app.ports import RunnableProbe
from selfcare.app.schedule import Schedule, select
from selfcare.model.measurement import Measurement, Outcome
from selfcare.model.probe import NotRunReason, Platform
from tests.app.fakes import Plain, probe, refusing


def _run(
    probes: Sequence[RunnableProbe], limit_s: float = 5.0, drop: dict[str, str] | None = None
) -> dict[str, Measurement]:
    """Runs to the end; ``drop`` maps a probe to one that is dropped when it has been measured."""

    async def go() -> dict[str, Measurement]:
        def measured(m: Measurement) -> None:
            if drop and m.id in drop:
                schedule.drop(drop[m.id], NotRunReason.DECIDED)

        schedule = Schedule(probes, Platform.LINUX, lambda p: None, measured)
        await schedule.run(limit_s)
        return schedule.measurements

    return asyncio.run(go())


def test_independent_probes_cost_the_longest_not_the_sum() -> None:
    begun = time.monotonic()
    done = _run([probe(f"a.{n}", after_s=0.3) for n in range(20)])
    assert time.monotonic() - begun < 2.0
    assert all(m.completed for m in done.values())


def test_a_probe_waits_for_what_it_requires_and_gets_the_payload() -> None:
    seen: list[Any] = []
    _run([probe("b.second", requires=("a.first",), seen=seen), probe("a.first", result=Plain(7), after_s=0.05)])
    assert seen == [{"a.first": Plain(7)}]


def test_a_requirement_that_failed_still_lets_the_next_one_try() -> None:
    seen: list[Any] = []
    done = _run([refusing("a.first", NotRunReason.NO_LINK), probe("b.second", requires=("a.first",), seen=seen)])
    assert done["a.first"].outcome is Outcome.NOT_RUN
    assert done["b.second"].completed
    assert seen == [{}]


@pytest.mark.parametrize("error", [RuntimeError("x"), OSError(5, "x"), MemoryError(), RecursionError()])
def test_whatever_a_probe_raises_becomes_a_crashed_measurement_without_user_data(error: Exception) -> None:
    done = _run([probe("a.bad", raises=error), probe("a.good", after_s=0.05)])
    assert done["a.bad"].outcome is Outcome.CRASHED
    assert done["a.bad"].error == type(error).__name__
    assert done["a.good"].completed


def test_the_fence_stops_a_probe_that_overruns() -> None:
    done = _run([probe("a.slow", after_s=30, time_limit_ms=100)])
    assert done["a.slow"].outcome is Outcome.TIMED_OUT


def test_a_probe_whose_own_timeout_escapes_is_timed_out_not_lost() -> None:
    done = _run([probe("a.slow", raises=TimeoutError())])
    assert done["a.slow"].outcome is Outcome.TIMED_OUT


def test_the_deadline_of_the_run_leaves_a_measurement_for_every_probe() -> None:
    done = _run([probe("a.slow", after_s=30, time_limit_ms=60000), probe("b.late", requires=("a.slow",))], limit_s=0.2)
    assert (done["a.slow"].outcome, done["b.late"].reason) == (Outcome.TIMED_OUT, NotRunReason.DEADLINE)
    assert done["a.slow"].duration_ms >= 150


def test_a_decided_question_stops_its_running_and_waiting_probes() -> None:
    begun = time.monotonic()
    done = _run(
        [probe("a.fast"), probe("b.slow", after_s=30, time_limit_ms=60000), probe("c.after", requires=("b.slow",))],
        drop={"a.fast": "b.slow"},
    )
    assert time.monotonic() - begun < 5
    assert done["b.slow"].reason is NotRunReason.DECIDED
    assert done["c.after"].completed


def test_a_probe_for_another_system_is_not_run() -> None:
    from dataclasses import replace

    other = probe("a.win")
    other = replace(other, spec=replace(other.spec, platforms=frozenset({Platform.WINDOWS})))
    assert _run([other])["a.win"].reason is NotRunReason.UNSUPPORTED_PLATFORM


def test_cancelling_the_run_cancels_every_probe() -> None:
    ended: list[str] = []

    async def go() -> None:
        async def measure(_: Any) -> Any:
            try:
                await asyncio.sleep(30)
            finally:
                ended.append("closed")

        spec = probe("a.long", time_limit_ms=60000).spec
        schedule = Schedule([RunnableProbe(spec, measure)], Platform.LINUX, lambda p: None, lambda m: None)
        task = asyncio.create_task(schedule.run(60))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(go())
    assert ended == ["closed"]


def test_only_takes_what_is_needed_and_nothing_else() -> None:
    probes = [probe("a.x"), probe("b.x", requires=("a.x",)), probe("c.x", requires=("b.x",)), probe("d.x")]
    assert [p.spec.id for p in select(probes, ("c.x",))] == ["a.x", "b.x", "c.x"]
    assert len(select(probes, ())) == 4


def test_a_probe_that_fills_the_line_waits_for_the_others_and_runs_alone() -> None:
    from dataclasses import replace

    from selfcare.model.probe import ProbeCost

    order: list[tuple[str, str]] = []

    def tracked(name: str, loads: bool) -> RunnableProbe:
        async def measure(_: Any) -> Any:
            order.append((name, "begins"))
            await asyncio.sleep(0.05)
            order.append((name, "ends"))
            return Plain()

        spec = replace(probe(name).spec, cost=ProbeCost(loads_line=loads))
        return RunnableProbe(spec, measure)

    done = _run(
        [tracked("a.load", True), tracked("b.load", True), tracked("c.light", False), tracked("d.light", False)]
    )
    assert all(m.completed for m in done.values())
    assert {name for name, _ in order[:4]} == {"c.light", "d.light"}
    assert [what for _, what in order[4:]] == ["begins", "ends", "begins", "ends"]
