"""Scripted runs of the engine: lists of events as the real one emits them, for tests and for the pictures."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
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
from selfcare.model.payloads.line import Target
from selfcare.model.payloads.link import Interface, InterfaceKind, LinkPayload
from selfcare.model.probe import Layer, NotRunReason, ProbeCost, ProbeSpec, Tier
from selfcare.model.profile import Profile, SpeedServer
from selfcare.model.segment import Segment
from selfcare.model.symptom import Symptom
from selfcare.model.tri import Tri
from tests.ui import figures

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
    payloads: dict[str, object] = field(default_factory=dict)
    """Of probes beyond ``PROBES``; the last of them may be one that fills the line."""
    numbers: dict[str, tuple[tuple[str, float, str], ...]] = field(default_factory=dict)

    @property
    def probes(self) -> tuple[tuple[str, Layer], ...]:
        """All that are tried, in the order they end."""
        return (*PROBES, *((probe, Layer.PATH) for probe in self.payloads))

    def events(self, catalogue: Catalogue, symptom: Symptom | None = None) -> list[Event]:
        """The whole stream."""
        sentences = Sentences(catalogue, {"selfcare": "0.1.0"})
        events: list[Event] = [CheckStarted(0.0, tuple(p for p, _ in self.probes))]
        events += [ProbeStarted(1.0, probe, layer) for probe, layer in PROBES[:AT_ONCE]]
        measurements = []
        for index, (probe, layer) in enumerate(self.probes):
            if index >= AT_ONCE:
                events.append(ProbeStarted(50.0, probe, layer))
            measurement = self._measurement(probe, _MS[index % len(_MS)])
            measurements.append(measurement)
            events.append(ProbeMeasured(60.0 + index, measurement))
            facts = {} if probe in (self.not_run or {}) else self.facts.get(probe, {})
            seen = tuple(Observation(f, v, probe) for f, v in facts.items())
            seen += tuple(Observation(f, v, probe, unit) for f, v, unit in self.numbers.get(probe, ()))
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

    def started_at(self, probe: str) -> int:
        """How many events have come when this probe has started."""
        events = self.events(Catalogue("fr"))
        return 1 + next(i for i, e in enumerate(events) if isinstance(e, ProbeStarted) and e.probe == probe)

    def _measurement(self, probe: str, duration: float) -> Measurement:
        reason = (self.not_run or {}).get(probe)
        if reason is not None:
            return Measurement(probe, 1, Outcome.NOT_RUN, STARTED, 0.0, reason=reason)
        payload: object = link(self.kind) if probe == "link.interfaces" else self.payloads.get(probe, object())
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
    remedies=("dns.alternate",),
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
    remedies=("line.check",),
)
_CABLE = culprit(
    "LAN-CABLE-DOWN",
    [Segment.LAN],
    evidence=(evidence("link_up", NO, "link.interfaces"),),
    remedies=("cable.check",),
)

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

_LATENCIES: dict[str, object] = {
    **dict.fromkeys(("hosts.file", "proxy.settings", "pc.firewall", "pc.clock", "pc.load", "link.quality"), object()),
    "latency.gateway": figures.latency(figures.quiet(50, 0.4), Target.GATEWAY),
    "latency.isp": figures.latency(figures.quiet(50, 11.0), Target.ANCHOR),
}
_LINES = {
    **_ALL_FINE,
    "route.table": {"default_route": YES, "tunnel_owns_default": NO},
    "hosts.file": {"site_names_true": YES},
    "proxy.settings": {"proxy_set": NO},
    "pc.firewall": {"pc_lets_through": YES},
    "pc.clock": {"clock_right": YES},
    "pc.load": {"pc_loaded": NO},
    "link.quality": {"cable_full_speed": YES, "cable_errors_rising": NO},
    "latency.gateway": {"gateway_loss_free": YES, "gateway_latency_fine": YES},
    "latency.isp": {"outside_loss_free": YES, "outside_latency_fine": YES, "outside_jitter_fine": YES},
    "speed.capacity": {"latency_holds_under_load": YES, "line_free_before_load": YES},
    "path.hops": {"beyond_box_answers": YES, "operator_alive": YES},
    "dns.box": {"box_resolver_answers": YES, "box_reaches_outside": YES},
}
_LOSSY = culprit(
    "WAN-LOSS", [Segment.ACCESS, Segment.ISP], Band.LIKELY,
    evidence=(evidence("outside_loss_free", NO, "latency.isp", Weight.DECISIVE),),
)  # fmt: skip
_BLOAT = culprit(
    "BOX-BLOAT", [Segment.BOX], evidence=(evidence("latency_holds_under_load", NO, "speed.capacity", Weight.DECISIVE),)
)
SCRIPTS |= {
    "ok_lines": Script(
        diagnosis(VerdictState.OK, ruled_out=figures.RULED_OUT), _LINES, payloads=_LATENCIES,
        not_run={"ipv6.reach": NotRunReason.NO_IPV6, "dns.configured": NotRunReason.SOURCE_UNAVAILABLE},
        numbers={"link.interfaces": (("link_speed", 1000.0, "Mb/s"),)},
    ),
    "wan_loss": Script(
        diagnosis(VerdictState.FAULT, [_LOSSY], figures.RULED_OUT),
        {**_LINES, "latency.isp": {"outside_loss_free": NO, "outside_latency_fine": YES}},
        payloads={**_LATENCIES, "latency.isp": figures.latency(figures.lossy(200, 24.0), Target.ANCHOR)},
    ),
    "no_chart": Script(
        diagnosis(VerdictState.OK), _LINES, payloads=_LATENCIES,
        not_run={"latency.isp": NotRunReason.PERMISSION_DENIED},
    ),
    "deep": Script(
        diagnosis(VerdictState.OK, ruled_out=figures.RULED_OUT), _LINES,
        payloads={**_LATENCIES, "speed.capacity": figures.FIBRE},
    ),
    "bloat": Script(
        diagnosis(VerdictState.FAULT, [_BLOAT], figures.RULED_OUT),
        {**_LINES, "speed.capacity": {"latency_holds_under_load": NO}},
        payloads={**_LATENCIES, "speed.capacity": figures.BLOATED},
    ),
    "deep_no_server": Script(
        diagnosis(VerdictState.OK), _LINES, payloads={**_LATENCIES, "speed.capacity": figures.FIBRE},
        not_run={"speed.capacity": NotRunReason.NOT_CONFIGURED},
    ),
}  # fmt: skip

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


def services(
    folder: Path, run_check: RunScript, language: str = "fr", metered: bool | None = False, server: bool = True
) -> Services:
    """What the wiring would hand over, around a scripted check."""
    return Services(
        run_check=run_check,
        probes=lambda: SPECS,
        profile_in_use=lambda: profile(server),
        metered=lambda: metered,
        catalogue=Catalogue(language),
        warm_up=lambda: None,
        data_dir=folder,
        version="0.1.0",
    )


SPECS = (
    ProbeSpec("link.interfaces", 1, Layer.LINK),
    ProbeSpec("dns.encrypted", 1, Layer.NAME, cost=ProbeCost(16_000, 16_000), tier=Tier.DEEP),
    ProbeSpec("mtu.path", 1, Layer.PATH, cost=ProbeCost(180_000, 60_000), tier=Tier.DEEP),
    ProbeSpec("speed.capacity", 1, Layer.PATH, cost=ProbeCost(75_000_000, 150_000_000, loads_line=True),
              tier=Tier.DEEP, needs=("speed_server",)),
)  # fmt: skip


def profile(server: bool) -> Profile:
    """One with nothing in it but, perhaps, a speed server."""
    servers = (SpeedServer("debit.exemple.fr", "rate"),) if server else ()
    return Profile("test", "Test", None, (), (), (), (), (), (), 100_000, speed_servers=servers)
