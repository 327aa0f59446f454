"""Other machines on the box's network, packet sizes, IPv6, and a PC's everyday extra adapters."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Literal

from tests.lab import topology
from tests.lab.mounts import REPO
from tests.lab.services import wait_for
from tests.lab.steps.registry import action
from tests.lab.steps.tools import CABLE, box_rules, lan_of, nmcli

if TYPE_CHECKING:
    from tests.lab.lab import Lab

GUEST_MAC = "52:54:00:66:00:66"
INNER_NETWORK = "192.168.77"


def pc_address_now(lab: Lab) -> str:
    """The PC's own IPv4 address."""
    found = json.loads(lab.pc.run("ip", "-j", "-4", "addr", "show", "dev", "eth0"))
    return str(found[0]["addr_info"][0]["local"])


@action
def lan_host(lab: Lab, *, address: str, ipv6: bool = True) -> None:
    """Another machine on a second port of the box. ``address`` "pc" takes the PC's own."""
    spaces = lab.spaces
    chosen = f"{pc_address_now(lab)}/{lan_of(lab).prefix}" if address == "pc" else address
    spaces.guest.sysctl({"net.ipv6.conf.all.disable_ipv6": int(not ipv6)})
    topology.cable(spaces, ("guest", f"eth0 address {GUEST_MAC}"), ("box", "lan2"))
    # Ports of a box are a switch: what passes between them is none of its connection tracking's business.
    for family in ("ip", "ip6"):
        knob = f"/proc/sys/net/bridge/bridge-nf-call-{family}tables"
        spaces.box.run("sh", "-c", f"if test -e {knob}; then echo 0 > {knob}; fi")
    spaces.box.ip(f"link set lan2 master {topology.BR}", "link set lan2 up")
    spaces.guest.ip("link set lo up", "link set eth0 up", f"addr add {chosen} dev eth0")


@action
def lan_routes(lab: Lab, *, dead_uplink: bool = False) -> None:
    """That machine forwards, as a second router or a computer with containers does.

    ``dead_uplink``: it has a way out of its own on which everything is lost, as a router without a line.
    """
    lab.spaces.guest.sysctl({
        "net.ipv4.ip_forward": 1, "net.ipv6.conf.all.forwarding": 1, "net.ipv4.icmp_ratelimit": 0,
        "net.ipv4.conf.all.send_redirects": 0, "net.ipv4.conf.eth0.send_redirects": 0,
    })  # fmt: skip
    if dead_uplink:
        lab.spaces.guest.ip("tuntap add dev up0 mode tun", "link set up0 up", "route add default dev up0")


@action
def lan_without_ipv6(lab: Lab) -> None:
    """The box speaks no IPv6 at home, not even to its neighbours."""
    lab.spaces.box.sysctl({f"net.ipv6.conf.{topology.BR}.disable_ipv6": 1})


@action
def lan_box_names(lab: Lab, *, link_local: bool) -> None:
    """Whether the box answers names at its link-local address too, which is where some do not listen."""
    closed = ["ip6 daddr fe80::/10 meta l4proto { tcp, udp } th dport 53 reject"]
    box_rules(lab, "faults_in", [] if link_local else closed)


@action
def lan_dhcp(lab: Lab, *, first: str, last: str, router: str, dns: str) -> None:
    """That machine hands out addresses, with these settings."""
    options = [
        "--keep-in-foreground", "--conf-file=/dev/null", "--user=root", "--no-resolv", "--no-hosts", "--no-ping",
        "--interface=eth0", "--bind-interfaces", "--log-facility=-", "--pid-file=", "--dhcp-authoritative",
        "--dhcp-leasefile=/run/lab/guest-leases", f"--dhcp-range={first},{last},12h", "--filterwin2k",
        f"--dhcp-option=option:router,{router}", f"--dhcp-option=option:dns-server,{dns}",
        f"--server={lan_of(lab).box}",
    ]  # fmt: skip
    lab.services.start("guest-dnsmasq", lab.spaces.guest, "dnsmasq", *options)


@action
def lan_impostor(lab: Lab, *, forwards: bool = True, holds: bool = False) -> None:
    """That machine says to the PC that it is the box, and passes its packets on, or not.

    ``holds``: the address is its own, so that it answers for itself, as a machine set by hand does.
    """
    spaces, box = lab.spaces, lan_of(lab).box
    if holds:
        spaces.guest.ip(f"addr add {box}/32 dev eth0")
    else:
        spaces.guest.ip(f"route replace default via {box} dev eth0")
    if forwards:
        lan_routes(lab)
    program = (sys.executable, str(REPO / "tests" / "lab" / "spoof.py"), "eth0", box, pc_address_now(lab))
    lab.services.start("spoof", spaces.guest, *program, topology.PC_MACS[0])
    wait_for("the PC believes it", lambda: GUEST_MAC in lab.pc.run("ip", "neigh", "show", box), 10)


