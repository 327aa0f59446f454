"""Which recorded output belongs to which reader, or why nothing reads it.

One row per kind of file: a pattern of its path, and either the parser with what it must
find, or a reason from :data:`REASONS`.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from probes.hostnet import hostsfile, joined, leases, resolvconf
from probes.hostnet.macos import scutil, texts
from probes.wire import system_ping
from selfcare.model.wifi import WifiAccess
from tests.wifi import recorded as wifi

REASONS = {
    "netlink": "the kernel is asked by netlink; no text",
    "bus": "NetworkManager and resolved are asked over the bus; no text",
    "iphlpapi": "read by GetAdaptersAddresses and the registry; the text is translated and its dates follow the region",
    "sockets": "nothing of the check needs the list of open connections",
    "clock": "the clock is compared by a time question of our own",
    "firewall": "the firewall is judged by what passes it",
    "names": "without -n, names stand where addresses must: we run -rn",
    "foreign": "another system's format",
    "server": "the file of a server, not of a PC",
    "hops": "hops are measured by our own packets",
    "service": "services are known by their id in the store; their names are the user's own",
    "file": "the lease file holds the same as the packet came, and needs no program",
}


def _count(found: object) -> str:
    return f"{len(found)} found" if hasattr(found, "__len__") and found else ""  # type: ignore[arg-type]


def _lease(lease: object) -> str:
    server = getattr(lease, "server", None)
    return f"server {server}" if server else ""


def _networkd(path: Path) -> str:
    return _lease(leases.parse_networkd(path.read_text("utf-8", "replace"), path.stat().st_mtime))


def _private(path: Path) -> str:
    """NetworkManager 1.42 keeps an address alone: the lease is then on the bus."""
    lease = leases.parse_networkd(path.read_text("utf-8", "replace"))
    return "an address without a server" if lease is not None and lease.server is None else ""


def _resolv(path: Path) -> str:
    return _count(resolvconf.parse(path.read_bytes()))


def _hosts(path: Path) -> str:
    _, total = hostsfile.parse(path.read_bytes(), set())
    return f"{total} names" if total else ""


def _joined(path: Path) -> str:
    return joined.parse_netsh(path.read_text("utf-8", "replace")).name or ""


def _wifi(path: Path) -> str:
    """Judged in detail by tests/wifi/test_corpus_wifi.py."""
    record = next(each for each in wifi.records(path.parents[1]) if each.path == path)
    reader = wifi.reader_of(record)
    found = None if reader is None else reader(record.text)
    return str(found.access) if found is not None and found.access is not WifiAccess.UNREADABLE else ""


def _dhclient(path: Path) -> str:
    return _lease(leases.parse_dhclient(path.read_text("utf-8", "replace")))


def _packet(path: Path) -> str:
    return _lease(leases.parse_packet(path.read_bytes(), path.stat().st_mtime))


def _ifconfig(path: Path) -> str:
    found = texts.ifconfig(path.read_text("utf-8", "replace"))
    whole = all(i.mtu is not None for i in found) and any(i.addresses for i in found) and any(i.mac for i in found)
    return _count(found) if whole else ""


def _netstat(path: Path) -> str:
    found = texts.netstat(path.read_text("utf-8", "replace"))
    default = next((r for r in found if r.destination == "0.0.0.0/0"), None)
    return f"{len(found)} routes, default by {default.gateway} on {default.interface}" if default else ""


def _route(path: Path) -> str:
    gateway, interface = texts.route_get(path.read_text("utf-8", "replace"))
    return f"by {gateway} on {interface}" if gateway and interface else ""


def _arp(path: Path) -> str:
    text = path.read_text("utf-8", "replace")
    found = texts.arp(text)
    return _count(found) if len(found) == len(text.strip().splitlines()) else ""


def _ports(path: Path) -> str:
    found = texts.hardware_ports(path.read_text("utf-8", "replace"))
    return _count(found) if found.get("en0") == "Wi-Fi" else ""


def _dns(path: Path) -> str:
    return _count(scutil.dns(path.read_text("utf-8", "replace")))


def _nwi(path: Path) -> str:
    return _count(scutil.nwi(path.read_text("utf-8", "replace")))


def _getpacket(path: Path) -> str:
    return _lease(scutil.getpacket(path.read_text("utf-8", "replace")))


def _servers(path: Path) -> str:
    text = path.read_text("utf-8", "replace")
    return _count(texts.addresses_only(text)) or ("a sentence: automatic" if text.strip() else "")


def _ping(path: Path) -> str:
    echo = system_ping.understand(path.read_bytes(), 0)
    return f"{echo.rtts_ms[0]} ms" if echo.rtts_ms else ""


@dataclass(frozen=True, slots=True)
class Row:
    """``parser`` gives what it found in words, nothing when it found nothing; else ``reason`` is why none reads it."""

    pattern: str
    parser: Callable[[Path], str] | None = None
    reason: str = ""


ROWS = (
    Row("linux/resolv.conf*", _resolv), Row("linux/hosts-*", _hosts), Row("linux/*dhclient*lease*", _dhclient),
    Row("linux/dhcpcd-binary*", _packet), Row("linux/*networkd-*lease*", _networkd),
    Row("linux/facter-dhcp_*lease*", _networkd), Row("linux/here-nm*.lease", _private),
    Row("macos/*ifconfig*", _ifconfig), Row("macos/netstat-rn*", _netstat), Row("macos/*route.txt", _route),
    Row("macos/arp-a*", _arp), Row("macos/networksetup-listallhardwareports*", _ports),
    Row("macos/*scutil*dns*", _dns), Row("macos/*scutil*nwi*", _nwi), Row("macos/*getpacket*", _getpacket),
    Row("macos/*getdnsservers*", _servers), Row("macos/ping*", _ping),
    Row("linux/*ifconfig*", reason="netlink"), Row("linux/cloudinit-sample-*", reason="netlink"),
    Row("linux/*ip_*route*", reason="netlink"), Row("linux/here-ip-j*", reason="netlink"),
    Row("linux/*nmcli*", reason="bus"), Row("linux/*resolvectl*", reason="bus"),
    Row("linux/*networkctl*", reason="bus"), Row("linux/here-dhcpcd-*-U*", reason="file"),
    Row("linux/facter-netstat_rn*", reason="foreign"), Row("linux/here-dnsmasq*", reason="server"),
    Row("linux/iw*", _wifi), Row("linux/timedatectl*", reason="clock"),
    Row("linux/ufw*", reason="firewall"), Row("macos/netstat-r-*", reason="names"),
    Row("macos/airport*", _wifi), Row("macos/*wdutil*", _wifi),
    Row("macos/system_profiler*", _wifi), Row("macos/traceroute*", reason="hops"),
    Row("macos/*getsummary*", _wifi), Row("macos/networksetup-list*order*", reason="service"),
    Row("windows/ipconfig*", reason="iphlpapi"), Row("windows/route*", reason="iphlpapi"),
    Row("windows/netsh-wlan-interfaces*", _joined), Row("windows/netsh*", _wifi),
    Row("windows/netstat*", reason="sockets"),
)  # fmt: skip


def row_of(name: str) -> Row | None:
    """The first row whose pattern fits a path below the corpus."""
    return next((row for row in ROWS if fnmatch.fnmatchcase(name, row.pattern)), None)


def outcome(folder: Path, name: str) -> tuple[str, str]:
    """``(kind, words)`` for the table; kind is "values", "reason", or "FAILED"."""
    row = row_of(name)
    if row is None:
        return "FAILED", "no row fits this file"
    if row.parser is None:
        return "reason", REASONS[row.reason]
    words = row.parser(folder / name)
    return ("values", words) if words else ("FAILED", "nothing found")
