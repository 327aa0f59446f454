"""What happens to names: slow, untrue, stale or diverted answers, and resolvers in the home."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, Literal

from tests.lab import mounts, plan, topology
from tests.lab.mounts import REPO
from tests.lab.services import BROKEN_UPSTREAM, wait_for
from tests.lab.steps.registry import action
from tests.lab.steps.tools import CABLE, box_rules, lan_of, nmcli

if TYPE_CHECKING:
    from tests.lab.lab import Lab

HOME_RESOLVER = 53  # the last number of its address
HOUR_S = 3600
STALE = "151.101.0.255"  # nobody is there


def _manner(lab: Lab, addresses: list[str], values: dict[str, Any]) -> None:
    lab.services.control("world", {"manner": dict.fromkeys(addresses, values)})


@action
def isp_names(
    lab: Lab, *, delay_ms: float = 0.0, untrue: list[str] | None = None, instead: str = "127.0.0.1",
    rewrite: str = "", edns: Literal["answer", "refuse", "drop"] = "answer", mute_missing: bool = False,
) -> None:  # fmt: skip
    """How the ISP's resolvers answer; without arguments well again."""
    values = {
        "delay_ms": delay_ms, "untrue": untrue or [], "instead": instead, "rewrite": rewrite, "edns": edns,
        "mute_missing": mute_missing,
    }  # fmt: skip
    _manner(lab, list(plan.ISP_RESOLVERS), values)


@action
def zones_dead(lab: Lab, *, zones: list[str]) -> None:
    """The servers of these zones are gone: no resolver of the whole Internet has an answer for a name in them."""
    everybody = [*plan.ISP_RESOLVERS, *(each.address for each in plan.profile().public_resolvers)]
    _manner(lab, everybody, {"mute_zones": zones})


@action
def names_by_heart(lab: Lab, *, pc: bool = True) -> None:
    """The box has been asked for every name that exists, and keeps them for an hour; ``pc``: so does the PC."""
    lab.services.control("world", {"ttl": HOUR_S})
    lab.pc.run("resolvectl", "flush-caches")
    for name in plan.names():
        lab.pc.run("getent", "ahosts", name)
    if not pc:
        lab.pc.run("resolvectl", "flush-caches")


@action
def box_asks_in_vain(lab: Lab) -> None:
    """What resolvers answer the box itself never arrives; its forwarder lives on what it knows."""
    # The way in: what is dropped on the way out is an error at once, which the forwarder would pass on.
    hook, rule = "type filter hook input priority 0", 'iifname "wan0" meta l4proto { udp, tcp } th sport 53 drop'
    lab.spaces.box.nft(f"table ip in_vain {{\n chain from_outside {{ {hook}; {rule}; }}\n}}\n")


@action
def isp_dns_says(lab: Lab, *, code: Literal["answer", "refused", "servfail"]) -> None:
    """What the ISP's resolvers say to every question."""
    lab.services.control("world", {"dns": dict.fromkeys(plan.ISP_RESOLVERS, code)})


@action
def public_names(lab: Lab, *, addresses: list[str], delay_ms: float = 0.0, untrue: list[str] | None = None) -> None:
    """How resolvers on the Internet answer."""
    _manner(lab, addresses, {"delay_ms": delay_ms, "untrue": untrue or []})


@action
def box_names(lab: Lab, *, delay_ms: float = 0.0, untrue: list[str] | None = None, instead: str = "0.0.0.0") -> None:
    """How the box's forwarder answers: through something slow, or with addresses of its own (parental control)."""
    slow = f"127.0.0.1#{BROKEN_UPSTREAM}"
    lab.services.control("world", {"dns": {slow: "answer"}})
    _manner(lab, [slow], {"delay_ms": delay_ms})
    more = [f"--address=/{name}/{instead}" for name in untrue or ()]
    lab.services.restart_dnsmasq(dns="broken" if delay_ms else "forward", more=more)
    lab.pc.run("resolvectl", "flush-caches", check=False)


