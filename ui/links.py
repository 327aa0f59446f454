"""What to tell of one link of the chain: what was measured there, what was ruled out, what is missing. Pure; no Qt.

Which facts are told, and in which order, is decided here; what they mean is the engine's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from selfcare.app.sentences import fact_text
from selfcare.i18n import Catalogue
from selfcare.model.finding import Diagnosis, Finding, NotTested, Role, RuledOut
from selfcare.model.measurement import Measurement, Outcome
from selfcare.model.observation import Observation
from selfcare.model.tri import Tri
from ui.chain_state import OF_SEGMENT, STATIONS, LinkKind, LinkState, Station, station_name
from ui.check_state import CheckState, Phase
from ui.latency import Curve, curve
from ui.wording import Section, code_title, culprits, evidence_text, is_gap, pair, reason_text, ruled_out_line, sentence

TOLD: dict[Station, str] = {
    Station.PC: "adapter_enabled default_route pc_lets_through clock_right site_names_true local_resolver_listens "
    "=proxy_set =tunnel_owns_default !pc_loaded #own_traffic_rate",
    Station.LINK: "link_up address_valid !address_conflict #link_speed cable_full_speed !cable_errors_rising "
    "gateway_loss_free",
    Station.BOX: "gateway_answers gateway_latency_fine box_resolver_answers box_reaches_outside !box_refuses_device "
    "!box_answers_for_all =second_nat box_stays_on !box_blocks_this_pc",
    Station.LINE: "box_line_up box_session_up line_stays_up #optical_rx #dsl_margin beyond_box_answers "
    "!box_says_unreachable outside_loss_free outside_latency_fine outside_jitter_fine "
    "large_packets_pass latency_holds_under_load #rate_down #rate_up",
    Station.ISP: "operator_alive isp_resolver_answers isp_names_fast isp_names_true =address_shared =ipv6_works",
    Station.INTERNET: "outside_answers names_resolve web_by_name certificates_valid networks_reach web_unaltered "
    "!portal_seen",
}
"""Facts in the order they are told. Plain: good when yes. ``!``: good when no. ``=``: neither. ``#``: a number."""

_FAMILIES: dict[str, Station] = {
    "pc": Station.PC, "route": Station.PC, "hosts": Station.PC, "proxy": Station.PC, "os": Station.PC,
    "link": Station.LINK, "addr": Station.LINK, "lan": Station.LINK, "wifi": Station.LINK,
    "gateway": Station.BOX, "box": Station.BOX, "nat": Station.BOX,
    "path": Station.LINE, "mtu": Station.LINE, "latency": Station.LINE, "speed": Station.LINE,
    "dns": Station.ISP, "ipv6": Station.ISP,
    "web": Station.INTERNET, "sites": Station.INTERNET, "tls": Station.INTERNET, "ports": Station.INTERNET,
    "portal": Station.INTERNET,
}  # fmt: skip
_PROBES: dict[str, Station] = {
    "latency.gateway": Station.LINK, "dns.local": Station.PC, "dns.box": Station.BOX, "dns.os": Station.INTERNET,
    "names.order": Station.PC,
    "dns.public": Station.INTERNET, "path.failing": Station.INTERNET,
}  # fmt: skip
_CHARTS: dict[Station, str] = {
    Station.LINK: "latency.gateway",
    Station.BOX: "latency.gateway",
    Station.LINE: "latency.isp",
    Station.ISP: "latency.isp",
    Station.INTERNET: "latency.isp",
}
_LOSS = {"latency.gateway": "gateway_loss_free", "latency.isp": "outside_loss_free"}


@dataclass(frozen=True, slots=True)
class Told:
    """One thing measured. ``good`` None: neither good nor bad, or not for the window to say."""

    words: str
    good: bool | None = None


@dataclass(frozen=True, slots=True)
class LinkDetails:
    """Everything the panel of one link shows. ``no_curve`` says why there is none; both empty: nothing to say."""

    state: LinkState
    lead: str
    because: tuple[str, ...] = ()
    told: tuple[Told, ...] = ()
    curve: Curve | None = None
    curve_note: str = ""
    no_curve: str = ""
    ruled_out: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    count: str = ""


def station_of(probe: str) -> Station | None:
    """The link a test looks at."""
    return _PROBES.get(probe) or _FAMILIES.get(probe.partition(".")[0])


def details(catalogue: Catalogue, check: CheckState, diagnosis: Diagnosis | None, station: Station) -> LinkDetails:
    """What is known of a link now."""
    state = check.chain.of(station)
    known = {o.fact: o for o in check.observations}  # the last word counts
    accused = _accused(diagnosis, station) if state in (LinkState.FAULT, LinkState.SUSPECT) else ()
    because = _because(catalogue, accused)
    told = tuple(line for line in _told(catalogue, known, station, state) if line.words not in because)
    timed = _CHARTS.get(station)
    mine = [m for m in check.measurements.values() if station_of(m.id) is station or m.id == timed]
    shown, note, absent = _curve(catalogue, check, known, station)
    return LinkDetails(
        state=state,
        lead=_lead(catalogue, state, accused, told),
        because=because,
        told=(*told, *_worth_knowing(catalogue, diagnosis, station)),
        curve=shown,
        curve_note=note,
        no_curve=absent,
        ruled_out=_ruled_out(catalogue, diagnosis, station),
        gaps=_gaps(catalogue, [m for m in mine if m.id != timed]),  # of that one, the line in place of the chart speaks
        count=_count(catalogue, mine),
    )


