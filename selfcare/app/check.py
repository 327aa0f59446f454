"""The check: runs the probes, judges after each measurement, tells every step as an event."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from selfcare.app.options import CheckOptions
from selfcare.app.ports import RunnableProbe
from selfcare.app.schedule import Schedule, select
from selfcare.app.sentences import Sentences
from selfcare.app.services import Emit
from selfcare.diagnosis import diagnose, observe
from selfcare.diagnosis.facts import Facts
from selfcare.diagnosis.moot import is_moot, moot_facts
from selfcare.model.check import CheckResult, Host, Timing
from selfcare.model.events import CheckFinished, CheckStarted, Observed, ProbeMeasured, ProbeStarted, VerdictChanged
from selfcare.model.finding import Diagnosis, NotTested, VerdictState
from selfcare.model.measurement import Measurement, Outcome
from selfcare.model.observation import Observation
from selfcare.model.probe import NotRunReason, Platform, Tier
from selfcare.model.tri import Tri
from selfcare.remedies import offered


class Check:
    """One run of the check. Made anew for each run."""

    def __init__(
        self,
        probes: Sequence[RunnableProbe],
        sentences: Sentences,
        platform: Platform,
        privileged: bool,
        options: CheckOptions,
        emit: Emit,
    ) -> None:
        tiers = (Tier.FAST, Tier.DEEP) if options.deep else (Tier.FAST,)
        everything = [p for p in probes if p.spec.tier in tiers or p.spec.id in options.only]
        self._chosen = select(everything, options.only)
        # Deep probes that suspicion may still call, unless the run was limited to some.
        chosen = {p.spec.id for p in self._chosen}
        self._waiting = [p for p in probes if p.spec.called_by and p.spec.id not in chosen and not options.only]
        self._schedule = Schedule(self._chosen, platform, self._on_started, self._on_measured)
        self._sentences, self._options, self._emit = sentences, options, emit
        self._host = Host(platform.value, privileged)
        self._observations: tuple[Observation, ...] = ()
        self._diagnosis: Diagnosis | None = None
        self._first_verdict_ms: float | None = None
        self._zero = time.monotonic()

    async def run(self) -> CheckResult:
        """Runs to the end (or the time limit) and returns the document."""
        self._zero = time.monotonic()
        self._emit(CheckStarted(self._now(), tuple(p.spec.id for p in self._chosen)))
        await self._schedule.run(self._options.limit_s)
        self._judge(complete=True)
        result = self._result()
        self._emit(CheckFinished(self._now(), result))
        return result

    def _now(self) -> float:
        return round((time.monotonic() - self._zero) * 1000, 1)

    def _on_started(self, probe: RunnableProbe) -> None:
        self._emit(ProbeStarted(self._now(), probe.spec.id, probe.spec.layer))

    def _on_measured(self, measurement: Measurement) -> None:
        self._emit(ProbeMeasured(self._now(), measurement))
        if self._schedule.pending:
            self._judge(complete=False)
        else:
            # What the last one found may be suspicion, too; the verdict then waits for who was called.
            self._call_suspected(observe(self._schedule.payloads, frozenset()))

    def _judge(self, complete: bool) -> None:
        """Observes and diagnoses afresh; pure functions, a fraction of a millisecond each."""
        observations = observe(self._schedule.payloads, self._schedule.pending)
        new = tuple(o for o in observations if o not in self._observations)
        self._observations = observations
        if new:
            self._emit(Observed(self._now(), new))
        symptom = self._options.symptom
        diagnosis = diagnose(observations, complete, symptom.what if symptom else None)
        self._announce(diagnosis, complete)
        if not complete:
            self._stop_decided(diagnosis)
            self._call_suspected(observations)

    def _announce(self, diagnosis: Diagnosis, final: bool) -> None:
        nothing_yet = not final and diagnosis.verdict.state is VerdictState.CANNOT_TEST
        changed = self._diagnosis is None or diagnosis.verdict != self._diagnosis.verdict
        if nothing_yet or not (changed or final):
            return
        self._diagnosis = diagnosis
        if self._first_verdict_ms is None:
            self._first_verdict_ms = self._now()
        self._emit(VerdictChanged(self._now(), self._told(diagnosis), final))

    def _told(self, diagnosis: Diagnosis) -> Diagnosis:
        """As a reader gets it: with its sentences, and with the remedies that answer each finding here."""
        return self._sentences.fill(offered(diagnosis, Facts.of(self._observations).tri))

    def _stop_decided(self, diagnosis: Diagnosis) -> None:
        facts = moot_facts(diagnosis)
        if not facts:
            return
        for probe in self._schedule.probes:
            if probe.spec.id in self._schedule.pending and is_moot(probe.spec.answers, facts):
                self._schedule.drop(probe.spec.id, NotRunReason.DECIDED)

    def _call_suspected(self, observations: tuple[Observation, ...]) -> None:
        """A fact may be suspicion enough to call a slow probe into a fast check."""
        suspected = {o.fact for o in observations if o.value is Tri.YES}
        for probe in self._waiting:
            if suspected & set(probe.spec.called_by):
                self._schedule.add(probe)
        self._waiting = [p for p in self._waiting if not self._schedule.knows(p.spec.id)]

    def _result(self) -> CheckResult:
        assert self._diagnosis is not None  # _judge(complete=True) always announces
        diagnosis = self._told(self._diagnosis)
        ordered = list(self._schedule.measurements.values())
        return CheckResult(
            verdict=diagnosis.verdict,
            findings=diagnosis.findings,
            ruled_out=diagnosis.ruled_out,
            not_tested=tuple(_not_tested(m) for m in ordered if not m.completed),
            symptom=self._options.symptom,
            measurements=tuple(ordered),
            timing=Timing(self._first_verdict_ms, self._now()),
            host=self._host,
            versions=self._sentences.versions,
        )


def _not_tested(measurement: Measurement) -> NotTested:
    if measurement.outcome is Outcome.NOT_RUN and measurement.reason is not None:
        return NotTested(measurement.id, measurement.reason.value)
    return NotTested(measurement.id, measurement.outcome.value)


def is_privileged() -> bool:
    """Whether this process has administrator rights."""
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.shell32.IsUserAnAdmin())
    import os

    return os.geteuid() == 0
