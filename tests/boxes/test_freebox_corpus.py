"""Every recorded Freebox reply becomes a model value or a named error; the real ones with their figures and units."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.freebox import parental, parse, parse_home, parse_settings
from selfcare.boxes.freebox.envelope import result
from selfcare.boxes.freebox.lenient import mapping, rows
from selfcare.boxes.wire import Reply
from selfcare.model.box import AccessMedium, ConnectionStatus, HomeHost, LinkStatus, OpticalInterface, ParentalRule

CORPUS = Path(os.environ.get("SELFCARE_CORPUS", "/nowhere")) / "freebox"
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="SELFCARE_CORPUS is not set"),
]
NOW = datetime(2026, 11, 22, tzinfo=UTC)
PARSERS: dict[str, Any] = {
    "api_version": parse.identity,
    "call_log": rows,
    "connection_aggregation": lambda told: parse.cellular(told, backup=False) or told,
    "connection_config": mapping,
    "connection_ddns": mapping,
    "connection_ftth": parse.optical,
    "connection_xdsl": parse.dsl,
    "connection": lambda told: (parse.wan(told), parse.wan_traffic(told)),
    "dhcp_config": lambda told: parse_home.dhcp(told, None),
    "dhcp_static_lease": parse_home.reservations,
    "fw_incoming": rows,
    "fw_redir": lambda told: parse_settings.forwards(told, None),
    "lan_browser": lambda told: tuple(parse_home.host(each) for each in rows(told)),
    "lcd_config": mapping,
    "login_authorize": lambda told: told["status"],
    "mdns_txt": lambda told: parse.identity(told["properties"]),
    "network_control": lambda told: parental.control(told, None, {}),
    "parental_config": mapping,
    "parental_filter": lambda told: parental.old_control(told, {}, NOW),
    "player": parse_home.players,
    "profile": rows,
    "switch_port": mapping,
    "wifi_ap_channel": rows,
    "wifi_ap_neighbors": rows,
    "error_": mapping,
    "wifi_ap": lambda told: parse_settings.wifi(None, told, None, {}),
    "wifi_config": lambda told: parse_settings.wifi(told, None, None, {}),
    "wifi_custom_keys": lambda told: parse_settings.guest(None, told),
    "wifi_custom_key": lambda told: parse_settings.guest(told, None),
    "wifi_diag": mapping,
    "wifi_temp": mapping,
}
"""By the beginning of the file's name, the longest first. What the program does not use is at least taken apart."""
ERRORS = {
    "error_insufficient_rights_home__freebox_home-issue4.json": (BoxErrorCode.MISSING_RIGHT, "home"),
    "error_insufficient_rights_settings__freebox-api-issue639.json": (BoxErrorCode.MISSING_RIGHT, "settings"),
    "error_invalid_token_session__ha-issue110382-ultra.json": (BoxErrorCode.TOKEN_REVOKED, None),
    "fw_redir__free-go-error3.json": (BoxErrorCode.NOT_FOUND, None),
    "lan_browser__free-go-error7.json": (BoxErrorCode.NOT_FOUND, None),
    "lan_browser__free-go-error8.json": (BoxErrorCode.BRIDGE_MODE, None),
    "lan_browser__free-go-error9.json": (BoxErrorCode.NOT_FOUND, None),
    "lan_browser_pub__home-assistant-bridge-error.json": (BoxErrorCode.BRIDGE_MODE, None),
    "network_control__free-go-error3.json": (BoxErrorCode.NOT_FOUND, None),
}


def told(name: str) -> Any:
    """The result inside: some records are the result only."""
    body = (CORPUS / name).read_bytes()
    whole = json.loads(body)
    if not isinstance(whole, dict) or "success" not in whole:
        return whole
    return result(Reply(200, (), body), "lan/browser/pub" if name.startswith("lan_browser") else "")


def parsed(name: str) -> Any:
    start = max((each for each in PARSERS if name.startswith(each)), key=len)
    return PARSERS[start](told(name))


def records() -> list[str]:
    return sorted(each.name for each in CORPUS.glob("*.json")) if CORPUS.is_dir() else []


@pytest.mark.parametrize("name", records())
def test_every_record_is_a_value_or_a_named_error(name: str) -> None:
    if name in ERRORS:
        with pytest.raises(BoxError) as caught:
            parsed(name)
        assert (caught.value.code, caught.value.right) == ERRORS[name]
        assert caught.value.box_says  # the box's own sentence is kept
    else:
        assert parsed(name) not in (None, (), (None,))


def test_no_record_is_left_out() -> None:
    known = {line.split("\t")[0] for line in (CORPUS / "INDEX.tsv").read_text().splitlines()[1:]}
    assert known == set(records())


def test_a_delta_and_a_revolution_are_recognised() -> None:
    delta = parsed("api_version__ha-issue38062-delta.json")
    assert (delta.model_name, delta.api_version, delta.product_class) == ("Freebox Delta", "8.0", "fbxgw7-r1/full")
    old = parsed("api_version__ha-issue67301-revolution.json")
    assert (old.model_name, old.uid) == ("Freebox Révolution", "xxxxx")
    announced = parsed("mdns_txt__freebox-api-pr1.json")
    assert (announced.uid, announced.api_version) == ("359da48e6cd7db59fd845de230615c92", "5.0")


