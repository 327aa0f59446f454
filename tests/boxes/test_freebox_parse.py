"""Shapes of a Freebox that no record shows, by the documentation and by clients of real boxes."""

from __future__ import annotations

from typing import Any

import pytest

from selfcare.boxes.freebox import parental, parse, parse_home, parse_settings
from selfcare.boxes.freebox.lenient import flag, whole
from selfcare.model.box import (
    Absent,
    AccessMedium,
    ActivityState,
    GuestNetwork,
    HostLayer,
    LinkStatus,
    ParentalRule,
    ParentalSlot,
    Security,
    Why,
    WifiBand,
)
from selfcare.model.units import Seconds
from tests.boxes.freebox import tells
from tests.boxes.freebox.at import box, run


def host(**more: Any) -> dict[str, Any]:
    return {"l2ident": {"id": "7E:EC:37:88:EE:D6", "type": "mac_address"}, "primary_name": "pc"} | more


def test_while_4g_stands_in_for_the_line_the_line_itself_is_looked_at() -> None:
    for fault, absent, there in (("dsl-margin", "optical", "dsl"), ("weak-light", "dsl", "optical")):
        simulator = box(fault)
        simulator.media = "backup_4g"

        async def both(session: Any, first: str = absent, second: str = there) -> Any:
            return await session.wan(), await getattr(session, first)(), await getattr(session, second)()

        wan, missing, found = run(simulator, both)
        assert wan.medium is AccessMedium.CELLULAR
        assert missing == Absent(Why.OTHER_LINE)
        assert found.status is LinkStatus.UP


def test_what_is_left_of_an_old_telephone_line_is_no_line_on_fibre(monkeypatch: pytest.MonkeyPatch) -> None:
    left = {"status": {"status": "down"}, "down": {"es": 43, "crc": 7, "rate": 0}, "up": {}}
    monkeypatch.setattr(tells, "xdsl", lambda home, major: left)
    assert run(box(), lambda session: session.dsl()) == Absent(Why.OTHER_LINE)


def test_hosts_may_name_their_address_in_a_list() -> None:
    found = parse_home.host(host(l2ident=[{"id": "7E:EC:37:88:EE:D6", "type": "mac_address"}]))
    assert found is not None and found.phys_address == "7e:ec:37:88:ee:d6"
    assert parse_home.host(host(l2ident={"id": "pc.local", "type": "mdns"})) is None


def test_webonly_is_neither_blocked_nor_not() -> None:
    for mode, blocked in (("denied", True), ("allowed", False), ("webonly", None)):
        found = parse_home.host(host(network_control={"profile_id": 3, "current_mode": mode}))
        assert found is not None and found.blocked is blocked
        told = {"profile_id": 3, "macs": ["7E:EC:37:88:EE:D6"], "current_mode": mode}
        assert parental.control([told], None, {}).schedules[0].blocked_now is blocked


def test_an_address_in_use_goes_before_one_that_was() -> None:
    known = [
        {"addr": "192.168.1.9", "af": "ipv4", "active": False},
        {"addr": "192.168.1.20", "af": "ipv4", "active": True},
        {"addr": "2a01:e0a::5", "af": "ipv6", "active": True},
        {"addr": "2a01:e0a::6", "af": "ipv6", "active": False},
    ]
    found = parse_home.host(host(l3connectivities=known, active=True))
    assert found is not None
    assert (found.ip_address, found.ipv6_addresses) == ("192.168.1.20", ("2a01:e0a::5",))


def test_a_host_on_6_ghz_and_one_on_powerline() -> None:
    wireless = {"connectivity_type": "wifi", "wifi_information": {"band": "6g", "signal": -55}}
    found = parse_home.host(host(access_point=wireless))
    assert found is not None and (found.layer, found.signal) == (HostLayer.WIFI_6, -55.0)
    found = parse_home.host(host(access_point={"connectivity_type": "freeplug"}))
    assert found is not None and found.layer is HostLayer.POWERLINE


def test_a_decoder_that_is_not_reachable_is_down_and_is_not_asked() -> None:
    (known,) = parse_home.players([{"id": 11, "reachable": False, "api_available": True}])
    assert known[1] is False and known[2].state is ActivityState.DOWN
    (android,) = parse_home.players([{"id": 12, "reachable": True, "api_available": False}])
    assert android[1] is False and android[2].state is None


def test_a_telephone_off_the_hook_with_a_defect() -> None:
    (phone,) = parse_home.phones({"id": 1, "type": "fxs", "on_hook": False, "hardware_defect": True})
    assert (phone.off_hook, phone.defect) == (True, True)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("wpa2_psk_ccmp", Security.WPA2), ("wpa23_psk_ccmp_mrsno", Security.WPA2_WPA3), ("wpa3_psk", Security.WPA3),
        ("wpa12_psk_auto", Security.WPA_WPA2), ("wpa_psk_tkip", Security.WPA), ("wep", Security.WEP), ("?", None),
    ],
)  # fmt: skip
def test_encryptions(word: str, kind: Security | None) -> None:
    found = parse_settings.network({"id": "00:24:D4:AA:BB:CC", "config": {"encryption": word, "key": "****"}})
    assert found is not None and found.security is kind and found.key is None


