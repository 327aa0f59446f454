"""The Wi-Fi of Windows: structures, every refusal told apart, what is missing and why, and the event log."""

from __future__ import annotations

import asyncio
import ctypes
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.radio.windows import WindowsRadios, calls, events, look, tell
from probes.radio.windows.structures import SIZES, Association, BssEntry, Connection, QualityLink, Statistics
from selfcare.model.wifi import (
    Band,
    EventKind,
    RadioState,
    ScanOutcome,
    Security,
    Why,
    WifiAccess,
    WifiEvent,
    WifiReading,
)
from tests.wifi import windows_air as air
from tests.wifi.test_wifi_texts import sane, told


def read(api: air.Air, neighbours: bool = True, past: tuple[WifiEvent, ...] | None = None) -> WifiReading:
    reading = asyncio.run(radios(api, past).read(neighbours))
    sane(reading)
    return reading


def radios(api: air.Air, past: tuple[WifiEvent, ...] | None = None, **more: Any) -> WindowsRadios:
    async def nothing() -> None:
        return None

    return WindowsRadios(api, past=lambda: past, search_s=0, **({"console": nothing} | more))


def test_sizes_and_places_are_those_of_64_bit_windows() -> None:
    for kind, size in SIZES.items():
        assert ctypes.sizeof(kind) == size, kind.__name__
    places = ("bssid", "rssi", "beacon_period", "heard", "frequency", "elements_at")
    assert [getattr(BssEntry, name).offset for name in places] == [40, 56, 66, 80, 92, 352]
    assert (Connection.association.offset, Connection.security.offset) == (520, 588)
    assert (Association.bssid.offset, Association.phy.offset, Association.tx_rate.offset) == (40, 48, 64)
    assert (QualityLink.mhz.offset, QualityLink.rssi.offset, QualityLink.rates.offset) == (4, 12, 16)
    assert (Statistics.unicast.offset, Statistics.count.offset) == (24, 216)


def test_a_home() -> None:
    reading = read(air.home())
    link = told(reading.link)
    assert (reading.access, reading.source) == (WifiAccess.TOLD, "wlanapi")
    assert (link.ssid, link.bssid, link.rssi_dbm, link.security) == ("maison", "02:00:00:11:22:33", -61, Security.WPA2)
    assert link.channel is not None
    assert (link.channel.number, link.channel.width_mhz, link.channel.centre_mhz) == (36, 80, 5210)
    assert link.tx is not None
    assert link.rx is not None
    assert (link.tx.kbit_s, link.rx.kbit_s, link.generation) == (780_000, 866_700, 5)
    assert (link.tx_packets, link.tx_retries, link.tx_failed) == (5000, 400, 3)
    assert link.missing["noise_dbm"] is Why.NOT_OFFERED
    assert reading.known_names == ("maison", "Chez Léa")
    assert reading.radio is not None
    assert (reading.radio.state, reading.radio.generation) == (RadioState.ON, 6)
    mine, other = reading.neighbours
    assert mine.joined
    assert mine.load is not None
    assert (mine.load.stations, mine.load.use) == (3, 0.2)
    assert (other.ssid, other.rssi_dbm, other.joined) == ("voisin", -82, False)
    assert other.age_s == pytest.approx(90, abs=5)
    # The own access point is heard all the time; the others only when the system searches.
    assert reading.scan_age_s == pytest.approx(90, abs=5)


def test_without_leave_the_signal_is_told_and_the_name_is_not() -> None:
    api = air.home()
    api.codes = {calls.CONNECTION: 5, "bss_list": 5}
    reading = read(api)
    link = told(reading.link)
    assert reading.access is WifiAccess.NAMELESS
    assert (link.ssid, link.missing["ssid"], link.missing["bssid"]) == (None, Why.NO_CONSENT, Why.NO_CONSENT)
    assert reading.missing["neighbours"] is Why.NO_CONSENT
    assert (link.rssi_dbm, link.tx and link.tx.kbit_s) == (-61, 2_161_000)
    assert link.channel is not None
    assert link.channel.number == 36


def test_without_leave_and_without_the_newer_call_it_is_denied() -> None:
    api = air.home()
    api.codes = {calls.CONNECTION: 5, "bss_list": 5, calls.RSSI: 5, calls.QUALITY: 87}
    reading = read(api)
    assert (reading.access, reading.link, reading.missing["link"]) == (WifiAccess.DENIED, None, Why.NO_CONSENT)


@pytest.mark.parametrize(
    ("codes", "access"),
    [
        ({"open": 1062}, WifiAccess.NO_SERVICE), ({"open": calls.NO_LIBRARY}, WifiAccess.NO_SERVICE),
        ({"interfaces": 5}, WifiAccess.DENIED), ({"interfaces": 87}, WifiAccess.UNREADABLE),
    ],
)  # fmt: skip
def test_each_refusal_has_its_name(codes: dict[object, int], access: WifiAccess) -> None:
    api = air.home()
    api.codes = codes
    assert read(api).access is access


def test_no_adapter() -> None:
    assert read(air.Air({"interfaces": air.interfaces()})).access is WifiAccess.NO_ADAPTER


