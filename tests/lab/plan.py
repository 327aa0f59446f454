"""Who has which address. Everything stays inside the lab's own networks.

Real public addresses where the profile names them, so that nothing here is "private" or
"documentation" to a library; the names of the profile are the lab's whole zone.
"""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from selfcare.isp.loader import load_profile
from selfcare.model.profile import Profile

PROFILE = Path(__file__).with_name("profile.toml")

ISP_RESOLVERS = ("80.10.246.2", "80.10.246.129")
PUBLIC_RESOLVERS = ("9.9.9.9", "86.54.11.100", "80.67.169.12", "1.1.1.1")
PUBLIC_RESOLVERS6 = ("2606:4700:4700::1111", "2620:fe::fe")
ENCRYPTED_RESOLVERS = ("9.9.9.9", "1.1.1.1")
DEAD_RESOLVER = "193.110.81.0"  # a public service that ended; nobody answers there

WAN4 = "90.63.21.45"
WAN4_CGNAT = "100.76.12.34"
ACCESS4 = "90.63.20.1"
ACCESS4_CGNAT = "100.76.0.1"
ISP_UP4, CORE_DOWN4 = "193.253.82.101", "193.253.82.102"
CORE_UP4, NET4 = "81.253.130.1", "81.253.130.2"
WAN6, ACCESS6 = "2a01:cb08:8000:1::2", "2a01:cb08:8000:1::1"
HOME6 = "2a01:cb08:8a00:1200::"  # the /56 of this line; its first /64 is the LAN
ISP_UP6, CORE_DOWN6 = "2a01:cfc0:0:1::1", "2a01:cfc0:0:1::2"
CORE_UP6, NET6 = "2a01:cfc0:0:2::1", "2a01:cfc0:0:2::2"
VPN_PEER = "45.86.162.10"  # a VPN provider's server
VPN_PEER_DEAD = "45.86.162.99"
TUNNEL_NET = "10.66.0"
SPEED_SERVER, SPEED_PORT = "81.253.131.10", 8080  # the operator's, as in the profile

PROXY = "45.86.162.20"  # a proxy on the Internet; the second port wants a password
PROXY_PORT, CLOSED_PROXY_PORT = 3128, 3129
PORTAL_API_PORT = 8445
PC_FILTER_PORT, WALLED_PORT, WALLED_TLS_PORT = 8443, 8082, 8446  # on the box
HOTEL_PORT, MUTE_PORT = 8090, 8091  # there, too

CHECK_NAME = "network-test.debian.org"  # NetworkManager's own connectivity check
PORTAL_NAME = "portail.hotel-des-pins.fr"
DESK_NAME, DESK = "guichet.orange.fr", "203.0.113.20"  # the operator's ticket desk; http only by this address
DESK_PORT, DESK_TLS_PORT = 8621, 8622
EXTRA_NAMES = (
    CHECK_NAME,
    DESK_NAME,
    "www.example.com",
    "www.lemonde.fr",
    "deb.debian.org",
    "wikipedia.org",
    "service-public.fr",
)
NODATA_NAMES = ("_dns.resolver.arpa", "use-application-dns.net")


@dataclass(frozen=True, slots=True)
class Lan:
    """The home's own network, from the subnet a scenario asks for."""

    network: ipaddress.IPv4Network
    box_number: int = 1

    @classmethod
    def of(cls, subnet: str, box_number: int = 1) -> Lan:
        return cls(ipaddress.IPv4Network(subnet), box_number)

    def host(self, number: int) -> str:
        return str(self.network.network_address + number)

    @property
    def box(self) -> str:
        return self.host(self.box_number)

    @property
    def prefix(self) -> int:
        return self.network.prefixlen

    @property
    def box6(self) -> str:
        return f"{HOME6}1"


@cache
def profile() -> Profile:
    return load_profile(str(PROFILE))


def names() -> tuple[str, ...]:
    """Every name that exists on the lab's Internet."""
    listed = profile()
    hosts = [e.host for e in listed.endpoints]
    hosts += [each.host for each in (*listed.sites, *listed.ports, *listed.tls_sites, *listed.time_servers)]
    named = [*listed.fixed_names, *listed.important_names, *listed.truth_names]
    return tuple(dict.fromkeys([*hosts, *named, *EXTRA_NAMES]))


def address4(name: str) -> str:
    digest = hashlib.sha256(name.encode()).digest()
    return f"151.101.{digest[0]}.{1 + digest[1] % 254}"


def address6(name: str) -> str:
    digest = hashlib.sha256(name.encode()).hexdigest()
    return f"2a04:4e42::{digest[:4]}:{digest[4:8]}"


def time_servers() -> tuple[str, ...]:
    return tuple(server.address or address4(server.host) for server in profile().time_servers)


def public_addresses() -> tuple[str, ...]:
    """All IPv4 and IPv6 addresses that answer on the lab's Internet, resolvers of the ISP apart."""
    listed = profile()
    profiled = [a.address for a in listed.anchors] + [r.address for r in listed.public_resolvers]
    profiled += [address for e in listed.endpoints for address in e.addresses]
    profiled += [each.address for each in (*listed.tls_sites, *listed.time_servers) if each.address]
    sites = [make(name) for name in names() for make in (address4, address6)]
    named = [VPN_PEER, PROXY, SPEED_SERVER]
    return tuple(dict.fromkeys([*profiled, *PUBLIC_RESOLVERS, *PUBLIC_RESOLVERS6, *named, *sites]))
