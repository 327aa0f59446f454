"""What happens to the PC."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Literal

from tests.lab import plan, topology
from tests.lab.mounts import REPO
from tests.lab.services import wait_for
from tests.lab.steps.registry import action
from tests.lab.steps.tools import CABLE, lan_of, modify, nmcli

if TYPE_CHECKING:
    from tests.lab.lab import Lab


@action
def wait(_lab: Lab, *, seconds: float) -> None:
    time.sleep(seconds)


@action
def pc_adapter(lab: Lab, *, on: bool, interface: str = "eth0") -> None:
    """The administrative switch of the adapter."""
    lab.pc.ip(f"link set {interface} {'up' if on else 'down'}")


@action
def pc_networking(lab: Lab, *, on: bool) -> None:
    """The desktop's "enable networking" switch."""
    nmcli(lab, "networking", "on" if on else "off")
    if not on:
        wait_for("the adapter is off", lambda: "UP" not in lab.pc.run("ip", "-br", "link", "show", "eth0"), 10)


@action
def pc_automatic(lab: Lab) -> None:
    """Everything by DHCP again."""
    words = ("ipv4.method", "auto", "ipv4.addresses", "", "ipv4.gateway", "", "ipv4.dns", "")
    modify(lab, *words, "ipv4.ignore-auto-dns", "no", "ipv4.never-default", "no", "ipv6.ignore-auto-dns", "no")


@action
def pc_address(lab: Lab, *, address: str, gateway: str, dns: list[str]) -> None:
    """A manual IPv4 address, with its prefix length."""
    words = ("ipv4.method", "manual", "ipv4.addresses", address, "ipv4.gateway", gateway, "ipv4.dns", ",".join(dns))
    modify(lab, *words)


@action
def pc_dns(lab: Lab, *, servers: list[str]) -> None:
    """Manual resolvers instead of the box's; the address stays automatic."""
    modify(lab, "ipv4.dns", ",".join(servers), "ipv4.ignore-auto-dns", "yes", "ipv6.ignore-auto-dns", "yes")


@action
def pc_hosts(lab: Lab, *, lines: list[str], blocklist: int = 0) -> None:
    """More lines in /etc/hosts, and so many of an advertisement blocker."""
    blocked = [f"0.0.0.0 ads{number}.tracker{number % 97}.example" for number in range(blocklist)]
    # A new file is moved over the old one, as editors and package managers do.
    script = "cat /etc/hosts - > /etc/hosts.new && mv /etc/hosts.new /etc/hosts"
    lab.pc.run("sh", "-ec", script, text="\n".join([*lines, *blocked]) + "\n")


@action
def pc_default_route(lab: Lab, *, how: Literal["deleted", "never"]) -> None:
    """The lease is good, but no default route: removed by hand, or "only for its own network" ticked."""
    if how == "never":
        modify(lab, "ipv4.never-default", "yes")
    else:
        lab.pc.run("sh", "-c", "while ip route del default 2>/dev/null; do :; done")


@action
def pc_second_adapter(
    lab: Lab, *, leads: Literal["box", "nowhere", "dead_end"], metric: int = 50, default: bool = True
) -> None:
    """A second cable. "nowhere": nobody on it; "dead_end": a device that answers but has no Internet."""
    spaces = lab.spaces
    far = ("box", "lan1") if leads == "box" else ("core", "shelf0")
    topology.cable(spaces, ("pc", f"eth1 address {topology.PC_MACS[1]}"), far)
    if leads == "box":
        spaces.box.ip(f"link set lan1 master {topology.BR}", "link set lan1 up")
        words = ["ipv4.method", "auto"]
    else:
        spaces.core.ip(*(["addr add 192.168.77.1/24 dev shelf0"] if leads == "dead_end" else []), "link set shelf0 up")
        gateway = ["ipv4.gateway", "192.168.77.1"] if default else []
        words = ["ipv4.method", "manual", "ipv4.addresses", "192.168.77.20/24", *gateway, "ipv6.method", "link-local"]
    name = "Connexion filaire 2"
    kind = ("connection", "add", "type", "ethernet", "ifname", "eth1", "con-name", name, "autoconnect", "no")
    nmcli(lab, *kind, *words, "ipv4.route-metric", str(metric))
    nmcli(lab, "connection", "up", name)


@action
def pc_tunnel(
    lab: Lab, *, peer: Literal["working", "dead"], routes: Literal["half", "default"] = "half", dns: bool = False
) -> None:
    """A VPN program that owns the way out; with ``dns`` it also took over name resolution."""
    spaces, lan = lab.spaces, lan_of(lab)
    address = plan.VPN_PEER if peer == "working" else plan.VPN_PEER_DEAD
    path = {"PYTHONPATH": str(REPO)}
    program = (sys.executable, "-m", "tests.lab.tunnel")
    if peer == "working":
        lab.services.start("vpn-server", spaces.net, *program, "server", "vpn0", address, **path)
        wait_for("the VPN's server is up", lambda: "vpn0" in spaces.net.run("ip", "-br", "link"), 5)
        spaces.net.ip(f"addr add {plan.TUNNEL_NET}.1/24 dev vpn0", "link set vpn0 up")
        hook = "type nat hook postrouting priority 100; policy accept;"
        rule = f'ip saddr {plan.TUNNEL_NET}.0/24 oifname "wan" masquerade'
        spaces.net.nft(f"table ip vpn {{\n chain out {{ {hook} {rule}; }}\n}}\n")
    lab.services.start("vpn-client", spaces.pc, *program, "client", "tun0", address, **path)
    wait_for("the tunnel is there", lambda: "tun0" in spaces.pc.run("ip", "-br", "link"), 5)
    wide = ("0.0.0.0/1", "128.0.0.0/1") if routes == "half" else ("default",)
    spaces.pc.ip(
        f"addr add {plan.TUNNEL_NET}.2/24 dev tun0", "link set tun0 mtu 1400 up",
        f"route add {address}/32 via {lan.box} dev eth0",
        *(f"route add {network} dev tun0 metric 20" for network in wide),
    )  # fmt: skip
    if dns:
        spaces.pc.run("resolvectl", "dns", "tun0", "9.9.9.9")
        spaces.pc.run("resolvectl", "domain", "tun0", "~.")


@action
def pc_recheck(lab: Lab) -> None:
    """NetworkManager looks whether the Internet is there, as it does on joining and every five minutes."""
    lab.pc.run("nmcli", "networking", "connectivity", "check", check=False)


@action
def pc_bridge(lab: Lab, *, name: str = "docker0") -> None:
    """A container program's bridge with one container's cable on it."""
    topology.cable(lab.spaces, ("pc", "veth1a2b3c4"), ("core", "eth0"))
    lab.spaces.core.ip("link set eth0 up")
    lab.pc.ip(
        f"link add {name} type bridge", f"addr add 172.17.0.1/16 brd + dev {name}", f"link set {name} up",
        f"link set veth1a2b3c4 master {name}", "link set veth1a2b3c4 up",
    )  # fmt: skip


@action
def pc_reconnect(lab: Lab) -> None:
    """As after switching the PC on: the lease is forgotten and asked for anew."""
    nmcli(lab, "connection", "down", CABLE)
    lab.pc.run("sh", "-c", "rm -f /var/lib/NetworkManager/*.lease")
    lab.pc.run("nmcli", "--wait", "0", "connection", "up", CABLE)


# -- cable and box -------------------------------------------------------------------------------
