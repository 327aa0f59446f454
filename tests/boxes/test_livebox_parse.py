"""The parsers on junk, and the rules that no recorded reply shows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.livebox.client import trouble, unwrap
from selfcare.boxes.livebox.parse import home, line, rules, values, week, wifi
from selfcare.model.box import (
    Absent,
    AccessMedium,
    ConnectionStatus,
    DslLine,
    LinkStatus,
    OnuState,
    ParentalRule,
    ParentalSlot,
    Why,
)
from selfcare.model.units import Seconds

KEYS = st.sampled_from([
    "status", "data", "errors", "result", "dsl", "dsl0", "gpon", "veip0", "LinkStatus", "DownstreamCurrRate",
    "SignalRxPower", "OnuState", "Status", "wlanvap", "wlanradio", "base", "vap", "Security", "LLIntf",
    "scheduleInfo", "schedule", "begin", "end", "state", "ID", "Protocol", "ExternalPort", "DestinationIPAddress",
    "Tags", "PhysAddress", "eth", "IPv6Address", "WANAccess", "BlockedReasons", "trunk_lines", "WiFi", "BootDate",
    "MACAddress", "IPAddress", "ConnectionState", "LinkType", "DNSServers", "Channel", "OperatingChannelBandwidth",
    "Enable", "error",
])  # fmt: skip
WORDS = st.sampled_from(
    ["Up", "Bound", "O5_Operation", "Disable", "6,17", "80-90", "02:00:00:00:00:01", "Auto", "2.4GHz"]
)
LEAF = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), WORDS)
JUNK = st.recursive(
    LEAF,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.one_of(KEYS, st.text(max_size=5)), inner)),
    max_leaves=25,
)
PARSERS = [
    line.wan, line.dsl, line.optical, line.sfp, line.traffic, home.device, home.restarts, home.hosts, home.reservations,
    home.ports, home.tv, home.phones, wifi.settings, wifi.guest, rules.parental, rules.forwards, rules.schedule,
]  # fmt: skip


@given(junk=JUNK, more=JUNK)
def test_junk_is_a_value(junk: Any, more: Any) -> None:
    for parse in PARSERS:
        parse(junk)
    line.dsl({"dsl": {"dsl0": junk}}, more)
    line.optical({"gpon": {"veip0": junk}})
    wifi.settings(junk, more, junk, more)
    wifi.guest(junk, more, junk)
    home.dhcp(junk, more, junk)
    home.tv(junk, more)


@given(junk=JUNK)
def test_an_envelope_of_junk_is_a_value_or_an_error(junk: Any) -> None:
    for sent in (junk, {"result": junk}, {"status": junk}, {"errors": junk}, {"status": None, "errors": [junk]}):
        try:
            unwrap(sent)
        except BoxError as error:
            assert error.code in BoxErrorCode


@pytest.mark.parametrize(("sent", "value"), [
    ({"status": {"a": 1}}, {"a": 1}),
    ({"result": {"status": {"a": 1}}}, {"a": 1}),
    ({"status": True, "data": {"a": 1}}, {"a": 1}),
    ({"status": None, "data": {"a": 1}}, {"a": 1}),
    ({"status": 0, "data": {"a": 1}}, {"a": 1}),
    ({"status": True}, True), ({"status": False}, False), ({"status": None}, None), ({"status": 30}, 30),
    ({"status": []}, []), ({}, None), ({"status": {"a": 1}, "errors": []}, {"a": 1}),
])  # fmt: skip
def test_status_is_the_value_or_goes_with_one(sent: Any, value: Any) -> None:
    assert unwrap(sent) == value


@pytest.mark.parametrize(("numbers", "code"), [
    ([196618], BoxErrorCode.UNSUPPORTED), ([196618, 196639], BoxErrorCode.UNSUPPORTED),
    ([196639], BoxErrorCode.REFUSED), ([13], BoxErrorCode.LOGIN_REQUIRED), ([1], BoxErrorCode.REFUSED),
])  # fmt: skip
def test_numbers_of_errors(numbers: list[int], code: BoxErrorCode) -> None:
    assert trouble([{"error": number, "description": "x"} for number in numbers]).code is code
    assert trouble([{"error": 4, "description": "Permission denied"}]).code is BoxErrorCode.LOGIN_REQUIRED


def test_a_lease_that_outlives_the_cut_is_no_session() -> None:
    cut = {"WanState": "down", "LinkState": "down", "ConnectionState": "Bound", "LinkType": "gpon"}
    assert line.wan(cut).status is ConnectionStatus.DISCONNECTED
    assert line.wan({**cut, "LinkState": "up"}).status is ConnectionStatus.CONNECTED
    assert line.wan({"WanState": "up"}).status is ConnectionStatus.CONNECTED
    assert line.wan({"ConnectionState": "Something"}).status is None
    assert line.wan({"LinkType": "xgs-pon"}).medium is AccessMedium.FIBRE
    assert line.wan({"IPAddress": "0.0.0.0"}).ipv4_address is None


def dsl_line(**told: Any) -> DslLine | Absent:
    return line.dsl({"dsl": {"dsl0": {"LinkStatus": "Up", **told}}})


def test_attainable_rate_needs_a_rate_beside_it() -> None:
    bits = dsl_line(DownstreamCurrRate=23_160, DownstreamMaxRate=29_717_000)
    kilo = dsl_line(DownstreamCurrRate=23_160, DownstreamMaxRate=29_717)
    alone = dsl_line(DownstreamMaxRate=29_717_000)
    assert isinstance(bits, DslLine) and isinstance(kilo, DslLine) and isinstance(alone, DslLine)
    assert (bits.down.max_rate, kilo.down.max_rate, alone.down.max_rate) == (29_717, 29_717, None)


def test_a_line_without_sync_has_no_figures_of_zero() -> None:
    seen = line.dsl({"dsl": {"dsl0": {"LinkStatus": "NoSignal", "DownstreamNoiseMargin": 0, "DownstreamCurrRate": 0}}})
    assert isinstance(seen, DslLine)
    assert (seen.status, seen.down.rate, seen.down.noise_margin) == (LinkStatus.DOWN, None, None)
    none = dsl_line(DownstreamNoiseMargin=32_767, DownstreamAttenuation=65_535)
    assert isinstance(none, DslLine)
    assert (none.down.noise_margin, none.down.attenuation) == (None, None)
    margin = dsl_line(DownstreamNoiseMargin="-12", UpstreamNoiseMargin=0)
    assert isinstance(margin, DslLine)
    assert (margin.down.noise_margin, margin.up.noise_margin) == (-1.2, 0.0)


def test_a_word_nobody_knows_is_no_state() -> None:
    assert line.dsl({"dsl": {"dsl0": {"LinkStatus": "Unknown"}}}) == Absent(Why.UNREADABLE)
    assert line.dsl({"dsl": {"dsl0": {"LinkStatus": "NotPresent"}}}) == Absent(Why.CANNOT)
    assert line.onu_state("O9_Unknown") is None
    assert line.onu_state("O55") is None
    assert line.onu_state("O7_Emergency_Stop") is OnuState.O7


@pytest.mark.parametrize("rx", [0, -127_500, "", None, "n/a", -99_999])
def test_a_receiver_that_measures_nothing_has_no_power(rx: Any) -> None:
    seen = line.optical({"gpon": {"veip0": {"SignalRxPower": rx, "Voltage": 0, "Temperature": 0}}})
    assert seen is not None
    assert (seen.rx_power, seen.voltage, seen.temperature) == (None, None, None)


def test_where_blocking_is_the_rule_the_spans_allow() -> None:
    plan = {"ID": "02:00:00:00:00:01", "def": "Disable", "value": "Disable",
            "schedule": [{"begin": 3_600, "end": 86_400, "state": "Enable"}]}  # fmt: skip
    seen = rules.schedule(plan)
    assert seen is not None
    assert set(seen.slots) == {
        ParentalSlot(Seconds(0), Seconds(3_600), (0,)), ParentalSlot(Seconds(0), Seconds(86_400), (1, 2, 3, 4, 5, 6)),
    }  # fmt: skip
    assert (seen.rule, seen.blocked_now) == (ParentalRule.PLANNED, True)


@pytest.mark.parametrize(("told", "rule", "now"), [
    ({"override": "Disable"}, ParentalRule.BLOCKED, True), ({"override": "Enable"}, ParentalRule.ALLOWED, False),
    ({"override": "", "value": "Enable"}, ParentalRule.PLANNED, False), ({}, ParentalRule.PLANNED, None),
    ({"override": "Disable", "enable": False}, ParentalRule.ALLOWED, False),
])  # fmt: skip
def test_a_word_by_hand_goes_before_the_plan(told: Any, rule: ParentalRule, now: bool | None) -> None:
    seen = rules.schedule({"ID": "02:00:00:00:00:01", **told})
    assert seen is not None
    assert (seen.rule, seen.blocked_now) == (rule, now)


def test_without_timetables_nobody_is_said_to_be_free() -> None:
    entry = {"PhysAddress": "02:00:00:00:00:01", "Tags": "eth"}
    told = [{**entry, "WANAccess": {"BlockedReasons": reasons}} for reasons in ("", "ToD")]
    assert [host.blocked for host in home.blocked(home.hosts([entry, *told]), None)] == [None, None, True]
    free = [host.blocked for host in home.blocked(home.hosts(told), rules.parental([]))]
    assert free == [False, True]
    unknown = rules.parental([{"ID": "02:00:00:00:00:01"}])
    assert [host.blocked for host in home.blocked(home.hosts([entry]), unknown)] == [None]


def test_a_night_that_crosses_the_week() -> None:
    night = ParentalSlot(Seconds(79_200), Seconds(25_200), (6,))  # Sunday 22:00 to Monday 07:00
    assert week.spans([night]) == [(0, 25_200), (597_600, 604_800)]
    assert set(week.slots(week.spans([night]))) == {
        ParentalSlot(Seconds(0), Seconds(25_200), (0,)), ParentalSlot(Seconds(79_200), Seconds(86_400), (6,)),
    }  # fmt: skip


SLOT = st.builds(
    lambda start, length, days: ParentalSlot(Seconds(start), Seconds(min(start + length, 86_400)), tuple(sorted(days))),
    st.integers(0, 86_399), st.integers(1, 86_400), st.sets(st.integers(0, 6), min_size=1),
)  # fmt: skip


@given(st.lists(SLOT, max_size=6))
def test_a_week_goes_to_the_box_and_comes_back(wanted: list[ParentalSlot]) -> None:
    sent = week.spans(wanted)
    assert week.spans(week.slots(sent)) == sent
    covered = {(day, second // 60) for slot in wanted for day in slot.weekdays
               for second in range(int(slot.start), int(slot.end), 7_200)}  # fmt: skip
    for day, minute in covered:
        at = day * 86_400 + minute * 60 + 59
        assert any(begin <= at + 60 and at - 60 < end for begin, end in sent)
    assert week.rest(week.rest(sent)) == sent


def test_times_that_stand_for_never() -> None:
    assert values.moment("0001-01-01T00:00:00Z") is None
    assert values.moment("9999-12-31T23:59:59Z") is None
    assert values.moment("2026-03-11T06:04:56Z") == datetime(2026, 3, 11, 6, 4, 56, tzinfo=UTC)


@pytest.mark.parametrize(("sent", "seen"), [(1, True), ("1", True), (0, False), ("false", False), ("Enabled", True)])
def test_switches_in_many_spellings(sent: Any, seen: bool) -> None:
    assert values.flag(sent) is seen


def test_numbers_as_text_and_numbers_that_are_none() -> None:
    assert (values.number(" 12.5 "), values.number(True), values.number("nan"), values.number(10**400)) == (
        12.5, None, None, None,
    )  # fmt: skip


def test_a_line_that_is_not_used_is_no_telephone() -> None:
    told = [{"enable": True, "trunk_lines": [{"enable": "Disabled", "status": "Down"}, {"status": "Up"}]}]
    assert [phone.state for phone in home.phones(told)] == ["up"]


def test_a_decoder_that_is_away_has_no_state() -> None:
    away = {"PhysAddress": "02:00:00:00:00:01", "Tags": "stb", "Active": False}
    (seen,) = home.tv({"IPTVStatus": "Weird"}, [away])
    assert (seen.state, seen.service_available) == (None, None)


def test_on_in_spite_of_the_timetable_is_not_planned() -> None:
    power = {"WiFi": {"Activate": True, "Enable": False}}
    radios = {"wlanradio": {"rad2g0": {"RadioStatus": "Up"}}}
    assert wifi.settings(radios, {"Enable": True}, power).planned is False
    assert wifi.settings({}, {"Enable": True}, power).planned is True
    assert wifi.settings({}, {"Enable": False}, {"WiFi": {"Enable": True, "Activate": False}}).enable is False


def test_power_profiles_as_an_object_or_a_list() -> None:
    assert wifi.profile({"WiFi": {"Enable": True}}) == {"Enable": True}
    assert wifi.profile([{"Name": "Other"}, {"Name": "WiFi", "Enable": False}])["Enable"] is False
    assert wifi.profile(None) == {}