def test_a_network_of_its_own_and_a_shared_one() -> None:
    told = {
        "id": "02:00:00:00:00:10", "phy_id": 11, "config": {"enabled": False},
        "bss_params": {"ssid": "a", "enabled": True}, "shared_bss_params": {"ssid": "b", "enabled": True},
    }  # fmt: skip
    for shared, name in ((True, "b"), (False, "a")):
        found = parse_settings.network(told | {"use_shared_params": shared})
        assert found is not None and (found.ssid, found.enable, found.radio) == (name, False, "11")


def test_a_radio_keeps_off_radar_channels_where_they_are_not_allowed() -> None:
    free = {"band": "5g", "channel_width": "80", "primary": 36, "need_dfs": False}
    radar = free | {"primary": 100, "need_dfs": True}
    slow = free | {"band": "2d4g", "primary": 6}
    for allowed, channels in ((False, (36,)), (True, (36, 100))):
        told = {"id": 1, "config": {"band": "5g", "dfs_enabled": allowed}, "status": {"state": "dfs"}}
        found = parse_settings.radio(told, {"1": [free, radar, slow]})
        assert found is not None and found.possible_channels == channels
        assert (found.band, found.up, found.state) == (WifiBand.GHZ_5, False, "dfs")


def test_rules_that_are_no_slots_and_the_day_that_is_holidays() -> None:
    rule = {"mode": "denied", "start_time": 75600, "end_time": 0, "weekdays": [True] + [False] * 6 + [True]}
    assert parental.slot(rule) == ParentalSlot(Seconds(75600), Seconds(86400), (0,))
    assert parental.slot(rule | {"mode": "webonly"}) is None
    assert parental.slot(rule | {"enabled": False}) is None
    assert parental.slot(rule | {"weekdays": [False] * 7 + [True]}) is None
    sent = parental.rule(ParentalSlot(Seconds(300), Seconds(600), (0, 6)))
    assert sent["weekdays"] == [True, False, False, False, False, False, True, False]


def test_the_timetable_of_an_old_filter() -> None:
    week = ["allowed"] * (7 * 48)
    for day in (0, 2):
        week[day * 48 + 44 : day * 48 + 48] = ["denied"] * 4
    week[5 * 48] = "webonly"
    slots = parental.old_slots({"resolution": 48, "mapping": week})
    assert slots == (ParentalSlot(Seconds(22 * 3600), Seconds(86400), (0, 2)),)
    assert parental.old_planning(slots, {"resolution": 48})["mapping"][44:48] == ["denied"] * 4
    assert parental.old_slots({"resolution": 48, "mapping": week[:-1]}) == ()


def test_a_filter_told_for_a_time() -> None:
    from datetime import UTC, datetime, timedelta

    now = datetime(2026, 11, 22, tzinfo=UTC)
    told = {"id": 4, "macs": ["D8:A2:CA:78:BA:74"], "forced": False, "tmp_mode": "denied", "tmp_mode_expire": 600}
    found = parental.old_schedule(told, None, now)
    assert (found.rule, found.until) == (ParentalRule.BLOCKED, now + timedelta(seconds=600))
    forced = parental.old_schedule(told | {"forced": True, "forced_mode": "denied"}, None, now)
    assert (forced.rule, forced.until) == (ParentalRule.BLOCKED, None)


@pytest.mark.parametrize(
    ("value", "told"),
    [(True, True), ("1", True), (0, False), ("false", False), ("", None), (2, None), ([], None), (None, None)],
)
def test_yes_and_no_in_every_way_they_are_told(value: Any, told: bool | None) -> None:
    assert flag(value) is told


def test_the_guests_name_by_the_path_in_the_singular() -> None:
    simulator = box()
    simulator.takes.singular = True

    async def change(session: Any) -> Any:
        before = await session.guest()
        await session.set_guest(GuestNetwork(enable=True, ssid="Amis", key="bienvenue-chez-nous"))
        return before.ssid, (await session.guest()).ssid

    assert run(simulator, change) == ("Invites", "Amis")


def test_a_module_that_reports_no_power_has_none_whatever_stands_there() -> None:
    told = {"sfp_present": True, "sfp_has_power_report": False, "sfp_pwr_rx": -4000, "sfp_pwr_tx": -4000}
    assert (parse.optical(told).rx_power, parse.optical(told).tx_power) == (None, None)
    told = {"sfp_present": True, "sfp_has_power_report": True, "sfp_pwr_rx": -2225, "sfp_pwr_tx": 0}
    assert (parse.optical(told).rx_power, parse.optical(told).tx_power) == (-22.25, None)


def test_a_fibre_box_of_an_unknown_medium_shows_its_module_and_no_dsl() -> None:
    assert parse.has_dsl({"status": {"status": "down"}, "down": {"es": 0}, "up": {}}) is False
    assert parse.has_dsl({"status": {"status": "down"}, "down": {"es": 12}, "up": {}}) is True
    assert parse.has_dsl({"status": {"status": "disabled"}, "down": {"es": 12}}) is False
    assert parse.dsl({"status": {"status": "chan_analysis"}}).status is LinkStatus.INITIALISING  # type: ignore[union-attr]


def test_an_address_of_zeros_is_none() -> None:
    told = parse.wan({"state": "going_up", "ipv4": "0.0.0.0", "ipv6": "::", "media": "ftth"})
    assert (told.ipv4_address, told.ipv6_address, told.ipv6_status) == (None, None, None)


@pytest.mark.parametrize(
    ("value", "told"), [(7, 7), ("7", 7), (7.0, 7), (7.5, None), ("x", None), (True, None), (-1, None)]
)
def test_whole_numbers(value: Any, told: int | None) -> None:
    assert whole(value, 0, 10) == told