def _told(catalogue: Catalogue, known: dict[str, Observation], station: Station, state: LinkState) -> tuple[Told, ...]:
    lines = []
    for name in TOLD[station].split():
        fact = name.lstrip("!=#")
        seen = known.get(fact)
        if seen is None or seen.value is Tri.UNKNOWN:
            continue
        words = sentence(fact_text(catalogue, fact, seen.value, seen.unit))
        lines.append(Told(words, _good(name, seen.value, state)))
    return tuple(lines)


def _good(name: str, value: Tri | float, state: LinkState) -> bool | None:
    """A link is not spoken ill of unless the engine does: there, what is not good stays without a mark."""
    if name[0] in "=#":
        return None
    good = value is (Tri.NO if name[0] == "!" else Tri.YES)
    return True if good else (False if state in (LinkState.FAULT, LinkState.SUSPECT) else None)


def _accused(diagnosis: Diagnosis | None, station: Station) -> tuple[Finding, ...]:
    found = culprits(diagnosis) if diagnosis is not None else ()
    return tuple(f for f in found if _at(f.segments, station))


def _lead(catalogue: Catalogue, state: LinkState, accused: tuple[Finding, ...], told: Iterable[Told]) -> str:
    if accused:
        what = ", ".join(dict.fromkeys(code_title(catalogue, f.code) for f in accused))
        return catalogue.text(f"ui.link.lead.{state}.named", what=what)
    if state is LinkState.FINE and not any(line.good for line in told):
        return catalogue.text("ui.link.lead.fine.beyond")
    return catalogue.text(f"ui.link.lead.{state}")


def _because(catalogue: Catalogue, accused: tuple[Finding, ...]) -> tuple[str, ...]:
    """The evidence, wherever it was measured: what accuses a link often shows on another."""
    lines = (sentence(evidence_text(catalogue, item)) for finding in accused for item in finding.evidence)
    return tuple(dict.fromkeys(lines))


def _at(segments: Iterable[object], station: Station) -> bool:
    return any(where is station for segment, where in OF_SEGMENT.items() if segment in segments)


def _worth_knowing(catalogue: Catalogue, diagnosis: Diagnosis | None, station: Station) -> tuple[Told, ...]:
    """Findings that accuse nobody but belong here."""
    found = diagnosis.findings if diagnosis is not None else ()
    return tuple(
        Told(catalogue.text(f"ui.link.{f.role}", what=code_title(catalogue, f.code)))
        for f in found
        if f.role is not Role.CULPRIT and _at(f.segments, station)
    )


def _curve(
    catalogue: Catalogue, check: CheckState, known: dict[str, Observation], station: Station
) -> tuple[Curve | None, str, str]:
    """The curve, a remark on it, or why there is none."""
    probe = _CHARTS.get(station)
    if probe is None or check.phase in (Phase.IDLE, Phase.ERROR):
        return None, "", ""
    measured = check.measurements.get(probe)
    if measured is None:
        key = "ui.chart.none.coming" if check.phase is Phase.CHECKING else "ui.chart.none.absent"
        return None, "", catalogue.text(key)
    if not measured.completed:
        return None, "", catalogue.text("ui.chart.none", why=reason_text(catalogue, _reason(measured)))
    shown = curve(measured.payload)
    if shown is None:
        return None, "", catalogue.text("ui.chart.none.silent")
    free = known.get(_LOSS[probe])
    passes = shown.lost > 0 and free is not None and free.value is Tri.YES
    return shown, catalogue.text("ui.chart.loss_unconfirmed") if passes else "", ""


def _ruled_out(catalogue: Catalogue, diagnosis: Diagnosis | None, station: Station) -> tuple[str, ...]:
    if diagnosis is None:
        return ()
    return tuple(ruled_out_line(catalogue, r) for r in diagnosis.ruled_out if station in stations_of(r))


def ruled_out_by_link(catalogue: Catalogue, diagnosis: Diagnosis, kind: LinkKind) -> tuple[Section, ...]:
    """Everything that was ruled out, each cause once, under the nearest link it would have been in."""
    lines: dict[Station | None, list[str]] = {}
    for entry in diagnosis.ruled_out:
        nearest = next(iter(stations_of(entry)), None)
        lines.setdefault(nearest, []).append(ruled_out_line(catalogue, entry))
    order: tuple[Station | None, ...] = (*STATIONS, None)
    return tuple(
        Section(station_name(catalogue, s, kind) if s else catalogue.text("ui.why.elsewhere"), tuple(lines[s]))
        for s in order
        if s in lines
    )


def stations_of(entry: RuledOut) -> tuple[Station, ...]:
    """The links a cause that was ruled out would have been in, in the order of the chain."""
    from selfcare.app.places import segments_of  # brings in the rules: by now the check has

    there = {OF_SEGMENT[segment] for segment in segments_of(entry.code)}
    return tuple(s for s in STATIONS if s in there)


def _reason(measured: Measurement) -> str:
    return str(measured.reason) if measured.outcome is Outcome.NOT_RUN else measured.outcome.value


def _gaps(catalogue: Catalogue, mine: list[Measurement]) -> tuple[str, ...]:
    return tuple(pair(catalogue, NotTested(m.id, _reason(m))) for m in mine if _missing(m))


def _missing(measured: Measurement) -> bool:
    return not measured.completed and is_gap(NotTested(measured.id, _reason(measured)))


def _count(catalogue: Catalogue, mine: list[Measurement]) -> str:
    """How many tests, in three parts: made, impossible, without object."""
    done, missing = sum(m.completed for m in mine), sum(map(_missing, mine))
    numbers = (("done", done), ("missing", missing), ("idle", len(mine) - done - missing))
    parts = [catalogue.text(f"ui.link.count.{k}.{'one' if n == 1 else 'many'}", n=n) for k, n in numbers if n]
    return catalogue.text("ui.link.count", parts=", ".join(parts)) if parts else ""
