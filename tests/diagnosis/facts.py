"""Fact sets as the probes would draw them: one healthy home, and each fault as a change to it."""

from __future__ import annotations

from selfcare.diagnosis.facts import SOURCES
from selfcare.model.observation import Observation
from selfcare.model.tri import Tri
from tests.diagnosis import (
    facts_addressing,
    facts_box,
    facts_capacity,
    facts_line,
    facts_naming,
    facts_reach,
    facts_web,
    facts_wifi,
)

AREAS = (facts_addressing, facts_line, facts_capacity, facts_naming, facts_web, facts_reach, facts_box, facts_wifi)
YES, NO, UNKNOWN = Tri.YES, Tri.NO, Tri.UNKNOWN

HEALTHY: dict[str, Tri] = {
    "adapter_present": YES, "adapter_enabled": YES, "every_adapter_off": NO, "link_up": YES, "link_wired": YES,
    "address_valid": YES, "address_manual": NO, "dhcp_failed": NO, "address_acquiring": NO,
    "lease_offers_gateway": YES, "resolver_manual": NO, "resolver_configured": YES, "gateway_known": YES,
    "configured_is_box": YES, "configured_depends_on_isp": YES, "default_route": YES,
    "tunnel_owns_default": NO, "several_defaults": NO, "tunnel_misleads": NO, "route_misdirected": NO,
    "site_names_true": YES, "gateway_in_subnet": YES, "gateway_neighbour": YES, "gateway_ping": YES,
    "gateway_answers": YES, "router_on_link": YES, "names_resolve": YES, "configured_resolver_answers": YES,
    "box_resolver_answers": YES, "box_forwarder_alive": YES, "box_reaches_outside": YES,
    "isp_resolver_answers": YES, "public_resolver_answers": YES, "web_by_name": YES, "web_unaltered": YES,
    "portal_seen": NO, "web_by_address": YES, "beyond_box_answers": YES, "box_says_unreachable": NO,
    "outside_answers": YES, "ipv4_outside": YES, "ipv6_offered": NO, "late_answer": YES, "box_refuses_names": NO,
    "configured_is_isp": NO, "operator_resolvers_silent": NO, "gateway_off_lease": NO,
}  # fmt: skip

_NO_NAMES = {
    "names_resolve": NO, "web_by_name": NO, "configured_resolver_answers": NO, "late_answer": NO,
    # Nothing to compare with.
    "names_true": UNKNOWN, "names_fresh": UNKNOWN, "names_fast": UNKNOWN,
}  # fmt: skip
_NOTHING_OUTSIDE = {
    **_NO_NAMES, "public_resolver_answers": NO, "isp_resolver_answers": NO, "web_by_address": NO,
    "beyond_box_answers": NO, "outside_answers": NO, "ipv4_outside": NO, "web_unaltered": UNKNOWN,
    "operator_alive": NO, "internet_answers": NO, "box_alone_gets_out": UNKNOWN,
}  # fmt: skip
_NO_BOX = {
    **_NOTHING_OUTSIDE, "box_resolver_answers": NO, "box_forwarder_alive": NO, "box_reaches_outside": UNKNOWN,
    "gateway_answers": NO, "gateway_neighbour": NO, "gateway_ping": NO, "router_on_link": NO,
}  # fmt: skip
_LINK_ONLY = {
    f: HEALTHY[f] if f in ("adapter_present", "adapter_enabled", "link_up", "link_wired") else UNKNOWN for f in HEALTHY
}
_DEAD_FORWARDER = {"box_resolver_answers": NO, "box_reaches_outside": NO}

