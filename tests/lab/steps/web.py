"""What happens to clocks, certificates, proxies and sign-in pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tests.lab import mounts, plan
from tests.lab.services import PORTAL_PORT
from tests.lab.steps.registry import action
from tests.lab.steps.tools import CABLE, box_rules, isp_rules, lan_of, nmcli

if TYPE_CHECKING:
    from tests.lab.lab import Lab

_REFUSE = [
    "iifname br-lan meta l4proto tcp reject with tcp reset",
    "iifname br-lan reject with icmpx admin-prohibited",
]


@action
def world_clock(lab: Lab, *, offset_s: float) -> None:
    """The world's time: the PC's own clock is then wrong by so much the other way."""
    lab.services.control("world", {"clock_s": offset_s})


@action
def site_certificate(
    lab: Lab, *, hosts: list[str], fault: Literal["expired", "not_yet", "wrong_name", "untrusted"]
) -> None:
    lab.services.control("world", {"certificates": dict.fromkeys(hosts, fault)})


@action
def tls_filter(lab: Lab, *, trusted: bool) -> None:
    """Secure connections are opened and signed anew by a filter; ``trusted``: its root was added to the PC."""
    if trusted:
        pem = [lab.spaces.path(f"{name}.pem").read_bytes() for name in ("ca", "filter")]
        lab.spaces.path("store.pem").write_bytes(b"".join(pem))
    box_rules(lab, "faults_nat", [f"iifname br-lan ip daddr != {lan_of(lab).box} tcp dport 443 redirect to "
                                  f":{plan.PC_FILTER_PORT}"])  # fmt: skip


@action
def pc_proxy(
    lab: Lab, *, how: Literal["works", "dead", "password", "script", "script_dead"],
    where: Literal["desktop", "environment"] = "desktop",
) -> None:  # fmt: skip
    """The user's proxy: KDE's setting, or the environment's variable."""
    gone = lan_of(lab).host(77)
    hosts = {
        "works": (plan.PROXY, plan.PROXY_PORT), "password": (plan.PROXY, plan.CLOSED_PROXY_PORT), "dead": (gone, 3128),
        "script": (plan.PROXY, plan.PROXY_PORT), "script_dead": (gone, 8000),
    }  # fmt: skip
    host, port = hosts[how]
    if where == "environment":
        lab.variables.update(dict.fromkeys(("http_proxy", "https_proxy"), f"http://{host}:{port}"))
        return
    lines = ["[Proxy Settings]", "ProxyType=1", f"httpProxy=http://{host} {port}", f"httpsProxy=http://{host} {port}"]
    if how.startswith("script"):
        lines = ["[Proxy Settings]", "ProxyType=2", f"Proxy Config Script=http://{host}:{port}/proxy.pac"]
    folder = f"{mounts.HOME}/.config"
    owner = f"chown -R {mounts.user_id()}:{mounts.user_id()} {folder}"
    script = f"mkdir -p {folder} && cat > {folder}/kioslaverc && {owner}"
    lab.pc.run("sh", "-ec", script, text="\n".join(lines) + "\n")


@action
def portal_service(lab: Lab, *, captive: bool) -> None:
    """The network announces its sign-in service with the lease (DHCP option 114); the PC asks for a new lease."""
    word = "captive" if captive else "free"
    url = f"https://{plan.PORTAL_NAME}:{plan.PORTAL_API_PORT}/capport/{word}"
    lab.services.restart_dnsmasq(dns="forward", more=[f"--dhcp-option-force=114,{url}"])
    nmcli(lab, "connection", "up", CABLE)


@action
def gateway_portal(lab: Lab) -> None:
    """A guest house's gateway: pages lead to its own address, names are told truly, the rest is refused."""
    box_rules(lab, "faults_nat", [f"iifname br-lan tcp dport 80 redirect to :{plan.WALLED_PORT}"])
    box_rules(lab, "faults", _REFUSE)


@action
def names_portal(lab: Lab, *, page: Literal["redirect", "form", "mute"]) -> None:
    """A guest house's gateway answers every name with its own address; secure pages and all else are refused.

    "redirect": pages lead to the name of its form; "form": they are the form; "mute": they do not say whose they are.
    """
    lab.services.restart_dnsmasq(dns="forward", more=[f"--address=/#/{lan_of(lab).box}"])
    port = {"redirect": PORTAL_PORT, "form": plan.HOTEL_PORT, "mute": plan.MUTE_PORT}[page]
    box_rules(lab, "faults_nat", [f"iifname br-lan tcp dport 80 redirect to :{port}"])
    box_rules(lab, "faults_in", ["iifname br-lan tcp dport 443 reject with tcp reset"])
    box_rules(lab, "faults", _REFUSE)


@action
def box_walled(lab: Lab, *, how: Literal["redirect", "names", "web", "http"]) -> None:
    """The line is down and the box says so in place of every site.

    "names": it only answers every name with its own address; "redirect": it also takes every
    connection to the web, also the secure ones, and every question to any resolver; "http": the same without the
    secure ones; "web": only those connections.
    """
    lab.spaces.box.ip("link set wan0 down")
    if how != "web":
        lab.services.restart_dnsmasq(dns="forward", more=[f"--address=/#/{lan_of(lab).box}"])
    ports = (("tcp dport 80", plan.WALLED_PORT), ("tcp dport 443", plan.WALLED_TLS_PORT), ("udp dport 53", 53),
             ("tcp dport 53", 53))  # fmt: skip
    taken = {"redirect": ports, "http": (ports[0], *ports[2:]), "web": ports[:2], "names": ()}[how]
    box_rules(lab, "faults_nat", [f"iifname br-lan {what} redirect to :{port}" for what, port in taken])


@action
def system_check(lab: Lab, *, blocked: bool) -> None:
    """The page NetworkManager asks to see whether the Internet is there: filtered, though all else works."""
    rule = f"ip daddr {plan.address4(plan.CHECK_NAME)} tcp dport 80 reject with tcp reset"
    isp_rules(lab, "faults", [rule] if blocked else [])
    lab.pc.run("nmcli", "networking", "connectivity", "check", check=False)
