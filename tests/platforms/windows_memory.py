"""Buffers as Windows would fill them, built byte by byte with invented values."""

from __future__ import annotations

import ctypes
import socket
from collections.abc import Iterable

from probes.hostnet.windows.structures import (
    AdapterAddresses,
    ForwardRow,
    Inet,
    InterfaceRow,
    ListedAddress,
    Memory,
    NeighbourRow,
    SocketAddress,
    UnicastAddress,
)

BASE = 0x7FF0_0000_1000
GUID = "{0A1B2C3D-1111-2222-3333-445566778899}"


def sockaddr(address: str, scope: int = 0) -> bytes:
    if ":" in address:
        return b"\x17\0" + b"\0" * 6 + socket.inet_pton(socket.AF_INET6, address) + scope.to_bytes(4, "little")
    return b"\x02\0\0\0" + socket.inet_aton(address) + b"\0" * 8


class Heap:
    """Grows; hands out addresses in it."""

    def __init__(self) -> None:
        self.data = bytearray()

    def put(self, raw: bytes) -> int:
        self.data += b"\0" * (-len(self.data) % 8)
        place = BASE + len(self.data)
        self.data += raw
        return place

    def replace(self, place: int, raw: bytes) -> None:
        self.data[place - BASE : place - BASE + len(raw)] = raw

    def text(self, text: str) -> int:
        return self.put(text.encode("utf-16-le") + b"\0\0")

    def where(self, address: str, scope: int = 0) -> SocketAddress:
        raw = sockaddr(address, scope)
        return SocketAddress(self.put(raw), len(raw))

    def listed(self, addresses: Iterable[tuple[str, int]]) -> int:
        following = 0
        for address, scope in reversed(list(addresses)):
            following = self.put(bytes(ListedAddress(32, 0, following, self.where(address, scope))))
        return following

    def unicast(self, addresses: Iterable[tuple[str, int, int, int]]) -> int:
        following = 0
        for address, prefix, origin, dad in reversed(list(addresses)):
            entry = UnicastAddress(length=64, next=following, prefix_origin=origin, dad_state=dad, prefix_length=prefix)
            entry.address = self.where(address)
            following = self.put(bytes(entry))
        return following

    def memory(self) -> Memory:
        return Memory(BASE, bytes(self.data))


def adapter(  # one adapter with everything a home PC has, changed where a test needs it
    heap: Heap, *, index: int = 12, name: str = "Connexion au réseau local", if_type: int = 6, oper: int = 1,
    flags: int = 4, description: str = "Carte Gigabit", guid: str = GUID, speed: int = 1_000_000_000,
    unicast: Iterable[tuple[str, int, int, int]] = (("192.168.7.20", 24, 3, 4), ("fe80::20", 64, 2, 4)),
    dns: Iterable[tuple[str, int]] = (("192.168.7.1", 0), ("fe80::1", 12), ("fec0:0:0:ffff::1", 0)),
    gateways: Iterable[tuple[str, int]] = (("fe80::1", 12), ("192.168.7.1", 0)),
    following: int = 0, mac: str = "020000abcdef",
) -> AdapterAddresses:  # fmt: skip
    raw = AdapterAddresses(
        length=448, index=index, index6=index, next=following, flags=flags, mtu=1500, if_type=if_type,
        oper_status=oper, transmit_speed=speed, receive_speed=speed, metric4=25, metric6=35,
        physical_address_length=len(mac) // 2,
    )  # fmt: skip
    raw.physical_address[: len(mac) // 2] = bytes.fromhex(mac)
    raw.adapter_name = heap.put(guid.encode() + b"\0")
    raw.friendly_name, raw.description = heap.text(name), heap.text(description)
    raw.dns_suffix = heap.text("home")
    raw.first_unicast, raw.first_dns, raw.first_gateway = heap.unicast(unicast), heap.listed(dns), heap.listed(gateways)
    raw.dhcp4_server = heap.where("192.168.7.1")
    return raw


def one_adapter(**changes: object) -> Memory:
    heap = Heap()
    first = heap.put(bytes(ctypes.sizeof(AdapterAddresses)))
    heap.replace(first, bytes(adapter(heap, **changes)))  # type: ignore[arg-type]
    return heap.memory()


def several(*each: dict[str, object]) -> Memory:
    heap = Heap()
    places = [heap.put(bytes(ctypes.sizeof(AdapterAddresses))) for _ in each]
    for place, following, changes in zip(places, [*places[1:], 0], each, strict=True):
        heap.replace(place, bytes(adapter(heap, following=following, **changes)))  # type: ignore[arg-type]
    return heap.memory()


def inet(address: str) -> Inet:
    return Inet.from_buffer_copy(sockaddr(address).ljust(28, b"\0"))


def route(index: int, prefix: str, length: int, hop: str, metric: int) -> bytes:
    return bytes(ForwardRow(index=index, prefix=inet(prefix), prefix_length=length, next_hop=inet(hop), metric=metric))


def neighbour(index: int, address: str, mac: str, state: int) -> bytes:
    row = NeighbourRow(address=inet(address), index=index, state=state, physical_address_length=len(mac) // 2)
    row.physical_address[: len(mac) // 2] = bytes.fromhex(mac)
    return bytes(row)


def table(*rows: bytes) -> bytes:
    return len(rows).to_bytes(4, "little") + b"\0" * 4 + b"".join(rows)


def interface(index: int = 12, *, flags: int = 0x05, admin: int = 1, media: int = 1, medium: int = 14) -> bytes:
    return bytes(
        InterfaceRow(
            index=index, flags=flags, admin_status=admin, media_state=media, physical_medium=medium,
            transmit_speed=1_000_000_000,
        )
    )  # fmt: skip