@action
def second_router(lab: Lab) -> None:
    """The PC is plugged into a router of its own, which is plugged into the box."""
    spaces, lan = lab.spaces, lan_of(lab)
    spaces.box.ip("link set lan0 down", "link set lan0 nomaster", f"link set lan0 netns {spaces.inside('guest')}")
    topology.cable(spaces, ("guest", f"up0 address {GUEST_MAC}"), ("box", "lan2"))
    spaces.box.ip(f"link set lan2 master {topology.BR}", "link set lan2 up")
    spaces.guest.sysctl({"net.ipv4.ip_forward": 1, "net.ipv4.icmp_ratelimit": 0})
    spaces.guest.ip(
        "link set lo up", f"addr add {INNER_NETWORK}.1/24 dev lan0", "link set lan0 up",
        f"addr add {lan.host(77)}/{lan.prefix} dev up0", "link set up0 up", f"route add default via {lan.box}",
    )  # fmt: skip
    hook = "type nat hook postrouting priority 100; policy accept;"
    spaces.guest.nft(f'table ip inner {{\n chain out {{ {hook} oifname "up0" masquerade; }}\n}}\n')
    options = [
        "--keep-in-foreground", "--conf-file=/dev/null", "--user=root", "--no-resolv", "--no-hosts", "--no-ping",
        "--interface=lan0", "--bind-interfaces", "--log-facility=-", "--pid-file=", "--dhcp-authoritative",
        "--dhcp-leasefile=/run/lab/inner-leases", f"--server={lan.box}",
        f"--dhcp-range={INNER_NETWORK}.10,{INNER_NETWORK}.99,12h",
    ]  # fmt: skip
    lab.services.start("inner-dnsmasq", spaces.guest, "dnsmasq", *options)
    nmcli(lab, "connection", "down", CABLE)
    lab.pc.run("sh", "-c", "rm -f /var/lib/NetworkManager/*.lease")
    nmcli(lab, "connection", "up", CABLE)
    wait_for("the inner router gave an address", lambda: pc_address_now(lab).startswith(INNER_NETWORK), 10)
    wait_for("names resolve", lambda: bool(lab.pc.run("getent", "ahostsv4", "deb.debian.org", check=False)), 10, 0.2)


@action
def pc_mtu(lab: Lab, *, octets: int) -> None:
    """The packet size of the PC's adapter."""
    lab.pc.ip(f"link set eth0 mtu {octets}")


@action
def line_mtu(lab: Lab, *, octets: int) -> None:
    """Both ends of the line know its packet size and say so, as PPPoE does."""
    lab.spaces.box.ip(f"link set wan0 mtu {octets}")
    lab.spaces.isp.ip(f"link set acc0 mtu {octets}")


@action
def pc_manual_checked(lab: Lab, *, address: str) -> None:
    """A manual address that NetworkManager checks for duplicates before it uses it."""
    lan = lan_of(lab)
    words = ("ipv4.method", "manual", "ipv4.addresses", address, "ipv4.gateway", lan.box, "ipv4.dns", lan.box)
    nmcli(lab, "connection", "modify", CABLE, *words, "ipv4.dad-timeout", "1000")
    lab.pc.run("nmcli", "--wait", "6", "connection", "up", CABLE, check=False)


@action
def pc_unmanaged(lab: Lab) -> None:
    """NetworkManager is told to leave the adapter alone, and nothing else looks after it."""
    lab.pc.run("nmcli", "device", "set", "eth0", "managed", "no")
    lab.pc.ip("addr flush dev eth0 scope global")
    lab.pc.run("sh", "-c", "while ip route del default 2>/dev/null; do :; done")


@action
def pc_client_gone(lab: Lab) -> None:
    """The program that asks for addresses was stopped, and the lease is over."""
    lab.services.stop("NetworkManager")
    lab.pc.ip("addr flush dev eth0 scope global")


@action
def pc_extra(lab: Lab, *, kind: Literal["host_only", "mesh_vpn", "wifi"]) -> None:
    """A hypervisor's host-only network, a mesh VPN beside the default route, or a Wi-Fi-like second link."""
    if kind == "host_only":
        lab.pc.ip("link add vboxnet0 type bridge", "addr add 192.168.56.1/24 dev vboxnet0", "link set vboxnet0 up")
    elif kind == "mesh_vpn":
        lab.pc.ip(
            "tuntap add dev tailscale0 mode tun", "addr add 100.101.102.103/32 dev tailscale0",
            "link set tailscale0 mtu 1280 up", "route add 100.64.0.0/10 dev tailscale0 metric 5",
        )  # fmt: skip
    else:
        topology.cable(lab.spaces, ("pc", f"wlan0 address {topology.PC_MACS[1]}"), ("box", "lan1"))
        lab.spaces.box.ip(f"link set lan1 master {topology.BR}", "link set lan1 up")
        kind_words = ("connection", "add", "type", "ethernet", "ifname", "wlan0", "con-name", "Sans fil", "autoconnect")
        nmcli(lab, *kind_words, "no", "ipv4.route-metric", "600")
        nmcli(lab, "connection", "up", "Sans fil")
    time.sleep(0.2)
