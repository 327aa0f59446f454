"""Homes that are half broken, or broken twice: what a hostile tester would try."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Literal

from tests.lab import plan, topology
from tests.lab.mounts import REPO
from tests.lab.services import BROKEN_UPSTREAM, wait_for
from tests.lab.steps.registry import action
from tests.lab.steps.tools import box_rules, isp_rules, lan_of, nmcli

if TYPE_CHECKING:
    from tests.lab.lab import Lab


@action
def tunnel_dns(lab: Lab, *, server: str, plain_file: bool = False) -> None:
    """The tunnel of ``pc_tunnel`` brought this resolver for all names: to systemd-resolved, or over resolv.conf."""
    if plain_file:
        lab.pc.run("sh", "-ec", f"rm -f /etc/resolv.conf; echo 'nameserver {server}' > /etc/resolv.conf")
        return
    lab.pc.run("resolvectl", "dns", "tun0", server)
    lab.pc.run("resolvectl", "domain", "tun0", "~.")


@action
def pc_tunnel_by_rule(lab: Lab, *, device: bool = True) -> None:
    """A tunnel with a dead server that owns the way out by a rule and a table of its own, as WireGuard does.

    ``device`` False: the program ended and left the rule behind, with a table that leads nowhere.
    """
    peer = plan.VPN_PEER_DEAD
    if device:
        program = (sys.executable, "-m", "tests.lab.tunnel", "client", "wg0", peer)
        lab.services.start("vpn-client", lab.pc, *program, PYTHONPATH=str(REPO))
        wait_for("the tunnel is there", lambda: "wg0" in lab.pc.run("ip", "-br", "link"), 5)
        lab.pc.ip(f"addr add {plan.TUNNEL_NET}.2/24 dev wg0", "link set wg0 mtu 1420 up")
    lab.pc.ip(
        f"route add {'default dev wg0' if device else 'blackhole default'} table 51820",
        f"rule add to {peer} lookup main priority 100",
        "rule add lookup main suppress_prefixlength 0 priority 200",
        "rule add lookup 51820 priority 300",
    )


@action
def pc_wrong_route(lab: Lab, *, via: str, beside: bool = False, metric: int = 0) -> None:
    """The lease is good, but the default route leads to this address; ``beside``: the right one stays, as second."""
    if not beside:
        lab.pc.run("sh", "-c", "while ip route del default 2>/dev/null; do :; done")
    lab.pc.ip(f"route add default via {via} dev eth0 metric {metric}")


@action
def pc_resolved_gone(lab: Lab) -> None:
    """systemd-resolved has ended; resolv.conf still names it."""
    lab.services.stop("resolved")
    lab.pc.run("sh", "-ec", "rm -f /etc/resolv.conf; echo 'nameserver 127.0.0.53' > /etc/resolv.conf")


@action
def box_lease_without_router(lab: Lab) -> None:
    """The box's leases name no router."""
    lab.services.restart_dnsmasq(dns="forward", more=["--dhcp-option=option:router"])
    renew(lab)


def renew(lab: Lab) -> None:
    nmcli(lab, "connection", "down", "Connexion filaire 1")
    lab.pc.run("sh", "-c", "rm -f /var/lib/NetworkManager/*.lease")
    nmcli(lab, "connection", "up", "Connexion filaire 1")


@action
def box_refuses_names(lab: Lab, *, names: list[str]) -> None:
    """The box's parental control: REFUSED for these names, everything else is forwarded."""
    refuser = f"127.0.0.1#{BROKEN_UPSTREAM}"
    lab.services.control("world", {"dns": {refuser: "refused"}})
    lab.services.restart_dnsmasq(dns="forward", more=[f"--server=/{name}/{refuser}" for name in names])
    lab.pc.run("resolvectl", "flush-caches", check=False)


@action
def box_knows_no_name(lab: Lab) -> None:
    """The box's forwarder says "no such name" to everything."""
    upstream = f"127.0.0.1#{BROKEN_UPSTREAM}"
    values = {"untrue": list(plan.names()), "instead": "missing"}
    lab.services.control("world", {"dns": {upstream: "answer"}, "manner": {upstream: values}})
    lab.services.restart_dnsmasq(dns="broken")
    lab.pc.run("resolvectl", "flush-caches", check=False)


