"""Homes that differ: each variant is what it says it is, and works."""

import pytest

from tests.lab import ask
from tests.lab.lab import Lab
from tests.lab.rootfs import why_unavailable

pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(why_unavailable() is not None, reason=str(why_unavailable())),
]


def test_ipv6():
    with Lab("ipv6") as lab:
        assert lab.run(["ping", "-6", "-c1", "-W1", "2620:fe::fe"]).returncode == 0
        assert ask.fetch(lab, "https://www.lemonde.fr/", "-6")[0] == 200
        assert ask.dig(lab, "2606:4700:4700::1111") == "NXDOMAIN"
        hops = lab.run(["mtr", "-6", "-rnc1", "-i", "0.2", "-G", "0.5", "2620:fe::fe"]).stdout
        assert "2a01:cb08:8000:1::1" in hops
        assert "metric 100 " in lab.run(["ip", "-6", "route", "show", "default"]).stdout
        assert ask.online(lab)


def test_cgnat():
    with Lab("cgnat") as lab:
        assert ask.online(lab)
        hops = lab.run(["mtr", "-rnc1", "-i", "0.2", "-G", "0.5", "9.9.9.9"]).stdout
        assert "100.76.0.1" in hops


def test_10_lan_without_upnp():
    with Lab("lan10-no-upnp") as lab:
        assert ask.default_routes(lab)[0].startswith("default via 10.0.0.1 ")
        assert ask.online(lab) and not ask.connects(lab, "10.0.0.1", 5431)


@pytest.mark.full
def test_ping_filters():
    with Lab("box-ignores-ping") as lab:
        assert not ask.pings(lab, "192.168.1.1") and ask.pings(lab, "9.9.9.9")
        assert ask.connects(lab, "192.168.1.1", 80) and ask.online(lab)
    with Lab("internet-ignores-ping") as lab:
        assert ask.pings(lab, "192.168.1.1")
        assert not ask.pings(lab, "9.9.9.9") and not ask.pings(lab, "90.63.20.1")
        assert ask.online(lab)


def test_two_interfaces():
    with Lab("two-interfaces") as lab:
        assert [line.split()[4] for line in ask.default_routes(lab)] == ["eth0", "eth1"]
        assert lab.run(["ping", "-c1", "-W1", "-I", "eth1", "9.9.9.9"]).returncode == 0
        assert ask.online(lab)


@pytest.mark.parametrize("name", ["pc-routes", "pc-routes-dead-end"])
def test_second_adapter_takes_the_way_out(name):
    with Lab(name) as lab:
        assert ask.default_routes(lab)[0].split()[4] == "eth1"
        assert not ask.pings(lab, "9.9.9.9") and ask.pings(lab, "192.168.1.1")
        assert ask.pings(lab, "192.168.77.1") == (name == "pc-routes-dead-end")
        assert lab.run(["ping", "-c1", "-W1", "-I", "eth0", "9.9.9.9"]).returncode == 0


@pytest.mark.parametrize("name", ["near-second-adapter", "near-second-adapter-demoted", "near-bridge"])
def test_harmless_extra_devices(name):
    with Lab(name) as lab:
        assert ask.default_routes(lab)[0].split()[4] == "eth0"
        assert ask.online(lab)


@pytest.mark.full
@pytest.mark.parametrize("name", ["pc-vpn", "pc-vpn-default"])
def test_dead_vpn(name):
    with Lab(name) as lab:
        assert not ask.online(lab) and not ask.pings(lab, "9.9.9.9") and ask.pings(lab, "192.168.1.1")
        assert lab.run(["ping", "-c1", "-W1", "-I", "eth0", "9.9.9.9"]).returncode == 0
        assert ask.resolves(lab) == (name == "pc-vpn")


@pytest.mark.parametrize("name", ["near-vpn", "near-vpn-default"])
def test_working_vpn(name):
    with Lab(name) as lab:
        assert "dev tun0" in lab.run(["ip", "route", "get", "9.9.9.9"]).stdout
        assert ask.online(lab) and ask.pings(lab, "9.9.9.9") and ask.dig(lab, "80.10.246.2") == "NXDOMAIN"


@pytest.mark.full
def test_no_lease_but_ipv6():
    with Lab("lan-dhcp-none-ipv6") as lab:
        assert "inet " not in lab.run(["ip", "addr", "show", "eth0"]).stdout
        assert ask.fetch(lab, "https://www.lemonde.fr/", "-6")[0] == 200


@pytest.mark.full
def test_cable_out_for_a_while():
    with Lab("lan-cable-down") as lab:
        assert ask.state(lab) == "unavailable"
        assert "inet " not in lab.run(["ip", "addr", "show", "eth0"]).stdout


def test_without_icmp():
    with Lab("healthy", icmp=False) as lab:
        assert lab.run(["ping", "-c1", "9.9.9.9"], user=True).returncode != 0
        script = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP)"
        refused = lab.python("-c", script, user=True)
        assert refused.returncode == 1 and "PermissionError" in refused.stderr
        assert ask.online(lab)


def test_without_dbus():
    with Lab("healthy", dbus=False) as lab:
        assert lab.run(["nmcli", "general"]).returncode != 0
        assert lab.run(["test", "-e", "/run/dbus/system_bus_socket"]).returncode != 0
        assert lab.run(["cat", "/etc/resolv.conf"]).stdout == "nameserver 192.168.1.1\n"
        assert lab.run(["getent", "ahostsv4", "www.lemonde.fr"]).returncode == 0
        assert ask.fetch(lab, "https://www.lemonde.fr/")[0] == 200


def test_without_interface():
    with Lab("healthy", interface=False) as lab:
        assert lab.run(["ls", "/sys/class/net"]).stdout == "lo\n"
        assert ask.state(lab) == ""
