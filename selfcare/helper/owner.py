"""Who owns a setting of this PC: asked before every change, and never guessed (Linux)."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from pathlib import Path

from selfcare.helper import tools
from selfcare.helper.bus import Bus, BusError
from selfcare.helper.errors import Refusal
from selfcare.helper.nm import talking

RESOLV_CONF = Path("/etc/resolv.conf")
NETWORKD = "org.freedesktop.network1"
RESOLVED = "org.freedesktop.resolve1"
NM, ND, DHCPCD, DHCLIENT, PLAIN = "networkmanager", "networkd", "dhcpcd", "dhclient", "plain"
STUB = "resolved"
ANYWHERE = "198.51.100.1"  # of no network in use; nothing is sent
ORDINARY = 1000  # from here on, accounts are people's; dhcpcd's own is below
HANDMAIDS = (" proxy]", "[BPF ")  # dhcpcd's other processes, which name no interface even where it serves but one
OWN_WORDS = (  # who writes resolv.conf says so in its first lines
    ("networkmanager", NM), ("systemd-resolved", STUB), ("resolvconf", "resolvconf"), ("dhcpcd", DHCPCD),
    ("tailscale", "vpn"), ("mullvad", "vpn"), ("openvpn", "vpn"), ("wg-quick", "vpn"), ("nordvpn", "vpn"),
)  # fmt: skip


def index_of(interface: str) -> int:
    """The kernel's number of it."""
    try:
        return socket.if_nametoindex(interface)
    except OSError as error:
        raise Refusal("failed", f"{interface} is gone") from error


def link_owner(interface: str) -> str:
    """Who gives this interface its addresses; "plain" when nobody does."""
    with suppress(Refusal), talking() as nm:
        if nm.device(interface):
            return NM
    if networkd_link(interface):
        return ND
    for program in (DHCPCD, DHCLIENT):
        if _runs_for(program, interface):
            return program
    return PLAIN


def networkd_link(interface: str) -> str:
    """The object systemd-networkd has for this interface, "" when it leaves it alone."""
    try:
        with Bus() as bus:
            found = bus.call(
                NETWORKD, "/org/freedesktop/network1", f"{NETWORKD}.Manager", "GetLinkByIndex", "i",
                index_of(interface),
            )  # fmt: skip
            path = str(found[1])
            state = bus.get(NETWORKD, path, f"{NETWORKD}.Link", "AdministrativeState")
    except BusError:
        return ""
    return path if state in ("configured", "configuring") else ""


def dns_owner(interface: str) -> str:
    """Through whom this interface's resolvers are set, so that programs really use them.

    Raises:
        Refusal: a VPN or a policy owns name resolution, or nobody we know.
    """
    written_by = resolv_conf_writer()
    if written_by == "vpn":
        raise Refusal("managed", "a VPN owns name resolution")
    _no_tunnel_leads(interface)
    if written_by == STUB:
        _no_tunnel_resolves(interface)
    if written_by in (DHCPCD, DHCLIENT, PLAIN):
        return PLAIN
    owner = link_owner(interface)
    if owner == NM:
        return NM
    if written_by == STUB:
        return ND if owner == ND else STUB
    raise Refusal("unknown_owner", f"{written_by} writes {RESOLV_CONF}")


def resolv_conf_writer() -> str:
    """By where the file lies and what its first lines say."""
    try:
        real = RESOLV_CONF.resolve()
        text = RESOLV_CONF.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return STUB if str(real).startswith("/run/systemd/resolve/") else PLAIN
    if str(real).startswith(("/run/systemd/resolve/", "/usr/lib/systemd/")):
        return STUB
    if str(real).startswith("/run/NetworkManager/"):
        return NM
    if str(real).startswith(("/run/resolvconf/", "/etc/resolvconf/run/")):
        return "resolvconf"
    head = "\n".join(line for line in text.splitlines()[:20] if line.startswith(("#", ";"))).lower()
    return next((owner for word, owner in OWN_WORDS if word in head), PLAIN)


def _no_tunnel_leads(interface: str) -> None:
    """While a tunnel holds the default route, names are its business."""
    with suppress(OSError, ValueError):
        lines = Path("/proc/net/route").read_text(encoding="ascii").splitlines()[1:]
        wide = [line.split() for line in lines]
        tunnels = {row[0] for row in wide if row[7] in ("00000000", "00000080") and row[1] in ("00000000", "00000080")}
        led = {name for name in {*tunnels, _way_out()} if is_tunnel(name)}
        if led and interface not in led:
            raise Refusal("managed", f"a VPN ({', '.join(sorted(led))}) owns the way out")


def _way_out() -> str:
    """Where a packet for the Internet would really go: WireGuard leads by rules, with a table of its own."""
    with suppress(Refusal, ValueError, LookupError):
        return str(json.loads(tools.ask("ip", "-j", "-4", "route", "get", ANYWHERE))[0]["dev"])
    return ""


def _no_tunnel_resolves(interface: str) -> None:
    """A VPN that took over all names in resolved: other resolvers here would not be asked."""
    with suppress(BusError, OSError, ValueError):
        with Bus() as bus:
            domains = bus.get(RESOLVED, "/org/freedesktop/resolve1", f"{RESOLVED}.Manager", "Domains")
        names = {socket.if_indextoname(index) for index, domain, _ in domains if domain == "." and index}
        on = {name for name in names - {interface} if is_tunnel(name) and _flags(name) & 1}
        if on:
            raise Refusal("managed", f"a VPN ({', '.join(sorted(on))}) owns name resolution")


def _flags(interface: str) -> int:
    return int(Path("/sys/class/net", interface, "flags").read_text(encoding="ascii"), 16)


def is_tunnel(interface: str) -> bool:
    """A VPN's kind of interface: no cable, no radio, no bridge."""
    about = Path("/sys/class/net", interface)
    with suppress(OSError, ValueError):
        return (about / "tun_flags").exists() or int((about / "type").read_text()) in (512, 65534)
    return False


def processes(program: str) -> list[tuple[int, list[str]]]:
    """The processes of this program in our network, with their words."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
                # dhcpcd titles itself "dhcpcd: eth0 [ip4]"
                title = Path(words[0].split(":")[0].split(" ")[0]).name
                if title == program and _network(folder.name) in (_network("self"), ""):
                    found.append((int(folder.name), words))
    return found


def _network(number: str) -> str:
    """Which network a process is in, "" when we may not know."""
    try:
        return str(Path("/proc", number, "ns/net").readlink())
    except OSError:
        return ""


def _of_the_system(number: int) -> bool:
    """Anybody can give a program this name; root would then ask, and so start, the real one."""
    try:
        return Path("/proc", str(number)).stat().st_uid < ORDINARY
    except OSError:
        return False


def _runs_for(program: str, interface: str) -> bool:
    """Whether this DHCP client runs here for this interface, or for every one."""
    for number, words in processes(program):
        if not _of_the_system(number) or any(part in words[0] for part in HANDMAIDS):
            continue
        told = [word for word in " ".join(words).split()[1:] if not word.startswith("-") and "/" not in word]
        named = [word for word in told if Path("/sys/class/net", word).exists()]
        if interface in named or not named:
            return True
    return False
