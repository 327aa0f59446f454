"""Runs probes: each as soon as what it needs is there, all independent ones at once."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from selfcare.app.ports import RunnableProbe
from selfcare.model.measurement import Measurement, Outcome
from selfcare.model.payloads.link import LinkPayload
from selfcare.model.probe import CannotRun, NotRunReason, Platform

_log = logging.getLogger(__name__)

Started = Callable[[RunnableProbe], None]
Measured = Callable[[Measurement], None]


def select(probes: Sequence[RunnableProbe], only: Sequence[str]) -> tuple[RunnableProbe, ...]:
    """The probes named in ``only`` and, transitively, those they require; all of them if ``only`` is empty."""
    if not only:
        return tuple(probes)
    by_id = {p.spec.id: p for p in probes}
    wanted: set[str] = set()
    stack = [p for p in only if p in by_id]
    while stack:
        current = stack.pop()
        if current not in wanted:
            wanted.add(current)
            stack.extend(r for r in by_id[current].spec.requires if r in by_id)
    return tuple(p for p in probes if p.spec.id in wanted)


class Schedule:
    """One run of a set of probes.

    Every probe becomes a task that waits for its requirements. A probe may be told to
    stop (``drop``) when its question is decided. Whatever happens inside a probe ends
    as a measurement; only the cancellation of the whole run passes through.
    """

    def __init__(
        self, probes: Sequence[RunnableProbe], platform: Platform, started: Started, measured: Measured
    ) -> None:
        self._probes = {p.spec.id: p for p in probes}
        self._platform = platform
        self._started, self._measured = started, measured
        self._done = {p: asyncio.Event() for p in self._probes}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._dropped: dict[str, NotRunReason] = {}
        self._under_way: dict[str, tuple[datetime, float]] = {}
        self._group: asyncio.TaskGroup | None = None
        self._line_free = asyncio.Lock()
        self.payloads: dict[str, Any] = {}
        self.measurements: dict[str, Measurement] = {}

    @property
    def probes(self) -> tuple[RunnableProbe, ...]:
        """All probes of the run, those called in later included."""
        return tuple(self._probes.values())

    def knows(self, probe_id: str) -> bool:
        """Whether the probe is part of this run."""
        return probe_id in self._probes

    def add(self, probe: RunnableProbe) -> None:
        """Calls one more probe into a run that is under way."""
        if self._group is None or probe.spec.id in self._probes:
            return
        self._probes[probe.spec.id] = probe
        self._done[probe.spec.id] = asyncio.Event()
        self._tasks[probe.spec.id] = self._group.create_task(self._one(probe), name=probe.spec.id)

    @property
    def pending(self) -> frozenset[str]:
        """Probes without a measurement yet."""
        return frozenset(self._probes) - frozenset(self.measurements)

    def drop(self, probe_id: str, reason: NotRunReason) -> None:
        """Stops a probe; its measurement says why. A probe that already ended is left alone."""
        if probe_id in self.measurements or probe_id in self._dropped:
            return
        self._dropped[probe_id] = reason
        task = self._tasks.get(probe_id)
        if task is not None:
            task.cancel()

    async def run(self, limit_s: float) -> None:
        """Runs everything, at most ``limit_s`` seconds; what is not finished then is ``deadline``."""
        try:
            async with asyncio.timeout(limit_s), asyncio.TaskGroup() as group:
                self._group = group
                for probe in self.probes:
                    self._tasks[probe.spec.id] = group.create_task(self._one(probe), name=probe.spec.id)
        except TimeoutError:
            for probe_id in sorted(self.pending):
                self._cut_off(self._probes[probe_id])

    def _cut_off(self, probe: RunnableProbe) -> None:
        """The run is over: a probe under way timed out, one that still waited was not run."""
        under_way = self._under_way.get(probe.spec.id)
        if under_way is None:
            self._record(probe, Outcome.NOT_RUN, reason=NotRunReason.DEADLINE)
        else:
            self._record(probe, Outcome.TIMED_OUT, *under_way)

    async def _one(self, probe: RunnableProbe) -> None:
        begun, clock = datetime.now().astimezone(), time.monotonic()
        try:
            for need in probe.spec.requires:
                if need in self._done:
                    await self._done[need].wait()
            async with self._turn(probe):
                begun, clock = datetime.now().astimezone(), time.monotonic()
                self._under_way[probe.spec.id] = begun, clock
                self._started(probe)
                await self._measure(probe, begun, clock)
        except asyncio.CancelledError:
            reason = self._dropped.get(probe.spec.id)
            if reason is None:
                raise
            self._record(probe, Outcome.NOT_RUN, begun, clock, reason=reason)

    @contextlib.asynccontextmanager
    async def _turn(self, probe: RunnableProbe) -> AsyncIterator[None]:
        """A probe that fills the line waits for all that do not, and runs alone: it would spoil their figures."""
        if not probe.spec.cost.loads_line:
            yield
            return
        for other in self.probes:
            if not other.spec.cost.loads_line:
                await self._done[other.spec.id].wait()
        async with self._line_free:
            yield

    async def _measure(self, probe: RunnableProbe, begun: datetime, clock: float) -> None:
        """The fence: whatever the probe does, one measurement comes out."""
        try:
            if self._platform not in probe.spec.platforms:
                raise CannotRun(NotRunReason.UNSUPPORTED_PLATFORM)
            async with asyncio.timeout(probe.spec.time_limit_ms / 1000):
                payload = await probe.measure(self._payloads_view())
        except CannotRun as refusal:
            self._record(probe, Outcome.NOT_RUN, begun, clock, reason=refusal.reason)
        except TimeoutError:
            self._record(probe, Outcome.TIMED_OUT, begun, clock)
        except Exception as error:
            _log.exception("probe %s crashed", probe.spec.id)
            self._record(probe, Outcome.CRASHED, begun, clock, error=type(error).__name__)
        else:
            self._record(probe, Outcome.COMPLETED, begun, clock, payload=payload)

    def _payloads_view(self) -> Mapping[str, Any]:
        return dict(self.payloads)

    def _record(
        self,
        probe: RunnableProbe,
        outcome: Outcome,
        begun: datetime | None = None,
        clock: float | None = None,
        *,
        payload: Any = None,
        reason: NotRunReason | None = None,
        error: str | None = None,
    ) -> None:
        duration = 0.0 if clock is None else (time.monotonic() - clock) * 1000
        spec = probe.spec
        measurement = Measurement(
            spec.id, spec.version, outcome, begun or datetime.now().astimezone(), round(duration, 1),
            self._interface(payload), payload, reason, error,
        )  # fmt: skip
        self.measurements[spec.id] = measurement
        if measurement.completed:
            self.payloads[spec.id] = payload
        self._done[spec.id].set()
        self._measured(measurement)

    def _interface(self, payload: Any) -> str | None:
        """The adapter the measurement speaks of: its own word, else the one that carries the Internet."""
        named = getattr(payload, "interface", None) or getattr(payload, "primary", None)
        link = self.payloads.get("link.interfaces")
        if named is None and isinstance(link, LinkPayload):
            named = link.primary
        return named if isinstance(named, str) else None
