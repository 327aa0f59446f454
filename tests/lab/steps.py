"""Every way to break or mend a running lab. A scenario's steps name these functions.

A step's arguments are the function's keyword parameters; :func:`check_step` compares them
with the annotations when a scenario file is read.
"""

from __future__ import annotations

import inspect
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from tests.lab import plan, topology
from tests.lab.mounts import REPO
from tests.lab.plan import Lan
from tests.lab.services import PORTAL_PORT, wait_for

if TYPE_CHECKING:
    from tests.lab.lab import Lab
    from tests.lab.scenario import Step

CABLE = "Connexion filaire 1"
ACTIONS: dict[str, Callable[..., None]] = {}
DnsMode = Literal["answer", "silent", "dead", "refused", "servfail"]


def action(function: Callable[..., None]) -> Callable[..., None]:
    ACTIONS[function.__name__] = function
    return function


def check_step(step: Step) -> None:
    """Raises ValueError or TypeError when the step or one of its arguments does not exist."""
    if step.do not in ACTIONS:
        raise ValueError(f"no step {step.do!r}; there are: {', '.join(sorted(ACTIONS))}")
    function = ACTIONS[step.do]
    inspect.signature(function).bind(None, **step.arguments)
    hints = get_type_hints(function, globalns={**globals(), "Lab": object})
    for name, value in step.arguments.items():
        if not _fits(value, hints[name]):
            raise ValueError(f"{step.do}: {name} = {value!r}")


def _fits(value: Any, hint: Any) -> bool:
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    if get_origin(hint) is list:
        return isinstance(value, list) and all(isinstance(item, get_args(hint)[0]) for item in value)
    return isinstance(value, (int, float)) if hint is float else isinstance(value, hint)


def apply(lab: Lab, step: Step) -> None:
    ACTIONS[step.do](lab, **step.arguments)


def _lan(lab: Lab) -> Lan:
    return Lan.of(lab.scenario.lab.subnet)


def _nmcli(lab: Lab, *words: str) -> None:
    lab.pc.run("nmcli", "--wait", "10", *words)


def _modify(lab: Lab, *words: str) -> None:
    _nmcli(lab, "connection", "modify", CABLE, *words)
    _nmcli(lab, "connection", "up", CABLE)


# -- the PC --------------------------------------------------------------------------------------


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
    _nmcli(lab, "networking", "on" if on else "off")
    if not on:
        wait_for("the adapter is off", lambda: "UP" not in lab.pc.run("ip", "-br", "link", "show", "eth0"), 10)


@action
def pc_automatic(lab: Lab) -> None:
    """Everything by DHCP again."""
    words = ("ipv4.method", "auto", "ipv4.addresses", "", "ipv4.gateway", "", "ipv4.dns", "")
    _modify(lab, *words, "ipv4.ignore-auto-dns", "no", "ipv4.never-default", "no", "ipv6.ignore-auto-dns", "no")


@action
def pc_address(lab: Lab, *, address: str, gateway: str, dns: list[str]) -> None:
    """A manual IPv4 address, with its prefix length."""
    words = ("ipv4.method", "manual", "ipv4.addresses", address, "ipv4.gateway", gateway, "ipv4.dns", ",".join(dns))
    _modify(lab, *words)


@action
def pc_dns(lab: Lab, *, servers: list[str]) -> None:
    """Manual resolvers instead of the box's; the address stays automatic."""
    _modify(lab, "ipv4.dns", ",".join(servers), "ipv4.ignore-auto-dns", "yes", "ipv6.ignore-auto-dns", "yes")


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
        _modify(lab, "ipv4.never-default", "yes")
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
    _nmcli(lab, *kind, *words, "ipv4.route-metric", str(metric))
    _nmcli(lab, "connection", "up", name)


@action
def pc_tunnel(
    lab: Lab, *, peer: Literal["working", "dead"], routes: Literal["half", "default"] = "half", dns: bool = False
) -> None:
    """A VPN program that owns the way out; with ``dns`` it also took over name resolution."""
    spaces, lan = lab.spaces, _lan(lab)
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
    _nmcli(lab, "connection", "down", CABLE)
    lab.pc.run("sh", "-c", "rm -f /var/lib/NetworkManager/*.lease")
    lab.pc.run("nmcli", "--wait", "0", "connection", "up", CABLE)


