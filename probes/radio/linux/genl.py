"""Generic netlink with the standard library alone: messages are records of attributes, no text anywhere.

pyroute2 has nl80211 too; its decoder takes 5 MB of memory and turns information elements into text of its own. All that
is needed of the protocol is on this page. Blocking, some 0.1 ms for a question: run it in a thread.
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import struct
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

# From the kernel's public netlink and genetlink headers.
_AF_NETLINK, _GENERIC, _ROUTE = 16, 16, 0
_SOL_NETLINK, _ADD_MEMBERSHIP = 270, 1
_REQUEST, _ACK, _DUMP = 0x1, 0x4, 0x300
_ERROR, _DONE, _FIRST_FAMILY = 2, 3, 16
_CONTROL, _GET_FAMILY, _FAMILY_ID, _FAMILY_NAME, _GROUPS, _GROUP_NAME, _GROUP_ID = 16, 3, 1, 2, 7, 1, 2
_HEADER, _COMMAND, _ATTRIBUTE = struct.Struct("=IHHII"), struct.Struct("=BBxx"), struct.Struct("=HH")
_KIND = 0x3FFF
"""Without the two bits that say "nested" and "network order"."""

LIMIT_S = 0.5
LIMIT_BYTES = 4 << 20
BUFFER = 1 << 16
_GET_ROUTE, _RTM, _DESTINATION, _OUT = 26, struct.Struct("=BBBBBBBBI"), 1, 4

Attributes = dict[int, bytes]


def attributes(data: bytes) -> Attributes:
    """The attributes of one level by number, the first of each; what is damaged ends it."""
    found: Attributes = {}
    for kind, body in each(data):
        found.setdefault(kind, body)
    return found


def each(data: bytes) -> Iterator[tuple[int, bytes]]:
    """All attributes of one level in their order: also how the kernel writes lists."""
    at = 0
    while at + _ATTRIBUTE.size <= len(data):
        length, kind = _ATTRIBUTE.unpack_from(data, at)
        if length < _ATTRIBUTE.size or at + length > len(data):
            return
        yield kind & _KIND, data[at + _ATTRIBUTE.size : at + length]
        at += (length + 3) & ~3


def number(raw: bytes | None, signed: bool = False) -> int | None:
    """A whole number of 1, 2, 4 or 8 bytes; None for anything else."""
    if raw is None or len(raw) not in (1, 2, 4, 8):
        return None
    return int.from_bytes(raw, sys.byteorder, signed=signed)  # type: ignore[arg-type,unused-ignore]


def u32(value: int) -> bytes:
    """Four bytes."""
    return value.to_bytes(4, sys.byteorder)


def packed(attrs: Mapping[int, bytes]) -> bytes:
    """Attributes as the kernel wants them."""
    made = b""
    for kind, body in attrs.items():
        made += _ATTRIBUTE.pack(_ATTRIBUTE.size + len(body), kind) + body + bytes(-len(body) % 4)
    return made


def messages(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Type, sequence number and body of each message of one datagram."""
    at = 0
    while at + _HEADER.size <= len(data):
        length, kind, _, sequence, _ = _HEADER.unpack_from(data, at)
        if length < _HEADER.size or at + length > len(data):
            return
        yield kind, sequence, data[at + _HEADER.size : at + length]
        at += (length + 3) & ~3


