"""Whatever a radio says: nothing certain while something is unknown, and nobody of the air for what is well."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from selfcare.diagnosis import diagnose
from selfcare.diagnosis.facts import SOURCES
from selfcare.model import wifi as air
from selfcare.model.finding import Band as Sure
from selfcare.model.finding import Role
from selfcare.model.observation import Observation
from selfcare.model.payloads.wifi import WifiPayload
from selfcare.model.tri import Tri
from tests.diagnosis.wifi import (
    BOX_MAC,
    BSSID,
    BSSID5,
    HOME,
    NOW,
    RELAY,
    adapters,
    blamed,
    home,
    hop,
    line,
    told,
)

MACS = st.sampled_from([BSSID, BSSID5, RELAY, "d2:1a:c5:00:00:50", "e4:9e:12:00:00:20", "not a number", ""])
NAMES = st.sampled_from([HOME, "Bbox-9C0A", "FreeWifi", "Chez nous", "Maison-Invités", ""])
DBM = st.floats(-110, -20)
CHANNELS = st.sampled_from([
    air.Channel(6, air.Band.GHZ_24, 2437, 20), air.Channel(8, air.Band.GHZ_24, 2447, 40, 2437),
    air.Channel(36, air.Band.GHZ_5, 5180, 80, 5210), air.Channel(52, air.Band.GHZ_5, 5260),
    air.Channel(5, air.Band.GHZ_6, 5975, 320, 6105),
])  # fmt: skip


def maybe(some: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | some


RATES = st.builds(
    air.Rate, st.integers(0, 50_000_000), maybe(st.integers(0, 13)), maybe(st.integers(1, 4)),
    maybe(st.sampled_from([20, 40, 80, 160])), maybe(st.integers(4, 7)), st.none(),
)  # fmt: skip
LINKS = st.builds(
    air.Link, maybe(NAMES), maybe(MACS), maybe(CHANNELS), maybe(DBM), maybe(DBM), maybe(st.floats(-100, -40)),
    maybe(RATES), maybe(RATES), maybe(st.integers(4, 7)), maybe(st.sampled_from(air.Security)),
    maybe(st.floats(0, 1e6)), busy_share=maybe(st.floats(0, 1)), power_save=maybe(st.booleans()),
)  # fmt: skip
AROUND = st.lists(st.builds(
    air.Bss, MACS, maybe(NAMES), maybe(CHANNELS), maybe(DBM), maybe(st.floats(0, 200)), st.none(), st.none(),
    maybe(st.builds(air.BssLoad, st.integers(0, 50), st.floats(0, 1))), st.booleans(),
), max_size=8).map(tuple)  # fmt: skip
EVENTS = st.lists(st.builds(
    air.WifiEvent, st.sampled_from(air.EventKind), st.floats(NOW - 200_000, NOW), maybe(MACS),
    maybe(st.integers(0, 60)), maybe(st.booleans()), maybe(st.booleans()),
), max_size=12).map(tuple)  # fmt: skip
READINGS = st.builds(
    air.WifiReading, st.sampled_from(air.WifiAccess), st.just(1.0),
    maybe(st.builds(air.Radio, st.just("wlan0"), st.sampled_from(air.RadioState), streams=maybe(st.integers(1, 4)))),
    maybe(LINKS), st.booleans(), AROUND, maybe(st.floats(0, 200)), EVENTS,
    maybe(st.lists(NAMES, max_size=3).map(tuple)),
)  # fmt: skip
COUNTS = maybe(st.integers(0, 5000))
PAYLOADS = st.builds(
    WifiPayload, READINGS, st.booleans(), st.floats(0, 20), COUNTS, COUNTS, COUNTS, COUNTS, maybe(st.just(BOX_MAC))
)
OF_THE_HOP = {"WIFI-WEAK", "WIFI-NOISE", "WIFI-CHANNEL", "WIFI-BAND24", "WIFI-STICKY", "WIFI-SLOWPHY", "WIFI-REPEATER",
              "WIFI-LOSS"}  # fmt: skip


def _joined(one: WifiPayload) -> WifiPayload:
    return replace(one, reading=replace(one.reading, events=()))


@given(PAYLOADS)
@settings(max_examples=60)
def test_no_culprit_of_the_air_with_a_clean_hop(one: WifiPayload) -> None:
    """Without drops in the past; what the line carries is not known, so no rate is too low for it."""
    assert not OF_THE_HOP & blamed(told(home(_joined(one))))


@given(PAYLOADS)
@settings(max_examples=40)
def test_a_clean_hop_and_a_bad_line_is_the_lines_or_nobodys(one: WifiPayload) -> None:
    found = blamed(told(home(_joined(one), latency_isp=line(12))))
    assert not OF_THE_HOP & found


@given(PAYLOADS)
@settings(max_examples=60)
def test_never_beside_a_cable_that_carries_it(one: WifiPayload) -> None:
    bad = {"latency_gateway": hop(7), "latency_isp": line(7, here_pct=7)}
    found = told(home(one, link_interfaces=adapters(cable=True), **bad))
    assert not {c for c in blamed(found) if c.startswith("WIFI-")}


@given(PAYLOADS)
@settings(max_examples=60)
def test_a_bad_hop_is_never_the_lines_nor_a_cables(one: WifiPayload) -> None:
    bad = {"latency_gateway": hop(7), "latency_isp": line(7, here_pct=7)}
    given_ = replace(one, default=True)
    assert not {"LAN-LOSS", "LAN-CABLE-SLOW", "WAN-LOSS", "WAN-LATENCY", "WAN-JITTER"} & blamed(
        told(home(given_, **bad))
    )


@given(PAYLOADS)
@settings(max_examples=100)
def test_a_bad_hop_always_has_a_name(one: WifiPayload) -> None:
    """Of the air, or of a network that is not the home's."""
    bad = {"latency_gateway": hop(7), "latency_isp": line(7, here_pct=7)}
    found = told(home(replace(_joined(one), default=True), **bad))
    assert {*OF_THE_HOP, "WIFI-WRONGNET"} & blamed(found)


TRI = st.sampled_from(list(Tri))


@given(st.dictionaries(st.sampled_from(sorted(f for f in SOURCES if f.startswith("wifi_"))), TRI), TRI, TRI)
@settings(max_examples=150)
def test_certain_only_where_every_other_figure_is_known(facts: dict[str, Tri], loss: Tri, delay: Tri) -> None:
    """A figure that nobody told leaves its cause in the running."""
    known = {**facts, "wifi_carries": Tri.YES, "gateway_loss_free": loss, "gateway_latency_fine": delay}
    found = diagnose([Observation(f, v, SOURCES[f]) for f, v in known.items() if v is not Tri.UNKNOWN])
    culprits = [f for f in found.findings if f.role is Role.CULPRIT and f.band is Sure.CERTAIN]
    ruled_out = {r.code for r in found.ruled_out}
    for one in culprits:
        if one.explains[0] in ("gateway_loss_free", "gateway_latency_fine"):
            assert OF_THE_HOP - {"WIFI-SLOWPHY", one.code} <= ruled_out