def test_a_fibre_line_in_bits_and_bytes() -> None:
    wan, traffic = parsed("connection__home-assistant-ftth.json")
    assert (wan.status, wan.medium) == (ConnectionStatus.CONNECTED, AccessMedium.FIBRE)
    assert (wan.down_capacity, wan.up_capacity) == (1_000_000.0, 700_000.0)  # bandwidth_* are bit/s
    assert wan.ports is not None and wan.ports.whole
    assert wan.ipv4_address is None  # anonymised to what is no address
    assert wan.ipv6_address == "2a01:e35:ffff:ffff::1"
    assert traffic.down_rate == pytest.approx(1591.2)  # rate_* are byte/s
    assert traffic.up_rate == pytest.approx(11_520.0)
    assert (traffic.received, traffic.sent) == (2355966141297, 12035728872949)


def test_a_module_without_light() -> None:
    optics = parsed("connection_ftth__doc-no-signal.json")
    assert optics == OpticalInterface(
        status=LinkStatus.DOWN, signal=False, rx_power=-36.98, tx_power=-11.72, module_present=True
    )


def test_the_documented_dsl_line_has_whole_decibels() -> None:
    line = parsed("connection_xdsl__doc-v4.json")
    assert (line.status, line.standard, line.showtime) == (LinkStatus.UP, "ADSL2+", 5017)
    assert (line.down.rate, line.down.max_rate, line.down.noise_margin) == (28031, 30636, 7.0)
    assert (line.up.attenuation, line.up.noise_margin) == (23.0, 15.0)
    assert (line.down.errored_secs, line.down.severely_errored_secs) == (43, 43)


def test_radios_of_a_box_with_wifi_7() -> None:
    slow, fast = parsed("wifi_ap__freebox-exporter-rs.json").radios
    assert (slow.channel, slow.auto_channel, slow.width, slow.up) == (6, True, 20, True)
    assert (fast.channel, fast.auto_channel, fast.width, fast.standards) == (48, True, 80, "ac")


def test_anonymised_leases_and_the_switch_for_wifi() -> None:
    leases = parsed("dhcp_static_lease__freebox-exporter-rs.json")
    assert [each.phys_address for each in leases][:2] == ["xx:xx:xx:xx:xx:xx", "yy:yy:yy:yy:yy:yy"]
    assert leases[0].comment == "Test" and leases[1].comment is None
    assert parsed("wifi_config__home-assistant.json").enable is True


def test_a_neighbour_without_a_width_and_the_missed_calls_are_taken_apart() -> None:
    assert len(parsed("wifi_ap_neighbors__freebox-exporter-rs.json")) == 3
    assert len(parsed("wifi_ap_channel_usage__freebox-exporter-rs.json")) == 13
    assert len(parsed("wifi_ap_channel_survey_history__freebox-exporter-rs.json")) == 11
    assert len(parsed("call_log__home-assistant.json")) == 4


def test_a_host_whose_primary_name_manual_is_text() -> None:
    host = parsed("lan_browser__free-go-ok4.json")[0]
    assert isinstance(host, HomeHost)
    assert (host.phys_address, host.host_name, host.active) == ("7e:ec:37:88:ee:d6", "testing", False)
    assert host.last_seen == datetime(2023, 4, 27, 7, 5, 32, tzinfo=UTC)


def test_persons_and_filters() -> None:
    blocked = parsed("network_control__free-go-ok2.json").schedules[0]
    assert (blocked.rule, blocked.blocked_now, blocked.id) == (ParentalRule.BLOCKED, True, "42")
    free = parsed("network_control__doc.json").schedules[0]
    assert (free.rule, free.blocked_now) == (ParentalRule.PLANNED, False)
    assert free.phys_addresses == ("d8:a2:ca:78:ba:74", "d0:23:be:87:8c:78")
    old = parsed("parental_filter__doc-v4.json")
    assert [each.id for each in old.schedules] == ["4", "6"] and old.schedules[0].name == "r0ro"


def test_guests_have_a_key_and_a_time() -> None:
    guest = parsed("wifi_custom_key__doc.json")
    assert (guest.enable, guest.remaining, guest.internet_only) == (True, 86376, False)
    assert guest.key == "YY5Sg74W3VNxrmfwAz7aCY7OVqRVG2JN"
    assert parsed("wifi_custom_keys_config__doc-v14.json").ssid == "Freebox-C0001B-guest"


def test_a_forward_from_one_address_and_a_dns_list_padded_with_nothing() -> None:
    forward = parsed("fw_redir__home-assistant.json")[0]
    assert (forward.external_port, forward.internal_client, forward.remote_host) == (69, "192.168.1.22", "8.8.8.8")
    assert parsed("fw_redir__free-go-ok2.json")[0].valid is True
    assert parsed("dhcp_config__doc-v4.json").dns_servers == ("192.168.1.254",)
    assert parse_home.players(told("player__doc.json"))[0][:2] == ("11", True)