@action
def isp_knows_no_name(lab: Lab) -> None:
    """The ISP's resolvers say "no such name" to everything."""
    values = {"untrue": list(plan.names()), "instead": "missing"}
    lab.services.control("world", {"manner": dict.fromkeys(plan.ISP_RESOLVERS, values)})
    lab.services.restart_dnsmasq(dns="forward")
    lab.pc.run("resolvectl", "flush-caches", check=False)


@action
def isp_input(lab: Lab, *, rules: list[str]) -> None:
    """Rules of nftables in front of the ISP's own services, its resolvers above all; none mends."""
    isp_rules(lab, "faults_in", rules)


@action
def box_input(lab: Lab, *, rules: list[str]) -> None:
    """Rules of nftables in front of the box's own services; none mends."""
    box_rules(lab, "faults_in", rules)


@action
def thread_router(lab: Lab) -> None:
    """A smart speaker that routes to a network of sensors: announced by IPv6, but not as a way to the Internet."""
    options = [
        "--keep-in-foreground", "--conf-file=/dev/null", "--user=root", "--no-resolv", "--no-hosts", "--port=0",
        "--interface=eth0", "--bind-interfaces", "--log-facility=-", "--pid-file=", "--enable-ra",
        "--dhcp-range=fd12:3456:789a:1::,ra-only,64,1h", "--ra-param=eth0,4,0",
    ]  # fmt: skip
    lab.spaces.guest.sysctl({"net.ipv6.conf.all.forwarding": 1})
    lab.spaces.guest.ip("addr add fd12:3456:789a:1::1/64 dev eth0 nodad")
    lab.services.start("thread", lab.spaces.guest, "dnsmasq", *options)
    wait_for("the PC heard it", lambda: "fd12:3456:789a:1:" in lab.pc.run("ip", "-6", "addr"), 30, 0.2)


@action
def lan_arp_lossy(lab: Lab, *, percent: int) -> None:
    """So many of the PC's questions for hardware addresses are lost; the PC knows nobody yet."""
    rule = f"ether type arp numgen random mod 100 < {percent} drop"
    chain = f"chain lan0 {{ type filter hook ingress device lan0 priority 1; {rule}; }}"
    lab.spaces.box.nft(f"table netdev poor {{\n{chain}\n}}\n")
    lab.pc.run("ip", "neigh", "flush", "dev", "eth0")


@action
def box_restarts(lab: Lab, *, up_s: float = 4.0, down_s: float = 3.0) -> None:
    """The box falls over and comes back, again and again; the cable keeps its link."""
    chain = "table netdev restart { chain lan0 { type filter hook ingress device lan0 priority 2; policy drop; }; }"
    script = (
        f"while :; do sleep {up_s}; nft '{chain}'; ip link set lan0 nomaster; sleep {down_s}; "
        f"nft delete table netdev restart; ip link set lan0 master {topology.BR}; done"
    )
    lab.services.start("restarts", lab.spaces.box, "sh", "-c", script)


@action
def isp_loop(lab: Lab) -> None:
    """Two routers of the ISP send everything to each other until its time is over."""
    lab.spaces.core.ip(f"route replace default via {plan.ISP_UP4} dev down0")


@action
def echoes_expire(lab: Lab, *, at: Literal["isp", "box"] = "isp") -> None:
    """Echo requests alone are sent in circles there: the answer is "time exceeded"; the rest passes."""
    space, device = (lab.spaces.isp, "acc0") if at == "isp" else (lab.spaces.box, topology.BR)
    hook = "type filter hook prerouting priority -300; policy accept;"
    rule = f'iifname "{device}" icmp type echo-request ip daddr != {lan_of(lab).box} ip ttl set 1'
    space.nft(f"table ip circles {{\n chain pre {{ {hook} {rule}; }}\n}}\n")


@action
def nat_full(lab: Lab, *, percent: int) -> None:
    """The box's table of connections is full: so many new ones are dropped, those that stand go on."""
    box_rules(lab, "faults", [f"iifname br-lan ct state new numgen random mod 100 < {percent} drop"])
