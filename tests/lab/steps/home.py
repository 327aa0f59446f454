"""What happens to the cable and the box."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tests.lab import plan, topology
from tests.lab.services import PORTAL_PORT, wait_for
from tests.lab.steps.registry import action
from tests.lab.steps.tools import box_rules

if TYPE_CHECKING:
    from tests.lab.lab import Lab


@action
def cable(lab: Lab, *, plugged: bool, port: str = "lan0") -> None:
    """The box's end of the PC's cable."""
    lab.spaces.box.ip(f"link set {port} {'up' if plugged else 'down'}")
    word = "LOWER_UP" if plugged else "NO-CARRIER"
    device = "eth0" if port == "lan0" else "eth1"
    wait_for(f"{device} shows {word}", lambda: word in lab.pc.run("ip", "-br", "link", "show", device), 5)


@action
def box_frozen(lab: Lab, *, frozen: bool = True) -> None:
    """Its ports keep the link, but nothing goes in or out: no ARP, no ND, nothing."""
    box = lab.spaces.box
    ports = [name for name in ("lan0", "lan1") if f"{name}@" in box.run("ip", "-br", "link")]
    if not frozen:
        box.nft("delete table netdev frozen")
        box.ip(*(f"link set {port} master {topology.BR}" for port in ports))
        return
    box.sysctl({f"net.ipv6.conf.{port}.disable_ipv6": 1 for port in ports})
    box.ip(*(f"link set {port} nomaster" for port in ports))  # nothing goes out any more
    chains = (f"chain {port} {{ type filter hook ingress device {port} priority 0; policy drop; }}" for port in ports)
    box.nft("table netdev frozen {\n" + "\n".join(chains) + "\n}\n")


@action
def box_dhcp(lab: Lab, *, answer: bool) -> None:
    box_rules(lab, "faults_in", [] if answer else ["iifname br-lan udp dport 67 drop"])


@action
def box_dns(lab: Lab, *, mode: Literal["answer", "silent", "refused", "servfail"]) -> None:
    """The box's forwarder; "refused" closes the port, "servfail" breaks what it forwards to."""
    silent = ["iifname br-lan udp dport 53 drop", "iifname br-lan tcp dport 53 drop"]
    box_rules(lab, "faults_in", silent if mode == "silent" else [])
    if mode in ("refused", "servfail"):
        lab.services.restart_dnsmasq(dns="off" if mode == "refused" else "broken")
    elif mode == "answer":
        lab.services.restart_dnsmasq(dns="forward")


@action
def box_wan(lab: Lab, *, mode: Literal["up", "no_route", "down"]) -> None:
    """ "no_route": the box knows that it has no Internet and says so (ICMP); "down": its modem side is off."""
    near, _ = topology.wan_address(lab.scenario.lab)
    box, six = lab.spaces.box, lab.scenario.lab.ipv6
    if mode == "down":
        box.ip("link set wan0 down")
    elif mode == "no_route":
        # Deleted, not "unreachable": only a missing route makes the kernel answer "net unreachable".
        box.ip("route del default", *(["route del ::/0 dev wan0"] if six else []))
    else:
        box.ip("link set wan0 up", f"route replace default dev wan0 src {near}")
        if six:
            box.ip(f"addr replace {plan.WAN6}/64 dev wan0 nodad", f"route replace ::/0 via {plan.ACCESS6} dev wan0")


@action
def box_blocks(lab: Lab, *, rules: list[str]) -> None:
    """Forwarding rules of nftables on the box, in front of its own; none mends."""
    box_rules(lab, "faults", rules)


@action
def portal(lab: Lab, *, rest: Literal["reject", "drop", "off"]) -> None:
    """A hotel's network before one has signed in: pages lead to its form, the rest is refused or dropped."""
    if rest == "off":
        box_rules(lab, "faults_nat", [])
        box_rules(lab, "faults", [])
        return
    box_rules(lab, "faults_nat", [f"iifname br-lan tcp dport 80 redirect to :{PORTAL_PORT}"])
    refuse = [
        "iifname br-lan meta l4proto tcp reject with tcp reset",
        "iifname br-lan reject with icmpx admin-prohibited",
    ]
    box_rules(lab, "faults", refuse if rest == "reject" else ["iifname br-lan drop"])


@action
def box_refuses_all(lab: Lab) -> None:
    """Everything beyond the box is refused by it in both families, and it answers by ARP for every address."""
    lab.spaces.box.sysctl({f"net.ipv4.conf.{topology.BR}.proxy_arp": 1})
    box_rules(lab, "faults", [
        "iifname br-lan meta l4proto tcp reject with tcp reset",
        "iifname br-lan reject with icmpx admin-prohibited",
    ])  # fmt: skip
