"""The chain as a pure function of the events."""

from __future__ import annotations

from dataclasses import replace

import pytest

from selfcare.diagnosis.facts import SOURCES
from selfcare.i18n import Catalogue
from selfcare.model.events import CheckStarted, Observed, ProbeMeasured, ProbeStarted, VerdictChanged
from selfcare.model.finding import Band, VerdictState
from selfcare.model.measurement import Measurement, Outcome
from selfcare.model.observation import Observation
from selfcare.model.payloads.link import InterfaceKind
from selfcare.model.probe import Layer
from selfcare.model.segment import Segment
from selfcare.model.tri import Tri
from tests.ui.events import SCRIPTS, STARTED, culprit, diagnosis, link
from ui.chain_state import OF_SEGMENT, PROVEN_BY, ChainReader, ChainState, LinkKind, LinkState, Station, chain_state

FR = Catalogue("fr")
U, C, F, X, S, N = (
    LinkState.UNKNOWN,
    LinkState.CHECKING,
    LinkState.FINE,
    LinkState.FAULT,
    LinkState.SUSPECT,
    LinkState.NOT_TESTED,
)


@pytest.mark.parametrize(
    ("script", "states"),
    [
        ("ok", (F, F, F, F, F, F)),
        ("isp_dns", (F, F, F, F, X, F)),
        ("wan_down", (F, F, F, S, S, N)),
        ("cable", (F, X, N, N, N, N)),
        ("multiple", (X, F, F, N, X, N)),
        ("not_proven", (F, F, F, N, N, N)),
        ("intermittent", (F, F, F, S, F, F)),
        ("cannot_test", (N, N, N, N, N, N)),
    ],
)
def test_final_chain(script: str, states: tuple[LinkState, ...]) -> None:
    assert chain_state(SCRIPTS[script].events(FR)).states == states


def test_nothing_yet() -> None:
    assert chain_state([]) == ChainState((U,) * 6, LinkKind.UNKNOWN)


def test_a_running_probe_shows_its_link_as_being_checked() -> None:
    events = [CheckStarted(0, ()), ProbeStarted(1, "gateway.reach", Layer.GATEWAY)]
    assert chain_state(events).of(Station.BOX) is C
    done = Measurement("gateway.reach", 1, Outcome.TIMED_OUT, STARTED, 800.0)
    assert chain_state([*events, ProbeMeasured(2, done)]).of(Station.BOX) is U


def test_what_answers_beyond_proves_what_lies_before() -> None:
    seen = Observed(1, (Observation("outside_answers", Tri.YES, "web.address"),))
    assert chain_state([CheckStarted(0, ()), seen]).states == (F,) * 6


@pytest.mark.parametrize("value", [Tri.NO, Tri.UNKNOWN, 12.0])
def test_only_a_yes_proves_and_no_fact_accuses(value: Tri | float) -> None:
    seen = tuple(Observation(fact, value, "x") for fact in PROVEN_BY)
    assert set(chain_state([CheckStarted(0, ()), Observed(1, seen)]).states) == {U}


def test_a_fact_taken_back_proves_nothing() -> None:
    events = [Observed(1, (Observation("gateway_answers", v, "gateway.reach"),)) for v in (Tri.YES, Tri.NO)]
    assert chain_state(events).of(Station.BOX) is U


def test_before_the_end_only_certainty_accuses() -> None:
    for band, state in ((Band.CERTAIN, X), (Band.LIKELY, S), (Band.POSSIBLE, S)):
        event = VerdictChanged(1, diagnosis(VerdictState.FAULT, [culprit("BOX-DNS", [Segment.BOX], band)]), False)
        assert chain_state([event]).of(Station.BOX) is state


def test_several_places_are_suspect_even_when_certain() -> None:
    finding = culprit("WAN-DOWN", [Segment.ACCESS, Segment.ISP], Band.CERTAIN)
    chain = chain_state([VerdictChanged(1, diagnosis(VerdictState.FAULT, [finding]), True)])
    assert (chain.of(Station.LINE), chain.of(Station.ISP)) == (S, S)


def test_wifi_and_cable_are_one_place() -> None:
    finding = culprit("X", [Segment.WIFI, Segment.LAN])
    chain = chain_state([VerdictChanged(1, diagnosis(VerdictState.FAULT, [finding]), True)])
    assert (chain.of(Station.LINK), chain.kind) == (X, LinkKind.UNKNOWN)


@pytest.mark.parametrize(
    ("adapter", "kind"),
    [
        (InterfaceKind.ETHERNET, LinkKind.CABLE),
        (InterfaceKind.WIFI, LinkKind.WIFI),
        (InterfaceKind.CELLULAR, LinkKind.UNKNOWN),
    ],
)
def test_the_adapter_says_cable_or_wifi(adapter: InterfaceKind, kind: LinkKind) -> None:
    measured = Measurement("link.interfaces", 1, Outcome.COMPLETED, STARTED, 3.0, payload=link(adapter))
    assert chain_state([ProbeMeasured(1, measured)]).kind is kind


def test_no_adapter_is_no_kind() -> None:
    nothing = replace(link(), primary=None)
    measured = Measurement("link.interfaces", 1, Outcome.COMPLETED, STARTED, 3.0, payload=nothing)
    assert chain_state([ProbeMeasured(1, measured)]).kind is LinkKind.UNKNOWN


def test_a_new_run_starts_afresh_but_keeps_the_kind() -> None:
    reader = ChainReader()
    for event in SCRIPTS["ok_wifi"].events(FR):
        reader.read(event)
    reader.read(CheckStarted(0, ()))
    assert reader.state() == ChainState((U,) * 6, LinkKind.WIFI)


def test_every_segment_has_a_place_and_every_fact_exists() -> None:
    assert set(OF_SEGMENT) == set(Segment)
    assert set(PROVEN_BY) <= set(SOURCES)
