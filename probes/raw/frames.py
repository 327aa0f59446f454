"""ARP and DHCP packets as bytes: made, and read with suspicion."""

from __future__ import annotations

import ipaddress
import struct
from dataclasses import dataclass

from probes.hostnet.leases import options_of, packed

BROADCAST = b"\xff" * 6
ETH_IP, ETH_ARP = 0x0800, 0x0806
_ETHERNET = struct.Struct("!6s6sH")
_ARP = struct.Struct("!HHBBH6s4s6s4s")
_REQUEST, _REPLY = 1, 2
_NOBODY = b"\0" * 4
_UDP = 17
_MAGIC = b"\x63\x82\x53\x63"
_BOOTP = struct.Struct("!BBBBIHH4s4s4s4s16s64s128s")
_DISCOVER, _OFFER = 1, 2
_TYPE, _ROUTERS, _RESOLVERS, _SERVER = 53, 3, 6, 54


@dataclass(frozen=True, slots=True)
class Arp:
    """One ARP packet; ``claims`` is true when the sender says the address is its own."""

    sender_mac: str
    sender: str
    target: str
    reply: bool

    @property
    def claims(self) -> bool:
        """A probe (RFC 5227) asks with an empty sender address and claims nothing."""
        return self.sender != "0.0.0.0"


@dataclass(frozen=True, slots=True)
class Offer:
    """One DHCP offer."""

    server: str
    mac: str
    address: str
    routers: tuple[str, ...]
    resolvers: tuple[str, ...]


def arp_request(mac: bytes, own: str | None, target: str) -> bytes:
    """A question for ``target``; without an ``own`` address it is a probe that changes nobody's table."""
    sender = ipaddress.IPv4Address(own).packed if own else _NOBODY
    body = _ARP.pack(1, ETH_IP, 6, 4, _REQUEST, mac, sender, b"\0" * 6, ipaddress.IPv4Address(target).packed)
    return _ETHERNET.pack(BROADCAST, mac, ETH_ARP) + body


def parse_arp(frame: bytes) -> Arp | None:
    """An ARP packet for IPv4 over Ethernet; None for anything else."""
    if len(frame) < _ETHERNET.size + _ARP.size or _ETHERNET.unpack_from(frame)[2] != ETH_ARP:
        return None
    hardware, protocol, hlen, plen, kind, mac, sender, _, target = _ARP.unpack_from(frame, _ETHERNET.size)
    if (hardware, protocol, hlen, plen) != (1, ETH_IP, 6, 4) or kind not in (_REQUEST, _REPLY):
        return None
    return Arp(mac.hex(":"), str(ipaddress.IPv4Address(sender)), str(ipaddress.IPv4Address(target)), kind == _REPLY)


def discover(mac: bytes, xid: int) -> bytes:
    """A DHCPDISCOVER frame that asks for the offer by broadcast. No REQUEST is ever made from this."""
    head = _BOOTP.pack(1, 1, 6, 0, xid, 0, 0x8000, _NOBODY, _NOBODY, _NOBODY, _NOBODY, mac, b"", b"")
    options = _MAGIC + bytes((_TYPE, 1, _DISCOVER, 55, 3, 1, _ROUTERS, _RESOLVERS, 255))
    payload = (head + options).ljust(300, b"\0")
    udp = struct.pack("!HHHH", 68, 67, 8 + len(payload), 0) + payload
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, _UDP, 0, _NOBODY, b"\xff" * 4)
    checked = ip[:10] + struct.pack("!H", _checksum(ip)) + ip[12:]
    return _ETHERNET.pack(BROADCAST, mac, ETH_IP) + checked + udp


def parse_offer(frame: bytes, xid: int) -> Offer | None:
    """The offer that answers our question; None for anything else, ICMP that quotes one included."""
    at = _ETHERNET.size
    if len(frame) < at + 20 or _ETHERNET.unpack_from(frame)[2] != ETH_IP or frame[at] >> 4 != 4:
        return None
    if frame[at + 9] != _UDP:
        return None
    start = at + (frame[at] & 0x0F) * 4 + 8
    source = int.from_bytes(frame[start - 8 : start - 6], "big")
    payload = frame[start:]
    if source != 67 or len(payload) < 240 or payload[0] != 2 or payload[236:240] != _MAGIC:
        return None
    if int.from_bytes(payload[4:8], "big") != xid:
        return None
    options = options_of(payload)
    if options.get(_TYPE) != bytes((_OFFER,)):
        return None
    server = packed(options.get(_SERVER, b"")) or (str(ipaddress.IPv4Address(frame[at + 12 : at + 16])),)
    return Offer(
        server[0],
        frame[6:12].hex(":"),
        str(ipaddress.IPv4Address(payload[16:20])),
        packed(options.get(_ROUTERS, b"")),
        packed(options.get(_RESOLVERS, b"")),
    )


def _checksum(data: bytes) -> int:
    total = sum(int.from_bytes(data[i : i + 2], "big") for i in range(0, len(data), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
