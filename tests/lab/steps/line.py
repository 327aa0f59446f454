"""What makes a connection poor: loss, limits, traffic of others and of one's own."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tests.lab import topology
from tests.lab.mounts import REPO
from tests.lab.services import wait_for
from tests.lab.steps.registry import action
from tests.lab.steps.tools import box_rules, isp_rules, modify

if TYPE_CHECKING:
    from tests.lab.lab import Lab


@action
def lan_loss(lab: Lab, *, percent: int, delay_ms: float = 0.0) -> None:
    """A bad cable: so many of the PC's packets never reach the box (ARP and ND apart, as the first to be repeated)."""
    box = lab.spaces.box
    box.nft("table netdev cable\ndelete table netdev cable\n")
    if percent:
        rule = f"meta protocol {{ ip, ip6 }} numgen random mod 100 < {percent} drop"
        chain = f"chain lan0 {{ type filter hook ingress device lan0 priority 0; {rule}; }}"
        box.nft(f"table netdev cable {{\n{chain}\n}}\n")
    if delay_ms:
        box.run("tc", "qdisc", "replace", "dev", "lan0", "root", "netem", "delay", f"{delay_ms}ms")


@action
def box_ping_thinned(lab: Lab, *, one_in: int) -> None:
    """The box answers one echo request in so many, and everything else."""
    rule = f"iifname br-lan icmp type echo-request numgen inc mod {one_in} != 0 drop"
    box_rules(lab, "faults_in", [rule] if one_in > 1 else [])


@action
def isp_ping_limited(lab: Lab, *, per_second: int) -> None:
    """The first router of the ISP answers only so many echo requests a second."""
    rule = f"icmp type echo-request limit rate over {per_second}/second burst 5 packets drop"
    isp_rules(lab, "faults_in", [rule] if per_second else [])


@action
def anchor_loss(lab: Lab, *, address: str, percent: int) -> None:
    """One place of the Internet in trouble: so many packets to it are lost, on no other way."""
    rule = f"ip daddr {address} numgen random mod 100 < {percent} drop"
    isp_rules(lab, "faults", [rule] if percent else [])


@action
def pc_ipv6_only(lab: Lab) -> None:
    """A PC whose IPv4 is switched off."""
    modify(lab, "ipv4.method", "disabled")


@action
def traffic(lab: Lab, *, kbit: int, whose: str = "own") -> None:
    """A download at that rate over UDP, to this PC ("own") or to another device that the box serves ("other")."""
    spaces = lab.spaces
    near, _ = topology.wan_address(lab.scenario.lab)
    target = near if whose == "other" else "9.9.9.9"
    path = {"PYTHONPATH": str(REPO)}
    program = (sys.executable, "-m", "tests.lab.flood")
    if whose == "own":
        lab.services.start("flood-source", spaces.net, *program, "serve", target, str(kbit), **path)
        lab.services.start("flood-sink", spaces.pc, *program, "ask", target, str(kbit), **path)
        counter = "/sys/class/net/eth0/statistics/rx_packets"
        start = int(spaces.pc.run("cat", counter))
        wait_for("the download runs", lambda: int(spaces.pc.run("cat", counter)) > start + 100, 10)
    else:
        lab.services.start("flood-source", spaces.net, *program, "push", target, str(kbit), **path)
