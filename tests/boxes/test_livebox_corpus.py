"""Every recorded reply of a Livebox becomes the model or a named error; the figures of real ones, in their units."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.livebox.client import unwrap
from selfcare.boxes.livebox.parse import home, line, rules, wifi
from selfcare.model.box import (
    Absent,
    AccessMedium,
    ConnectionStatus,
    DhcpServer,
    DslLine,
    GuestNetwork,
    HomeHost,
    HostLayer,
    LinkStatus,
    OnuState,
    OpticalInterface,
    Protocol,
    Security,
    TvDecoder,
    WanStatus,
    WanTraffic,
    Why,
    WifiBand,
    WifiSettings,
)

pytestmark = pytest.mark.corpus
FOLDER = Path(os.environ.get("SELFCARE_CORPUS", "/nonexistent")) / "livebox"
FILES = sorted(FOLDER.glob("*.json")) if FOLDER.is_dir() else []

READ: dict[str, Callable[[Any], Any]] = {
    r"DeviceInfo[-_]get": home.device,
    r"NMC[-_]getWANStatus": line.wan,
    r"NeMo-Intf-data-getMIBs(-dsl)?": line.dsl,
    r"NeMo-Intf-dsl0-getDSLStats": lambda value: line.dsl({"dsl": {"dsl0": {"LinkStatus": "Up"}}}, value),
    r"NeMo-Intf-veip0-getMIBs(-ERROR)?": line.optical,
    r"SFP[-_]get": line.sfp,
    r"NeMo-Intf-\w+-getNetDevStats(-ERROR)?": line.traffic,
    r"Devices[-_]get.*": home.hosts,
    r"NeMo-Intf-lan-getMIBs(-mibs-base-wlanradio-wlanvap)?": wifi.settings,
    r"NeMo-Intf-lan-getMIBs-mibs-base-eth": home.ports,
    r"NeMo-Intf-guest-getMIBs.*": lambda value: wifi.guest({}, value),
    r"NMC-Wifi-get": lambda value: wifi.settings({}, value),
    r"NMC-Guest-get": wifi.guest,
    r"Firewall-getPortForwarding": rules.forwards,
    r"NMC-getLANIP": lambda value: home.dhcp(value, None),
    r"DHCPv4-Server-getDHCPServerPool": lambda value: home.dhcp({}, None, value),
    r"DHCPv4-Server-Pool-default-getStaticLeases": home.reservations,
    r"NMC-OrangeTV-getIPTVStatus": home.tv,
    r"sah-Device-Information-createContext-ok": lambda value: value["contextID"],
}
UNREAD = re.compile(
    r"DHCPv4-Server-Pool-\w+-getLeases.*|DHCPv4-Server-Stats.*|DHCPv6.*|DynDNS.*|Firewall-getProtocolForwarding|HomeLan.*"
    r"|IoTService.*|LEDs.*|NMC-Autodetect.*|NMC-NetworkConfig.*|NMC-OrangeTV-getIPTV(Config|MultiScreens)"
    r"|NMC-Wifi-getStats|NMC-get|NMC-getRemoteAccess|NMC-getWanModeList|NMC-updateVersionInfo|NMC_LAN_\w+"
    r"|NeMo-Intf-\w+-luckyAddrAddress|NeMo-Intf-dsl0-getDSLLineStats.*|OrangeRemoteAccess.*|PnP.*|RemoteAccess.*"
    r"|Scheduler-getScheduleTypes|Screen.*|SpeedTest.*|Time.*|TopologyDiagnostics.*|UPnP-IGD.*|UserInterface.*"
    r"|UserManagement.*|VoiceService-VoiceApplication-getCallList|permissions-string"
)
"""Calls that no port asks: only their envelope is ours to understand."""


def value(name: str) -> Any:
    return unwrap(json.loads((FOLDER / f"{name}.json").read_text()))


def parser(path: Path) -> Callable[[Any], Any] | None:
    call = path.stem.split("__", 1)[1]
    found = [read for pattern, read in READ.items() if re.fullmatch(pattern, call)]
    assert found or UNREAD.fullmatch(call), f"nobody decided about {call}"
    return found[0] if found else None


def test_the_corpus_is_there() -> None:
    if not FILES:
        pytest.skip("SELFCARE_CORPUS is not set")
    assert len(FILES) >= 200


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_reply_is_a_value_or_a_named_error(path: Path) -> None:
    read = parser(path)
    try:
        told = unwrap(json.loads(path.read_text()))
    except BoxError as error:
        expected = BoxErrorCode.UNREADABLE if "permissions" in path.stem else BoxErrorCode.UNSUPPORTED
        assert error.code is expected
        return
    assert "ERROR" not in path.stem
    if read is not None:
        read(told)


def needs_corpus(test: Callable[[], None]) -> Callable[[], None]:
    return pytest.mark.skipif(not FILES, reason="SELFCARE_CORPUS is not set")(test)


@needs_corpus
def test_optics_of_each_model() -> None:
    seen = {name: line.optical(value(f"{name}__NeMo-Intf-veip0-getMIBs")) for name in ("lb5-fibre", "lb7", "lb-w7")}
    lb5, lb7, w7 = (item for item in seen.values() if item is not None)
    assert lb7 == OpticalInterface(
        status=LinkStatus.UP, signal=True, rx_power=pytest.approx(-16.861), tx_power=pytest.approx(3.618),
        rx_low=pytest.approx(-35.0), rx_high=pytest.approx(0.0), onu_state=OnuState.O5, pon_mode="GPON",
        temperature=47, voltage=pytest.approx(3.292),
    )  # fmt: skip
    assert (lb5.rx_power, lb5.tx_power, lb5.onu_state) == (pytest.approx(-18.794), pytest.approx(1.646), OnuState.O5)
    assert (w7.rx_power, w7.temperature, w7.voltage) == (pytest.approx(-19.469), 42, pytest.approx(3.276))


@needs_corpus
def test_a_limit_that_the_operator_did_not_set_is_none() -> None:
    seen = line.optical(value("lb-nautilus__NeMo-Intf-veip0-getMIBs"))
    assert seen is not None
    assert (seen.rx_low, seen.rx_high) == (None, None)
    assert (seen.rx_power, seen.tx_power) == (pytest.approx(-27.212), pytest.approx(2.594))


@needs_corpus
def test_the_pluggable_terminal_of_a_livebox_4() -> None:
    seen = line.sfp(value("pdor-lb4__SFP_get"))
    assert seen == OpticalInterface(
        status=LinkStatus.UP, signal=True, rx_power=pytest.approx(-20.808), tx_power=pytest.approx(2.306),
        onu_state=OnuState.O5, module_present=True, temperature=56,
    )  # fmt: skip
    assert line.sfp(value("lb7__SFP-get")) is None


@needs_corpus
def test_adsl_in_tenths_and_kilobits() -> None:
    seen = line.dsl(value("lb4-adsl__NeMo-Intf-data-getMIBs-dsl"), value("lb4-adsl__NeMo-Intf-dsl0-getDSLStats"))
    assert isinstance(seen, DslLine)
    assert (seen.status, seen.standard, seen.showtime) == (LinkStatus.UP, "G.992.3_Annex_A", 192_856)
    assert (seen.retrains, seen.down.errored_secs, seen.down.severely_errored_secs) == (2, 59, 10)
    down, up = seen.down, seen.up
    assert (down.rate, down.max_rate, up.rate, up.max_rate) == (6484, 6653, 1013, 1013)
    assert (down.noise_margin, down.attenuation, down.power) == (6.5, 56.2, 19.1)
    assert (up.noise_margin, up.attenuation, up.power) == (6.5, 27.7, 12.1)
    assert (down.crc_errors, up.crc_errors, down.fec_errors, up.fec_errors) == (194, 7, 5_582_285, 7_828)


@needs_corpus
def test_vdsl_whose_attainable_rate_is_in_bits() -> None:
    seen = line.dsl(value("lb-vdsl__NeMo-Intf-data-getMIBs-dsl"))
    assert isinstance(seen, DslLine)
    assert (seen.down.rate, seen.down.max_rate, seen.up.rate, seen.up.max_rate) == (23_160, 29_717, 3_421, 4_218)
    assert (seen.down.noise_margin, seen.up.noise_margin, seen.down.attenuation) == (9.0, 8.3, 41.4)
    assert seen.down.crc_errors is None


@needs_corpus
def test_fibre_has_no_dsl() -> None:
    assert line.dsl(value("lb-w7__NeMo-Intf-data-getMIBs")) == Absent(Why.OTHER_LINE)


@needs_corpus
def test_what_the_line_is_made_of() -> None:
    media = {
        name: line.wan(value(f"{name}__NMC-getWANStatus")).medium
        for name in ("lb3", "lb4-adsl", "lb5-fibre", "lb7", "lb-nautilus")
    }
    assert media == {
        "lb3": AccessMedium.ETHERNET, "lb4-adsl": AccessMedium.DSL, "lb5-fibre": AccessMedium.FIBRE,
        "lb7": AccessMedium.FIBRE, "lb-nautilus": AccessMedium.FIBRE,
    }  # fmt: skip
    pluggable = line.wan(value("pdor-lb4__NMC_getWANStatus"))
    assert pluggable.medium is AccessMedium.FIBRE
    assert (pluggable.ipv4_address, pluggable.gateway) == ("203.0.113.2", "203.0.113.6")
    assert "2a01:cfc4:2000:f::3" in pluggable.dns_servers


@needs_corpus
def test_the_session() -> None:
    seen = line.wan(value("lb4-adsl__NMC-getWANStatus"))
    assert seen == WanStatus(
        status=ConnectionStatus.CONNECTED, medium=AccessMedium.DSL, link=LinkStatus.UP, protocol="dhcp",
        ipv4_address="2.0.0.0", ipv6_address="2001:db8:c::1", ipv6_prefix="2001:db8:d::/56", gateway="2.0.0.1",
        dns_servers=("203.0.113.117", "203.0.113.196"),
    )  # fmt: skip
    masked = line.wan(value("lb-nautilus__NMC-getWANStatus"))
    assert masked.ipv4_address is None
    assert masked.ipv6_status is ConnectionStatus.CONNECTED


@needs_corpus
def test_counters_wrap_unless_one_is_larger() -> None:
    narrow = line.traffic(value("lb5-fibre__NeMo-Intf-veip0-getNetDevStats"))
    wide = line.traffic(value("lb-nautilus__NeMo-Intf-veip0-getNetDevStats"))
    assert narrow == WanTraffic(received=795_790_141, sent=2_801_499_761, wraps_at=2**32)
    assert wide == WanTraffic(received=99_660_670_161, sent=405_666_067_226, wraps_at=None)


@needs_corpus
def test_who_the_box_is() -> None:
    seen = home.device(value("pdor-lb7__DeviceInfo_get"))
    assert (seen.product_class, seen.software_version) == ("Livebox 7", "SG70-fr-G01.R01.C15_04")
    assert (seen.up_time, seen.number_of_reboots, seen.mac_address) == (292_656, 1, "02:00:00:08:84:53")
    assert home.device(value("lb-nautilus__DeviceInfo-get")).model_name == "Livebox S"


@needs_corpus
def test_names_of_networks_are_read() -> None:
    seen: WifiSettings = wifi.settings(value("lb7__NeMo-Intf-lan-getMIBs"), value("lb7__NMC-Wifi-get"))
    assert [item.id for item in seen.ssids] == [
        "vap2g0priv0", "vap5g0priv0", "vap2g0priv1", "vap5g0priv1", "vap6g0priv0",
    ]  # fmt: skip
    assert {item.id: item.radio for item in seen.ssids}["vap6g0priv0"] == "rad6g0"
    six = next(radio for radio in seen.radios if radio.band is WifiBand.GHZ_6)
    assert (six.channel, six.auto_channel, six.width, six.auto_width, six.up) == (5, True, 160, True, True)
    assert seen.ssids[0].security is Security.WPA2
    assert (seen.enable, seen.planned, [item.enable for item in seen.ssids][2]) == (True, False, False)
    old = wifi.settings(value("lb3__NeMo-Intf-lan-getMIBs-mibs-base-wlanradio-wlanvap"), value("lb3__NMC-Wifi-get"))
    assert [(item.id, item.radio) for item in old.ssids] == [("wl0", "wifi0_ath"), ("wl1", "wifi1_ath")]
    assert (old.enable, [radio.up for radio in old.radios]) == (False, [False, False])


@needs_corpus
def test_guests() -> None:
    on: GuestNetwork = wifi.guest(value("lb7__NMC-Guest-get"))
    off = wifi.guest(value("lb-nautilus__NMC-Guest-get"), value(
        "lb-nautilus__NeMo-Intf-guest-getMIBs-mibs-base-wlanradio-wlanvap"))  # fmt: skip
    assert (on.enable, on.remaining, off.enable) == (True, None, False)
    assert off.ssid == "**REDACTED**"


@needs_corpus
def test_hosts() -> None:
    seen: tuple[HomeHost, ...] = home.hosts(value("pdor-lbs__Devices_get"))
    first = next(host for host in seen if host.phys_address == "02:00:00:3f:c2:9d")
    assert (first.host_name, first.kind, first.ip_address, first.layer, first.active, first.blocked) == (
        "TV Salon", "TV", "192.168.1.10", HostLayer.ETHERNET, True, False,
    )  # fmt: skip
    assert first.last_seen == datetime(2026, 3, 11, 6, 4, 56, tzinfo=UTC)
    both = home.hosts(value("lb-w7__Devices-get-expression-wifi-wifi-edev-hnid-and-PhysAddress-eth"))
    assert len(both) == 21
    phone = next(host for host in both if host.host_name == "Xiaomi-13")
    assert (phone.signal, phone.phy_down, phone.phy_up, phone.layer) == (-86, 864_700, 432_350, HostLayer.WIFI_5)
    names = {host.host_name for host in home.hosts(value("lb3__Devices-get"))}
    assert "Dresde" in names
    assert not names & {"wl0", "LIVEBOX", "Cuisine", "DECT"}, "the box's own parts are no hosts"


@needs_corpus
def test_sockets() -> None:
    seen = {port.name: port for port in home.ports(value("lb-w7__NeMo-Intf-lan-getMIBs-mibs-base-eth"))}
    assert (seen["ETH2"].up, seen["ETH2"].rate, seen["ETH2"].full_duplex) == (True, 100_000, True)
    assert (seen["ETH4"].up, seen["ETH4"].rate, seen["ETH4"].full_duplex) == (False, None, None)


@needs_corpus
def test_forwarded_ports() -> None:
    seen = {rule.id: rule for rule in rules.forwards(value("lb-nautilus__Firewall-getPortForwarding"))}
    web = seen["webui_Secure Web Server _HTTPS_"]
    assert (web.external_port, web.internal_port, web.protocol, web.origin) == (443, 443, Protocol.TCP, "user")
    assert (web.lease, web.valid) == (None, True)
    assert (seen["upnp_1157"].lease, seen["upnp_1157"].origin) == (604_800, "upnp")
    other = {rule.id: rule for rule in rules.forwards(value("lb-w7__Firewall-getPortForwarding"))}
    assert (other["upnp_8"].external_port, other["upnp_8"].internal_port) == (24_770, 8443)
    assert (other["upnp_8"].remote_host, other["upnp_2"].protocol) == ("203.0.113.231", Protocol.UDP)


@needs_corpus
def test_leases_decoders_television() -> None:
    server: DhcpServer = home.dhcp(value("lb7__NMC-getLANIP"), None)
    assert (server.enable, server.lease_time, server.reservations) == (True, 86_400, None)
    pool = home.dhcp({}, None, value("lb-nautilus__DHCPv4-Server-getDHCPServerPool"))
    assert pool.dns_servers == ("192.168.0.1",)
    decoders = home.tv(value("lb3__NMC-OrangeTV-getIPTVStatus"), value("lb3__Devices-get"))
    assert [item.model_name for item in decoders] == ["Dresde", "Steyr", "CARP"]
    assert home.tv(value("lb7__NMC-OrangeTV-getIPTVStatus")) == (TvDecoder(service_available=True),)
