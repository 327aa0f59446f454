"""NAT-PMP (RFC 6886) and PCP (RFC 6887) on the wire, pure. Numbers are big-endian, times seconds."""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Mapping
from dataclasses import dataclass

from selfcare.boxes.errors import BoxErrorCode
from selfcare.model.box import Protocol

NATPMP, PCP = 0, 2
"""Protocol versions, the first byte of every packet."""
UNSUPPORTED_VERSION = 1
ADDRESS_OP, ANNOUNCE, MAP = 0, 0, 1
PREFER_FAILURE, UNSUPPORTED_OPTION = 2, 5
LONGEST = 1100
"""Bytes of a PCP packet (RFC 6887 §7)."""

NATPMP_CODES: Mapping[int, BoxErrorCode] = {
    1: BoxErrorCode.UNSUPPORTED,
    2: BoxErrorCode.REFUSED,
    3: BoxErrorCode.NO_PUBLIC_ADDRESS,
    4: BoxErrorCode.FULL,
    5: BoxErrorCode.UNSUPPORTED,
}
"""RFC 6886 §3.5."""
PCP_CODES: Mapping[int, BoxErrorCode] = {
    1: BoxErrorCode.UNSUPPORTED,
    2: BoxErrorCode.REFUSED,
    3: BoxErrorCode.INVALID,
    4: BoxErrorCode.UNSUPPORTED,
    5: BoxErrorCode.UNSUPPORTED,
    6: BoxErrorCode.INVALID,
    7: BoxErrorCode.NO_PUBLIC_ADDRESS,
    8: BoxErrorCode.FULL,
    9: BoxErrorCode.UNSUPPORTED,
    10: BoxErrorCode.FULL,
    11: BoxErrorCode.CONFLICT,
    12: BoxErrorCode.NOT_LOCAL,
    13: BoxErrorCode.INVALID,
}
"""RFC 6887 §7.4. 12: between this PC and the box is another router."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What every answer has. ``epoch``: seconds since the box's table of mappings began (None in a short refusal)."""

    version: int
    opcode: int
    result: int
    epoch: int | None = None
    address: str | None = None
    internal: int | None = None
    external: int | None = None
    lifetime: int | None = None
    nonce: bytes | None = None
    protocol: Protocol | None = None


# -- NAT-PMP -----------------------------------------------------------------------------------------


def ask_address() -> bytes:
    """For the public address (§3.2)."""
    return struct.pack("!BB", NATPMP, ADDRESS_OP)


def ask_map(protocol: Protocol, internal: int, external: int, lifetime: int) -> bytes:
    """For a mapping (§3.3); a lifetime of 0 takes it away, and the external port is 0 then."""
    opcode = 1 if protocol is Protocol.UDP else 2
    return struct.pack("!BBHHHI", NATPMP, opcode, 0, internal, external if lifetime else 0, lifetime)


def parse(data: bytes) -> Reply | None:
    """An answer of either protocol; None for anything that is none."""
    if len(data) < 4 or len(data) > LONGEST or not data[1] & 0x80:
        return None
    if data[0] == NATPMP:
        return _natpmp(data)
    return _pcp(data) if data[0] == PCP else _foreign(data)


def _natpmp(data: bytes) -> Reply | None:
    opcode, result = data[1] & 0x7F, struct.unpack("!H", data[2:4])[0]
    epoch = struct.unpack("!I", data[4:8])[0] if len(data) >= 8 else None
    if result:
        return Reply(NATPMP, opcode, result, epoch)
    if opcode == ADDRESS_OP and len(data) == 12:
        return Reply(NATPMP, opcode, result, epoch, str(ipaddress.IPv4Address(data[8:12])))
    if opcode in (1, 2) and len(data) == 16:
        internal, external, lifetime = struct.unpack("!HHI", data[8:16])
        protocol = Protocol.UDP if opcode == 1 else Protocol.TCP
        return Reply(NATPMP, opcode, result, epoch, None, internal, external, lifetime, None, protocol)
    return None


def _foreign(data: bytes) -> Reply | None:
    """A version that neither is: worth something only as "not that version"."""
    return Reply(data[0], data[1] & 0x7F, UNSUPPORTED_VERSION) if data[3] == UNSUPPORTED_VERSION else None


# -- PCP ---------------------------------------------------------------------------------------------


def _mapped(address: str) -> bytes:
    """An IPv4 address as PCP writes it (§5)."""
    found = ipaddress.ip_address(address)
    return found.packed if found.version == 6 else b"\0" * 10 + b"\xff\xff" + found.packed


def ask_announce(client: str) -> bytes:
    """The shortest question that PCP has (§14.1): is anybody there, since when."""
    return struct.pack("!BBHI", PCP, ANNOUNCE, 0, 0) + _mapped(client)


def ask_pcp_map(
    client: str, nonce: bytes, protocol: Protocol, internal: int, external: int, lifetime: int, *, exact: bool = False
) -> bytes:
    """``exact``: this external port or none (PREFER_FAILURE, §13.2). ``client`` is this PC's own address."""
    number = 17 if protocol is Protocol.UDP else 6
    head = struct.pack("!BBHI", PCP, MAP, 0, lifetime) + _mapped(client)
    body = nonce + struct.pack("!B3xHH", number, internal, external if lifetime else 0) + _mapped("0.0.0.0")
    return head + body + (struct.pack("!BBH", PREFER_FAILURE, 0, 0) if exact else b"")


def _pcp(data: bytes) -> Reply | None:
    if len(data) < 24 or len(data) % 4:
        return None
    opcode, result = data[1] & 0x7F, data[3]
    lifetime, epoch = struct.unpack("!II", data[4:12])
    if opcode != MAP or len(data) < 60:
        return Reply(PCP, opcode, result, epoch, lifetime=lifetime)
    number, internal, external = struct.unpack("!B3xHH", data[36:44])
    protocol = {6: Protocol.TCP, 17: Protocol.UDP}.get(number)
    outside = ipaddress.IPv6Address(data[44:60])
    address = str(outside.ipv4_mapped or outside)
    return Reply(PCP, opcode, result, epoch, address, internal, external, lifetime, data[24:36], protocol)


# -- the epoch ---------------------------------------------------------------------------------------


def began_anew(before: tuple[int, float], now: tuple[int, float], version: int) -> bool:
    """Whether the box lost its mappings between two answers: (its epoch, our clock), both in seconds.

    RFC 6886 §3.6: behind 7/8 of the time passed by more than 2 s. RFC 6887 §8.5: back by more than 1 s, or the two
    clocks apart by more than 1/16 and 2 s.
    """
    (old, then), (new, clock) = before, now
    ours, theirs = clock - then, new - old
    if version == NATPMP:
        return new < old + ours * 7 / 8 - 2
    return theirs < -1 or ours + 2 < theirs - theirs / 16 or theirs + 2 < ours - ours / 16
