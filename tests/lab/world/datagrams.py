"""Small UDP servers: STUN, NTP, and as much of QUIC as says which versions it speaks."""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import Callable
from typing import cast

Answer = Callable[[bytes, tuple[str, int]], bytes | None]
_COOKIE = 0x2112A442
_SINCE_1900_S = 2_208_988_800


def stun(packet: bytes, peer: tuple[str, int]) -> bytes | None:
    """RFC 8489: a binding request is answered with the sender's address as seen here."""
    if len(packet) < 20 or packet[:2] != b"\0\1":
        return None
    host = struct.unpack("!I", bytes(map(int, peer[0].split("."))))[0]
    value = struct.pack("!BBHI", 0, 1, peer[1] ^ (_COOKIE >> 16), host ^ _COOKIE)
    attribute = struct.pack("!HH", 0x0020, len(value)) + value
    return struct.pack("!HH", 0x0101, len(attribute)) + packet[4:20] + attribute


def ntp(packet: bytes, _peer: tuple[str, int]) -> bytes | None:
    """RFC 5905: the asker's transmit time comes back as the originate time."""
    if len(packet) < 48 or packet[0] & 7 != 3:
        return None
    now = time.time() + _SINCE_1900_S
    stamp = struct.pack("!II", int(now), int(now % 1 * 2**32))
    head = struct.pack("!BBbb", 0x24, 2, 6, -20) + bytes(8) + b"LAB\0"
    return head + stamp + packet[40:48] + stamp + stamp


def quic(packet: bytes, _peer: tuple[str, int]) -> bytes | None:
    """RFC 9000 §17.2.1: an unknown version is answered with the known ones, from 1200 bytes on."""
    if len(packet) < 1200 or not packet[0] & 0x80:
        return None
    there = packet[6 : 6 + packet[5]]
    after = 6 + packet[5]
    here = packet[after + 1 : after + 1 + packet[after]]
    return bytes([0x80]) + bytes(4) + bytes([len(here)]) + here + bytes([len(there)]) + there + struct.pack("!I", 1)


ANSWERS: dict[str, Answer] = {"udp-stun": stun, "udp-ntp": ntp, "udp-quic": quic}


class Server(asyncio.DatagramProtocol):
    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.transport: asyncio.DatagramTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        answer = self.answer(data, addr)
        if answer is not None:
            self.transport.sendto(answer, addr)
