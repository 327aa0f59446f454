"""From a capacity payload to a verdict: what convicts, and what must not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from selfcare.diagnosis import diagnose, observe
from selfcare.model.finding import VerdictState
from selfcare.model.observation import Observation
from selfcare.model.payloads.capacity import CapacityPayload, Load, Method, Place, Series, Stop
from selfcare.model.payloads.link import Interface, InterfaceKind, LinkPayload
from selfcare.model.tri import Tri
from tests.diagnosis import facts_capacity
from tests.diagnosis.facts import HEALTHY, observations

FACTS = set(facts_capacity.HEALTHY)


def _series(place: Place, rtt: float, count: int = 20) -> Series:
    return Series(place, Method.ICMP, count, (rtt,) * count)


def _load(box: float = 1, hop: float = 8, server: float = 10, mbps: float = 45, **changes: Any) -> Load:
    latencies = (_series(Place.GATEWAY, box), _series(Place.ISP_HOP, hop), _series(Place.SERVER, server))
    load = Load(Stop.STABLE, 5.0, 1, 8, 1.0, (mbps,) * 5, mbps, 0.1, 0.1, 0.0, latencies)
    return replace(load, **changes)


def _payload(down: Load, up: Load | None = None, **changes: Any) -> CapacityPayload:
    idle = (_series(Place.GATEWAY, 1), _series(Place.ISP_HOP, 8), _series(Place.SERVER, 10))
    payload = CapacityPayload("speed.example", "eth0", 3.0, 1.0, idle, down, up, contract_down_kbit=50_000)
    return replace(payload, **changes)


def _facts(payload: CapacityPayload, speed_mbps: int | None = 1000, kind: str = "ethernet") -> dict[str, Tri]:
    card = Interface("eth0", 2, InterfaceKind(kind), True, True, speed_mbps=speed_mbps, full_duplex=True)
    seen = observe({"speed.capacity": payload, "link.interfaces": LinkPayload((card,), "eth0")})
    return {o.fact: o.value for o in seen if isinstance(o.value, Tri)}


def _code(facts: dict[str, Tri]) -> str | None:
    """The verdict in an otherwise healthy home."""
    home = {f: v for f, v in HEALTHY.items() if f not in FACTS and f != "link_wired"}
    seen: list[Observation] = observations({**dict.fromkeys(HEALTHY, Tri.UNKNOWN), **home, **facts})
    verdict = diagnose(seen).verdict
    assert verdict.state in (VerdictState.OK, VerdictState.FAULT), "a bad figure must not leave an unexplained symptom"
    return verdict.code


BLOAT = _load(hop=900, server=950)


@pytest.mark.parametrize(("payload", "code"), [
    (_payload(_load(), _load()), None),
    (_payload(BLOAT, _load()), "BOX-BLOAT"),
    (_payload(_load(), BLOAT), "BOX-BLOAT"),
    (_payload(BLOAT), "BOX-BLOAT"),
    # 150 ms more is not felt as a fault.
    (_payload(_load(hop=158, server=160)), None),
    # The wait arises at home (Wi-Fi) or in our own program, not on the line.
    (_payload(_load(box=900, hop=905, server=910)), None),
    (_payload(replace(BLOAT, cpu_share=0.95)), None),
    # Only the server is late: it is busy, or connections are retried.
    (_payload(_load(hop=10, server=950)), None),
    # This PC was not alone.
    (_payload(BLOAT, before_down_kbit=5000.0), None),
    (_payload(replace(BLOAT, foreign_share=0.6)), None),
    (_payload(BLOAT, before_up_kbit=None), None),
    # Too few answers, or none from a place that is needed.
    (_payload(replace(BLOAT, latencies=tuple(_series(s.place, 900, 3) for s in BLOAT.latencies))), None),
    (_payload(replace(BLOAT, latencies=BLOAT.latencies[1:])), None),
    # A short queue that overflows: most questions come through at once, some only when asked again.
    (_payload(replace(BLOAT, latencies=(
        _series(Place.GATEWAY, 1), Series(Place.ISP_HOP, Method.ICMP, 40, (60.0,) * 20),
        Series(Place.SERVER, Method.HTTP, 20, (70.0,) * 9 + (1070.0,) * 11)))), None),
    # Contract.
    (_payload(_load(mbps=15)), "ACC-UNDERRATE"),
    (_payload(_load(mbps=30)), None),
    (_payload(_load(mbps=15), contract_down_kbit=None), None),
    (_payload(_load(mbps=15), before_down_kbit=900.0), None),
    (_payload(_load(mbps=15, cpu_share=0.9)), None),
])  # fmt: skip
def test_verdicts(payload: CapacityPayload, code: str | None) -> None:
    assert _code(_facts(payload)) == code


@pytest.mark.parametrize(("speed", "kind"), [(10, "ethernet"), (55, "ethernet"), (None, "ethernet"), (1000, "wifi")])
def test_a_rate_below_the_contract_accuses_nobody_when_the_link_could_be_the_limit(speed: int, kind: str) -> None:
    assert _code(_facts(_payload(_load(mbps=15)), speed, kind)) is None


def test_a_line_that_is_slow_and_makes_wait_has_two_faults() -> None:
    facts = _facts(_payload(_load(mbps=15, latencies=BLOAT.latencies)))
    home = {f: v for f, v in HEALTHY.items() if f not in FACTS}
    found = diagnose(observations({**home, **facts}))
    assert found.verdict.state is VerdictState.MULTIPLE
    assert {f.code for f in found.findings} == {"BOX-BLOAT", "ACC-UNDERRATE"}


def test_evidence_cites_the_numbers() -> None:
    card = Interface("eth0", 2, InterfaceKind.ETHERNET, True, True, speed_mbps=1000)
    seen = observe({"speed.capacity": _payload(BLOAT), "link.interfaces": LinkPayload((card,), "eth0")})
    home = [o for o in observations(dict.fromkeys(FACTS, Tri.UNKNOWN)) if o.fact not in {s.fact for s in seen}]
    finding = next(f for f in diagnose([*home, *seen]).findings if f.code == "BOX-BLOAT")
    cited = {e.fact: (e.value, e.unit) for e in finding.evidence}
    assert cited["latency_rise_server"] == (940.0, "ms")
    assert cited["latency_rise_beyond"] == (892.0, "ms")