def commands(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Command and attributes of each generic message of one datagram, as they come from a group."""
    for kind, _, body in messages(data):
        if kind >= _FIRST_FAMILY and len(body) >= _COMMAND.size:
            yield body[0], body[_COMMAND.size :]


@dataclass(frozen=True, slots=True)
class Family:
    """A protocol as this kernel numbers it, with its groups of announcements."""

    id: int
    groups: Mapping[str, int]


class Netlink:
    """One socket. Raises OSError for whatever the kernel answers as an error, TimeoutError for silence."""

    def __init__(self, protocol: int = _GENERIC) -> None:
        self._sock = _open(protocol)
        self._sock.settimeout(LIMIT_S)
        self._sequence = 0

    def close(self) -> None:
        """Gives the socket back."""
        self._sock.close()

    def family(self, name: str) -> Family:
        """Looks it up. FileNotFoundError: this kernel has no such thing."""
        found = self.ask(_CONTROL, _GET_FAMILY, {_FAMILY_NAME: name.encode() + b"\0"})
        told = attributes(found[0]) if found else {}
        groups = {}
        for _, body in each(told.get(_GROUPS, b"")):
            group = attributes(body)
            if (known := number(group.get(_GROUP_ID))) is not None:
                groups[group.get(_GROUP_NAME, b"").rstrip(b"\0").decode("ascii", "replace")] = known
        return Family(number(told.get(_FAMILY_ID)) or 0, groups)

    def ask(self, family: int, command: int, attrs: Mapping[int, bytes]) -> list[bytes]:
        """One question, one answer: the bytes of its attributes."""
        return self._ask(family, _REQUEST, _COMMAND.pack(command, 0) + packed(attrs), _COMMAND.size)

    def dump(self, family: int, command: int, attrs: Mapping[int, bytes]) -> list[bytes]:
        """Everything of a kind: the bytes of the attributes of each answer."""
        return self._ask(family, _REQUEST | _DUMP, _COMMAND.pack(command, 0) + packed(attrs), _COMMAND.size)

    def order(self, family: int, command: int, attrs: Mapping[int, bytes]) -> None:
        """A command; returns when the kernel has taken it."""
        self._ask(family, _REQUEST | _ACK, _COMMAND.pack(command, 0) + packed(attrs), _COMMAND.size)

    def route_out(self, address4: str) -> int | None:
        """Index of the interface towards an IPv4 address. For a socket of the routing protocol."""
        body = _RTM.pack(socket.AF_INET, 32, 0, 0, 0, 0, 0, 0, 0) + packed({_DESTINATION: socket.inet_aton(address4)})
        with contextlib.suppress(OSError):
            for found in self._ask(_GET_ROUTE, _REQUEST, body, _RTM.size):
                return number(attributes(found).get(_OUT))
        return None

    def _ask(self, kind: int, flags: int, body: bytes, skip: int) -> list[bytes]:
        self._sequence += 1
        self._sock.send(_HEADER.pack(_HEADER.size + len(body), kind, flags, self._sequence, 0) + body)
        found: list[bytes] = []
        taken, end = 0, time.monotonic() + LIMIT_S
        while taken < LIMIT_BYTES and time.monotonic() < end:
            data = self._sock.recv(BUFFER)
            taken += len(data)
            for what, sequence, told in messages(data):
                if sequence != self._sequence:
                    continue  # the late answer to an earlier question
                if what == _DONE or (what == _ERROR and _raised(told)):
                    return found
                if what != _ERROR:
                    found.append(told[skip:])
                    if not flags & (_DUMP | _ACK):
                        return found
        raise TimeoutError(errno.ETIMEDOUT, "netlink says no end")


def _raised(body: bytes) -> bool:
    """Raises what the kernel refuses with; True for its plain "done"."""
    code = number(body[:4], signed=True) if len(body) >= 4 else None
    if code:
        raise OSError(-code, os.strerror(-code)) if code < 0 else OSError(errno.EPROTO, "not an error of netlink")
    return True


def _open(protocol: int) -> socket.socket:
    # Named by number, as other systems do not have them.
    sock = socket.socket(_AF_NETLINK, socket.SOCK_RAW, protocol)
    try:
        sock.bind((0, 0))
    except BaseException:
        sock.close()
        raise
    return sock


def route_socket() -> Netlink:
    """For questions about routes."""
    return Netlink(_ROUTE)


def listen(groups: list[int]) -> socket.socket:
    """A non-blocking socket that hears these groups from now on."""
    sock = _open(_GENERIC)
    try:
        for group in groups:
            sock.setsockopt(_SOL_NETLINK, _ADD_MEMBERSHIP, group)
        sock.setblocking(False)
    except BaseException:
        sock.close()
        raise
    return sock


def heard(sock: socket.socket, most: int = 512) -> Iterator[tuple[int, bytes]]:
    """Commands and attributes heard since the last time, of at most so many datagrams."""
    for _ in range(most):
        try:
            data = sock.recv(BUFFER)
        except OSError as error:
            if error.errno == errno.ENOBUFS:
                continue  # it overflowed: the kernel says so once, and goes on
            return
        yield from commands(data)
