"""macOS: texts of commands and the store's entries, with invented values of the real shape."""

from __future__ import annotations

import plistlib
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.hostnet.macos import assemble, readers, scutil, store, texts
from selfcare.model.payloads.address import Activation, AddressPayload, Method
from selfcare.model.payloads.link import InterfaceKind, LinkPayload

IFCONFIG = """\
lo0: flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> mtu 16384
\tinet 127.0.0.1 netmask 0xff000000
en0: flags=8863<UP,BROADCAST,SMART,RUNNING,SIMPLEX,MULTICAST> mtu 1500
\toptions=400<CHANNEL_IO>
\tether 02:0:0:ab:cd:ef
\tinet6 fe80::1c2b:3a49%en0 prefixlen 64 secured scopeid 0x8
\tinet 192.168.7.20 netmask 0xffffff00 broadcast 192.168.7.255
\tinet6 2001:db8:7::20 prefixlen 64 autoconf secured
\tmedia: autoselect
\tstatus: active
en7: flags=8863<UP,BROADCAST,SMART,RUNNING,SIMPLEX,MULTICAST> mtu 1500
\tether 02:00:00:00:00:07
\tmedia: autoselect (1000baseT <full-duplex,flow-control>)
\tstatus: inactive
en5: flags=8863<UP,BROADCAST,SMART,RUNNING,SIMPLEX,MULTICAST> mtu 1500
\tether 02:00:00:00:00:05
\tstatus: active
awdl0: flags=8943<UP,BROADCAST,RUNNING,PROMISC,SIMPLEX,MULTICAST> mtu 1484
\tstatus: active
utun0: flags=8051<UP,POINTOPOINT,RUNNING,MULTICAST> mtu 1380
\tinet6 fe80::99%utun0 prefixlen 64 scopeid 0x11
utun4: flags=8051<UP,POINTOPOINT,RUNNING,MULTICAST> mtu 1420
\tinet 10.8.0.2 --> 10.8.0.2 netmask 0xffffffff
"""
NETSTAT = """\
Routing tables

Internet:
Destination        Gateway            Flags               Netif Expire
default            192.168.7.1        UGScg                 en0
default            link#17            UCSIg               utun4
0/1                10.8.0.2           UGSc                utun4
128.0/1            10.8.0.2           UGSc                utun4
192.168.7          link#8             UCS                   en0      !
192.168.7.1        2:0:0:0:0:1        UHLWIir               en0   1180

Internet6:
Destination                             Gateway                         Flags               Netif Expire
default                                 fe80::1%en0                     UGcg                  en0
default                                 fe80::%utun0                    UGcIg               utun0
::1                                     ::1                             UHL                   lo0
"""
PORTS = """\
Hardware Port: Wi-Fi
Device: en0
Ethernet Address: 02:00:00:ab:cd:ef

Hardware Port: Ethernet USB du bureau
Device: en7
Ethernet Address: 02:00:00:00:00:07

VLAN Configurations
===================
"""
DNS = """\
DNS configuration

resolver #1
  search domain[0] : home
  nameserver[0] : 192.168.7.1
  nameserver[1] : fe80::1%en0
  if_index : 8 (en0)
  flags    : Request A records, Request AAAA records
  reach    : 0x00020002 (Reachable,Directly Reachable Address)

resolver #2
  domain   : local
  options  : mdns
  timeout  : 5

resolver #3
  domain   : travail.example
  nameserver[0] : 10.8.0.1

DNS configuration (for scoped queries)

resolver #1
  nameserver[0] : 192.168.7.1
  if_index : 8 (en0)
  flags    : Scoped, Request A records
"""
NWI = """\
Network information

IPv4 network interface information
     en0 : flags      : 0x5 (IPv4,DNS)
           address    : 192.168.7.20
           reach      : 0x00000002 (Reachable)

   REACH : flags 0x00000002 (Reachable)

IPv6 network interface information
     en0 : flags      : 0x6 (IPv6,DNS)

   REACH : flags 0x00000002 (Reachable)

Network interfaces: en0
"""
PACKET = """\
op = BOOTREPLY
htype = 1
yiaddr = 192.168.7.20
options:
Options count is 7
dhcp_message_type (uint8): ACK 0x5
server_identifier (ip): 192.168.7.1
lease_time (uint32): 0x15180
subnet_mask (ip): 255.255.255.0
router (ip_mult): {192.168.7.1}
domain_name_server (ip_mult): {192.168.7.1, 192.168.7.2}
domain_name (string): home
end (none):
"""
START = datetime(2026, 1, 2, 12, 0, 0)
ID = "0A0A0A0A-0000-0000-0000-000000000001"
STORE = {
    "State:/Network/Global/IPv4": {"PrimaryInterface": "en0", "PrimaryService": ID, "Router": "192.168.7.1"},
    "State:/Network/Global/DNS": {"ServerAddresses": ["192.168.7.1"]},
    f"State:/Network/Service/{ID}/IPv4": {"InterfaceName": "en0", "Router": "192.168.7.1"},
    f"State:/Network/Service/{ID}/DNS": {"ServerAddresses": ["192.168.7.1"]},
    f"State:/Network/Service/{ID}/DHCP": {
        "LeaseStartTime": START, "Option_51": b"\x00\x01\x51\x80",
        "Option_54": b"\xc0\xa8\x07\x01",
        "Option_3": b"\xc0\xa8\x07\x01", "Option_6": b"\xc0\xa8\x07\x01\xc0\xa8\x07\x02", "Option_15": b"home",
    },
    f"Setup:/Network/Service/{ID}/IPv4": {"ConfigMethod": "DHCP"},
    f"Setup:/Network/Service/{ID}/Interface": {"DeviceName": "en0", "UserDefinedName": "Wi-Fi"},
    "State:/Network/Interface/en0/AirPort": {"Power Status": 1, "SSID_STR": "x"},
}  # fmt: skip


