"""Windows: from raw records to the payloads, for the homes that are told wrongly otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.hostnet import proxies
from probes.hostnet.windows import adapters, assemble, readers, registry, tables
from selfcare.model.payloads.address import Activation, AddressPayload, IpConfig, Method
from selfcare.model.payloads.link import InterfaceKind, LinkPayload
from tests.platforms import windows_memory as wm

LEASE = {
    "EnableDHCP": 1, "DhcpIPAddress": "192.168.7.20", "DhcpServer": "192.168.7.1", "LeaseObtainedTime": 1_000_000,
    "LeaseTerminatesTime": 1_086_400, "Lease": 86_400, "DhcpNameServer": "192.168.7.1 192.168.7.2",
    "DhcpDefaultGateway": ["192.168.7.1"], "DhcpDomain": "home", "NameServer": "",
}  # fmt: skip


def read(memory: object = None, *, row: bytes | None = None, **more: object) -> tuple[LinkPayload, AddressPayload]:
    found = adapters.parse(memory or wm.one_adapter())  # type: ignore[arg-type]
    rows = {}
    for raw in found:
        known = tables.interface(row if row is not None else wm.interface())
        if known is not None:
            rows[raw.index] = known
    settings = more.pop("settings", {wm.GUID: (LEASE, {})})
    snapshot = assemble.Snapshot(found, rows=rows, settings=settings, **more)  # type: ignore[arg-type]
    link = assemble.link(snapshot)
    return link, assemble.addresses(snapshot, link)


def only(payload: AddressPayload) -> IpConfig:
    (config,) = payload.configs
    return config


def test_a_healthy_cable() -> None:
    link, addressing = read()
    (card,) = link.interfaces
    assert (card.kind, card.admin_up, card.carrier, card.speed_mbps) == (InterfaceKind.ETHERNET, True, True, 1000)
    assert link.primary == card.name == "Connexion au réseau local"
    config = only(addressing)
    assert (config.method4, config.activation) == (Method.DHCP, Activation.ACTIVE)
    assert (config.gateway4, config.gateway6) == ("192.168.7.1", "fe80::1%12")
    assert config.resolvers == ("192.168.7.1", "fe80::1%12")
    assert config.resolvers_method is Method.DHCP
    assert config.lease is not None
    assert (config.lease.server, config.lease.routers, config.lease.lease_s) == (
        "192.168.7.1",
        ("192.168.7.1",),
        86_400,
    )


def test_resolvers_written_by_hand_even_where_the_lease_offers_others() -> None:
    memory = wm.one_adapter(dns=[("9.9.9.9", 0)])
    for name in ("NameServer", "ProfileNameServer"):
        settings = {wm.GUID: ({**LEASE, name: "9.9.9.9,149.112.112.112"}, {})}
        _, addressing = read(memory, settings=settings)
        assert only(addressing).resolvers_method is Method.MANUAL


def test_where_the_registry_says_nothing_the_method_stays_unknown() -> None:
    _, addressing = read(wm.one_adapter(flags=0), settings={})
    assert only(addressing).method4 is Method.UNKNOWN
    assert only(addressing).resolvers_method is Method.UNKNOWN


def test_an_address_written_by_hand() -> None:
    memory = wm.one_adapter(flags=0, unicast=[("192.168.9.5", 24, 1, 4)])
    _, addressing = read(memory, settings={wm.GUID: ({"EnableDHCP": 0}, {})})
    assert only(addressing).method4 is Method.MANUAL
    assert only(addressing).lease is None


def test_no_dhcp_server_leaves_a_self_given_address() -> None:
    memory = wm.one_adapter(unicast=[("169.254.20.1", 16, 2, 4)], gateways=[], dns=[])
    _, addressing = read(memory, settings={wm.GUID: ({"EnableDHCP": 1}, {})})
    config = only(addressing)
    assert (config.method4, config.activation) == (Method.DHCP, Activation.FAILED)


def test_still_asking() -> None:
    _, addressing = read(wm.one_adapter(unicast=[], gateways=[], dns=[]), settings={wm.GUID: ({"EnableDHCP": 1}, {})})
    assert only(addressing).activation is Activation.ACQUIRING


def test_a_duplicate_address() -> None:
    _, addressing = read(wm.one_adapter(unicast=[("192.168.7.20", 24, 3, 2)]))
    assert only(addressing).addresses[0].duplicate


def test_the_cable_is_out() -> None:
    link, addressing = read(wm.one_adapter(oper=2, unicast=[], gateways=[]), row=wm.interface(media=2))
    assert link.interfaces[0].carrier is False
    assert link.interfaces[0].admin_up
    assert only(addressing).activation is Activation.DOWN


def test_a_card_that_is_switched_off_is_still_a_card() -> None:
    connections = {wm.GUID: {"Name": "Ethernet", "PnPInstanceID": "PCI\\VEN_1234\\5"}}
    off = registry.disabled(connections, {"PCI\\VEN_1234\\5": {"ConfigFlags": 1}})
    link = assemble.link(assemble.Snapshot((), disabled=off))
    (card,) = link.interfaces
    assert (card.kind, card.admin_up, card.carrier) == (InterfaceKind.ETHERNET, False, None)
    assert registry.disabled(connections, {"PCI\\VEN_1234\\5": {"ConfigFlags": 0}}) == ()
    made = {wm.GUID: {"Name": "x", "PnPInstanceID": "ROOT\\NET\\0"}}
    assert registry.disabled(made, {"ROOT\\NET\\0": {"ConfigFlags": 1}}) == ()


@pytest.mark.parametrize(
    ("changes", "row", "kind"),
    [
        ({"if_type": 71}, wm.interface(), InterfaceKind.WIFI),
        ({"if_type": 24}, wm.interface(flags=0), InterfaceKind.LOOPBACK),
        ({"if_type": 23}, wm.interface(flags=0), InterfaceKind.TUNNEL),
        ({"if_type": 53, "description": "WireGuard Tunnel"}, wm.interface(flags=0), InterfaceKind.TUNNEL),
        ({"description": "TAP-Windows Adapter V9"}, wm.interface(flags=0), InterfaceKind.TUNNEL),
        ({"if_type": 243}, wm.interface(), InterfaceKind.CELLULAR),
        ({"gateways": []}, wm.interface(flags=0), InterfaceKind.VIRTUAL),
        ({"if_type": 71, "gateways": []}, wm.interface(flags=0), InterfaceKind.VIRTUAL),
        ({}, wm.interface(flags=0), InterfaceKind.ETHERNET),
        ({}, wm.interface(medium=10), InterfaceKind.OTHER),
        ({}, b"", InterfaceKind.ETHERNET),
        ({"if_type": 1}, wm.interface(), InterfaceKind.OTHER),
        ({"if_type": 1, "mac": ""}, wm.interface(), InterfaceKind.TUNNEL),
    ],
)
def test_kinds_by_number_and_hardware_never_by_name(
    changes: dict[str, object], row: bytes, kind: InterfaceKind
) -> None:
    link, _ = read(wm.one_adapter(**changes), row=row)
    assert link.interfaces[0].kind is kind


def test_radio_by_guid() -> None:
    link, _ = read(wm.one_adapter(if_type=71), radios={wm.GUID: True})
    assert link.interfaces[0].radio_blocked is True


def test_a_vpn_that_takes_both_halves() -> None:
    memory = wm.several(
        {"index": 12}, {"index": 30, "name": "Bureau", "if_type": 53, "gateways": [], "guid": "{B}"},
    )  # fmt: skip
    link, _ = read(memory)
    routes = tables.routes(
        wm.table(
            wm.route(12, "0.0.0.0", 0, "192.168.7.1", 10), wm.route(30, "0.0.0.0", 1, "0.0.0.0", 1),
            wm.route(30, "128.0.0.0", 1, "0.0.0.0", 1),
        )
    )  # fmt: skip
    payload = assemble.routing(link, routes, {12: (25, 35), 30: (5, 5)}, 30, None, ("10.8.0.1",))
    assert payload.tunnels == ("Bureau",)
    assert payload.owner4 == "Bureau"
    assert payload.tunnel_resolvers == ("10.8.0.1",)
    assert [(r.interface, r.metric) for r in payload.routes] == [
        ("Bureau", 6), ("Bureau", 6), ("Connexion au réseau local", 35),
    ]  # fmt: skip


def test_the_interface_that_really_carries_is_the_primary_one() -> None:
    memory = wm.several({"index": 12}, {"index": 14, "name": "Wi-Fi", "if_type": 71, "guid": "{C}"})
    link, _ = read(memory, owners=(14, None))
    assert link.primary == "Wi-Fi"


def test_a_neighbour_is_never_proved_alive_by_the_table() -> None:
    entries = tables.neighbours(
        wm.table(wm.neighbour(12, "192.168.7.1", "020000000001", 5), wm.neighbour(12, "192.168.7.9", "", 1))
    )
    alive = readers.neighbour(entries, 12, "192.168.7.1", 1.1)
    assert (alive.alive, alive.mac) == (None, "02:00:00:00:00:01")
    assert readers.neighbour(entries, 12, "192.168.7.9", 1.1).alive is False
    assert readers.neighbour(entries, 12, "192.168.7.9", 0.3).alive is None
    assert readers.neighbour(entries, 13, "192.168.7.9", 1.1).alive is None
    assert readers.neighbour(entries, 12, None, 1.1).alive is None


def test_lease_times_are_seconds_since_1970_and_absurd_ones_are_not_told() -> None:
    lease = registry.lease(LEASE, now=1_040_000)
    assert lease is not None
    assert lease.expires_in_s == 46_400
    absurd = registry.lease({**LEASE, "LeaseTerminatesTime": 5}, now=1_700_000_000)
    assert absurd is not None
    assert absurd.expires_in_s is None
    assert registry.lease({**LEASE, "EnableDHCP": 0}) is None
    assert registry.lease({**LEASE, "DhcpIPAddress": "0.0.0.0"}) is None


def test_proxy_before_script_and_never_a_password() -> None:
    both = proxies.windows_setting("http://pac.example/p.js", "http=u:secret@proxy.example:3128;ftp=x:1")
    assert both is not None
    assert (both.url, both.pac) == ("http://proxy.example:3128", False)
    script = proxies.windows_setting("http://pac.example/p.js", "")
    assert script is not None
    assert script.pac
    assert proxies.windows_setting("", "") is None


def test_the_hosts_folder_with_its_variable() -> None:
    raw = r"%SystemRoot%\System32\drivers\etc"
    assert registry.expanded(raw, {"SYSTEMROOT": r"C:\Windows"}) == r"C:\Windows\System32\drivers\etc"
    assert registry.expanded(None, {}) == ""


KINDS = st.none() | st.integers() | st.text(max_size=40) | st.lists(st.text(max_size=20), max_size=3)
VALUES = st.dictionaries(st.sampled_from([*LEASE, "ProfileNameServer"]), KINDS, max_size=6)


@given(VALUES, VALUES)
def test_registry_values_never_raise(one: dict[str, object], other: dict[str, object]) -> None:
    registry.lease(one)
    registry.manual_resolvers(one, other)
    registry.dhcp_enabled(one)
    registry.disabled({"{A}": one}, {"": other})
    registry.expanded(one.get("DhcpServer"), {})


@given(st.text(), st.text())
def test_proxy_settings_never_raise(script: str, servers: str) -> None:
    proxies.windows_setting(script, servers)
