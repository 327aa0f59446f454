"""Files of the operating system: whatever is in them, something sensible comes out."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.hostnet import hostsfile, leases, neighbours, netlink, proxies, resolvconf

IMPORTANT = {"www.example.org", "www.exemple.fr"}

LEASE = b"""\
lease {
  interface "eth0";
  fixed-address 192.168.1.20;
  option dhcp-lease-time 43200;
  option routers 192.168.1.1;
  option dhcp-server-identifier 192.168.1.1;
  option domain-name-servers 192.168.1.1, 192.168.1.2;
  option domain-name "home";
  expire 2 2026/11/24 18:00:00;
}
lease {
  interface "eth0";
  option dhcp-server-identifier 192.168.1.254;
  option routers 192.168.1.254;
}
"""


def test_hosts_important_names_come_first_and_lists_are_left_out() -> None:
    data = (
        b"\xef\xbb\xbf127.0.0.1 localhost\r\n127.0.1.1 mypc\r\n"
        b"0.0.0.0 ads.tracker.example www.example.org # comment\r\n"
        b"192.168.1.5 nas nas.local printer.lan\r\n"
        b"10.1.2.3 site.example.com www.exemple.fr\r\n"
        b"not-an-address www.example.org\r\n\x00\xff\xfe\r\n::1 www.EXAMPLE.org.\r\n"
    )
    entries, total = hostsfile.parse(data, IMPORTANT, ("mypc",))
    assert [(e.name, e.address, e.important) for e in entries] == [
        ("www.example.org", "0.0.0.0", True),
        ("www.exemple.fr", "10.1.2.3", True),
        ("www.example.org", "::1", True),
        ("site.example.com", "10.1.2.3", False),
    ]
    assert total == 10


def test_hosts_saved_as_utf16_is_read() -> None:
    entries, _ = hostsfile.parse("10.0.0.1 www.example.org\r\n".encode("utf-16"), IMPORTANT)
    assert [e.name for e in entries] == ["www.example.org"]


@pytest.mark.alone
def test_a_huge_hosts_file_is_read_at_both_ends(tmp_path: Path) -> None:
    path = tmp_path / "hosts"
    with path.open("wb") as file:
        file.write(b"10.0.0.1 www.example.org\n")
        file.truncate(100 * 1024 * 1024)
        file.seek(0, 2)
        file.write(b"\n10.0.0.2 www.exemple.fr\n")
    started = time.monotonic()
    data = hostsfile.read(path)
    entries, _ = hostsfile.parse(data, IMPORTANT)
    assert len(data) <= hostsfile.READ_LIMIT + 1
    assert {e.name for e in entries} == IMPORTANT
    assert time.monotonic() - started < 1.0


@given(st.binary(max_size=600))
def test_hosts_any_bytes(data: bytes) -> None:
    entries, total = hostsfile.parse(data, IMPORTANT)
    assert len(entries) <= total


@given(st.binary(max_size=400))
def test_resolv_conf_any_bytes(data: bytes) -> None:
    for server in resolvconf.parse(b"nameserver 9.9.9.9\n" + data):
        assert server


def test_resolv_conf() -> None:
    text = b"# by hand\nsearch home\nnameserver 192.168.1.1\nnameserver fe80::1%eth0\nnameserver bogus\noptions x\n"
    assert resolvconf.parse(text) == ("192.168.1.1", "fe80::1%eth0")


def test_dhclient_lease_the_last_block_counts() -> None:
    lease = leases.parse_dhclient(LEASE.decode())
    assert lease is not None
    assert (lease.server, lease.routers, lease.resolvers) == ("192.168.1.254", ("192.168.1.254",), ())
    first = leases.parse_dhclient(LEASE.decode().split('lease {\n  interface "eth0";\n  option dhcp-server')[0])
    assert first is not None
    assert (first.lease_s, first.domain, first.resolvers) == (43200, "home", ("192.168.1.1", "192.168.1.2"))
    assert leases.parse_dhclient(LEASE.decode(), "wlan0") is None


def test_networkd_lease() -> None:
    text = "# private\nADDRESS=192.168.1.7\nSERVER_ADDRESS=192.168.1.1\nDNS=192.168.1.1 9.9.9.9\nLIFETIME=600\n"
    lease = leases.parse_networkd(text, time.time())
    assert lease is not None
    assert (lease.server, lease.resolvers, lease.lease_s) == ("192.168.1.1", ("192.168.1.1", "9.9.9.9"), 600)
    assert lease.expires_in_s == pytest.approx(600, abs=5)


def test_a_wrong_clock_makes_no_absurd_rest() -> None:
    lease = leases.parse_networkd("ADDRESS=192.168.1.7\nLIFETIME=600\n", 0.0)
    assert lease is not None
    assert lease.expires_in_s is None


def test_dhcp_packet() -> None:
    options = bytes(
        (53, 1, 5, 54, 4, 192, 168, 1, 1, 51, 4, 0, 0, 2, 88, 3, 4, 192, 168, 1, 1, 0, 6, 4, 9, 9, 9, 9, 255)
    )
    lease = leases.parse_packet(b"\x02" + bytes(235) + b"\x63\x82\x53\x63" + options)
    assert lease is not None
    assert (lease.server, lease.lease_s, lease.resolvers) == ("192.168.1.1", 600, ("9.9.9.9",))


@given(st.binary(max_size=500), st.text(max_size=300))
def test_leases_any_content(data: bytes, text: str) -> None:
    leases.parse_packet(data)
    leases.parse_packet(bytes(236) + b"\x63\x82\x53\x63" + data)
    for content in (text, data.decode("utf-8", "replace")):
        leases.parse_networkd(content, time.time())
        leases.parse_dhclient("lease {\n" + content)
        leases.from_nm({"expiry": content, "routers": content, "dhcp_lease_time": content})


ARP = """\
IP address       HW type     Flags       HW address            Mask     Device
192.168.1.1      0x1         0x2         aa:bb:cc:00:00:01     *        eth0
192.168.1.9      0x1         0x0         00:00:00:00:00:00     *        eth0
192.168.1.2      0x1         0x2         aa:bb:cc:00:00:02     *        my wifi é
"""


def test_arp_file() -> None:
    found = neighbours.parse_arp(ARP, "eth0")
    assert found["192.168.1.1"] == neighbours.Neighbour(None, "aa:bb:cc:00:00:01")
    assert found["192.168.1.9"].alive is False
    assert "192.168.1.2" in neighbours.parse_arp(ARP, "my wifi é")


@given(st.text(max_size=300))
def test_arp_any_text(text: str) -> None:
    neighbours.parse_arp("header\n" + text, "eth0")


def entry(
    state: int, confirmed: float, updated: float = 0.0, mac: str | None = "aa:bb:cc:00:00:01"
) -> netlink.RawNeighbour:
    return netlink.RawNeighbour(2, "192.168.1.1", mac, state, 0, confirmed, updated)


@pytest.mark.parametrize(
    ("found", "alive"),
    [
        (entry(netlink.NUD_REACHABLE, 0.5), True),
        (entry(netlink.NUD_STALE, 0.5), True),
        (entry(netlink.NUD_REACHABLE, 12.0), None),
        (entry(netlink.NUD_STALE, 300.0), None),
        (entry(netlink.NUD_DELAY, 20.0), None),
        (entry(netlink.NUD_FAILED, 300.0, mac=None), False),
        (entry(netlink.NUD_INCOMPLETE, 300.0, mac=None), False),
        (entry(netlink.NUD_PROBE, 40.0, 1.5), False),
        (entry(netlink.NUD_PROBE, 40.0, 0.1), None),
        (None, None),
    ],
)
def test_an_old_neighbour_entry_proves_nothing(found: netlink.RawNeighbour | None, alive: bool | None) -> None:
    assert neighbours.judge(found, 1.0) is alive


def test_a_young_question_proves_nothing() -> None:
    assert neighbours.judge(entry(netlink.NUD_INCOMPLETE, 300.0, mac=None), 0.2) is None


@given(st.dictionaries(st.sampled_from(["flags", "dst_len", "oif"]), st.integers(0, 128)), st.booleans())
def test_routes_from_any_attributes(values: dict[str, int], v6: bool) -> None:
    message = {"family": socket.AF_INET6 if v6 else socket.AF_INET, "type": 1, "dst_len": 0, **values}
    for route in netlink._routes(message):
        assert route.destination.endswith(f"/{message['dst_len']}")


@pytest.mark.parametrize(
    ("given_url", "shown"),
    [
        ("http://user:secret@proxy.corp:3128/x?y", "http://proxy.corp:3128"),
        ("proxy:8080", "http://proxy:8080"),
        ("socks5://[fe80::1]:1080", "socks5://[fe80::1]:1080"),
        ("http://", None),
        ("http://a:999999", None),
        ("not a proxy", None),
    ],
)
def test_proxies_never_show_a_password(given_url: str, shown: str | None) -> None:
    assert proxies.without_credentials(given_url) == shown


@given(st.text(max_size=120))
def test_proxy_settings_any_text(text: str) -> None:
    proxies.without_credentials(text)
    proxies.parse_windows_server(text)
    proxies.parse_scutil(text)
    proxies.parse_kde(text)
    found = proxies.from_environment({"HTTPS_PROXY": text})
    if found is not None:
        found.endpoint()


def test_proxy_of_the_desktops() -> None:
    assert proxies.parse_windows_server("http=a:1;https=b:2") == proxies.ProxySetting("windows", "http://b:2")
    scutil = "<dictionary> {\n  HTTPEnable : 1\n  HTTPPort : 8080\n  HTTPProxy : px.example\n}"
    assert proxies.parse_scutil(scutil) == proxies.ProxySetting("macos", "http://px.example:8080")
    kde = "[Proxy Settings]\nProxyType=1\nhttpProxy=http://px.example 3128\n"
    assert proxies.parse_kde(kde) == proxies.ProxySetting("kde", "http://px.example:3128")
