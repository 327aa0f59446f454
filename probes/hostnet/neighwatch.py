"""Changes of the neighbour table as the kernel announces them; anybody may listen."""

from __future__ import annotations

import ipaddress
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass

# From the kernel's public rtnetlink headers.
_GROUP_NEIGHBOURS = 4
_NEW_NEIGHBOUR = 28
_HEADER = struct.Struct("=IHHII")
_NDMSG = struct.Struct("=BxxxiHBB")
_ATTRIBUTE = struct.Struct("=HH")
_DESTINATION, _LINK_ADDRESS = 1, 2


@dataclass(frozen=True, slots=True)
class Announced:
    """A neighbour of one interface and the hardware address it now has."""

    index: int
    address: str
    mac: str


def open_watch() -> socket.socket:
    """A non-blocking socket that hears every change from now on. Raises OSError where there is no netlink."""
    # Named through getattr, as other systems do not have them.
    sock = socket.socket(getattr(socket, "AF_NETLINK", 16), socket.SOCK_RAW, 0)
    try:
        sock.setblocking(False)
        sock.bind((0, _GROUP_NEIGHBOURS))
    except BaseException:
        sock.close()
        raise
    return sock


def drain(sock: socket.socket) -> list[Announced]:
    """Everything heard so far."""
    found: list[Announced] = []
    while True:
        try:
            data = sock.recv(65536)
        except (BlockingIOError, OSError):
            return found
        found += parse(data)


def parse(data: bytes) -> list[Announced]:
    """The neighbours in one datagram of netlink messages; whatever is damaged is left out."""
    found = []
    at = 0
    while at + _HEADER.size <= len(data):
        length, kind, _, _, _ = _HEADER.unpack_from(data, at)
        if length < _HEADER.size or at + length > len(data):
            break
        if kind == _NEW_NEIGHBOUR and length >= _HEADER.size + _NDMSG.size:
            one = _neighbour(data[at + _HEADER.size : at + length])
            if one is not None:
                found.append(one)
        at += (length + 3) & ~3
    return found


def _neighbour(body: bytes) -> Announced | None:
    _, index, _, _, _ = _NDMSG.unpack_from(body)
    attributes = dict(_attributes(body[_NDMSG.size :]))
    destination, link = attributes.get(_DESTINATION, b""), attributes.get(_LINK_ADDRESS, b"")
    if len(destination) not in (4, 16) or len(link) != 6 or not any(link):
        return None
    return Announced(index, str(ipaddress.ip_address(destination)), link.hex(":"))


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + _ATTRIBUTE.size <= len(data):
        length, kind = _ATTRIBUTE.unpack_from(data, at)
        if length < _ATTRIBUTE.size or at + length > len(data):
            return
        yield kind, data[at + _ATTRIBUTE.size : at + length]
        at += (length + 3) & ~3