@pytest.mark.parametrize(
    ("pairs", "state"),
    [
        (((1, 1), (2, 1)), RadioState.ON), (((2, 1), (2, 1)), RadioState.SOFT_OFF), (((1, 2),), RadioState.HARD_OFF),
        (((2, 2),), RadioState.HARD_OFF), ((), RadioState.UNKNOWN), (((0, 0),), RadioState.UNKNOWN),
    ],
)  # fmt: skip
def test_switches(pairs: tuple[tuple[int, int], ...], state: RadioState) -> None:
    assert tell.radio_state(air.radio(*pairs)) is state


def test_the_adapter_that_is_in_a_network_is_read() -> None:
    api = air.home()
    api.answers["interfaces"] = air.interfaces(0, 4, 1)
    assert read(api).link is not None
    api.answers["interfaces"] = air.interfaces(4)
    gone = read(api)
    assert (gone.access, gone.link, gone.joining, gone.missing["link"]) == (
        WifiAccess.TOLD, None, False, Why.NOT_JOINED,
    )  # fmt: skip
    api.answers["interfaces"] = air.interfaces(5)
    assert read(api).joining


def test_several_links_at_6_ghz_and_a_lying_rate() -> None:
    api = air.home()
    api.answers[calls.CONNECTION] = air.connection(rx=46_000_000, auth=9)
    api.answers[calls.QUALITY] = air.quality((5180, 160, -70), (6135, 320, -55))
    del api.answers[calls.RSSI]
    api.codes["bss_list"] = 1168
    link = told(read(api).link)
    assert link.channel is not None
    assert (link.channel.band, link.channel.width_mhz, link.rssi_dbm) == (Band.GHZ_6, 320, -55)
    assert (link.rx, link.missing["rx"], link.security) == (None, Why.IMPLAUSIBLE, Security.WPA3)


def test_an_older_windows_gives_the_channel_by_number_only_where_that_is_certain() -> None:
    assert tell.by_number(36, 8) is not None
    assert tell.by_number(37, 10) is None, "5 GHz has no 37, and 6 GHz has"
    assert tell.by_number(1, 10) is None, "2.4 and 6 GHz have a channel 1"
    assert tell.by_number(1, 7) is not None
    assert tell.by_number(6, 10) is not None
    assert tell.by_number(None, 7) is None


def test_what_beacons_said_is_no_access_point() -> None:
    """A list's first number is its size, its second counts; behind the entries stand the beacons' bytes."""
    long = air.RSN_PSK + b"\xdd\xff" + bytes(range(1, 256)) + b"\xdd\xff" + bytes(range(1, 256))
    heard = tell.neighbours(air.bss_list(air.heard(-60, raw=long), air.heard(-70, raw=long)), time.time())
    assert [(bss.rssi_dbm, bss.security) for bss in heard] == [(-60, Security.WPA2), (-70, Security.WPA2)]


def test_only_the_link_asks_for_nothing_that_needs_leave_or_time() -> None:
    api = air.home()
    reading = read(api, neighbours=False)
    assert reading.link is not None
    assert not reading.neighbours
    assert not {"bss_list", "profiles", "scan"} & set(api.asked)


def test_a_handle_of_another_time_is_opened_anew() -> None:
    api = air.home()
    api.codes["interfaces"] = calls.INVALID_HANDLE
    read(api)
    assert (api.opened, api.closed) == (2, 1)


def test_a_service_that_hangs_gives_a_reading_all_the_same() -> None:
    api = air.home()
    api.pause_s = 0.3

    async def twice() -> tuple[WifiReading, WifiReading, float]:
        one = radios(api, limit_s=0.1)
        first, began = await one.read(), time.monotonic()
        return first, await one.read(), time.monotonic() - began

    first, second, _ = asyncio.run(twice())
    assert first.access is second.access is WifiAccess.UNREADABLE


def test_netsh_is_asked_where_the_library_fails_and_only_there() -> None:
    from probes.radio.texts import netsh
    from tests.wifi.made_texts import W11_FR

    async def console() -> WifiReading:
        return netsh.interfaces(W11_FR)

    api = air.home()
    assert asyncio.run(radios(api, console=console).read()).source == "wlanapi"
    api.codes["interfaces"] = 87
    assert asyncio.run(radios(api, console=console).read()).source == "netsh"


@pytest.mark.parametrize(
    ("codes", "outcome"),
    [
        ({}, ScanOutcome.DONE), ({"scan": 5}, ScanOutcome.DENIED), ({"scan": 170}, ScanOutcome.BUSY),
        ({"scan": 0x80342002}, ScanOutcome.RADIO_OFF), ({"scan": -2144067582}, ScanOutcome.RADIO_OFF),
        ({"scan": 31}, ScanOutcome.FAILED), ({"open": 1062}, ScanOutcome.NO_ADAPTER),
        ({"interfaces": 5}, ScanOutcome.DENIED),
    ],
)  # fmt: skip
def test_a_search_ends_with_a_word(codes: dict[object, int], outcome: ScanOutcome) -> None:
    api = air.home()
    api.codes = codes
    scan = asyncio.run(radios(api).scan())
    assert scan.outcome is outcome
    assert bool(scan.found) == (outcome in (ScanOutcome.DONE, ScanOutcome.BUSY))


