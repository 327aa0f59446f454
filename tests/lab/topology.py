"""Cables, addresses, routes and filters of the five networks."""

from __future__ import annotations

import ipaddress

from tests.lab import plan
from tests.lab.plan import Lan
from tests.lab.scenario import Variant
from tests.lab.spaces import Spaces

BR = "br-lan"
PC_MACS = ("3c:52:82:00:00:01", "3c:52:82:00:00:02")  # a PC maker's, as real cards have
BOX_MAC, BOX_LINK_LOCAL = "7c:16:89:00:00:01", "fe80::7e16:89ff:fe00:1"


def wan_address(variant: Variant) -> tuple[str, str]:
    """The box's address on the line, and the ISP's at the other end."""
    return (plan.WAN4_CGNAT, plan.ACCESS4_CGNAT) if variant.cgnat else (plan.WAN4, plan.ACCESS4)


def cables(spaces: Spaces) -> None:
    """The PC's cable and those of the outside, each end born in its network."""
    cable(spaces, ("pc", f"eth0 address {PC_MACS[0]}"), ("box", "lan0"))
    cable(spaces, ("isp", "up0"), ("core", "down0"))
    cable(spaces, ("core", "up0"), ("net", "wan"))


def cable(spaces: Spaces, near: tuple[str, str], far: tuple[str, str]) -> None:
    """Each end is a network and a device, with its link options."""
    ends = [f"netns {spaces.inside(network)} {device}" for network, device in (near, far)]
    spaces.net.ip(f"link add {ends[0]} type veth peer {ends[1]}")


