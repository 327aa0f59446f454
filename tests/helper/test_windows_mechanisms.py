"""Windows' mechanisms on a Windows of dictionaries: exactly there again, whenever the power goes."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import pytest

from selfcare.helper import host, mechanisms, point
from selfcare.helper.errors import Refusal
from selfcare.helper.mechanisms.windows import adapters, calls, dns_set, hosts, prefixes, registry, services, structures
from selfcare.model.repair import Verb
from tests.helper.windows_world import CARD, OFF, PLACE4, PLACE6, VPN, Windows, interface, route

WIREGUARD = "WireGuardTunnel$home"
ARGS: dict[str, dict[str, Any]] = {
    "dns.set": {"interface": CARD, "servers": ["9.9.9.9", "149.112.112.112", "2620:fe::fe"]},
    "dns.auto": {"interface": CARD},
    "ip.auto": {"interface": CARD},
    "adapter.restart": {"interface": CARD},
    "adapter.enable": {"interface": OFF},
    "route.remove": {"destination": "0.0.0.0/0", "gateway": "192.168.1.77", "interface": CARD, "metric": 26},
    "hosts.disable": {"names": ["www.example.com"]},
    "proxy.off": {},
    "mtu.set": {"interface": CARD, "bytes": 1400},
    "ipv4.prefer": {"on": True},
    "tunnel.stop": {"interface": VPN},
    "dns.flush": {},
    "dhcp.renew": {"interface": CARD},
}
CHANGING = [verb for verb in ARGS if verb not in ("dns.flush", "dhcp.renew", "adapter.restart")]


class Killed(BaseException):
    """The power goes."""


@pytest.fixture(params=[False, True], ids=["windows of today", "windows before 2020"])
def windows(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Windows:
    made = Windows(tmp_path, monkeypatch)
    made.old = request.param
    made.dialled = [VPN]
    monkeypatch.setattr(adapters, "no_tunnel_leads", lambda but: None)
    monkeypatch.setattr(host, "fresh_owner", lambda: (0, 0))
    return made


def test_every_verb_has_a_mechanism() -> None:
    assert set(mechanisms.WINDOWS) == {verb.value for verb in Verb}


@pytest.mark.parametrize("verb", CHANGING)
def test_there_again(verb: str, windows: Windows) -> None:
    before = windows.state
    entry = windows.changes().apply(verb, ARGS[verb], 30)
    assert entry.state == "applied" and windows.state != before
    windows.changes().keep(entry.name)
    windows.changes().undo(entry.name)
    assert windows.state == before | {key: windows.state[key] for key in windows.state if "Metric" in key}


@pytest.mark.parametrize("verb", [*CHANGING, "adapter.restart"])
def test_power_cut_at_every_moment(verb: str, windows: Windows, monkeypatch: pytest.MonkeyPatch) -> None:
    before = windows.state
    number = rounds = 0
    while True:
        number += 1
        left = [number]

        def reached(name: str, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise Killed

        monkeypatch.setattr(point, "reached", reached)
        try:
            entry = windows.changes().apply(verb, ARGS[verb], 30)
            windows.changes().undo(entry.name)
        except Killed:
            rounds += 1
            monkeypatch.setattr(point, "reached", lambda name: None)
            windows.changes().recover()
            states = {each.state for each in windows.changes().journal.entries()}
            assert states <= {"undone", "kept"}, (number, states)
            now = windows.state
            assert now == before | {key: now[key] for key in now if "Metric" in key}, number
            continue
        break
    assert rounds >= 13


@pytest.mark.parametrize("verb", [verb for verb in ARGS if verb not in ("dns.flush", "dhcp.renew", "proxy.off")])
def test_without_the_rights_nothing_is_written_down(verb: str, windows: Windows) -> None:
    windows.root = False
    if verb == "tunnel.stop":  # the user's own connection is the user's business
        windows.changes().apply(verb, ARGS[verb], 30)
        return
    with pytest.raises(Refusal) as caught:
        windows.changes().apply(verb, ARGS[verb], 30)
    assert caught.value.code == "needs_privilege"
    assert windows.changes().journal.entries() == []


def test_nothing_to_put_back(windows: Windows) -> None:
    for verb in ("dns.flush",):
        assert windows.changes().apply(verb, ARGS[verb], 30).state == "kept"
    assert windows.flushed == 1
    with pytest.raises(Refusal, match="not automatic"):
        windows.changes().apply("dhcp.renew", ARGS["dhcp.renew"], 30)
    windows.values[registry.MACHINE, PLACE4, "EnableDHCP"] = [4, 1]
    assert windows.changes().apply("dhcp.renew", ARGS["dhcp.renew"], 30).state == "kept"
    assert windows.renewed == 1


# -- resolvers -----------------------------------------------------------------------------------


def test_resolvers_of_both_families_and_none_of_the_network_s_own(windows: Windows) -> None:
    windows.changes().apply("dns.set", ARGS["dns.set"], 30)
    assert windows.values[registry.MACHINE, PLACE4, "NameServer"] == [1, "9.9.9.9,149.112.112.112"]
    assert windows.values[registry.MACHINE, PLACE6, "NameServer"] == [1, "2620:fe::fe"]
    assert windows.values[registry.MACHINE, PLACE4, "ProfileNameServer"] == [1, ""]
    assert windows.flushed == 1


def test_the_old_spelling_comes_back_word_for_word(windows: Windows) -> None:
    entry = windows.changes().apply("dns.set", ARGS["dns.set"], 30)
    windows.changes().undo(entry.name)
    assert windows.values[registry.MACHINE, PLACE4, "NameServer"] == [1, "192.168.1.66 10.0.0.66"]


def test_somebody_else_s_resolvers_are_left_alone(windows: Windows) -> None:
    entry = windows.changes().apply("dns.set", ARGS["dns.set"], 30)
    windows.values[registry.MACHINE, PLACE4, "NameServer"] = [1, "10.8.0.1"]
    with pytest.raises(Refusal) as caught:
        windows.changes().undo(entry.name)
    assert caught.value.code == "changed_since"
    assert windows.values[registry.MACHINE, PLACE4, "NameServer"] == [1, "10.8.0.1"]


@pytest.mark.parametrize("where", dns_set.POLICIES)
def test_a_policy_is_not_got_round(where: str, windows: Windows) -> None:
    windows.values[registry.MACHINE, rf"{where}\DnsPolicyConfig\rule", "Name"] = [1, ".corp"]
    with pytest.raises(Refusal) as caught:
        windows.changes().apply("dns.set", ARGS["dns.set"], 30)
    assert caught.value.code == "managed"


@pytest.mark.parametrize("halves", [["0.0.0.0/0"], ["0.0.0.0/1", "128.0.0.0/1"]])
def test_while_a_vpn_leads_names_are_its_business(
    halves: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows = Windows(tmp_path, monkeypatch)
    windows.routes += [route(half, "0.0.0.0", index=9) for half in halves]
    with pytest.raises(Refusal) as caught:
        windows.changes().apply("dns.auto", ARGS["dns.auto"], 30)
    assert caught.value.code == "managed"


# -- the others ----------------------------------------------------------------------------------


def test_only_the_route_that_is_meant(windows: Windows) -> None:
    windows.changes().apply("route.remove", ARGS["route.remove"], 30)
    assert [calls.inet_text(row.next_hop) for row in windows.routes] == ["192.168.1.1"]
    with pytest.raises(Refusal, match="no such route"):
        windows.changes().apply("route.remove", ARGS["route.remove"] | {"gateway": "192.168.1.9"}, 30)


def test_after_a_start_that_numbered_anew_the_route_returns_to_its_adapter(windows: Windows) -> None:
    entry = windows.changes().apply("route.remove", ARGS["route.remove"], 30)
    windows.rows[0].index, windows.rows[0].luid, windows.routes = 12, 712, []
    windows.changes().undo(entry.name)
    assert [(row.index, row.luid) for row in windows.routes] == [(12, 712)]


def test_hosts_keep_their_mark_their_line_ends_and_every_other_byte(windows: Windows) -> None:
    windows.changes().apply("hosts.disable", ARGS["hosts.disable"], 30)
    assert (windows.folder / "hosts").read_bytes() == (
        b"\xef\xbb\xbf# selfcare: 198.51.100.7 www.example.com other.example\r\n"
        b"198.51.100.7\tother.example\r\n# \xe9\r\n"
    )


def test_hosts_in_words_of_two_bytes_are_said_not_damaged(windows: Windows) -> None:
    (windows.folder / "hosts").write_bytes("\ufeff198.51.100.7 www.example.com".encode("utf-16"))
    with pytest.raises(Refusal) as caught:
        windows.changes().apply("hosts.disable", ARGS["hosts.disable"], 30)
    assert caught.value.code == "protected"


def test_an_administrator_kept_out_is_told_that_the_file_is_protected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "is_root", lambda: True)

    def kept_out() -> None:
        raise Refusal("needs_privilege", "hosts")

    with pytest.raises(Refusal) as caught:
        hosts._said(kept_out)
    assert caught.value.code == "protected"


def test_a_proxy_of_everybody_is_a_policy_s(windows: Windows) -> None:
    from selfcare.helper.mechanisms.windows import proxy

    windows.values[registry.MACHINE, proxy.POLICY, "ProxySettingsPerUser"] = [4, 0]
    with pytest.raises(Refusal) as caught:
        windows.changes().apply("proxy.off", {}, 30)
    assert caught.value.code == "managed"


def test_the_proxy_s_address_stays_where_it_is(windows: Windows) -> None:
    from selfcare.helper.mechanisms.windows import proxy

    windows.changes().apply("proxy.off", {}, 30)
    assert windows.values[registry.USER, proxy.SETTINGS, "ProxyServer"] == [1, "192.0.2.9:3128"]
    assert (registry.USER, proxy.SETTINGS, "AutoConfigURL") not in windows.values
    assert (registry.USER, proxy.ENVIRONMENT, "HTTPS_PROXY") not in windows.values
    assert windows.flags == 1


@pytest.mark.parametrize("verb", ["proxy.off", "tunnel.stop"])
def test_the_system_leaves_a_users_own_settings_to_that_user(verb: str, windows: Windows) -> None:
    before, me = windows.state, windows.user
    windows.changes().apply(verb, ARGS[verb], 30)
    changed, windows.user = windows.state, "S-1-5-18"
    assert windows.changes().recover() == [] and windows.state == changed
    windows.user = me
    assert [entry.state for entry in windows.changes().recover()] == ["undone"] and windows.state == before


def test_a_table_of_prefixes_in_another_form_is_not_touched(windows: Windows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prefixes.tool, "ask", lambda *words: b"        40          1  ::/0\n")
    with pytest.raises(Refusal) as caught:
        windows.changes().apply("ipv4.prefer", {"on": True}, 30)
    assert caught.value.code == "unknown_owner"


def test_a_tunnel_of_wireguard_is_a_service(windows: Windows) -> None:
    windows.rows.append(interface("home", "{0A1B2C3D-0000-4000-8000-00000000000A}", 11, if_type=53))
    windows.services[WIREGUARD] = services.RUNNING
    before = windows.state
    entry = windows.changes().apply("tunnel.stop", {"interface": "home"}, 30)
    assert windows.services == {WIREGUARD: services.STOPPED}
    windows.changes().undo(entry.name)
    assert windows.state == before


@pytest.mark.parametrize(("name", "code"), [(CARD, "bad_argument"), ("home", "unknown_owner")])
def test_only_tunnels_that_can_be_brought_back(name: str, code: str, windows: Windows) -> None:
    windows.rows.append(interface("home", "{0A1B2C3D-0000-4000-8000-00000000000A}", 11, if_type=53))
    with pytest.raises(Refusal) as caught:
        windows.changes().apply("tunnel.stop", {"interface": name}, 30)
    assert caught.value.code == code


def test_a_vpn_without_its_password_is_not_ended(windows: Windows, monkeypatch: pytest.MonkeyPatch) -> None:
    from selfcare.helper.mechanisms.windows import ras

    monkeypatch.setattr(ras, "parameters", lambda book, entry: None)
    with pytest.raises(Refusal) as caught:
        windows.changes().apply("tunnel.stop", ARGS["tunnel.stop"], 30)
    assert caught.value.code == "unknown_owner" and windows.dialled == [VPN]


def test_interfaces_are_known_by_their_whole_name_only(windows: Windows) -> None:
    assert adapters.names() == {CARD, OFF, VPN}
    windows.rows.append(interface(CARD, "{0A1B2C3D-0000-4000-8000-00000000000B}", 12))
    assert CARD not in adapters.names(), "two of one name are neither"


@pytest.mark.parametrize("kind", structures.SIZES)
def test_structures_have_their_documented_size(kind: type[ctypes.Structure]) -> None:
    assert ctypes.sizeof(kind) == structures.SIZES[kind]


def test_fields_lie_where_they_are_documented() -> None:
    row = structures.IpInterfaceRow
    assert (row.luid.offset, row.zones.offset, row.metric.offset, row.mtu.offset) == (8, 80, 148, 152)
    assert (structures.ForwardRow.next_hop.offset, structures.ForwardRow.metric.offset) == (44, 84)
    assert (structures.RasConnection.handle.offset, structures.RasDialParameters.sub_entry.offset) == (4, 2096)
    assert (structures.DnsSettings.servers.offset, structures.DnsSettings.profile_servers.offset) == (24, 56)
