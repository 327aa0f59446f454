"""What ifconfig, netstat and route say (none is translated): interfaces, routes, the way out, who manages names."""

from __future__ import annotations

import ipaddress
import plistlib
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from xml.parsers.expat import ExpatError

from selfcare.helper import tools
from selfcare.helper.errors import Refusal

OUTSIDE = "198.51.100.1"  # an address of the documentation: only a route to it is asked for, nothing is sent
TUNNELS = ("utun", "ipsec", "ppp", "tun", "tap", "wg", "gpd")
MANAGED = frozenset({"com.apple.dnsSettings.managed", "com.apple.dnsProxy.managed"})
_HEAD = re.compile(r"([\w.-]+): flags=[0-9a-fA-F]+<([A-Z0-9_,-]*)>.*? mtu (\d{1,6})")
_INET = re.compile(r"\s+inet (\d+\.\d+\.\d+\.\d+) ")
_VIA = re.compile(r"\s*interface: (\S+)")


@dataclass(frozen=True, slots=True)
class Link:
    """An interface at this moment."""

    up: bool
    mtu: int
    addresses: tuple[ipaddress.IPv4Address, ...]

    @property
    def ready(self) -> bool:
        """Whether it has an IPv4 address that somebody gave it."""
        return any(not address.is_link_local and not address.is_unspecified for address in self.addresses)


@dataclass(frozen=True, slots=True)
class Route:
    """A line of the routing table. ``gateway`` "" on the link itself."""

    destination: str
    gateway: str
    interface: str
    flags: str
    version: int


def link(name: str) -> Link:
    """``ifconfig NAME``."""
    said = tools.ask("ifconfig", name).decode(errors="replace")
    head = _HEAD.match(said)
    if head is None or head[1] != name:
        raise Refusal("failed", f"{name} is gone")
    addresses = tuple(ipaddress.IPv4Address(address) for address in _INET.findall(said))
    return Link("UP" in head[2].split(","), int(head[3]), addresses)


def switch(name: str, *, on: bool) -> None:
    """Its switch, as far as only the kernel is concerned."""
    tools.tell("ifconfig", name, "up" if on else "down")


def until(so: Callable[[], bool], limit_s: float) -> bool:
    """A moment for what another program does by itself; whether it did."""
    end = time.monotonic() + limit_s
    while not (found := so()) and time.monotonic() < end:
        time.sleep(0.1)
    return found


def is_tunnel(name: str) -> bool:
    """A VPN's kind of interface, by the kernel's own name of it."""
    return name.startswith(TUNNELS)


def way_out() -> str:
    """The interface that packets to the Internet take, a VPN's halves of it included."""
    found = _VIA.search("\n" + tools.ask("route", "-n", "get", OUTSIDE).decode(errors="replace"))
    if found is None:
        raise Refusal("failed", "no way out")
    return found[1]


def refuse_managed_names(interface: str) -> None:
    """While a VPN or an administrator's profile decides about names, other resolvers here would not be asked."""
    led = ""
    with suppress(Refusal):  # without any way out, no VPN owns it
        led = way_out()
    if is_tunnel(led) and led != interface:
        raise Refusal("managed", f"a VPN ({led}) owns the way out")
    if set(_payloads(_profiles())) & MANAGED:
        raise Refusal("managed", "a profile of this Mac sets its resolvers")


def _profiles() -> Any:
    """The profiles installed for the whole Mac; nothing where they cannot be told."""
    with suppress(Refusal, ValueError, ExpatError):
        return plistlib.loads(tools.ask("profiles", "show", "-output", "stdout-xml"))
    return None


def _payloads(told: Any) -> Iterator[str]:
    """Every kind of payload in what the profiles are said to hold."""
    if isinstance(told, dict):
        kind = told.get("PayloadType")
        if isinstance(kind, str):
            yield kind
        told = list(told.values())
    for value in told if isinstance(told, list) else ():
        yield from _payloads(value)


def routes(version: int) -> list[Route]:
    """``netstat -rn`` of one family."""
    said = tools.ask("netstat", "-rn", "-f", "inet" if version == 4 else "inet6").decode(errors="replace")
    return [found for line in said.splitlines() if (found := _route(line.split(), version)) is not None]


def _route(words: list[str], version: int) -> Route | None:
    if len(words) < 4:
        return None
    destination = network(words[0], version)
    interface = next((word for word in words[3:] if word[0].isalpha()), None)  # between are numbers, on older systems
    if destination is None or interface is None or not words[2].isalnum():
        return None
    gateway = ""
    with suppress(ValueError):
        gateway = str(ipaddress.ip_address(words[1].partition("%")[0]))
    return Route(destination, gateway, interface, words[2], version)


def network(text: str, version: int) -> str | None:
    """``default``, ``192.168.1``, ``128.0/1`` or ``fe80::%lo0/64`` as a full network."""
    if text in ("default", "0.0.0.0/0", "::/0"):
        return "default"
    base, _, length = re.sub(r"%[^/]*", "", text).partition("/")
    if version == 4:
        octets = base.split(".")
        length = length or str(8 * len(octets))
        base = ".".join([*octets, *["0"] * (4 - len(octets))])
    try:
        found = ipaddress.ip_network(f"{base}/{length or 128}", strict=False)
    except ValueError:
        return None
    return str(found) if found.version == version else None