# -- cable and box -------------------------------------------------------------------------------


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
    _box_rules(lab, "faults_in", [] if answer else ["iifname br-lan udp dport 67 drop"])


@action
def box_dns(lab: Lab, *, mode: Literal["answer", "silent", "refused", "servfail"]) -> None:
    """The box's forwarder; "refused" closes the port, "servfail" breaks what it forwards to."""
    silent = ["iifname br-lan udp dport 53 drop", "iifname br-lan tcp dport 53 drop"]
    _box_rules(lab, "faults_in", silent if mode == "silent" else [])
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
    _box_rules(lab, "faults", rules)


@action
def portal(lab: Lab, *, rest: Literal["reject", "drop", "off"]) -> None:
    """A hotel's network before one has signed in: pages lead to its form, the rest is refused or dropped."""
    if rest == "off":
        _box_rules(lab, "faults_nat", [])
        _box_rules(lab, "faults", [])
        return
    _box_rules(lab, "faults_nat", [f"iifname br-lan tcp dport 80 redirect to :{PORTAL_PORT}"])
    refuse = [
        "iifname br-lan meta l4proto tcp reject with tcp reset",
        "iifname br-lan reject with icmpx admin-prohibited",
    ]
    _box_rules(lab, "faults", refuse if rest == "reject" else ["iifname br-lan drop"])


def _box_rules(lab: Lab, chain: str, rules: list[str]) -> None:
    """Replaces the rules of one of the chains kept for faults."""
    lines = [f"flush chain inet box {chain}", *(f"add rule inet box {chain} {rule}" for rule in rules)]
    lab.spaces.box.nft("\n".join(lines) + "\n")


# -- line, ISP, Internet -------------------------------------------------------------------------


@action
def line(
    lab: Lab, *, up: bool = True, delay_ms: float = 2.0, jitter_ms: float = 0.5, loss: float = 0.0, mtu: int = 0,
    down_kbit: float = 0.0, up_kbit: float = 0.0,
) -> None:  # fmt: skip
    """The access line as a whole; without arguments it is a good fibre again."""
    values = {"up": up, "delay_ms": delay_ms, "jitter_ms": jitter_ms, "loss": loss, "mtu": mtu}
    lab.services.control("link", values)
    lab.services.control("link", {"down": {"rate_kbit": down_kbit}, "up": {"rate_kbit": up_kbit}})


@action
def isp_dns(lab: Lab, *, mode: DnsMode) -> None:
    """The ISP's resolvers. "dead": the whole machine is gone; "silent": only its name service is."""
    _resolvers(lab, "faults_in", mode, list(plan.ISP_RESOLVERS))


@action
def public_dns(lab: Lab, *, mode: DnsMode, addresses: list[str]) -> None:
    """Resolvers on the Internet, as seen from this line."""
    _resolvers(lab, "faults", mode, addresses)


def _resolvers(lab: Lab, chain: str, mode: str, addresses: list[str]) -> None:
    listed = f"ip daddr {{ {', '.join(addresses)} }}"
    rules = {
        "dead": [f"{listed} drop"],
        "silent": [f"{listed} udp dport 53 drop", f"{listed} tcp dport 53 drop"],
        "refused": [f"{listed} udp dport 53 reject", f"{listed} tcp dport 53 reject with tcp reset"],
    }
    _isp_rules(lab, chain, rules.get(mode, []))
    answer = "servfail" if mode == "servfail" else "answer"
    lab.services.control("world", {"dns": dict.fromkeys(addresses, answer)})


@action
def isp_blocks(lab: Lab, *, rules: list[str]) -> None:
    """Forwarding rules of nftables at the ISP; none mends."""
    _isp_rules(lab, "faults", rules)


def _isp_rules(lab: Lab, chain: str, rules: list[str]) -> None:
    lines = [f"flush chain inet isp {chain}", *(f"add rule inet isp {chain} {rule}" for rule in rules)]
    lab.spaces.isp.nft("\n".join(lines) + "\n")
