"""From payloads to the facts of the area: what convicts, what does not, and what stays unknown."""

from __future__ import annotations

from typing import Any

import pytest

from selfcare.diagnosis import observe
from selfcare.model.payloads.address import Activation, AddressPayload, IpAddress, IpConfig, Lease, Method
from selfcare.model.payloads.addressing import (
    ArpWatchPayload,
    ConflictPayload,
    DhcpClientPayload,
    DhcpOffer,
    DhcpServersPayload,
    Ipv6CostPayload,
    LargePayload,
    LargeTry,
    LinkRouter,
    MtuPayload,
    NatPayload,
    PeersPayload,
)
from selfcare.model.payloads.link import Interface, InterfaceKind, LinkPayload
from selfcare.model.payloads.path import Hop, HopAnswer, HopKind, PathPayload
from selfcare.model.tri import Tri

BOX, STRANGER = "7c:16:89:00:00:01", "52:54:00:66:00:66"
YES, NO, UNKNOWN = Tri.YES, Tri.NO, Tri.UNKNOWN


def address(**changes: Any) -> AddressPayload:
    values: dict[str, Any] = {
        "interface": "eth0", "addresses": (IpAddress("192.168.1.20", 24, 4),), "method4": Method.DHCP,
        "activation": Activation.ACTIVE, "resolvers": (), "resolvers_method": Method.DHCP, "gateway4": "192.168.1.1",
        "lease": Lease("192.168.1.1", ("192.168.1.1",), (), None, 3600, None),
    }  # fmt: skip
    return AddressPayload((IpConfig(**{**values, **changes}),), "eth0", "networkmanager")


def link(mtu: int = 1500) -> LinkPayload:
    return LinkPayload((Interface("eth0", 2, InterfaceKind.ETHERNET, True, True, mtu=mtu),), "eth0")


def peers(
    *routers: LinkRouter, macs: tuple[str, ...] = (BOX,), same: tuple[str, ...] = (),
    boxes: tuple[str, ...] | None = (),
) -> PeersPayload:  # fmt: skip
    return PeersPayload("eth0", "192.168.1.1", macs, same, True, routers, 0.45, boxes)


def path(*addresses: str | None, rtts: tuple[float, ...] = (1.0, 1.5, 9.0)) -> PathPayload:
    hops = tuple(
        Hop(n, a, HopKind.PRIVATE if a else HopKind.SILENT, HopAnswer.TIME_EXCEEDED if a else HopAnswer.SILENT, rtt)
        for n, (a, rtt) in enumerate(zip(addresses, rtts, strict=False), start=1)
    )
    return PathPayload("1.1.1.1", "udp_ttl", hops, False, None)


def facts(payloads: dict[str, Any], pending: frozenset[str] = frozenset()) -> dict[str, Any]:
    given = {"link.interfaces": link(), "addr.lease": address(), **payloads}
    return {o.fact: o.value for o in observe(given, pending)}


def test_the_box_itself() -> None:
    found = facts(
        {"link.peers": peers(LinkRouter("fe80::1", BOX, True)), "path.hops": path("192.168.1.1", "90.63.20.1")}
    )
    assert (found["gateway_genuine"], found["other_router_on_link"], found["lease_trusted"]) == (YES, NO, YES)


def test_an_impostor_that_passes_on_has_the_boxs_address_in_our_table() -> None:
    found = facts({
        "link.peers": peers(LinkRouter("fe80::1", BOX, False), macs=(STRANGER,), same=("192.168.1.66",)),
        "path.hops": path("192.168.1.66", "192.168.1.1"),
    })  # fmt: skip
    assert (found["gateway_genuine"], found["gateway_mac_shared"], found["gateway_mac_agrees"]) == (NO, YES, NO)


def test_a_first_hop_that_is_no_neighbour_is_no_impostor() -> None:
    found = facts({"link.peers": peers(), "path.hops": path("10.0.0.1", "192.168.1.1")})
    assert "gateway_first_hop" not in found
    assert "gateway_genuine" not in found


def test_nothing_is_called_genuine_while_somebody_may_still_object() -> None:
    given = {"link.peers": peers(LinkRouter("fe80::1", BOX, True))}
    assert "gateway_genuine" not in facts(given, frozenset({"path.hops"}))
    assert facts(given)["gateway_genuine"] is YES


