"""What ifconfig, netstat, route, arp and networksetup print. None of them is translated."""

from __future__ import annotations

import contextlib
import ipaddress
import itertools
import re
from dataclasses import dataclass, field

_HEAD = re.compile(r"^([A-Za-z][\w.-]*): flags=([0-9a-fA-F]+)<([A-Z0-9_,-]*)>(?:.* mtu (\d+))?")
_MAC = re.compile(r"[0-9a-f]{1,2}(:[0-9a-f]{1,2}){5}\Z", re.I)
_SPEED = re.compile(r"\((\d+)(G?)base", re.I)
_MOST = 20_000


@dataclass(slots=True)
class MacAddress:
    """One address of an interface."""

    address: str
    prefix: int
    words: frozenset[str]


@dataclass(slots=True)
class MacInterface:
    """One interface. ``active`` is what "status:" says, None where it says nothing."""

    name: str
    flags: frozenset[str]
    mtu: int | None
    mac: str | None = None
    active: bool | None = None
    speed_mbps: int | None = None
    full_duplex: bool | None = None
    addresses: list[MacAddress] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MacRoute:
    """One line of the routing table. ``gateway`` None for a route on the link itself."""

    family: int
    destination: str
    gateway: str | None
    interface: str
    scoped: bool


def ifconfig(text: str) -> tuple[MacInterface, ...]:
    """``ifconfig -a``."""
    found: list[MacInterface] = []
    for line in text.splitlines()[:_MOST]:
        head = _HEAD.match(line)
        if head is not None:
            flags = frozenset(head[3].split(",")) - {""}
            mtu = int(head[4]) if head[4] and len(head[4]) < 8 else None
            found.append(MacInterface(head[1], flags, mtu))
        elif found and line[:1] in (" ", "\t"):
            _detail(found[-1], line.split())
    return tuple(found)


def _detail(interface: MacInterface, words: list[str]) -> None:
    if len(words) < 2:
        return
    key = words[0].rstrip(":")
    if key == "ether" and _MAC.match(words[1]):
        interface.mac = mac(words[1])
    elif key == "status":
        interface.active = words[1] == "active"
    elif key == "media":
        _media(interface, " ".join(words[1:]))
    elif key in ("inet", "inet6") and (address := _address(words)) is not None:
        interface.addresses.append(address)


def _media(interface: MacInterface, text: str) -> None:
    """``autoselect (1000baseT <full-duplex,flow-control>)``; Wi-Fi says only the first word."""
    speed = _SPEED.search(text)
    if speed is not None and len(speed[1]) < 7:
        interface.speed_mbps = int(speed[1]) * (1000 if speed[2] else 1)
    if "full-duplex" in text:
        interface.full_duplex = True
    elif "half-duplex" in text:
        interface.full_duplex = False


def _address(words: list[str]) -> MacAddress | None:
    """``inet 192.168.1.72 netmask 0xffffff00 …`` or ``inet6 fe80::1%en0 prefixlen 64 …``."""
    text = words[1].partition("%")[0].partition("/")[0]
    after = dict(itertools.pairwise(words))
    with contextlib.suppress(ValueError):
        parsed = ipaddress.ip_address(text)
        if parsed.version == 4:
            mask = after.get("netmask", "0xffffffff")
            bits = int(mask, 16) if mask.startswith("0x") else int(ipaddress.IPv4Address(mask))
            return MacAddress(str(parsed), min((bits & 0xFFFFFFFF).bit_count(), 32), frozenset(words))
        length = after.get("prefixlen", "128")
        if length.isascii() and length.isdecimal() and len(length) < 4:
            return MacAddress(str(parsed), min(int(length), 128), frozenset(words))
    return None


def mac(text: str) -> str:
    """``f0:18:98:3:d8:39`` with its zeros put back, in lower case."""
    return ":".join(part.zfill(2) for part in text.lower().split(":"))


def netstat(text: str) -> tuple[MacRoute, ...]:
    """``netstat -rn`` with or without ``-l``. Names instead of numbers (without ``-n``) are left out."""
    found: list[MacRoute] = []
    family = 0
    for line in text.splitlines()[:_MOST]:
        words = line.split()
        if words in (["Internet:"], ["Internet6:"]):
            family = 6 if "6" in words[0] else 4
        elif family and len(words) >= 4 and (route := _route(words, family)) is not None:
            found.append(route)
    return tuple(found)


def _route(words: list[str], family: int) -> MacRoute | None:
    destination = network(words[0], family)
    # After the flags come numbers only, and then the interface.
    interface = next((w for w in words[3:] if w[0].isalpha()), None)
    if destination is None or interface is None or interface == "Netif":
        return None
    gateway: str | None = words[1].partition("%")[0]
    try:
        scope = f"%{interface}" if str(gateway).startswith("fe80") else ""
        gateway = f"{ipaddress.ip_address(str(gateway))}{scope}"
    except ValueError:
        if not (words[1].startswith("link#") or _MAC.match(words[1])):
            return None
        gateway = None
    return MacRoute(family, destination, gateway, interface, "I" in words[2])


def network(text: str, family: int) -> str | None:
    """``default``, ``192.168.1``, ``128.0/1`` or ``fe80::%lo0/64`` as a full network."""
    if text == "default":
        return "0.0.0.0/0" if family == 4 else "::/0"
    base, _, length = re.sub(r"%[^/]*", "", text).partition("/")
    if family == 4:
        octets = base.split(".")
        if len(octets) > 4:
            return None
        length = length or str(8 * len(octets))
        base = ".".join([*octets, *["0"] * (4 - len(octets))])
    try:
        return str(ipaddress.ip_network(f"{base}/{length or 128}", strict=False))
    except ValueError:
        return None


def route_get(text: str) -> tuple[str | None, str | None]:
    """``route -n get ADDRESS``: gateway and interface."""
    pairs = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in text.splitlines())}
    gateway = pairs.get("gateway", "")
    with contextlib.suppress(ValueError):
        ipaddress.ip_address(gateway.partition("%")[0])
        return gateway, pairs.get("interface") or None
    return None, pairs.get("interface") or None


_ARP = re.compile(r"^\S+ \(([0-9.]+)\) at (\S+) on (\S+)")


def arp(text: str) -> dict[tuple[str, str], str | None]:
    """``arp -an``: the MAC by interface and address; None while nobody has answered."""
    found: dict[tuple[str, str], str | None] = {}
    for line in text.splitlines()[:_MOST]:
        match = _ARP.match(line)
        if match is not None:
            found[match[3], match[1]] = mac(match[2]) if _MAC.match(match[2]) else None
    return found


def hardware_ports(text: str) -> dict[str, str]:
    """``networksetup -listallhardwareports``: the port's name by device; three lines each, in that order."""
    found: dict[str, str] = {}
    values = []
    for line in [*text.splitlines()[:_MOST], ""]:
        _, separator, value = line.partition(": ")
        if separator:
            values.append(value.strip())
        else:
            if len(values) >= 2 and re.fullmatch(r"[A-Za-z][\w.-]*", values[1]):
                found[values[1]] = values[0]
            values = []
    return found


def addresses_only(text: str) -> tuple[str, ...]:
    """``networksetup -getdnsservers``: one address a line, or a sentence, which holds none."""
    found = []
    for line in text.splitlines()[:_MOST]:
        with contextlib.suppress(ValueError):
            found.append(str(ipaddress.ip_address(line.strip())))
    return tuple(found)