def home(entries: dict[str, object] | None = None, text: str = IFCONFIG) -> tuple[LinkPayload, AddressPayload]:
    known = STORE if entries is None else entries
    found = texts.ifconfig(text)
    link = assemble.link(
        found, {"en0": 8, "en7": 9}, store.wifi_interfaces(known), texts.hardware_ports(PORTS), store.primary(known)
    )
    routes = texts.netstat(NETSTAT)
    resolvers = store.global_resolvers(known) or scutil.in_use(scutil.dns(DNS))
    packets = {"en0": scutil.getpacket(PACKET)} if not known else {}
    return link, assemble.addresses(link, found, store.services(known), resolvers, routes, packets)


def test_links() -> None:
    link, _ = home()
    kinds = {i.name: i.kind for i in link.interfaces}
    assert kinds == {
        "lo0": InterfaceKind.LOOPBACK, "en0": InterfaceKind.WIFI, "en7": InterfaceKind.ETHERNET,
        "en5": InterfaceKind.VIRTUAL, "awdl0": InterfaceKind.VIRTUAL, "utun0": InterfaceKind.TUNNEL,
        "utun4": InterfaceKind.TUNNEL,
    }  # fmt: skip
    wifi, cable = link.get("en0"), link.get("en7")
    assert wifi is not None
    assert cable is not None
    assert (wifi.index, wifi.mac, wifi.mtu, wifi.carrier, wifi.radio_blocked) == (
        8,
        "02:00:00:ab:cd:ef",
        1500,
        True,
        False,
    )
    assert (cable.carrier, cable.speed_mbps, cable.full_duplex) == (False, 1000, True)
    assert link.primary == "en0"


def test_a_switched_off_radio_and_a_tunnel_without_cable() -> None:
    link, _ = home({**STORE, "State:/Network/Interface/en0/AirPort": {"Power Status": 0}})
    wifi, tunnel = link.get("en0"), link.get("utun4")
    assert wifi is not None
    assert wifi.radio_blocked is True
    assert tunnel is not None
    assert tunnel.carrier is True


def test_addresses_and_lease_from_the_store() -> None:
    _, addressing = home()
    config = addressing.get("en0")
    assert config is not None
    assert [(a.address, a.prefix, a.dynamic) for a in config.addresses] == [
        ("fe80::1c2b:3a49", 64, None), ("192.168.7.20", 24, None), ("2001:db8:7::20", 64, True),
    ]  # fmt: skip
    assert (config.method4, config.activation, config.resolvers_method) == (Method.DHCP, Activation.ACTIVE, Method.DHCP)
    assert (config.gateway4, config.gateway6, config.resolvers) == ("192.168.7.1", "fe80::1%en0", ("192.168.7.1",))
    assert config.lease is not None
    assert (config.lease.server, config.lease.lease_s, config.lease.domain) == ("192.168.7.1", 86_400, "home")


def test_without_the_store_the_commands_stand_in() -> None:
    link, addressing = home({})
    config = addressing.get("en0")
    assert link.primary is not None
    assert config is not None
    assert config.method4 is Method.DHCP
    assert config.lease is not None
    assert config.lease.resolvers == ("192.168.7.1", "192.168.7.2")
    # The servers are those of the whole system; who wrote them is not known.
    assert config.resolvers_method is Method.UNKNOWN


def test_resolvers_written_by_hand() -> None:
    hand = {f"State:/Network/Service/{ID}/DNS": {"ServerAddresses": ["9.9.9.9"]},
            f"Setup:/Network/Service/{ID}/DNS": {"ServerAddresses": ["9.9.9.9"]}}  # fmt: skip
    _, addressing = home({**STORE, **hand})
    config = addressing.get("en0")
    assert config is not None
    assert config.resolvers_method is Method.MANUAL


def test_no_dhcp_server() -> None:
    entries = {key: value for key, value in STORE.items() if not key.endswith("/DHCP")}
    _, addressing = home(entries, IFCONFIG.replace("192.168.7.20 netmask 0xffffff00", "169.254.9.9 netmask 0xffff0000"))
    config = addressing.get("en0")
    assert config is not None
    assert (config.method4, config.activation, config.lease) == (Method.DHCP, Activation.FAILED, None)