def test_two_answers_for_the_gateway_convict_and_redundant_routers_are_spared() -> None:
    watch = ArpWatchPayload("eth0", "192.168.1.1", (BOX, STRANGER), 3.0)
    assert facts({"lan.arp_watch": watch})["gateway_genuine"] is NO
    virtual = peers(LinkRouter("fe80::1", BOX, False), macs=("00:00:5e:00:01:0a", BOX))
    assert "gateway_mac_changed" not in facts({"link.peers": virtual})


def _servers(*offers: tuple[str, str, str]) -> DhcpServersPayload:
    made = tuple(DhcpOffer(s, BOX, "192.168.1.30", (router,), (dns,)) for s, router, dns in offers)
    return DhcpServersPayload("eth0", made, 5.0)


@pytest.mark.parametrize(
    ("offers", "several"),
    [
        ([("192.168.1.1", "192.168.1.1", "192.168.1.1")], NO),
        ([("192.168.1.1", "192.168.1.1", "192.168.1.1"), ("192.168.1.5", "192.168.1.5", "6.6.6.6")], YES),
        ([("192.168.1.1", "192.168.1.1", "192.168.1.1"), ("192.168.1.2", "192.168.1.1", "192.168.1.1")], NO),
    ],
)
def test_servers_that_send_pcs_different_ways(offers: list[tuple[str, str, str]], several: Tri) -> None:
    found = facts({"lan.dhcp_servers": _servers(*offers)})
    assert (found["several_dhcp_servers"], found["lease_trusted"]) == (several, NO if several is YES else YES)


def test_silence_of_all_servers_is_no_evidence() -> None:
    assert "several_dhcp_servers" not in facts({"lan.dhcp_servers": _servers()})


def test_a_second_router_is_not_yet_an_intruder() -> None:
    found = facts({"link.peers": peers(LinkRouter("fe80::1", BOX, True), LinkRouter("fe80::2", STRANGER, False, None))})
    assert found["other_router_on_link"] is YES
    assert "other_router_reaches_outside" not in found
    assert "lease_trusted" not in found


def test_where_no_router_speaks_ipv6_nobody_is_cleared() -> None:
    found = facts({"link.peers": peers()})
    assert found["box_elsewhere_on_link"] is NO
    assert "other_router_on_link" not in found, "another router that speaks no IPv6 would be as silent"
    assert "lease_trusted" not in found


def test_the_only_router_is_trusted_only_if_no_box_is_elsewhere() -> None:
    box = LinkRouter("fe80::1", BOX, True)
    assert facts({"link.peers": peers(box)})["lease_trusted"] is YES
    assert "lease_trusted" not in facts({"link.peers": peers(box, boxes=("192.168.0.254",))})
    assert "lease_trusted" not in facts({"link.peers": peers(box, boxes=None)}), "nobody asked"


def test_a_machine_of_our_own_network_at_a_boxs_usual_address_is_just_a_machine() -> None:
    assert facts({"link.peers": peers(boxes=("192.168.1.254",))})["box_elsewhere_on_link"] is NO
    assert facts({"link.peers": peers(boxes=("192.168.0.254",))})["box_elsewhere_on_link"] is YES


def test_conflicts() -> None:
    assert facts({})["address_conflict"] is NO
    assert "address_unique" not in facts({}), "nobody asked"
    heard = facts({"lan.conflict": ConflictPayload("eth0", "192.168.1.20", (STRANGER,))})
    assert (heard["address_conflict"], heard["address_unique"]) == (YES, NO)
    flagged = address(addresses=(IpAddress("fd00::1", 64, 6, duplicate=True),))
    assert facts({"addr.lease": flagged})["address_unique"] is NO


def test_a_manual_address_that_is_kept_back() -> None:
    kept: dict[str, Any] = {"addresses": (), "method4": Method.MANUAL, "activation": Activation.ACQUIRING}
    assert facts({"addr.lease": address(**kept, acquiring_s=8.0)})["address_conflict"] is YES
    assert facts({"addr.lease": address(**kept, acquiring_s=1.0)})["address_conflict"] is NO
    waiting = {**kept, "method4": Method.DHCP}
    assert facts({"addr.lease": address(**waiting, acquiring_s=8.0)})["address_conflict"] is NO