@action
def dns_diverted(lab: Lab, *, by: Literal["box", "isp"]) -> None:
    """Every question to any resolver is answered by this one, under the other's address."""
    if by == "box":
        box_rules(lab, "faults_nat", ["iifname br-lan udp dport 53 redirect to :53"])
        return
    hook = "type nat hook prerouting priority -100; policy accept;"
    rule = f'iifname "acc0" udp dport 53 dnat to {plan.ISP_RESOLVERS[0]}'
    lab.spaces.isp.nft(f"table ip divert {{\n chain pre {{ {hook} {rule}; }}\n}}\n")


@action
def home_dns(
    lab: Lab, *, working: bool = True, untrue: list[str] | None = None, manual: bool = False, reconnect: bool = True
) -> None:
    """An advertisement filter of the home as resolver, given by DHCP or set by hand; it asks the box."""
    lan, services = lan_of(lab), lab.services
    address = lan.host(HOME_RESOLVER)
    if not manual:
        services.restart_dnsmasq(dns="forward", more=[f"--dhcp-option=option:dns-server,{address}"])
    if working:
        lab.spaces.box.ip(f"addr add {address}/32 dev {topology.BR}")
        services.start(
            "home-dns", lab.spaces.box, "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--user=root",
            "--no-resolv", "--no-hosts", "--bind-interfaces", f"--listen-address={address}", "--log-facility=-",
            "--pid-file=", "--except-interface=lo", f"--server={lan.box}",
            *(f"--address=/{name}/0.0.0.0" for name in untrue or ()),
        )  # fmt: skip
    if manual:
        words = ("ipv4.dns", address, "ipv4.ignore-auto-dns", "yes")
        nmcli(lab, "connection", "modify", CABLE, *words)
    if reconnect:
        nmcli(lab, "connection", "up", CABLE)
        wait_for("the PC uses it", lambda: address in lab.pc.run("resolvectl", "dns", "eth0"), 8)


@action
def pc_resolv_conf(lab: Lab, *, servers: list[str]) -> None:
    """resolv.conf as a plain file with these servers: the C library asks them in their order, five seconds each."""
    lines = "".join(f"nameserver {address}\n" for address in servers)
    lab.pc.run("sh", "-ec", "rm -f /etc/resolv.conf; cat > /etc/resolv.conf", text=lines)


@action
def pc_local_dns(lab: Lab, *, kind: Literal["https", "stopped"], closed: bool = False) -> None:
    """A resolver on the PC itself: one that asks over HTTPS only, or one that has ended.

    ``closed``: this PC lets nothing else out to port 53.
    """
    pc_resolv_conf(lab, servers=["127.0.0.1"])
    if kind == "https":
        path = os.pathsep.join(filter(None, [str(REPO), os.environ.get("PYTHONPATH")]))
        env = {"PYTHONPATH": path, "SSL_CERT_FILE": f"{mounts.SHARED}/ca.pem"}
        lab.services.start("stub", lab.pc, sys.executable, "-m", "tests.lab.stub", "1.1.1.1", "one.one.one.one", **env)
        wait_for("it listens", lambda: "127.0.0.1:53 " in lab.pc.run("ss", "-nul"), 8)
    if closed:
        hook = "type filter hook output priority 0; policy accept;"
        rules = "ip daddr != 127.0.0.0/8 udp dport 53 drop; ip daddr != 127.0.0.0/8 tcp dport 53 drop"
        lab.pc.nft(f"table inet closed {{\n chain out {{ {hook} {rules}; }}\n}}\n")


@action
def pc_remembers(lab: Lab, *, name: str) -> None:
    """A site has moved; this PC still knows the old address, the box and everybody else the new one."""
    lab.services.control("world", {"moved": {name: STALE}})
    lab.services.restart_dnsmasq(dns="forward")
    lab.pc.run("resolvectl", "flush-caches")
    wait_for("it knows the old one", lambda: STALE in lab.pc.run("getent", "ahostsv4", name, check=False), 8, 0.2)
    lab.services.control("world", {"moved": {}})
    lab.services.restart_dnsmasq(dns="forward")


@action
def pc_split_dns(lab: Lab, *, server: str, domain: str) -> None:
    """The tunnel brought a resolver for the company's own names, and for nothing else."""
    lab.pc.run("resolvectl", "dns", "tun0", server)
    lab.pc.run("resolvectl", "domain", "tun0", f"~{domain}")
    lab.pc.run("resolvectl", "default-route", "tun0", "no")
