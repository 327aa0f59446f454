"""Fact sets of the area: what is added to the healthy home, each cause, each near miss, each condition."""

from __future__ import annotations

from selfcare.model.tri import Tri

YES, NO, UNKNOWN = Tri.YES, Tri.NO, Tri.UNKNOWN

HEALTHY: dict[str, Tri] = {
    "dhcp_client_absent": NO, "address_conflict": NO, "lease_from_elsewhere": NO, "lease_trusted": YES,
    "other_router_on_link": NO, "box_elsewhere_on_link": NO, "gateway_mac_changed": NO, "gateway_mac_agrees": YES,
    "gateway_first_hop": YES, "gateway_routes": YES, "gateway_in_doubt": NO,
    "gateway_genuine": YES, "address_shared": NO, "shared_hop_seen": NO, "second_nat": NO, "second_router_near": NO,
    "pc_mtu_too_small": NO, "pc_mtu_oversized": NO, "pc_mtu_fits": YES, "large_packets_pass": YES,
    "large_packets_lost": NO, "ipv6_impaired": NO,
}  # fmt: skip

_NOTHING_OUTSIDE = {
    "names_resolve": NO, "web_by_name": NO, "configured_resolver_answers": NO, "public_resolver_answers": NO,
    "isp_resolver_answers": NO, "web_by_address": NO, "outside_answers": NO, "internet_answers": NO,
    "ipv4_outside": NO, "late_answer": NO, "web_unaltered": UNKNOWN,
    "box_resolver_answers": NO, "box_reaches_outside": NO, "large_packets_pass": UNKNOWN,
    "large_packets_lost": UNKNOWN,
}  # fmt: skip
_NO_ADDRESS = {
    **_NOTHING_OUTSIDE, "address_valid": NO, "default_route": UNKNOWN, "gateway_answers": UNKNOWN,
    "gateway_neighbour": UNKNOWN, "gateway_known": NO, "lease_trusted": UNKNOWN, "gateway_genuine": UNKNOWN,
}  # fmt: skip
_SPOOFED = {"gateway_genuine": NO, "gateway_in_doubt": YES, "gateway_first_hop": NO, "gateway_mac_agrees": NO}
_INTRUDER = {
    **_NOTHING_OUTSIDE, "other_router_on_link": YES, "other_router_reaches_outside": YES, "lease_trusted": NO,
    "gateway_mac_agrees": UNKNOWN,
}  # fmt: skip
_IPV6_DEAD = {"ipv6_offered": YES, "ipv6_works": NO, "ipv6_impaired": YES}

