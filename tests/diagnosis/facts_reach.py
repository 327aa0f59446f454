"""Fact sets of the area: what is added to the healthy home, each cause, each near miss, each condition."""

from __future__ import annotations

from selfcare.model.tri import Tri

YES, NO, UNKNOWN = Tri.YES, Tri.NO, Tri.UNKNOWN

HEALTHY: dict[str, Tri] = {
    "pc_lets_through": YES, "pc_stops_sending": NO, "pc_drops_replies": NO, "operator_alive": YES,
    "box_refuses_device": NO, "sites_partly_silent": NO, "secure_port_silent": NO, "site_refuses": NO,
    "site_silent": NO, "networks_reach": YES, "ports_pass": YES, "mail_port_closed": NO,
    "internet_answers": YES, "box_alone_gets_out": NO,
}  # fmt: skip

_NOTHING_OUTSIDE = {
    "names_resolve": NO, "web_by_name": NO, "configured_resolver_answers": NO, "public_resolver_answers": NO,
    "isp_resolver_answers": NO, "web_by_address": NO, "outside_answers": NO, "web_unaltered": UNKNOWN,
    "internet_answers": NO, "box_alone_gets_out": UNKNOWN,
}  # fmt: skip
_NOTHING_AT_ALL = {
    **_NOTHING_OUTSIDE, "gateway_answers": NO, "gateway_neighbour": UNKNOWN, "gateway_ping": NO, "router_on_link": NO,
    "box_resolver_answers": UNKNOWN, "box_forwarder_alive": UNKNOWN, "box_reaches_outside": UNKNOWN,
    "beyond_box_answers": UNKNOWN, "operator_alive": UNKNOWN, "box_refuses_device": UNKNOWN,
}  # fmt: skip
_STOPPED = {"pc_lets_through": NO, "pc_stops_sending": YES}
_NOT_FORWARDED = {**_NOTHING_OUTSIDE, "names_resolve": YES, "configured_resolver_answers": YES,
                  "beyond_box_answers": NO, "operator_alive": NO, "box_alone_gets_out": YES,
                  "operator_resolvers_silent": YES}  # fmt: skip

FAULTS: dict[str, tuple[dict[str, Tri], str, str]] = {
    "local filter drops everything": ({**_NOTHING_AT_ALL, **_STOPPED}, "PC-FIREWALL", "certain"),
    "local filter rejects everything": (
        {**_NOTHING_AT_ALL, **_STOPPED, "gateway_answers": YES}, "PC-FIREWALL", "certain"),
    "local filter stops the web": ({**_STOPPED, "web_by_name": NO, "web_unaltered": UNKNOWN}, "PC-FIREWALL", "certain"),
    "local filter stops secure pages only": (_STOPPED, "PC-FIREWALL", "certain"),
    "local filter drops the answers": (
        {**_NOTHING_AT_ALL, "gateway_neighbour": YES, "gateway_answers": YES, "pc_lets_through": NO,
         "pc_drops_replies": YES}, "PC-FIREWALL", "likely"),
    "the box keeps this device out, with a page": (
        {**_NOT_FORWARDED, "portal_seen": YES, "portal_on_gateway": YES, "web_unaltered": NO,
         "box_refuses_device": YES},
        "BOX-FILTER", "certain"),
    "the box refuses to forward": ({**_NOT_FORWARDED, "box_refuses_device": YES}, "BOX-FILTER", "certain"),
    "the box forwards nothing": (_NOT_FORWARDED, "BOX-NOFORWARD", "certain"),
    "nothing is forwarded, the operator unconfirmed": (
        {**_NOT_FORWARDED, "operator_resolvers_silent": UNKNOWN}, "BOX-NOFORWARD", "likely"),
    "the operator is cut off": (
        {**_NOTHING_OUTSIDE, "box_resolver_answers": NO, "box_reaches_outside": NO}, "ISP-OUTAGE", "certain"),
    "the operator is cut off, the box says nothing": (
        {**_NOTHING_OUTSIDE, "box_resolver_answers": NO, "box_forwarder_alive": NO, "box_reaches_outside": UNKNOWN},
        "ISP-OUTAGE", "likely"),
    "the operator is cut off, its resolvers live on": (
        {"public_resolver_answers": NO, "web_by_address": NO, "web_by_name": NO, "internet_answers": NO,
         "ipv4_outside": NO, "web_unaltered": UNKNOWN}, "ISP-OUTAGE", "likely"),
    "several networks end at the operator": (
        {"sites_partly_silent": YES, "networks_reach": NO, "stops_at_operator": YES}, "ISP-PATH", "likely"),
    "ports of several hosts cut beyond the box": (
        {"ports_pass": NO, "ports_cut_by_box": NO, "ports_cut_twice": YES}, "NET-FILTERED", "certain"),
    "one host's port cut": (
        {"ports_pass": NO, "ports_cut_by_box": NO, "ports_cut_twice": NO}, "NET-FILTERED", "likely"),
    "datagrams cut somewhere": ({"ports_pass": NO}, "NET-FILTERED", "likely"),
}  # fmt: skip
NEAR_MISSES: dict[str, tuple[dict[str, Tri], str]] = {
    "the first router beyond does not answer": ({"operator_alive": NO}, "BOX-NOFORWARD"),
    "a firewall nobody can ask about": (
        {"pc_lets_through": UNKNOWN, "pc_stops_sending": UNKNOWN, "pc_drops_replies": UNKNOWN},
        "PC-FIREWALL",
    ),
    "the box has no page": ({"box_refuses_device": UNKNOWN}, "BOX-FILTER"),
    "several sites are silent, the ways there are good": (
        {"sites_partly_silent": YES, "stops_at_operator": NO, "site_silent": YES}, "ISP-PATH"),
    "a lost packet made a site look silent": ({"sites_partly_silent": YES}, "NET-DOWN"),
    "port 25 is closed": ({"mail_port_closed": YES, "ports_pass": YES}, "NET-FILTERED"),
}  # fmt: skip
CONDITIONS: dict[str, tuple[dict[str, Tri], str]] = {
    "one site is silent": ({"sites_partly_silent": YES, "site_silent": YES}, "NET-DOWN"),
    "one site refuses": ({"site_refuses": YES}, "NET-BLOCKED"),
    "the mail port is closed": ({"mail_port_closed": YES, "ports_pass": YES}, "NET-MAIL-PORT"),
}