@pytest.mark.parametrize(
    ("clients", "managed", "absent"),
    [((), None, YES), (("NetworkManager",), True, NO), (("NetworkManager",), False, YES),
     (("NetworkManager", "dhclient"), False, NO), (("dhcpcd",), None, NO)],
)  # fmt: skip
def test_nobody_asks_for_an_address(clients: tuple[str, ...], managed: bool | None, absent: Tri) -> None:
    assert facts({"pc.dhcp_client": DhcpClientPayload("eth0", clients, managed)})["dhcp_client_absent"] is absent


@pytest.mark.parametrize(
    ("external", "shared", "second"),
    [("100.76.12.34", YES, NO), ("90.63.21.45", NO, NO), ("192.168.1.77", NO, YES), ("10.1.2.3", NO, None)],
)
def test_the_address_beyond_the_gateway(external: str, shared: Tri, second: Tri | None) -> None:
    found = facts({"nat.path": NatPayload("192.168.1.1", external, 0)})
    assert (found["address_shared"], found.get("second_nat")) == (shared, second)


@pytest.mark.parametrize(
    ("second", "rtt", "near"),
    [("192.168.0.1", 1.5, YES), ("192.168.0.1", 30.0, NO), ("10.20.0.1", 1.5, NO), ("90.63.20.1", 1.5, NO)],
)
def test_a_private_second_hop_is_a_home_only_if_it_is_near_and_numbered_so(second: str, rtt: float, near: Tri) -> None:
    found = facts({"path.hops": path("192.168.1.1", second, rtts=(1.0, rtt))})
    assert found["second_router_near"] is near


def _large(*tries: tuple[bool, bool | None]) -> LargePayload:
    return LargePayload(tuple(LargeTry("h", "151.101.1.1", 3000, *t) for t in tries))


@pytest.mark.parametrize(
    ("tries", "expected"),
    [
        (((True, None), (False, True)), YES),
        (((False, True), (False, True)), NO),
        (((False, False), (False, False)), None),
        ((), None),
    ],
)
def test_a_stall_counts_only_where_small_pieces_pass(
    tries: tuple[tuple[bool, bool | None], ...], expected: Tri | None
) -> None:
    assert facts({"mtu.large": _large(*tries)}).get("large_packets_pass") == expected


def _mtu(gateway: int | None, outside: int | None, believed: int | None, own: int = 1500) -> MtuPayload:
    return MtuPayload("eth0", own, "192.168.1.1", gateway, "1.1.1.1", outside, believed)


def test_a_black_hole_is_smaller_than_what_the_kernel_was_told() -> None:
    assert facts({"mtu.path": _mtu(1500, 1400, 1500)})["path_black_hole"] is YES
    assert facts({"mtu.path": _mtu(1500, 1492, 1492)})["path_black_hole"] is NO, "PPPoE that says so"
    assert "path_black_hole" not in facts({"mtu.path": _mtu(1500, None, 1500)})


@pytest.mark.parametrize(
    ("own", "gateway", "fits"),
    [(1500, None, YES), (1400, None, YES), (576, None, NO), (9000, 1500, NO), (9000, 9000, YES), (9000, None, None)],
)
def test_the_pcs_own_packet_size(own: int, gateway: int | None, fits: Tri | None) -> None:
    found = facts({"link.interfaces": link(own), "mtu.path": _mtu(gateway, None, None, own)})
    assert found.get("pc_mtu_fits") == fits


def test_ipv6_slower_than_programs_wait() -> None:
    found = facts({"ipv6.cost": Ipv6CostPayload(10.0, 400.0)})
    assert (found["ipv6_prompt"], found["ipv6_impaired"], found["ipv6_extra_ms"]) == (NO, YES, 390.0)
    assert facts({"ipv6.cost": Ipv6CostPayload(10.0, 60.0)})["ipv6_prompt"] is YES
    assert "ipv6_prompt" not in facts({"ipv6.cost": Ipv6CostPayload(None, 60.0)})