FAULTS: dict[str, tuple[dict[str, Tri], str, str]] = {
    "nic off": (
        {**dict.fromkeys(HEALTHY, UNKNOWN), "adapter_present": YES, "adapter_enabled": NO, "every_adapter_off": YES},
        "PC-NIC-OFF", "certain"),
    "one adapter off, nothing on the other": (
        {**_LINK_ONLY, "adapter_enabled": NO, "link_up": NO}, "PC-NIC-OFF", "likely"),
    "cable": ({**_LINK_ONLY, "link_up": NO}, "LAN-CABLE-DOWN", "certain"),
    # A box with IPv6 alive and IPv4 dead would look the same: likely, no more.
    "manual address, box alive": ({**_NO_BOX, "address_manual": YES, "router_on_link": YES}, "PC-IP-STATIC", "likely"),
    "manual gateway outside its network": (
        {**_NO_BOX, "address_manual": YES, "gateway_in_subnet": NO, "default_route": NO}, "PC-IP-STATIC", "certain"),
    "manual resolver dead": (
        {**_NO_NAMES, "resolver_manual": YES, "configured_is_box": NO, "configured_depends_on_isp": UNKNOWN,
         "other_resolver_fails": YES},
        "PC-DNS-STATIC", "certain"),
    "hosts": ({"site_names_true": NO}, "PC-HOSTS", "certain"),
    "default route missing": (
        {**_NOTHING_OUTSIDE, "default_route": NO, "route_misdirected": YES}, "PC-ROUTES", "certain"),
    "second adapter owns the route": (
        {**_NOTHING_OUTSIDE, "several_defaults": YES, "physical_link_reaches": YES, "route_misdirected": YES},
        "PC-ROUTES", "certain"),
    "dead vpn": (
        {**_NOTHING_OUTSIDE, "tunnel_owns_default": YES, "tunnel_misleads": YES, "physical_link_reaches": YES},
        "PC-VPN", "certain"),
    "no dhcp": ({**_LINK_ONLY, "address_valid": NO, "address_manual": NO, "dhcp_failed": YES, "router_on_link": YES},
                "LAN-DHCP-NONE", "likely"),
    "no dhcp, link otherwise mute": (
        {**_LINK_ONLY, "address_valid": NO, "address_manual": NO, "dhcp_failed": YES}, "LAN-DHCP-NONE", "likely"),
    # A switch in between may be what died.
    "box silent": (_NO_BOX, "BOX-SILENT", "likely"),
    "box dns": ({**_NO_NAMES, **_DEAD_FORWARDER, "box_forwarder_alive": NO, "box_reaches_outside": UNKNOWN},
                "BOX-DNS", "certain"),
    "wan down": ({**_NOTHING_OUTSIDE, **_DEAD_FORWARDER}, "WAN-DOWN", "certain"),
    "isp dns": ({**_NO_NAMES, **_DEAD_FORWARDER, "isp_resolver_answers": NO, "operator_resolvers_silent": YES},
                "ISP-DNS-DOWN", "certain"),
    # Nothing shows that the line is of the profile's operator: its servers may be silent to strangers.
    "isp dns, operator unconfirmed": (
        {**_NO_NAMES, **_DEAD_FORWARDER, "isp_resolver_answers": NO, "operator_resolvers_silent": UNKNOWN},
        "ISP-DNS-DOWN", "likely"),
    "vpn whose resolver is dead": (
        {**_NO_NAMES, "tunnel_owns_default": YES, "tunnel_misleads": YES, "physical_link_reaches": YES,
         "configured_resolver_answers": YES, "late_answer": YES}, "PC-VPN", "likely"),
    "default route against the lease": (
        {**_NO_BOX, "gateway_off_lease": YES, "route_misdirected": YES}, "PC-ROUTES", "likely"),
    # Nobody outside may be asked: who decided that is unknown, that the setting does not fit is not.
    "manual resolver where port 53 is cut": (
        {**_NO_NAMES, "resolver_manual": YES, "configured_is_box": NO, "configured_depends_on_isp": UNKNOWN,
         "other_resolver_fails": YES, "public_resolver_answers": NO}, "PC-DNS-STATIC", "likely"),
    "portal": ({"web_by_name": NO, "web_unaltered": NO, "portal_seen": YES, "portal_on_gateway": NO,
                "public_resolver_answers": NO, "web_by_address": UNKNOWN}, "NET-PORTAL", "certain"),
}  # fmt: skip


for area in AREAS:
    HEALTHY.update(area.HEALTHY)
    FAULTS.update(area.FAULTS)
CONDITIONS = {name: case for area in AREAS for name, case in area.CONDITIONS.items()}


def _opposite(value: Tri) -> Tri:
    return {YES: NO, NO: YES}.get(value, UNKNOWN)


def observations(changes: dict[str, Tri] | None = None) -> list[Observation]:
    """The healthy home with these changes."""
    facts = {**HEALTHY, **(changes or {})}
    # What follows from others unless the case says otherwise.
    facts = {"access_carries": facts["operator_alive"], "line_dead": _opposite(facts["outside_answers"]), **facts}
    return [Observation(f, v, SOURCES[f]) for f, v in facts.items() if v is not UNKNOWN]
