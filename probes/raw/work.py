"""Carrying out the verbs on a packet socket (Linux). Blocking."""

from __future__ import annotations

import ipaddress
import random
import secrets
import select
import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import singledispatch
from typing import Any

from probes.raw import frames
from probes.raw.verbs import ArpSweep, ArpWatch, DhcpDiscover, DuplicateAddress

# RFC 5227 §2.1.1 wants three probes one to two seconds apart before taking an address; ours is
# taken already, so what counts is that one lost packet does not hide the other holder.
PROBES_AT_S = (0.0, 0.3, 0.7)
PROBE_LISTEN_S = 1.2
DISCOVER_AT_S = (0.0, 2.0)
_WATCH_EVERY_S = 1.0
# Not so fast that a small switch or a Wi-Fi access point drops them.
_SWEEP_PACE_S = 0.001
# From the Linux headers: elsewhere Python's socket module does not name them.
_AF_PACKET = 17
_PACKET_OUTGOING = 4

Result = dict[str, Any]


class Wire:
    """A packet socket on one interface, with its own hardware address."""

    def __init__(self, interface: str, protocol: int) -> None:
        self._sock = socket.socket(_AF_PACKET, socket.SOCK_RAW, socket.htons(protocol))
        self._sock.bind((interface, protocol))
        self.mac: bytes = self._sock.getsockname()[4]

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self._sock.close()

    def send(self, frame: bytes) -> None:
        """Sends a whole Ethernet frame."""
        self._sock.send(frame)

    def listen(self, until: float, hear: Callable[[bytes], None]) -> None:
        """Hands every frame that others sent to ``hear`` until that moment of the monotonic clock."""
        while (left := until - time.monotonic()) > 0:
            if select.select([self._sock], [], [], left)[0]:
                frame, sender = self._sock.recvfrom(2048)
                if sender[2] != _PACKET_OUTGOING:
                    hear(frame)


@singledispatch
def carry_out(verb: Any) -> Result:
    """The result of one verb. Raises OSError when the socket is refused or the interface is gone."""
    raise TypeError(type(verb).__name__)


@carry_out.register
def _(verb: DuplicateAddress) -> Result:
    """Asks for our own address with an empty sender, and hears who else has it."""
    with Wire(verb.interface, frames.ETH_ARP) as wire:
        macs = _claimants(wire, verb.address, None, PROBES_AT_S, PROBE_LISTEN_S)
    return {"macs": macs}


@carry_out.register
def _(verb: ArpWatch) -> Result:
    """Asks for the address once a second, and hears everybody who answers or claims it unasked."""
    moments = [n * _WATCH_EVERY_S for n in range(int(verb.seconds / _WATCH_EVERY_S) + 1)]
    with Wire(verb.interface, frames.ETH_ARP) as wire:
        macs = _claimants(wire, verb.address, None, moments, verb.seconds)
    return {"macs": macs}


def _claimants(wire: Wire, address: str, own: str | None, moments: Iterable[float], seconds: float) -> list[str]:
    found: dict[str, None] = {}

    def hear(frame: bytes) -> None:
        arp = frames.parse_arp(frame)
        if arp is not None and arp.claims and arp.sender == address and arp.sender_mac != wire.mac.hex(":"):
            found.setdefault(arp.sender_mac)

    started = time.monotonic()
    for moment in moments:
        wire.listen(started + moment, hear)
        wire.send(frames.arp_request(wire.mac, own, address))
    wire.listen(started + seconds, hear)
    return list(found)


@carry_out.register
def _(verb: DhcpDiscover) -> Result:
    """Listens for the whole time: a server may look for a second or three whether the address is free."""
    xid = secrets.randbits(32)
    found: dict[str, frames.Offer] = {}
    with Wire(verb.interface, frames.ETH_IP) as wire:

        def hear(frame: bytes) -> None:
            offer = frames.parse_offer(frame, xid)
            if offer is not None:
                found.setdefault(offer.server, offer)

        started = time.monotonic()
        for moment in DISCOVER_AT_S:
            wire.listen(started + moment, hear)
            wire.send(frames.discover(wire.mac, xid))
        wire.listen(started + verb.seconds, hear)
    return {"offers": [asdict(offer) for offer in found.values()]}


@carry_out.register
def _(verb: ArpSweep) -> Result:
    """Every address once, in random order, and those that kept silent once more."""
    own = verb.address
    hosts: dict[str, str] = {}

    def hear(frame: bytes) -> None:
        arp = frames.parse_arp(frame)
        if arp is not None and arp.claims and ipaddress.IPv4Address(arp.sender) in network:
            hosts.setdefault(arp.sender, arp.sender_mac)

    network = ipaddress.IPv4Network(verb.network)
    addresses = [str(a) for a in network.hosts() if str(a) != own]
    random.shuffle(addresses)
    with Wire(verb.interface, frames.ETH_ARP) as wire:
        end = time.monotonic() + verb.seconds
        for _ in range(2):
            for address in addresses:
                if address not in hosts and time.monotonic() < end:
                    wire.send(frames.arp_request(wire.mac, own, address))
                    wire.listen(time.monotonic() + _SWEEP_PACE_S, hear)
            wire.listen(min(time.monotonic() + 0.25, end), hear)
    return {"hosts": hosts}
