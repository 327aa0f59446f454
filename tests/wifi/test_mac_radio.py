"""The Wi-Fi of macOS, by made-up objects of CoreWLAN: hidden names are hidden, not absent."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.radio.macos import LOCATION_SETTINGS, MacRadios, corewlan, leave_is_missing
from probes.radio.macos.leave import Asking, Leave
from selfcare.model.wifi import Band, RadioState, ScanOutcome, Security, Why, WifiAccess, WifiReading
from tests.wifi import mac_air as air
from tests.wifi.made_texts import PROFILER_26
from tests.wifi.test_wifi_texts import sane, told


def read(neighbours: bool = True, **changes: Any) -> WifiReading:
    reading = asyncio.run(MacRadios(air.client(**changes)).read(neighbours))
    sane(reading)
    return reading


def test_with_leave() -> None:
    reading = read()
    link = told(reading.link)
    assert (reading.access, leave_is_missing(reading)) == (WifiAccess.TOLD, False)
    assert (link.ssid, link.rssi_dbm, link.noise_dbm, link.generation) == ("maison", -60, -92, 6)
    assert (link.security, link.missing["rx"]) == (Security.WPA2, Why.NOT_OFFERED)
    assert link.channel is not None
    assert (link.channel.number, link.channel.width_mhz, link.channel.band) == (44, 80, Band.GHZ_5)
    assert link.tx is not None
    assert (link.tx.kbit_s, link.tx.generation) == (816_000, 6)
    assert reading.radio is not None
    assert (reading.radio.country, reading.radio.width_mhz, len(reading.radio.bands)) == ("FR", 160, 3)
    assert reading.known_names == ("maison", "gare")
    assert sorted((b.ssid, b.joined) for b in reading.neighbours) == [("maison", True), ("voisin", False)]
    assert {b.security for b in reading.neighbours} == {Security.WPA2}


def test_without_leave_the_signal_is_told_and_the_name_is_not() -> None:
    hidden = {"ssid": None, "bssid": None, "countryCode": None}
    reading = read(**hidden, cachedScanResults={air.network(ssid=None, bssid=None)}, configuration=None)
    link = told(reading.link)
    assert (reading.access, leave_is_missing(reading)) == (WifiAccess.NAMELESS, True)
    assert (link.ssid, link.missing["ssid"], link.missing["bssid"]) == (None, Why.NO_CONSENT, Why.NO_CONSENT)
    assert (link.rssi_dbm, link.noise_dbm) == (-60, -92)
    (other,) = reading.neighbours
    assert (other.ssid, other.rssi_dbm) == (None, -80)
    assert reading.known_names is None
    assert LOCATION_SETTINGS.endswith("Privacy_LocationServices")


def test_hidden_by_a_word_is_hidden() -> None:
    assert read(ssid="<redacted>", bssid="<redacted>").access is WifiAccess.NAMELESS


def test_off_and_in_no_network_and_no_adapter() -> None:
    off = read(powerOn=False, rssiValue=0, wlanChannel=None, ssid=None, bssid=None)
    assert off.radio is not None
    assert (off.access, off.link, off.radio.state) == (WifiAccess.TOLD, None, RadioState.SOFT_OFF)
    assert read(powerOn=False).link is None, "what is left of the last network is not of now"
    alone = read(rssiValue=0, ssid=None, bssid=None)
    assert (alone.access, alone.link, alone.missing["link"]) == (WifiAccess.TOLD, None, Why.NOT_JOINED)
    gone = asyncio.run(MacRadios(lambda: air.Told(interface=None)).read())
    assert gone.access is WifiAccess.NO_ADAPTER


def test_zero_is_no_figure_and_a_lie_is_marked() -> None:
    link = told(read(noiseMeasurement=0, transmitRate=46_000.0, activePHYMode=0).link)
    assert (link.noise_dbm, link.tx, link.missing["tx"]) == (None, None, Why.IMPLAUSIBLE)
    assert link.generation is None


def test_only_the_link_asks_nothing_else() -> None:
    reading = read(neighbours=False, cachedScanResults=pytest.fail, configuration=pytest.fail)
    assert (reading.neighbours, reading.link is not None) == ((), True)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (({air.network()}, None), ScanOutcome.DONE), ((set(), None), ScanOutcome.DONE),
        ((None, air.Told(code=16)), ScanOutcome.BUSY), ((None, air.Told(code=1)), ScanOutcome.DENIED),
        ((None, air.Told(code=-3900)), ScanOutcome.FAILED), (None, ScanOutcome.FAILED),
    ],
)  # fmt: skip
def test_a_search_ends_with_a_word(answer: Any, outcome: ScanOutcome) -> None:
    one = MacRadios(air.client(scanForNetworksWithName_error_=lambda name, error: answer))
    assert asyncio.run(one.scan()).outcome is outcome


def test_a_radio_that_is_off_is_not_searched_with() -> None:
    one = MacRadios(air.client(powerOn=False, scanForNetworksWithName_error_=pytest.fail))
    assert asyncio.run(one.scan()).outcome is ScanOutcome.RADIO_OFF
    assert asyncio.run(MacRadios(lambda: air.Told(interface=None)).scan()).outcome is ScanOutcome.NO_ADAPTER


def test_without_corewlan_the_slow_program_is_asked_once_a_minute_and_never_by_the_second() -> None:
    runs: list[int] = []

    def profile() -> str:
        runs.append(1)
        return PROFILER_26

    async def several() -> list[WifiReading]:
        one = MacRadios(lambda: None, profile)
        found = [await one.read(), await one.read(), await one.read(neighbours=False)]
        assert (await one.scan()).outcome is ScanOutcome.FAILED
        await one.close()
        return found

    found = asyncio.run(several())
    assert len(runs) == 1
    assert {reading.access for reading in found} == {WifiAccess.NAMELESS}
    assert len({reading.taken_s for reading in found}) == 1, "an old look keeps its own moment"


def test_a_program_that_fails_is_unreadable() -> None:
    assert asyncio.run(MacRadios(lambda: None, lambda: None).read()).access is WifiAccess.UNREADABLE
    assert asyncio.run(MacRadios(lambda: None, lambda: json.dumps({"x": 1})).read()).access is WifiAccess.UNREADABLE


ODD = st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=8), st.booleans(), st.binary(max_size=8),
                st.just({air.network(rssiValue=40)}), st.just([3]))  # fmt: skip


@pytest.mark.parametrize(
    ("number", "state", "asks"),
    [(0, Leave.NOT_ASKED, True), (1, Leave.RESTRICTED, False), (2, Leave.REFUSED, False), (3, Leave.GIVEN, False),
     (4, Leave.GIVEN, False), (9, Leave.UNKNOWN, False), (None, Leave.UNKNOWN, False)],
)  # fmt: skip
def test_leave_is_asked_for_once_and_only_where_it_was_not(number: int | None, state: Leave, asks: bool) -> None:
    put: list[int] = []
    one = Asking(
        lambda: air.Told(authorizationStatus=number, requestWhenInUseAuthorization=lambda: put.append(1))
    )  # fmt: skip
    assert one.state() is state
    assert (one.ask(), bool(put)) == (asks, asks)
    assert Asking(lambda: None).ask() is False
    assert Asking().state() is Leave.UNKNOWN, "no CoreLocation here"


NAMES = sorted(air.interface()._answers)


@given(st.dictionaries(st.sampled_from(NAMES), ODD, max_size=6))
def test_no_answer_is_too_odd(changes: dict[str, Any]) -> None:
    sane(corewlan.reading(air.interface(**changes), True, changes.get("configuration")))