def outside(spaces: Spaces, variant: Variant) -> None:
    """Everything beyond the access line; needs the cables."""
    forward = {"net.ipv4.ip_forward": 1, "net.ipv6.conf.all.forwarding": 1, "net.ipv4.icmp_ratelimit": 0}
    for space in (spaces.isp, spaces.core):
        space.sysctl(forward)
    _internet(spaces)
    home6 = ipaddress.IPv6Network(f"{plan.HOME6}/56")
    spaces.core.ip(
        "link set lo up", f"addr add {plan.CORE_DOWN4}/30 dev down0", f"addr add {plan.CORE_UP4}/30 dev up0",
        f"addr add {plan.CORE_DOWN6}/64 dev down0 nodad", f"addr add {plan.CORE_UP6}/64 dev up0 nodad",
        "link set down0 up", "link set up0 up",
        f"route add default via {plan.NET4}", f"route add default via {plan.NET6}",
        *(f"route add {network} via {plan.ISP_UP4}" for network in (f"{plan.WAN4}/32", "80.10.246.0/24")),
        f"route add {home6} via {plan.ISP_UP6}", f"route add {plan.WAN6}/128 via {plan.ISP_UP6}",
    )  # fmt: skip
    spaces.isp.ip(
        "link set lo up", f"addr add {plan.ISP_UP4}/30 dev up0", f"addr add {plan.ISP_UP6}/64 dev up0 nodad",
        "link set up0 up", *(f"addr add {address}/32 dev lo" for address in plan.ISP_RESOLVERS),
        f"route add default via {plan.CORE_DOWN4}", f"route add default via {plan.CORE_DOWN6}",
        *(f"route add blackhole {network}" for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")),
    )  # fmt: skip
    spaces.isp.nft(_isp_filter(variant))


def _internet(spaces: Spaces) -> None:
    """Hosts by their addresses; every other address of the world is silent."""
    spaces.net.sysctl({"net.ipv4.icmp_ratelimit": 0, "net.ipv6.conf.all.forwarding": 1, "net.ipv4.ip_forward": 1})
    lines = ["link set lo up", f"addr add {plan.NET4}/30 dev wan", f"addr add {plan.NET6}/64 dev wan nodad"]
    for address in plan.public_addresses():
        lines.append(f"addr add {address}/128 dev lo nodad" if ":" in address else f"addr add {address}/32 dev lo")
    lines += ["link set wan up", "route add blackhole default", "route add blackhole ::/0"]
    for network in ("90.0.0.0/9", "80.10.0.0/16", "193.253.0.0/16"):
        lines.append(f"route add {network} via {plan.CORE_UP4}")
    for network in ("2a01:cb08::/32", "2a01:cfc0::/32"):
        lines.append(f"route add {network} via {plan.CORE_UP6}")
    spaces.net.ip(*lines)


def _isp_filter(variant: Variant) -> str:
    shared = f'iifname "acc0" oifname "up0" snat ip to {plan.WAN4}' if variant.cgnat else ""
    silent = "" if variant.internet_ping else "icmp type echo-request drop; icmpv6 type echo-request drop"
    return f"""
table inet isp {{
  chain faults {{ }}
  chain forward {{ type filter hook forward priority 0; policy accept; jump faults; {silent}; }}
  chain faults_in {{ }}
  chain input {{ type filter hook input priority 0; policy accept; jump faults_in; {silent}; }}
  chain shared {{ type nat hook postrouting priority 100; policy accept; {shared}; }}
}}
""".replace("; ;", ";")


def line(spaces: Spaces, variant: Variant) -> None:
    """Both ends of the access line, once the link emulator has made its devices."""
    near, far = wan_address(variant)
    spaces.isp.ip(
        f"addr add {far}/32 dev acc0", "link set acc0 up", f"route add {near}/32 dev acc0",
        f"addr add {plan.ACCESS6}/64 dev acc0 nodad",
        f"route add {plan.HOME6}/56 via {plan.WAN6} dev acc0 onlink",
    )  # fmt: skip
    if variant.cgnat:
        spaces.isp.ip(f"route add blackhole {plan.WAN4}/32")
    lines = [f"addr add {near}/32 dev wan0", "link set wan0 up", f"route add default dev wan0 src {near}"]
    if variant.ipv6:
        lines += [f"addr add {plan.WAN6}/64 dev wan0 nodad", f"route add default via {plan.ACCESS6} dev wan0"]
    spaces.box.ip(*lines)


def box(spaces: Spaces, variant: Variant) -> None:
    """The box's LAN side and its filters."""
    lan = Lan.of(variant.subnet, variant.box_number)
    spaces.box.sysctl({
        "net.ipv4.ip_forward": 1, "net.ipv6.conf.all.forwarding": 1, "net.ipv6.conf.default.accept_dad": 0,
        "net.ipv4.icmp_ratelimit": 0,
    })  # fmt: skip
    lines = ["link set lo up", f"link add {BR} type bridge stp_state 0 forward_delay 0 mcast_snooping 0"]
    lines += [
        f"link set lan0 master {BR}",
        "link set lan0 up",
        f"link set {BR} address {BOX_MAC}",
        f"addr add {lan.box}/{lan.prefix} brd + dev {BR}",
    ]
    if variant.ipv6:
        lines.append(f"addr add {lan.box6}/64 dev {BR} nodad")
    # The kernel makes this address once a cable is in, which is too late for who listens on it: the PC comes last.
    lines += [f"link set {BR} up", f"addr add {BOX_LINK_LOCAL}/64 dev {BR} nodad", f"route add 239.0.0.0/8 dev {BR}"]
    spaces.box.ip(*lines)
    spaces.box.nft(_box_filter(variant))


def _box_filter(variant: Variant) -> str:
    """As boxes do: masquerade, no way in from the line; empty chains wait for UPnP and for faults."""
    deaf = "" if variant.box_ping else 'iifname "br-lan" meta l4proto icmp drop'
    deaf6 = "" if variant.box_ping else 'iifname "br-lan" icmpv6 type echo-request drop'
    return f"""
table inet box {{
  chain faults_in {{ }}
  chain input {{
    type filter hook input priority 0; policy accept;
    jump faults_in
    {deaf}
    {deaf6}
    iifname "wan0" ct state new meta l4proto {{ tcp, udp }} drop
  }}
  chain faults {{ }}
  chain forward {{
    type filter hook forward priority 10; policy accept;
    jump faults
    iifname "wan0" ct status dnat accept
    iifname "wan0" ct state {{ new, invalid }} drop
  }}
  chain faults_nat {{ }}
  chain prerouting {{ type nat hook prerouting priority -110; policy accept; jump faults_nat; }}
}}
table inet miniupnpd_f {{
  chain miniupnpd {{ }}
  chain forward {{ type filter hook forward priority 0; policy accept; jump miniupnpd; }}
  chain prerouting_miniupnpd {{ }}
  chain prerouting {{ type nat hook prerouting priority -100; policy accept; jump prerouting_miniupnpd; }}
  chain postrouting_miniupnpd {{ }}
  chain postrouting {{
    type nat hook postrouting priority 100; policy accept;
    jump postrouting_miniupnpd
    meta nfproto ipv4 oifname "wan0" masquerade
  }}
}}
"""
