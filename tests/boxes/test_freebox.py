"""The Freebox driver read from the simulated box: every port, every fault, in the home's own figures."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from selfcare.boxes.freebox import DRIVER, FreeboxSession
from selfcare.boxes.ports import PORTS
from selfcare.model.box import (
    Absent,
    AccessMedium,
    ActivityState,
    Capability,
    ConnectionStatus,
    HostLayer,
    LinkStatus,
    Mode,
    ParentalRule,
    PortRange,
    Protocol,
    Security,
    Support,
    Why,
)
from tests.boxes.base import serving
from tests.boxes.freebox.at import box, run
from tests.boxes.home import FAULTS, Forward, Host

READINGS = (
    "device",
    "wan",
    "wan_traffic",
    "dsl",
    "optical",
    "cellular",
    "line_events",
    "restarts",
    "ports",
    "tv",
    "phone",
)
SETTINGS = ("wifi", "guest", "parental", "forwards", "dhcp", "hosts")


def test_claims_are_what_the_session_can() -> None:
    claimed = {claim.capability for claim in DRIVER.claims if claim.support is Support.YES}
    assert claimed == {capability for capability, port in PORTS.items() if issubclass(FreeboxSession, port)}
    assert all(model in DRIVER.models for claim in DRIVER.claims for model in claim.models if model)
    assert all(claim.source for claim in DRIVER.claims)


def test_recognised_without_login_in_one_question() -> None:
    simulator = box()

    async def whole() -> Any:
        async with serving(simulator) as place:
            return await DRIVER.recognise(place)

    who = asyncio.run(whole())
    assert (who.model_name, who.uid, who.product_class) == ("Freebox Pop", simulator.home.uid, "fbxgw8-r1/full")
    assert [each.path for each in simulator.asked] == ["/api_version"]


def test_without_login_only_the_identity_is_told_and_nothing_is_asked() -> None:
    simulator = box()

    async def whole() -> list[Any]:
        async with serving(simulator) as place:
            session = DRIVER.open(place)
            told = [await getattr(session, name)() for name in READINGS + SETTINGS if name != "device"]
            assert simulator.asked == []
            assert (await session.device()).model_name == "Freebox Pop"
            await session.close()
            return told

    assert asyncio.run(whole()) == [Absent(Why.NEEDS_PAIRING)] * (len(READINGS + SETTINGS) - 1)


def test_the_device() -> None:
    simulator = box("new-firmware")
    told = run(simulator, lambda session: session.device())
    assert (told.software_version, told.serial_number, told.uid) == (
        "99.9.9",
        simulator.home.serial,
        simulator.home.uid,
    )
    assert (told.up_time, told.mode, told.api_version) == (simulator.home.up_time, Mode.ROUTER, "14.2")
    assert told.temperature == 61.0  # the hottest processor: not the disk, and a value is missing


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_each_fault_reads_as_the_home_has_it(fault: str) -> None:
    simulator = box(fault)
    home = simulator.home

    async def all_of(session: FreeboxSession) -> list[Any]:
        return [await getattr(session, name)() for name in ("wan", "wan_traffic", "dsl", "optical")]

    wan, traffic, dsl, optical = run(simulator, all_of)
    up = home.line.session == "connected"
    assert wan.status is (ConnectionStatus.CONNECTED if up else ConnectionStatus.DISCONNECTED)
    assert wan.ipv4_address == (home.line.ipv4 or None) and wan.ipv6_prefix == (home.line.prefix or None)
    assert wan.ports == PortRange(*home.line.ports)
    assert wan.down_capacity == (home.line.down_kbps if up else None)
    assert (traffic.received, traffic.down_rate) == (home.line.received, home.line.rate_down)
    if home.line.medium == "dsl":
        assert wan.medium is AccessMedium.DSL and optical == Absent(Why.OTHER_LINE)
        told = home.line.dsl
        synced = told.status == "up"
        assert dsl.status is (LinkStatus.UP if synced else LinkStatus.DOWN)
        assert dsl.down.noise_margin == (told.margin_down if synced else None)
        assert dsl.down.attenuation == (told.attenuation_down if synced else None)
        assert (dsl.down.rate, dsl.up.rate) == ((told.rate_down, told.rate_up) if synced else (None, None))
        assert (dsl.down.crc_errors, dsl.down.errored_secs) == (told.crc, told.es)
        assert dsl.showtime == (told.showtime if synced else None)
    else:
        going = AccessMedium.CELLULAR if home.line.stand_in else AccessMedium.FIBRE
        assert wan.medium is (AccessMedium.ETHERNET if home.line.terminal else going)
        assert dsl == Absent(Why.OTHER_LINE)
        optics = home.line.optics
        assert optical.rx_power == pytest.approx(optics.rx, abs=0.005)
        assert (optical.signal, optical.status is LinkStatus.UP) == (optics.signal, optics.registered)


def test_a_firmware_that_is_being_changed_is_told_from_api_11_on() -> None:
    for fault, major, expected in (("updating", 14, True), ("dsl", 14, False), ("updating", 10, None)):
        assert run(box(fault, major=major), lambda session: session.device()).updating is expected


def test_no_optical_power_where_the_module_does_not_report_it() -> None:
    simulator = box()
    simulator.power_report = False
    told = run(simulator, lambda session: session.optical())
    assert (told.rx_power, told.tx_power, told.signal, told.module_present) == (None, None, True, True)


def test_an_old_api_has_whole_decibels_flat_temperatures_and_filters() -> None:
    simulator = box("dsl", "parental-block", major=4)

    async def all_of(session: FreeboxSession) -> Any:
        return [
            await getattr(session, name)() for name in ("dsl", "device", "wifi", "parental", "hosts", "guest", "tv")
        ]

    dsl, device, wifi, parental, hosts, guest, tv = run(simulator, all_of)
    assert (dsl.down.noise_margin, dsl.down.attenuation) == (9.0, 17.0)
    assert device.temperature == 61.0
    assert wifi.ssids[0].ssid == "Maison-Dupont" and wifi.shared is None
    assert parental.schedules[0].rule is ParentalRule.BLOCKED and parental.schedules[0].blocked_now is True
    assert hosts[0].blocked is True
    assert guest == Absent(Why.CANNOT)
    assert [each.phys_address for each in tv] == ["70:fc:8f:00:00:04"] and tv[0].state is None
    assert all("/api/v4/" in each.path for each in simulator.asked)


def test_line_events_and_the_last_start() -> None:
    simulator = box("unstable")

    async def both(session: FreeboxSession) -> Any:
        return await session.line_events(), await session.restarts()

    events, restarts = run(simulator, both)
    downs = [each for each in events if not each.up]
    now = datetime.now(UTC)
    for event, ago in zip(downs, sorted(simulator.home.disconnections), strict=True):
        assert abs((now - timedelta(seconds=ago)) - event.at) < timedelta(seconds=10)
    assert [each.what for each in downs] == ["session"] * 4 and [each.reason for each in downs] == ["ftth"] * 4
    assert len(restarts) == 1 and abs(now - timedelta(seconds=240) - restarts[0].at) < timedelta(seconds=10)


def test_wifi_with_and_without_the_right_to_see_keys() -> None:
    told = run(box(), lambda session: session.wifi())
    assert told.enable is True and told.shared is True and told.planned is False
    slow, fast = told.radios
    assert (slow.channel, slow.auto_channel, slow.width) == (6, True, 20)
    assert (fast.channel, fast.auto_channel, fast.width) == (44, False, 80)
    assert fast.possible_widths == (20, 40, 80) and 108 in fast.possible_channels
    assert [each.key for each in told.ssids] == ["une cle wifi bien longue"] * 2
    assert told.ssids[0].security is Security.WPA2
    assert "une cle wifi" not in repr(told)
    hidden = run(box("no-settings-right"), lambda session: session.wifi())
    assert [each.key for each in hidden.ssids] == [None, None]
    assert hidden.ssids[0].ssid == "Maison-Dupont"


def test_hosts_with_signal_rates_and_who_is_blocked() -> None:
    simulator = box("parental-block", "other-traffic")
    told = {each.host_name: each for each in run(simulator, lambda session: session.hosts())}
    assert (told["pc-camille"].blocked, told["pc-camille"].layer) == (True, HostLayer.ETHERNET)
    assert (told["tablette-leo"].signal, told["tablette-leo"].layer) == (-61.0, HostLayer.WIFI_5)
    assert told["tele-salon"].down_rate == simulator.home.hosts[2].rate_down  # the box's tx is the machine's down
    assert (told["tele-salon"].phy_up, told["tele-salon"].phy_down) == (65_000.0, None)
    assert told["ancien-telephone"].active is False and told["tele-salon"].blocked is None
    assert told["pc-camille"].ip_address == "192.168.1.20"


def test_guests_are_in_a_list_of_their_own() -> None:
    simulator = box()
    simulator.guests = [Host("de:ad:be:00:00:09", "192.168.27.9", "portable-invite", layer="wifi_5", signal=-50)]
    told = {each.host_name: each.guest for each in run(simulator, lambda session: session.hosts())}
    assert told["portable-invite"] is True and told["pc-camille"] is False and len(told) == 6


def test_forwards_of_the_subscriber_and_of_programs() -> None:
    simulator = box()
    simulator.home.forwards += [
        Forward(9000, 9000, "192.168.1.21", "tcp", id="2"),
        Forward(9000, 9000, "192.168.1.21", "udp", id="3"),
        Forward(53644, 16402, "192.168.1.22", "udp", origin="upnp", description="iC53644"),
    ]
    own, both, program = run(simulator, lambda session: session.forwards())
    assert (own.external_port, own.internal_port, own.valid, own.description) == (8443, 443, True, "NAS")
    assert (both.protocol, both.id) == (Protocol.BOTH, "2+3")
    assert (program.origin, program.lease, program.protocol) == ("upnp", 3600, Protocol.UDP)


def test_dhcp_ports_decoder_and_telephone() -> None:
    simulator = box()
    simulator.home.tv_up = False

    async def all_of(session: FreeboxSession) -> Any:
        return [await getattr(session, name)() for name in ("dhcp", "ports", "tv", "phone")]

    dhcp, ports, tv, phone = run(simulator, all_of)
    assert dhcp.dns_servers == ("192.168.1.1",) and dhcp.reservations[0].comment == "PC de Camille"
    assert [(each.up, each.rate, each.full_duplex) for each in ports] == [
        (True, 1_000_000.0, True), (True, 100_000.0, False), (False, None, None),
    ]  # fmt: skip
    assert tv[0].state is ActivityState.STANDBY
    assert (phone[0].state, phone[0].off_hook, phone[0].defect) == (None, False, False)


def test_without_the_right_for_players_they_are_still_seen() -> None:
    simulator = box()
    simulator.rights["player"] = False
    told = run(simulator, lambda session: session.tv())
    assert [(each.phys_address, each.state) for each in told] == [("70:fc:8f:00:00:04", None)]


def test_bridge_mode_has_a_line_but_no_settings() -> None:
    async def all_of(session: FreeboxSession) -> Any:
        return [await getattr(session, name)() for name in SETTINGS], await session.wan(), await session.device()

    settings, wan, device = run(box("bridge"), all_of)
    assert [each.why for each in settings] == [Why.BRIDGE] * len(SETTINGS)
    assert wan.status is ConnectionStatus.CONNECTED and device.mode is Mode.BRIDGE


def test_an_empty_list_has_no_result_key() -> None:
    simulator = box()
    simulator.home.forwards, simulator.home.reservations = [], {}

    async def both(session: FreeboxSession) -> Any:
        return await session.forwards(), await session.dhcp(), await session.parental()

    forwards, dhcp, parental = run(simulator, both)
    assert forwards == () and dhcp.reservations == () and parental.schedules == ()


@pytest.mark.parametrize(("major", "backup"), [(9, False), (14, True)])
def test_cellular_takes_the_best_band_that_is_on_and_no_level_that_is_none(major: int, backup: bool) -> None:
    simulator = box(major=major)
    assert run(simulator, lambda session: session.cellular()) == Absent(Why.CANNOT)
    simulator.lte = True
    told = run(simulator, lambda session: session.cellular())
    assert (told.rsrp, told.rsrq, told.rssi, told.band) == (-94.0, -9.0, None, "B7")
    assert (told.associated, told.backup) == (True, backup)


@pytest.mark.parametrize("capability", [each for each in Capability if each.value not in ("device",)])
def test_every_capability_stands_in_the_matrix(capability: Capability) -> None:
    assert any(claim.capability is capability for claim in DRIVER.claims)
