"""What the chain shows, as a pure function of the events so far. No Qt, no judgement of its own.

A link turns fine only by a positive fact, or because one beyond it answered; it turns
fault or suspect only because the engine says so in a finding.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from selfcare.i18n import Catalogue
from selfcare.model.events import (
    CheckFinished,
    CheckStarted,
    Event,
    Observed,
    ProbeMeasured,
    ProbeStarted,
    VerdictChanged,
)
from selfcare.model.finding import Band, Diagnosis, Finding, Role, VerdictState
from selfcare.model.payloads.link import InterfaceKind, LinkPayload
from selfcare.model.probe import Layer
from selfcare.model.segment import Segment
from selfcare.model.tri import Tri


class Station(StrEnum):
    """The six links a subscriber sees, from the PC outwards. Wi-Fi and cable share one place."""

    PC = "pc"
    LINK = "link"
    BOX = "box"
    LINE = "line"
    ISP = "isp"
    INTERNET = "internet"


class LinkState(StrEnum):
    """``UNKNOWN`` not looked at yet; ``NOT_TESTED`` looked for, no answer that proves anything."""

    UNKNOWN = "unknown"
    CHECKING = "checking"
    FINE = "fine"
    FAULT = "fault"
    SUSPECT = "suspect"
    NOT_TESTED = "not_tested"


class LinkKind(StrEnum):
    """How the PC is joined to the box, as far as known."""

    CABLE = "cable"
    WIFI = "wifi"
    UNKNOWN = "unknown"


STATIONS: tuple[Station, ...] = tuple(Station)

OF_SEGMENT: dict[Segment, Station] = {
    Segment.PC: Station.PC,
    Segment.WIFI: Station.LINK,
    Segment.LAN: Station.LINK,
    Segment.BOX: Station.BOX,
    Segment.ACCESS: Station.LINE,
    Segment.ISP: Station.ISP,
    Segment.INTERNET: Station.INTERNET,
}

PROVEN_BY: dict[str, Station] = {
    "adapter_enabled": Station.PC,
    "link_up": Station.LINK,
    "gateway_neighbour": Station.BOX,
    "gateway_ping": Station.BOX,
    "gateway_answers": Station.BOX,
    "router_on_link": Station.BOX,
    "beyond_box_answers": Station.LINE,
    "isp_resolver_answers": Station.ISP,
    "public_resolver_answers": Station.INTERNET,
    "outside_answers": Station.INTERNET,
    "web_by_address": Station.INTERNET,
    "web_by_name": Station.INTERNET,
}
"""A fact whose YES proves that this link, and so each one before it, carries traffic."""

_LOOKED_AT: dict[Layer, tuple[Station, ...]] = {
    Layer.LINK: (Station.PC, Station.LINK),
    Layer.ADDRESS: (Station.LINK,),
    Layer.ROUTE: (Station.PC,),
    Layer.GATEWAY: (Station.BOX,),
    Layer.NAME: (Station.ISP,),
    Layer.PATH: (Station.LINE, Station.ISP),
    Layer.WEB: (Station.INTERNET,),
}
_KINDS = {InterfaceKind.ETHERNET: LinkKind.CABLE, InterfaceKind.WIFI: LinkKind.WIFI}


@dataclass(frozen=True, slots=True)
class ChainState:
    """The state of every station, in order, and the kind of the second one."""

    states: tuple[LinkState, ...] = (LinkState.UNKNOWN,) * len(STATIONS)
    kind: LinkKind = LinkKind.UNKNOWN

    def of(self, station: Station) -> LinkState:
        """The state of one station."""
        return self.states[STATIONS.index(station)]


@dataclass(slots=True)
class ChainReader:
    """Reads events one by one; ``state()`` is what to show now."""

    kind: LinkKind = LinkKind.UNKNOWN
    _over: bool = False
    _proven: dict[str, bool] = field(default_factory=dict)
    _running: dict[str, Layer] = field(default_factory=dict)
    _diagnosis: Diagnosis | None = None
    _final: bool = False

    def read(self, event: Event) -> None:
        """Takes one event into account."""
        if isinstance(event, CheckStarted):
            self._forget()
        elif isinstance(event, ProbeStarted):
            self._running[event.probe] = event.layer
        elif isinstance(event, ProbeMeasured):
            self._running.pop(event.measurement.id, None)
            self._read_link(event.measurement.payload)
        elif isinstance(event, Observed):
            # The engine may think better of a fact when more is measured: the last word counts.
            self._proven.update({o.fact: o.value is Tri.YES for o in event.observations if o.fact in PROVEN_BY})
        elif isinstance(event, VerdictChanged):
            self._diagnosis, self._final = event.diagnosis, event.final
        elif isinstance(event, CheckFinished):
            self._diagnosis = Diagnosis(event.result.verdict, event.result.findings, event.result.ruled_out)
            self._over = self._final = True

    def _forget(self) -> None:
        # A new run forgets the last one, but not cable or Wi-Fi: the icon would jump for nothing.
        self._over, self._final, self._diagnosis = False, False, None
        self._running.clear()
        self._proven.clear()

    def _read_link(self, payload: object) -> None:
        if isinstance(payload, LinkPayload):
            primary = payload.get(payload.primary)
            if primary is not None:
                self.kind = _KINDS.get(primary.kind, LinkKind.UNKNOWN)

    def state(self) -> ChainState:
        """The chain as it stands."""
        blamed = blame(self._diagnosis, self._final)
        kind = self.kind
        if kind is LinkKind.UNKNOWN and self._diagnosis is not None:
            kind = _kind_named(self._diagnosis)
        farthest = max((STATIONS.index(PROVEN_BY[fact]) for fact, yes in self._proven.items() if yes), default=-1)
        checking = set() if self._over else {s for layer in self._running.values() for s in _LOOKED_AT[layer]}
        return ChainState(tuple(self._one(s, blamed, checking, farthest) for s in STATIONS), kind)

    def _one(
        self, station: Station, blamed: dict[Station, LinkState], checking: set[Station], farthest: int
    ) -> LinkState:
        if station in blamed:
            return blamed[station]
        if STATIONS.index(station) <= farthest or self._all_fine():
            return LinkState.FINE
        if station in checking:
            return LinkState.CHECKING
        return LinkState.NOT_TESTED if self._over else LinkState.UNKNOWN

    def _all_fine(self) -> bool:
        return self._over and self._diagnosis is not None and self._diagnosis.verdict.state is VerdictState.OK


def blame(diagnosis: Diagnosis | None, final: bool) -> dict[Station, LinkState]:
    """The stations the engine names, and how firmly.

    Several segments mean that nothing at hand separates them: then none is accused, all are suspect.
    """
    if diagnosis is None:
        return {}
    blamed: dict[Station, LinkState] = {}
    for finding in diagnosis.findings:
        if finding.role is not Role.CULPRIT:
            continue
        for segment in finding.segments:
            state = _firmness(finding, final)
            station = OF_SEGMENT[segment]
            if blamed.get(station) is not LinkState.FAULT:
                blamed[station] = state
    if not blamed and diagnosis.verdict.state in (VerdictState.FAULT, VerdictState.INTERMITTENT):
        blamed = {OF_SEGMENT[s]: LinkState.SUSPECT for s in diagnosis.verdict.segments}
    return blamed


def _firmness(finding: Finding, final: bool) -> LinkState:
    stations = {OF_SEGMENT[s] for s in finding.segments}
    if len(stations) > 1 or finding.band is Band.POSSIBLE:
        return LinkState.SUSPECT
    return LinkState.FAULT if final or finding.band is Band.CERTAIN else LinkState.SUSPECT


def _kind_named(diagnosis: Diagnosis) -> LinkKind:
    named = {s for f in diagnosis.findings if f.role is Role.CULPRIT for s in f.segments}
    if named & {Segment.WIFI, Segment.LAN} == {Segment.WIFI}:
        return LinkKind.WIFI
    return LinkKind.CABLE if named & {Segment.WIFI, Segment.LAN} == {Segment.LAN} else LinkKind.UNKNOWN


def chain_state(events: Iterable[Event]) -> ChainState:
    """What the chain shows after these events."""
    reader = ChainReader()
    for event in events:
        reader.read(event)
    return reader.state()


def station_name(catalogue: Catalogue, station: Station, kind: LinkKind) -> str:
    """The name a subscriber knows the link by."""
    if station is Station.LINK:
        return catalogue.text(f"ui.chain.link.{kind}")
    return catalogue.text(f"ui.chain.{station}")