def test_how_long_the_lease_lasts() -> None:
    utc = (START - datetime(1970, 1, 1)).total_seconds()
    lease = store.lease(STORE[f"State:/Network/Service/{ID}/DHCP"], now=utc + 6400)  # type: ignore[arg-type]
    assert lease is not None
    assert lease.expires_in_s == pytest.approx(80_000)


def test_routes_of_a_vpn_and_idle_tunnels() -> None:
    link, _ = home()
    payload = assemble.routing(link, texts.netstat(NETSTAT), "utun4", "en0")
    assert [(r.family, r.destination, r.gateway, r.interface) for r in payload.routes] == [
        (4, "0.0.0.0/0", "192.168.7.1", "en0"), (4, "0.0.0.0/1", "10.8.0.2", "utun4"),
        (4, "128.0.0.0/1", "10.8.0.2", "utun4"), (6, "::/0", "fe80::1%en0", "en0"),
    ]  # fmt: skip
    assert payload.tunnels == ("utun4",)


def test_resolvers_of_scutil() -> None:
    found = scutil.dns(DNS)
    assert scutil.in_use(found) == ("192.168.7.1", "fe80::1%en0")
    assert [(r.domain, r.scoped, r.interface) for r in found] == [
        (None, False, "en0"), ("local", False, None), ("travail.example", False, None), (None, True, "en0"),
    ]  # fmt: skip
    assert scutil.dns("No DNS configuration available\n") == ()


def test_who_carries_the_internet() -> None:
    assert scutil.nwi(NWI) == {4: ("en0",), 6: ("en0",)}
    assert scutil.nwi("Network information\n") == {4: (), 6: ()}


def test_the_last_dhcp_answer() -> None:
    lease = scutil.getpacket(PACKET)
    assert lease is not None
    assert (lease.server, lease.routers, lease.lease_s) == ("192.168.7.1", ("192.168.7.1",), 86_400)
    assert scutil.getpacket("") is None


def test_the_way_to_an_address() -> None:
    text = "   route to: 192.0.2.1\ndestination: default\n    gateway: 192.168.7.1\n  interface: en0\n"
    assert texts.route_get(text) == ("192.168.7.1", "en0")
    assert texts.route_get("route: writing to routing socket: not in table\n") == (None, None)


def test_arp() -> None:
    text = (
        "? (192.168.7.1) at 2:0:0:0:0:1 on en0 ifscope [ethernet]\n"
        "? (192.168.7.9) at (incomplete) on en0 ifscope [ethernet]\n"
    )
    table = texts.arp(text)
    assert table == {("en0", "192.168.7.1"): "02:00:00:00:00:01", ("en0", "192.168.7.9"): None}
    assert readers.neighbour(table, "en0", "192.168.7.1", 1.1).alive is None
    assert readers.neighbour(table, "en0", "192.168.7.9", 1.1).alive is False
    assert readers.neighbour(table, "en0", "192.168.7.9", 0.2).alive is None
    assert readers.neighbour(table, "en0", None, 1.1).alive is None


def test_servers_written_by_hand_or_a_sentence() -> None:
    assert texts.addresses_only("9.9.9.9\n149.112.112.112\n") == ("9.9.9.9", "149.112.112.112")
    assert texts.addresses_only("There aren't any DNS Servers set on Wi-Fi.\n") == ()


def test_the_store_as_a_property_list() -> None:
    for form in (plistlib.FMT_BINARY, plistlib.FMT_XML):
        assert store.parse(plistlib.dumps(STORE, fmt=form)) == STORE
    assert store.parse(plistlib.dumps([1])) == {}
    assert store.parse(b"bplist00 nonsense") == {}


SHAPES = st.sampled_from([IFCONFIG, NETSTAT, DNS, NWI, PACKET, PORTS])


@given(SHAPES, st.integers(0, 900), st.text(max_size=12), st.integers(0, 30))
def test_no_text_parser_raises(shape: str, at: int, noise: str, cut: int) -> None:
    text = shape[:at] + noise + shape[at + cut :]
    for parser in PARSERS:
        parser(text)


PARSERS = (
    texts.ifconfig, texts.netstat, texts.route_get, texts.arp, texts.hardware_ports, texts.addresses_only, scutil.dns,
    scutil.nwi, scutil.getpacket,
)  # fmt: skip

PLAIN = st.none() | st.integers() | st.text(max_size=20) | st.binary(max_size=20) | st.datetimes()
ENTRY = st.dictionaries(
    st.sampled_from(["ServerAddresses", "Router", "InterfaceName", "ConfigMethod", "Option_51", "Option_6",
                     "LeaseStartTime", "PrimaryInterface", "Power Status"]),
    PLAIN | st.lists(PLAIN, max_size=3), max_size=5,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from([*STORE, "State:/Network/Service//IPv4"]), PLAIN | ENTRY, max_size=6))
def test_no_store_entry_raises(entries: dict[str, object]) -> None:
    store.primary(entries)
    store.wifi_interfaces(entries)
    store.global_resolvers(entries)
    store.services(entries)


@given(st.binary(max_size=400))
def test_no_property_list_raises(data: bytes) -> None:
    store.parse(data)
    store.parse(b"bplist00" + data)
