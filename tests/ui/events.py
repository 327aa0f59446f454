"""Scripted runs of the engine: lists of events as the real one emits them, for tests and for the pictures."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from selfcare.app.options import CheckOptions
from selfcare.app.sentences import Sentences
from selfcare.app.services import Emit, Services
from selfcare.i18n import Catalogue
from selfcare.model.check import CheckResult, Host, Timing
from selfcare.model.events import (
    CheckFinished,
    CheckStarted,
    Event,
    Observed,
    ProbeMeasured,
    ProbeStarted,
    VerdictChanged,
)
from selfcare.model.finding import (
    Band,
    Diagnosis,
    Evidence,
    Finding,
    NotTested,
    Role,
    RuledOut,
    RunnerUp,
    Scope,
    Verdict,
    VerdictState,
    Weight,
)
from selfcare.model.measurement import Measurement, Outcome
from selfcare.model.observation import Observation
from selfcare.model.payloads.link import Interface, InterfaceKind, LinkPayload
from selfcare.model.probe import Layer, NotRunReason
from selfcare.model.segment import Segment
from selfcare.model.symptom import Symptom
from selfcare.model.tri import Tri

YES, NO = Tri.YES, Tri.NO
STARTED = datetime(2026, 11, 22, 17, 4, 11, 120000, tzinfo=UTC)
PROBES: tuple[tuple[str, Layer], ...] = (
    ("link.interfaces", Layer.LINK),
    ("addr.lease", Layer.ADDRESS),
    ("route.table", Layer.ROUTE),
    ("gateway.reach", Layer.GATEWAY),
    ("dns.configured", Layer.NAME),
    ("dns.box", Layer.NAME),
    ("dns.isp", Layer.NAME),
    ("dns.public", Layer.NAME),
    ("path.hops", Layer.PATH),
    ("web.address", Layer.WEB),
    ("web.name", Layer.WEB),
    ("ipv6.reach", Layer.PATH),
)
AT_ONCE = 8
_MS = (3.2, 8.9, 4.1, 41.5, 812.4, 803.1, 806.0, 38.2, 310.7, 64.0, 905.3, 0.4)


def link(kind: InterfaceKind = InterfaceKind.ETHERNET) -> LinkPayload:
    """One adapter of that kind, joined."""
    name = "wlan0" if kind is InterfaceKind.WIFI else "eth0"
    return LinkPayload((Interface(name, 2, kind, admin_up=True, carrier=True),), name)


def evidence(fact: str, value: Tri, measurement: str, weight: Weight = Weight.STRONG) -> Evidence:
    return Evidence(fact, value, measurement, weight)


def culprit(code: str, segments: Sequence[Segment], band: Band = Band.CERTAIN, **more: object) -> Finding:
    return replace(Finding(code, Role.CULPRIT, tuple(segments), band, Scope.HOME), **more)  # type: ignore[arg-type]


def diagnosis(state: VerdictState, findings: Sequence[Finding] = (), ruled_out: Sequence[RuledOut] = ()) -> Diagnosis:
    first = next((f for f in findings if f.role is Role.CULPRIT), None)
    verdict = Verdict(state)
    if first is not None:
        verdict = Verdict(state, first.code, first.segments, first.band)
    return Diagnosis(verdict, tuple(findings), tuple(ruled_out))


@dataclass(frozen=True)
class Script:
    """What a run finds: the facts by probe, and what they amount to."""

    diagnosis: Diagnosis
    facts: dict[str, dict[str, Tri]]
    early: Diagnosis | None = None
    kind: InterfaceKind = InterfaceKind.ETHERNET
    not_run: dict[str, NotRunReason] | None = None

    def events(self, catalogue: Catalogue, symptom: Symptom | None = None) -> list[Event]:
        """The whole stream."""
        sentences = Sentences(catalogue, {"selfcare": "0.1.0"})
        events: list[Event] = [CheckStarted(0.0, tuple(p for p, _ in PROBES))]
        events += [ProbeStarted(1.0, probe, layer) for probe, layer in PROBES[:AT_ONCE]]
        measurements = []
        for index, (probe, layer) in enumerate(PROBES):
            if index >= AT_ONCE:
                events.append(ProbeStarted(50.0, probe, layer))
            measurement = self._measurement(probe, _MS[index])
            measurements.append(measurement)
            events.append(ProbeMeasured(60.0 + index, measurement))
            seen = tuple(Observation(f, v, probe) for f, v in self.facts.get(probe, {}).items())
            if seen:
                events.append(Observed(60.0 + index, seen))
            if probe == "path.hops" and self.early is not None:
                events.append(VerdictChanged(400.0, sentences.fill(self.early), final=False))
        final = sentences.fill(self.diagnosis)
        gaps = tuple(NotTested(m.id, str(m.reason)) for m in measurements if m.reason)
        result = CheckResult(
            final.verdict,
            final.findings,
            final.ruled_out,
            gaps,
            symptom,
            tuple(measurements),
            Timing(940.0, 1810.0),
            Host("linux", False),
            {"selfcare": "0.1.0"},
        )
        return [*events, VerdictChanged(1800.0, final, final=True), CheckFinished(1810.0, result)]

    def early_at(self) -> int:
        """How many events have come when the first verdict has."""
        events = self.events(Catalogue("fr"))
        return 1 + next(i for i, event in enumerate(events) if isinstance(event, VerdictChanged))

    def _measurement(self, probe: str, duration: float) -> Measurement:
        reason = (self.not_run or {}).get(probe)
        if reason is not None:
            return Measurement(probe, 1, Outcome.NOT_RUN, STARTED, 0.0, reason=reason)
        payload: object = link(self.kind) if probe == "link.interfaces" else object()
        return Measurement(probe, 1, Outcome.COMPLETED, STARTED, duration, "eth0", payload)


_LOCAL = {
    "link.interfaces": {"adapter_enabled": YES, "link_up": YES},
    "addr.lease": {"address_valid": YES},
    "gateway.reach": {"gateway_answers": YES, "gateway_neighbour": YES},
}
_ALL_FINE = {
    **_LOCAL,
    "dns.isp": {"isp_resolver_answers": YES},
    "path.hops": {"beyond_box_answers": YES},
    "web.address": {"web_by_address": YES, "outside_answers": YES},
    "web.name": {"web_by_name": YES},
}
_DNS_DOWN = culprit(
    "ISP-DNS-DOWN",
    [Segment.ISP],
    evidence=(
        evidence("isp_resolver_answers", NO, "dns.isp", Weight.DECISIVE),
        evidence("public_resolver_answers", YES, "dns.public"),
        evidence("outside_answers", YES, "web.address"),
    ),
    runner_up=RunnerUp("BOX-DNS", "dns.isp", "isp_resolver_answers", NO),
)
_RULED_OUT = (
    RuledOut("PC-DNS-STATIC", "resolver_manual", NO, "addr.lease"),
    RuledOut("WAN-DOWN", "outside_answers", YES, "web.address"),
    RuledOut("PC-VPN", "tunnel_owns_default", NO, "route.table"),
)
_WAN_DOWN = culprit(
    "WAN-DOWN",
    [Segment.ACCESS, Segment.ISP],
    Band.LIKELY,
    evidence=(
        evidence("gateway_answers", YES, "gateway.reach"),
        evidence("outside_answers", NO, "web.address", Weight.DECISIVE),
    ),
    runner_up=RunnerUp("BOX-SILENT", "gateway.reach", "gateway_answers", YES),
)
_CABLE = culprit("LAN-CABLE-DOWN", [Segment.LAN], evidence=(evidence("link_up", NO, "link.interfaces"),))

SCRIPTS: dict[str, Script] = {
    "ok": Script(diagnosis(VerdictState.OK), _ALL_FINE),
    "ok_wifi": Script(diagnosis(VerdictState.OK), _ALL_FINE, kind=InterfaceKind.WIFI),
    "isp_dns": Script(
        diagnosis(VerdictState.FAULT, [_DNS_DOWN], _RULED_OUT),
        {**_ALL_FINE, "dns.isp": {"isp_resolver_answers": NO}, "web.name": {"web_by_name": NO}},
        early=diagnosis(VerdictState.FAULT, [replace(_DNS_DOWN, band=Band.LIKELY)]),
        not_run={"ipv6.reach": NotRunReason.NO_IPV6, "dns.box": NotRunReason.SOURCE_UNAVAILABLE},
    ),
    "wan_down": Script(diagnosis(VerdictState.FAULT, [_WAN_DOWN]), {**_LOCAL, "web.address": {"outside_answers": NO}}),
    "cable": Script(
        diagnosis(VerdictState.FAULT, [_CABLE]),
        {"link.interfaces": {"adapter_enabled": YES, "link_up": NO}},
        not_run={p: NotRunReason.NO_LINK for p, _ in PROBES[1:]},
    ),
    "multiple": Script(
        diagnosis(VerdictState.MULTIPLE, [culprit("PC-HOSTS", [Segment.PC]), _DNS_DOWN]),
        {**_LOCAL, "dns.isp": {"isp_resolver_answers": NO}},
    ),
    "not_proven": Script(diagnosis(VerdictState.NOT_PROVEN), {**_LOCAL, "web.name": {"web_by_name": NO}}),
    "intermittent": Script(
        Diagnosis(Verdict(VerdictState.INTERMITTENT, "WAN-DOWN", (Segment.ACCESS,), Band.LIKELY)), _ALL_FINE
    ),
    "connecting": Script(
        diagnosis(VerdictState.CONNECTING), {"link.interfaces": {"adapter_enabled": YES, "link_up": YES}}
    ),
    "cannot_test": Script(
        diagnosis(VerdictState.CANNOT_TEST), {}, not_run={p: NotRunReason.PERMISSION_DENIED for p, _ in PROBES[3:]}
    ),
}

RunScript = Callable[[CheckOptions, Emit], Awaitable[CheckResult]]


def replay(script: Script, catalogue: Catalogue, stop_after: int | None = None, pause_s: float = 0.0) -> RunScript:
    """A ``run_check`` that emits the script; with ``stop_after`` it then hangs, as a slow network would."""

    async def run(options: CheckOptions, emit: Emit) -> CheckResult:
        events = script.events(catalogue, options.symptom)
        for index, event in enumerate(events):
            if index == stop_after:
                await asyncio.Event().wait()
            emit(event)
            await asyncio.sleep(pause_s)
        last = events[-1]
        assert isinstance(last, CheckFinished)
        return last.result

    return run


def services(folder: Path, run_check: RunScript, language: str = "fr") -> Services:
    """What the wiring would hand over, around a scripted check."""
    return Services(
        run_check=run_check,
        probes=lambda: (),
        profile_in_use=_no_profile,
        catalogue=Catalogue(language),
        warm_up=lambda: None,
        data_dir=folder,
        version="0.1.0",
    )


def _no_profile() -> object:
    raise AssertionError("the window does not ask for the profile")
