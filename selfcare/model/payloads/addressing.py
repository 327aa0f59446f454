"""Who else is on the link, shared addresses, packet sizes, and what IPv6 costs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class LinkRouter:
    """One machine that answered the question to all routers of the link.

    ``resolves`` is whether its name service found a fresh outside name: asked only of those
    that are not the gateway, None where it was not asked or said nothing.
    """

    address: str
    mac: str | None
    is_gateway: bool | None
    resolves: bool | None = None


@dataclass(frozen=True, slots=True)
class PeersPayload:
    """The gateway's hardware addresses as this PC learnt them, and who else routes here.

    ``gateway_macs`` in the order they were seen; more than one means that it changed while
    we looked. ``same_mac`` are other IPv4 neighbours that share the gateway's. ``asked`` tells
    whether the question to all routers could be sent. ``boxes`` are addresses boxes have by
    default that another machine of this cable answers for; None if they were not asked.
    """

    interface: str
    gateway: str | None
    gateway_macs: tuple[str, ...]
    same_mac: tuple[str, ...]
    asked: bool
    routers: tuple[LinkRouter, ...]
    listened_s: float
    boxes: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class DhcpClientPayload:
    """Programs running here that can ask for an address; ``managed`` is NetworkManager's word on the adapter."""

    interface: str
    clients: tuple[str, ...]
    managed: bool | None


@dataclass(frozen=True, slots=True)
class NatPayload:
    """The address on the far side of the gateway as it tells it (NAT-PMP, RFC 6886); None if it did not say.

    ``result`` is the protocol's result code: 0 success, 3 "no address yet", None silent.
    ``operator_network``: the address is one of the profile's operator. None: not known to be.
    """

    gateway: str
    external: str | None
    result: int | None
    operator_network: bool | None = None


@dataclass(frozen=True, slots=True)
class LargeTry:
    """One page asked for with a request of several full-size packets.

    ``passed``: an answer came; ``capped_passed``: the same with small segments, None if not
    needed. ``bytes_up`` is the size of the request.
    """

    host: str
    address: str
    bytes_up: int
    passed: bool
    capped_passed: bool | None = None


@dataclass(frozen=True, slots=True)
class LargePayload:
    """All of them."""

    tries: tuple[LargeTry, ...]


@dataclass(frozen=True, slots=True)
class MtuPayload:
    """Sizes of IPv4 packets, in bytes with their headers, that passed with "do not fragment".

    ``believed`` is what the kernel takes the path to carry after routers had their say: a
    largest that is smaller is a black hole. None where nothing answered at any size.
    """

    interface: str
    link_mtu: int
    gateway: str | None
    gateway_largest: int | None
    target: str | None
    outside_largest: int | None
    believed: int | None


@dataclass(frozen=True, slots=True)
class Ipv6CostPayload:
    """Fastest TCP connection to the same operators' addresses over each family, in ms; None if none succeeded."""

    v4_ms: float | None
    v6_ms: float | None


@dataclass(frozen=True, slots=True)
class ConflictPayload:
    """Hardware addresses other than ours that answered for our own IPv4 address (RFC 5227)."""

    interface: str
    address: str
    macs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DhcpOffer:
    """One server's offer. ``mac`` is the sender's of the Ethernet frame."""

    server: str
    mac: str
    address: str
    routers: tuple[str, ...]
    resolvers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DhcpServersPayload:
    """Every offer heard within ``listened_s`` seconds; nothing was requested."""

    interface: str
    offers: tuple[DhcpOffer, ...]
    listened_s: float


@dataclass(frozen=True, slots=True)
class ArpWatchPayload:
    """Hardware addresses that answered for the gateway or claimed its address."""

    interface: str
    address: str
    macs: tuple[str, ...]
    listened_s: float


class DiscoveryMethod(StrEnum):
    """``ARP`` asks every address directly (privileged); ``NEIGHBOURS`` makes the kernel ask."""

    ARP = "arp"
    NEIGHBOURS = "neighbours"


@dataclass(frozen=True, slots=True)
class LanHost:
    """One machine of the home network."""

    address: str
    mac: str


@dataclass(frozen=True, slots=True)
class DiscoveryPayload:
    """The machines found in ``network``, the PC itself left out."""

    interface: str
    network: str
    method: DiscoveryMethod
    hosts: tuple[LanHost, ...]
    duration_s: float
