"""Causes in the area of ``observe.addressing``."""

from __future__ import annotations

from selfcare.model.finding import Scope, Weight
from selfcare.model.rule import Clue, Gate, Rule
from selfcare.model.segment import Segment
from selfcare.model.symptom import SymptomKind
from selfcare.model.tri import Tri

YES, NO = Tri.YES, Tri.NO
DECISIVE, STRONG, MODERATE, WEAK = Weight.DECISIVE, Weight.STRONG, Weight.MODERATE, Weight.WEAK

# What an intruder on the link can cause. Not the box's silence: it answers for the box, or the box still does.
_LED_ASTRAY = ("outside_answers", "ipv4_outside", "names_resolve", "web_by_name")

RULES: tuple[Rule, ...] = (
    Rule(
        code="PC-DHCP-CLIENT",
        segments=(Segment.PC,),
        scope=Scope.DEVICE,
        gates=(Gate("link_up", YES), Gate("address_valid", NO), Gate("dhcp_client_absent", YES)),
        supports=(Clue("dhcp_client_absent", YES, DECISIVE),),
        refuted_by=(Gate("address_manual", YES),),
        explains=("address_valid", "default_route", "gateway_answers", *_LED_ASTRAY),
    ),
    Rule(
        code="LAN-IP-CONFLICT",
        segments=(Segment.LAN,),
        scope=Scope.DEVICE,
        gates=(Gate("link_up", YES), Gate("address_conflict", YES)),
        # The holder itself was heard, or the kernel says so: else the manager's silence is all there is.
        supports=(Clue("address_conflict", YES, STRONG), Clue("address_unique", NO, STRONG)),
        explains=("address_valid", "default_route", "gateway_answers", *_LED_ASTRAY, "address_unique"),
    ),
    Rule(
        code="LAN-DHCP-ROGUE",
        segments=(Segment.LAN,),
        scope=Scope.HOME,
        gates=(Gate("lease_trusted", NO),),
        supports=(
            Clue("several_dhcp_servers", YES, DECISIVE),
            Clue("other_router_reaches_outside", YES, STRONG),
            Clue("lease_from_elsewhere", YES, MODERATE),
            Clue("other_router_on_link", YES, WEAK),
            # It may also be an access point that kept the address it was sold with.
            Clue("box_elsewhere_on_link", YES, STRONG),
        ),
        # Then the way is lost after the lease, or against it, or before the cable.
        refuted_by=(Gate("gateway_genuine", NO), Gate("gateway_off_lease", YES), Gate("pc_lets_through", NO)),
        explains=(*_LED_ASTRAY, "lease_trusted"),
    ),
    Rule(
        # Whoever handed out the lease left the way out of it: the box, or another device in its place.
        code="LAN-DHCP-NOROUTE",
        segments=(Segment.LAN, Segment.BOX),
        scope=Scope.HOME,
        gates=(
            Gate("address_valid", YES),
            Gate("address_manual", NO),
            Gate("default_route", NO),
            Gate("lease_offers_gateway", NO),
        ),
        # Never certain: the client's word on the lease is all there is.
        supports=(Clue("lease_offers_gateway", NO, STRONG),),
        explains=("default_route", "gateway_answers", *_LED_ASTRAY),
    ),
    Rule(
        code="LAN-ARP-SPOOF",
        segments=(Segment.LAN,),
        scope=Scope.HOME,
        # A contradiction was seen, or nothing shows that the machine there is the box.
        gates=(Gate("gateway_in_doubt", YES),),
        supports=(
            Clue("gateway_claimed_twice", YES, DECISIVE),
            Clue("gateway_first_hop", NO, STRONG),
            Clue("gateway_mac_changed", YES, STRONG),
            Clue("gateway_mac_shared", YES, STRONG),
            Clue("gateway_mac_agrees", NO, STRONG),
            Clue("gateway_routes", NO, MODERATE),
        ),
        explains=(*_LED_ASTRAY, "gateway_genuine"),
        # Through the air a repeater may answer for the box under its own number, and mean no harm.
        certain_with=(Gate("link_wired", YES),),
    ),
    Rule(
        code="PC-MTU",
        segments=(Segment.PC,),
        scope=Scope.DEVICE,
        gates=(Gate("pc_mtu_fits", NO),),
        supports=(
            Clue("pc_mtu_too_small", YES, DECISIVE, number="pc_mtu_bytes"),
            Clue("pc_mtu_oversized", YES, STRONG, number="pc_mtu_bytes"),
            Clue("pc_mtu_fits", NO, STRONG),
        ),
        explains=("pc_mtu_fits", "large_packets_pass"),
    ),
    Rule(
        code="ISP-PMTU",
        segments=(Segment.ISP,),
        scope=Scope.LINE,
        gates=(Gate("outside_answers", YES), Gate("large_packets_pass", NO), Gate("pc_mtu_fits", YES)),
        supports=(
            Clue("small_segments_pass", YES, STRONG),
            Clue("path_black_hole", YES, STRONG, number="path_mtu_bytes"),
            Clue("large_reach_box", YES, WEAK),
        ),
        contradicts=(Clue("large_reach_box", NO, DECISIVE), Clue("path_black_hole", NO, MODERATE)),
        refuted_by=(Gate("tunnel_owns_default", YES),),
        explains=("large_packets_pass",),
    ),
    Rule(
        code="ISP-IPV6",
        segments=(Segment.ISP,),
        scope=Scope.LINE,
        gates=(Gate("ipv6_offered", YES), Gate("outside_answers", YES), Gate("ipv6_impaired", YES)),
        supports=(
            Clue("ipv6_works", NO, STRONG),
            Clue("ipv6_slower", YES, STRONG, number="ipv6_extra_ms"),
            Clue("box_answers_ipv6", YES, MODERATE),
            # Never certain: a firewall of this PC could let IPv6 reach the box and no further.
            Clue("public_resolver_answers", YES, WEAK),
        ),
        contradicts=(Clue("box_answers_ipv6", NO, STRONG),),
        refuted_by=(Gate("tunnel_owns_default", YES),),
        explains=("ipv6_works", "ipv6_prompt"),
    ),
    Rule(
        # A router of the operator answers over IPv4, so the box passes it on; beyond, only IPv6 gets through.
        code="ISP-IPV4",
        segments=(Segment.ISP,),
        scope=Scope.LINE,
        gates=(
            Gate("ipv4_outside", NO),
            Gate("ipv6_works", YES),
            Gate("operator_alive", YES),
            Gate("pc_lets_through", YES),
        ),
        # Never certain: what the box does to the other kinds of packets is not seen.
        supports=(Clue("ipv4_outside", NO, STRONG), Clue("ipv6_works", YES, MODERATE)),
        refuted_by=(
            Gate("tunnel_owns_default", YES),
            Gate("route_misdirected", YES),
            Gate("portal_seen", YES),
            Gate("box_refuses_device", YES),
        ),
        explains=("ipv4_outside",),
    ),
    Rule(
        code="LAN-DOUBLE-NAT",
        segments=(Segment.LAN,),
        scope=Scope.HOME,
        gates=(Gate("gateway_answers", YES), Gate("outside_answers", YES)),
        supports=(Clue("second_nat", YES, DECISIVE), Clue("second_router_near", YES, STRONG)),
        contradicts=(Clue("second_nat", NO, DECISIVE), Clue("gateway_genuine", NO, DECISIVE)),
        explains=(),
        condition=True,
        answers=(SymptomKind.PORT, SymptomKind.GAMES),
    ),
    Rule(
        code="ISP-IPV4-SHARED",
        segments=(Segment.ISP,),
        scope=Scope.LINE,
        gates=(Gate("gateway_answers", YES), Gate("outside_answers", YES)),
        supports=(
            Clue("address_shared", YES, DECISIVE),
            Clue("ipv4_shared_by_box", YES, DECISIVE),
            Clue("shared_hop_seen", YES, STRONG),
        ),
        contradicts=(Clue("address_shared", NO, STRONG), Clue("ipv4_shared_by_box", NO, STRONG)),
        explains=(),
        condition=True,
        answers=(SymptomKind.PORT, SymptomKind.GAMES),
    ),
)
