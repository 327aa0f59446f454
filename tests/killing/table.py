"""What is swept in the lab: each kind of change on the PC it is meant for, and whole repairs of faults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from selfcare.model.repair import Change, Verb
from selfcare.model.tri import Tri
from selfcare.remedies import REMEDIES, Situation
from tests.killing.cases import NEEDS
from tests.lab.scenario import Step

UP = "nmcli -w 10 connection up 'Connexion filaire 1' > /dev/null; sleep 1"
SET = "nmcli connection modify 'Connexion filaire 1' ipv4.dns 192.168.1.66"


@dataclass(frozen=True)
class Made:
    """One change. ``prepare``: what the PC is like before, as a shell says it."""

    prepare: str
    verb: Verb
    arguments: dict[str, Any]
    user: bool = False


@dataclass(frozen=True)
class Fault:
    """One repair. ``steps``: what is wrong besides the scenario; ``remedies``: what is to be tried, in this order."""

    scenario: str
    remedies: tuple[str, ...]
    steps: tuple[Step, ...] = ()
    prepare: str = "true"


ETH0: dict[str, Any] = {"interface": "eth0"}
QUAD9: dict[str, Any] = {**ETH0, "servers": ["9.9.9.9"]}
CHANGES = {
    "dns.set": Made("true", Verb.DNS_SET, QUAD9),
    "dns.set, by hand before": Made(f"{SET} ipv4.ignore-auto-dns yes; {UP}", Verb.DNS_SET, QUAD9),
    "dns.set, plain file": Made(
        "rm /etc/resolv.conf; echo nameserver 192.168.1.1 > /etc/resolv.conf", Verb.DNS_SET, QUAD9
    ),
    "dns.auto": Made(f"{SET} ipv4.ignore-auto-dns yes; {UP}", Verb.DNS_AUTO, ETH0),
    "dns.flush": Made("true", Verb.DNS_FLUSH, {}),
    "hosts.disable": Made(
        "echo '1.2.3.4 a.example b.example' >> /etc/hosts", Verb.HOSTS_DISABLE, {"names": ["a.example"]}
    ),
    "ip.auto": Made(
        f"{SET} ipv4.method manual ipv4.addresses 192.168.1.200/24 ipv4.gateway 192.168.1.1; {UP}", Verb.IP_AUTO, ETH0
    ),
    "dhcp.renew": Made("true", Verb.DHCP_RENEW, ETH0),
    "adapter.restart": Made("true", Verb.ADAPTER_RESTART, ETH0),
    "adapter.enable": Made("nmcli networking off; sleep 1", Verb.ADAPTER_ENABLE, ETH0),
    "route.remove": Made(
        "true", Verb.ROUTE_REMOVE, {**ETH0, "destination": "default", "gateway": "192.168.1.1", "metric": 100}
    ),
    "route.remove, where the lease's own was": Made(
        "ip route del default; ip route add default via 192.168.1.77", Verb.ROUTE_REMOVE,
        {**ETH0, "destination": "0.0.0.0/0", "gateway": "192.168.1.77", "metric": 0},
    ),
    "tunnel.stop": Made(
        "ip tuntap add tun7 mode tun; ip addr add 10.1.2.3/24 dev tun7; ip link set tun7 up; "
        "ip route add 0.0.0.0/1 dev tun7 metric 5; sleep 1", Verb.TUNNEL_STOP, {"interface": "tun7"},
    ),
    "mtu.set": Made("true", Verb.MTU_SET, {**ETH0, "bytes": 1400}),
    "ipv4.prefer": Made("true", Verb.IPV4_PREFER, {"on": True}),
    "proxy.off": Made(
        "mkdir -p ~/.config; printf '[Proxy Settings]\\nProxyType=1\\n' > ~/.config/kioslaverc; "
        "printf 'export http_proxy=http://10.0.0.9:3128\\n' > ~/.profile", Verb.PROXY_OFF, {}, user=True,
    ),
}  # fmt: skip
# Time has no namespace of its own: the clock there is this machine's. Radios: `tests/test_wifi_repair_in_machine.py`.
NOT_IN_LAB = {Verb.CLOCK_SET, *(verb for verb in Verb if verb.value.startswith("wifi."))}
SILENT = {"mode": "silent"}
FAULTS = {
    "two remedies": Fault(
        "pc-dns-static", ("dns.automatic", "dns.alternate"), (Step("box_dns", SILENT), Step("isp_dns", SILENT))
    ),
    "hosts file": Fault("pc-hosts", ("hosts.disable",)),
    "the operator's resolvers": Fault("isp-dns-down", ("dns.alternate",)),
}


def verbs_of(remedy: str) -> set[Verb]:
    """What the remedy's own plan would change, on the PC it is meant for."""
    given, before, after = NEEDS[remedy]
    seen = {**before, **after}
    facts = {fact: value for fact, value in seen.items() if isinstance(value, Tri)}
    numbers = {fact: value for fact, value in seen.items() if not isinstance(value, Tri)}
    (chosen,) = (r for r in REMEDIES if r.id == remedy)
    return {a.verb for a in chosen.plan(Situation(given, facts, numbers, 1_795_000_000.0)) if isinstance(a, Change)}