def test_a_radio_that_is_off_is_not_searched_with() -> None:
    api = air.home()
    api.answers[calls.RADIO] = air.radio((2, 1))
    assert asyncio.run(radios(api).scan()).outcome is ScanOutcome.RADIO_OFF
    assert "scan" not in api.asked


def test_reading_never_searches() -> None:
    api = air.home()
    read(api)
    assert "scan" not in api.asked


@given(st.sampled_from(sorted(map(str, air.home().answers))), st.data())
def test_no_damage_to_any_answer_makes_an_error_or_a_lie(name: str, data: st.DataObject) -> None:
    api = air.home()
    key = next(each for each in api.answers if str(each) == name)
    raw = bytearray(api.answers[key])
    for _ in range(data.draw(st.integers(0, 8))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    api.answers[key] = bytes(raw[: data.draw(st.integers(0, len(raw)))])
    found = tell.adapters(api.answers["interfaces"])
    if found:
        sane(look.reading(api, found[0], True))


# -- the event log ------------------------------------------------------------------------------------------------


def logged(number: int, second: int, **data: str) -> str:
    rows = "".join(f"<Data Name='{name}'>{value}</Data>" for name, value in data.items())
    return (
        "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
        f"<Provider Name='Microsoft-Windows-WLAN-AutoConfig'/><EventID>{number}</EventID>"
        f"<TimeCreated SystemTime='2026-11-22T20:15:{second:02}.1234567Z'/></System>"
        f"<EventData>{rows}</EventData></Event>"
    )


DRIVER = "Le réseau a été déconnecté par le pilote."
AT = 1_795_378_500.123456


def test_what_was_joined_refused_and_lost() -> None:
    log = [
        logged(8003, 50, Reason=DRIVER), logged(8001, 20, SSID="maison", BSSID="02-00-00-11-22-33"),
        logged(8002, 11, FailureReason="?", ReasonCode="229382"), logged(11006, 10, PeerMac="02:00:00:11:22:33",
        ReasonCode="0x48014"), logged(1, 2), "<broken", "",
    ]  # fmt: skip
    refused, joined, dropped = events.story(log, [])
    assert (refused.kind, refused.key_refused, refused.bssid) == (EventKind.REFUSED, True, "02:00:00:11:22:33")
    assert refused.at == pytest.approx(AT + 10, abs=0.001)
    assert (joined.kind, joined.bssid) == (EventKind.JOINED, "02:00:00:11:22:33")
    assert (dropped.kind, dropped.by_us) == (EventKind.DROPPED, False)


def test_a_drop_beside_a_sleep_is_the_pcs_own_and_unknown_where_sleeps_are_not_told() -> None:
    drop = [logged(8003, 30, Reason=DRIVER)]
    assert events.story(drop, [logged(42, 25)])[0].by_us is True
    assert events.story(drop, [logged(42, 5)])[0].by_us is False
    assert events.story(drop, None)[0].by_us is None


@pytest.mark.parametrize(
    ("code", "key", "wanted"),
    [("294932", True, None), ("163853", True, None), ("0x50005", True, None), ("229377", None, True),
     ("163851", False, None), ("294917", None, None), ("", None, None), ("x", None, None)],
)  # fmt: skip
def test_reasons_of_a_refusal(code: str, key: bool | None, wanted: bool | None) -> None:
    (one,) = events.story([logged(8002, 1, ReasonCode=code)], [])
    assert (one.key_refused, one.by_us) == (key, wanted)


def test_a_dropping_that_somebody_wanted() -> None:
    for text in ("The network is disconnected by the user.", "Vom Benutzer getrennt", "nouvelle connexion demandée"):
        assert events.story([logged(8003, 1, Reason=text)], None)[0].by_us is True
    assert events.story([logged(8003, 1, Reason="?", ReasonCode="4")], [])[0].reason == 4


def test_xml_that_would_grow_is_refused() -> None:
    bomb = "<!DOCTYPE e [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]>" + logged(8001, 1, SSID="&b;")
    assert events.parse(bomb) is None
    assert events.parse("<e>" + "a" * 100_000 + "</e>") is None


def test_how_long_it_is_joined_comes_from_the_log() -> None:
    since = WifiEvent(EventKind.JOINED, time.time() - 600)
    link = told(read(air.home(), past=(since,)).link)
    assert link.connected_s == pytest.approx(600, abs=5)
    gone = WifiEvent(EventKind.DROPPED, time.time() - 60)
    assert told(read(air.home(), past=(since, gone)).link).missing["connected_s"] is Why.NOT_OFFERED
    assert read(air.home(), past=None).missing["events"] is Why.NOT_OFFERED


@given(st.text(max_size=300))
def test_no_event_is_too_odd(text: str) -> None:
    events.story([text, logged(8003, 1, Reason="x").replace("8003", "8002")], [text])
