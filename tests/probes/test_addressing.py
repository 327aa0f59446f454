"""Sources put together: who set the address, who set the resolvers, which adapter matters."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.dns_isp import operator_servers
from probes.hostnet import addressing, gateways, kinds, netlink
from probes.hostnet.networkmanager import NmDevice
from probes.hostnet.resolved import Resolved
from probes.hostnet.sysfs import SysLink
from selfcare.model.payloads.address import Activation, IpAddress, IpConfig, Lease, Method
from selfcare.model.payloads.link import Interface, InterfaceKind
from tests.probes.support import Resolver, profile

ETH = Interface("eth0", 2, InterfaceKind.ETHERNET, True, True)
NM = NmDevice("eth0", "/d/1", 100, 0, Method.DHCP, None, (), False, "192.168.1.1", None, ("192.168.1.1",), (), {
    "dhcp_server_identifier": "192.168.1.1", "routers": "192.168.1.1", "domain_name_servers": "192.168.1.1",
    "dhcp_lease_time": "3600",
})  # fmt: skip
V4 = netlink.RawAddress(2, 4, "192.168.1.20", 24, 0, 10.0)
STATIC = replace(V4, flags=netlink.IFA_F_PERMANENT)
FE80 = netlink.RawAddress(2, 6, "fe80::1234", 64, netlink.IFA_F_PERMANENT, 12.5)


def sources(**changes: Any) -> addressing.Sources:
    values: dict[str, Any] = {
        "addresses": [V4, FE80], "routes": [], "leases": {}, "resolv_conf": ("127.0.0.53",), "stub": True,
        "nm": {"eth0": NM}, "resolved": Resolved({2: ("192.168.1.1",)}, (), "stub"), "primary": "eth0",
    }  # fmt: skip
    return addressing.Sources(**{**values, **changes})


def config(interface: Interface = ETH, **changes: Any) -> IpConfig:
    return addressing.config(interface, sources(**changes))


def test_a_plain_lease() -> None:
    found = config()
    assert (found.method4, found.activation, found.resolvers_method) == (Method.DHCP, Activation.ACTIVE, Method.DHCP)
    assert found.lease is not None
    assert found.resolvers == ("192.168.1.1",)
    assert found.acquiring_s is None


def test_a_resolver_in_the_profile_is_manual_even_beside_the_offered_one() -> None:
    only = replace(NM, profile_dns=("193.110.81.0",), ignore_auto_dns=True)
    beside = replace(NM, profile_dns=("193.110.81.0",))
    used = Resolved({2: ("193.110.81.0", "192.168.1.1")}, (), "stub")
    assert config(nm={"eth0": only}, resolved=used).resolvers_method is Method.MANUAL
    assert config(nm={"eth0": beside}, resolved=used).resolvers_method is Method.MANUAL


def test_a_hand_written_resolv_conf_overrules_the_link() -> None:
    found = config(resolv_conf=("1.2.3.4",), stub=False)
    assert (found.resolvers, found.resolvers_method) == (("1.2.3.4",), Method.MANUAL)


def test_resolvers_borrowed_from_another_link_are_nobodys_choice() -> None:
    manual = replace(NM, interface="eth0", method4=Method.MANUAL, nameservers4=(), options4=None)
    elsewhere: dict[str, Any] = {
        "resolved": Resolved({7: ("192.168.1.1",)}, (), "stub"),
        "resolv_conf": ("192.168.1.1",),
    }
    found = config(nm={"eth0": manual}, **elsewhere)
    assert (found.resolvers, found.resolvers_method) == (("192.168.1.1",), Method.UNKNOWN)
    assert config(nm={"eth0": manual}, primary="eth1", **elsewhere).resolvers == ()


def test_asking_in_vain() -> None:
    asking = replace(NM, state=70, options4=None, gateway4=None, nameservers4=())
    found = config(nm={"eth0": asking}, addresses=[FE80])
    assert (found.activation, found.acquiring_s) == (Activation.ACQUIRING, 12.5)
    given_up = replace(asking, state=30, reason=5)
    assert config(nm={"eth0": given_up}, addresses=[FE80]).activation is Activation.FAILED


@pytest.mark.parametrize(("age", "state"), [(10.0, Activation.ACQUIRING), (60.0, Activation.FAILED)])
def test_ipv6_alone_hides_a_dhcp_client_that_still_asks(age: float, state: Activation) -> None:
    v6_only = replace(NM, options4=None, gateway4=None)
    assert config(nm={"eth0": v6_only}, addresses=[replace(FE80, age_s=age)]).activation is state


def test_a_cable_that_is_out_overrules_networkmanager() -> None:
    assert config(replace(ETH, carrier=False)).activation is Activation.DOWN
    assert config(replace(ETH, admin_up=False, carrier=None)).activation is Activation.DOWN


def test_a_refused_gateway_is_still_told() -> None:
    refused = replace(NM, method4=Method.MANUAL, gateway4=None, profile_gateway4="10.9.9.1", options4=None)
    found = config(nm={"eth0": refused}, addresses=[STATIC])
    assert found.gateway4 == "10.9.9.1"
    assert gateways.in_own_subnet("10.9.9.1", found) is False
    assert gateways.in_own_subnet("192.168.1.1", found) is True


def test_without_a_bus_only_a_lifetime_proves_dhcp() -> None:
    bare: dict[str, Any] = {"nm": {}, "resolved": None, "resolv_conf": ("192.168.1.1",), "stub": False}
    assert config(**bare).method4 is Method.DHCP
    assert config(**bare, addresses=[STATIC]).method4 is Method.UNKNOWN
    assert config(**bare, addresses=[replace(STATIC, address="169.254.3.4")]).method4 is Method.LINK_LOCAL
    lease = Lease("192.168.1.1", ("192.168.1.1",), ("192.168.1.1",), None, 600, None)
    known = config(**bare, leases={2: lease})
    assert (known.resolvers_method, known.gateway4) == (Method.DHCP, "192.168.1.1")


@given(st.integers(0, 200), st.integers(0, 70), st.booleans(), st.sampled_from([True, False, None]))
def test_any_state_has_an_activation(state: int, reason: int, addressed: bool, carrier: bool | None) -> None:
    nm = {"eth0": replace(NM, state=state, reason=reason)}
    found = config(replace(ETH, carrier=carrier), nm=nm, addresses=[V4] if addressed else [])
    assert found.activation in Activation


def link(name: str, kind: str | None, **changes: Any) -> netlink.RawLink:
    values = {"index": 3, "flags": 1, "arp_type": 1, "carrier": True, "mac": None, "mtu": 1500, "master": None}
    return netlink.RawLink(name=name, kind=kind, **{**values, **changes})


@pytest.mark.parametrize(
    ("raw", "sys", "kind"),
    [
        (link("eth0", "veth"), SysLink(False), InterfaceKind.ETHERNET),
        (link("veth1a2b", "veth"), SysLink(False), InterfaceKind.VIRTUAL),
        (link("eth1", "veth", master=9), SysLink(False), InterfaceKind.VIRTUAL),
        (link("enp3s0", None), SysLink(True), InterfaceKind.ETHERNET),
        (link("wlp1s0", None), SysLink(True, wireless=True), InterfaceKind.WIFI),
        (link("docker0", "bridge"), SysLink(False), InterfaceKind.VIRTUAL),
        (link("ifb0", "ifb"), SysLink(False), InterfaceKind.VIRTUAL),
        (link("tun0", "tun", arp_type=65534), SysLink(False), InterfaceKind.TUNNEL),
        (link("vnet3", "tun", master=5), SysLink(False), InterfaceKind.VIRTUAL),
        (link("wg0", "wireguard", arp_type=65534), SysLink(False), InterfaceKind.TUNNEL),
        (link("wwan0", None), SysLink(True, device_type="wwan"), InterfaceKind.CELLULAR),
        (link("lo", None, flags=9, arp_type=772), SysLink(), InterfaceKind.LOOPBACK),
        (link("vboxnet0", None), SysLink(False), InterfaceKind.VIRTUAL),
        (link("réseau 1", None), SysLink(True), InterfaceKind.ETHERNET),
    ],
)
def test_kinds(raw: netlink.RawLink, sys: SysLink, kind: InterfaceKind) -> None:
    assert kinds.linux_kind(raw, sys) is kind


@given(st.text(max_size=40), st.booleans())
def test_any_name_has_a_kind(name: str, loopback: bool) -> None:
    assert kinds.kind_by_name(name, loopback) in InterfaceKind


def test_primary() -> None:
    wifi = Interface("wlan0", 3, InterfaceKind.WIFI, True, True)
    off = replace(ETH, admin_up=False, carrier=None)
    tunnel = Interface("tun0", 4, InterfaceKind.TUNNEL, True, True)
    assert kinds.choose_primary((ETH, wifi, tunnel), ("tun0", "wlan0")) == "wlan0"
    assert kinds.choose_primary((wifi, ETH), (None,)) == "eth0"
    assert kinds.choose_primary((off, wifi), ()) == "wlan0"
    assert kinds.choose_primary((off,), ()) == "eth0"
    assert kinds.choose_primary((tunnel,), ("tun0",)) is None


def test_which_resolvers_are_the_operators() -> None:
    handed = ("80.10.246.2", "192.168.1.1", "9.9.9.9", "2a01:cb08:1::1", "2a01:cb08:2::53")
    own = IpAddress("2a01:cb08:1::20", 64, 6)
    lease = Lease("192.168.1.1", (), handed, None, None, None)
    found = IpConfig("eth0", (own,), Method.DHCP, Activation.ACTIVE, (), Method.DHCP, lease=lease)
    public = profile(resolvers=(Resolver("9.9.9.9", "Quad9", "x"), Resolver("80.10.246.129", "Orange", "x", True)))
    assert operator_servers(public, found) == ("80.10.246.129", "80.10.246.2", "2a01:cb08:2::53")
    assert operator_servers(profile(), None) == ()