FAULTS: dict[str, tuple[dict[str, Tri], str, str]] = {
    "nobody asks for an address": (
        {**_NO_ADDRESS, "dhcp_client_absent": YES, "dhcp_failed": YES, "router_on_link": YES}, "PC-DHCP-CLIENT",
        "certain"),
    "address taken, manager refuses it": (
        {**_NO_ADDRESS, "address_manual": YES, "address_conflict": YES, "address_unique": NO}, "LAN-IP-CONFLICT",
        "certain"),
    "manual address kept back": (
        {**_NO_ADDRESS, "address_manual": YES, "address_conflict": YES}, "LAN-IP-CONFLICT", "likely"),
    "address taken, both in use": ({"address_conflict": YES, "address_unique": NO}, "LAN-IP-CONFLICT", "certain"),
    "intruder heard by the raw socket": (
        {"several_dhcp_servers": YES, "lease_trusted": NO}, "LAN-DHCP-ROGUE", "certain"),
    "intruder leads nowhere": (_INTRUDER, "LAN-DHCP-ROGUE", "likely"),
    "intruder leads nowhere and gives the lease for another": (
        {**_INTRUDER, "several_dhcp_servers": YES}, "LAN-DHCP-ROGUE", "certain"),
    "impostor passes on": (_SPOOFED, "LAN-ARP-SPOOF", "certain"),
    "through the air it may be a repeater": ({**_SPOOFED, "link_wired": NO}, "LAN-ARP-SPOOF", "likely"),
    "impostor seen in the table only": (
        {"gateway_genuine": NO, "gateway_in_doubt": YES, "gateway_mac_changed": YES}, "LAN-ARP-SPOOF", "likely"),
    "packets too large for the network": (
        {"pc_mtu_oversized": YES, "pc_mtu_fits": NO}, "PC-MTU", "certain"),
    "packets too small for IPv6": ({"pc_mtu_too_small": YES, "pc_mtu_fits": NO}, "PC-MTU", "certain"),
    "black hole": (
        {"large_packets_pass": NO, "large_packets_lost": YES, "small_segments_pass": YES, "path_black_hole": YES,
         "large_reach_box": YES}, "ISP-PMTU", "certain"),
    "black hole, sizes not measured": (
        {"large_packets_pass": NO, "large_packets_lost": YES, "small_segments_pass": YES}, "ISP-PMTU", "likely"),
    "a lease without a router": (
        {"default_route": NO, "lease_offers_gateway": NO, "route_misdirected": NO, "names_resolve": NO,
         "web_by_name": NO, "outside_answers": NO, "web_by_address": NO, "public_resolver_answers": NO,
         "gateway_known": NO, "gateway_answers": UNKNOWN, "gateway_in_subnet": UNKNOWN,
         "box_resolver_answers": UNKNOWN},
        "LAN-DHCP-NOROUTE", "likely"),
    "ipv4 dead beyond the operator's router": (
        {"ipv4_outside": NO, "ipv6_offered": YES, "ipv6_works": YES, "public_resolver_answers": NO,
         "web_by_address": NO}, "ISP-IPV4", "likely"),
    "ipv6 dead": ({**_IPV6_DEAD, "box_answers_ipv6": YES}, "ISP-IPV6", "likely"),
    "ipv6 dead, box unknown": (_IPV6_DEAD, "ISP-IPV6", "likely"),
}  # fmt: skip

NEAR_MISSES: dict[str, tuple[dict[str, Tri], str]] = {
    "a lease from another server of the home": (
        {"lease_from_elsewhere": YES, "lease_trusted": YES}, "LAN-DHCP-ROGUE"),
    "a second router that does no harm": (
        {"other_router_on_link": YES, "other_router_reaches_outside": YES, "lease_trusted": UNKNOWN},
        "LAN-DHCP-ROGUE"),
    "an access point with the address it was sold with": (
        {"box_elsewhere_on_link": YES, "lease_trusted": UNKNOWN}, "LAN-DHCP-ROGUE"),
    "another device speaks IPv6 on behalf of itself": ({"gateway_mac_agrees": NO}, "LAN-ARP-SPOOF"),
    "jumbo packets on a network that carries them": ({"pc_mtu_oversized": YES, "pc_mtu_fits": YES}, "PC-MTU"),
    "operator's own private routers": ({"second_router_near": NO, "second_nat": NO}, "LAN-DOUBLE-NAT"),
    "ipv6 a little slower": ({"ipv6_offered": YES, "ipv6_works": YES, "ipv6_slower": NO}, "ISP-IPV6"),
    "unmanaged but working": ({"dhcp_client_absent": YES}, "PC-DHCP-CLIENT"),
}  # fmt: skip

CONDITIONS: dict[str, tuple[dict[str, Tri], str]] = {
    "router behind the box": ({"second_nat": YES}, "LAN-DOUBLE-NAT"),
    "router behind the box, seen on the way only": (
        {"second_nat": UNKNOWN, "second_router_near": YES}, "LAN-DOUBLE-NAT"),
    "shared by the operator": ({"address_shared": YES, "second_nat": UNKNOWN}, "ISP-IPV4-SHARED"),
    "shared, seen on the way only": ({"address_shared": UNKNOWN, "shared_hop_seen": YES}, "ISP-IPV4-SHARED"),
}  # fmt: skip
