"""Who said no: the kernel keeps the ICMP message behind a socket's error, with its sender. Linux, without privilege."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import struct
import sys
from dataclasses import dataclass

# From the public Linux headers; Python's socket module does not name all of them.
_IP_RECVERR, _IPV6_RECVERR = 11, 25
_MSG_ERRQUEUE = 0x2000
_ORIGIN_ICMP, _ORIGIN_ICMP6 = 2, 3
# struct sock_extended_err, then the sender as a struct sockaddr_in or sockaddr_in6.
_EXTENDED = struct.Struct("=IBBBBII")
_SENDER = {socket.AF_INET: slice(4, 8), socket.AF_INET6: slice(8, 24)}
# "Host unreachable" from ourselves: nobody answered for the address, which no rule has to do with.
_NO_NEIGHBOUR = {(3, 1), (1, 3)}


@dataclass(frozen=True, slots=True)
class Refusal:
    """One ICMP message: its sender, type and code."""

    sender: str
    icmp_type: int
    code: int

    @property
    def no_neighbour(self) -> bool:
        """Whether it says that nobody answers for the address, rather than that it is not allowed."""
        return (self.icmp_type, self.code) in _NO_NEIGHBOUR

    @property
    def ours(self) -> bool:
        """Whether this computer wrote it itself: only its own addresses can be bound."""
        sender = ipaddress.ip_address(self.sender)
        if sender.is_unspecified:
            return True
        family = socket.AF_INET if sender.version == 4 else socket.AF_INET6
        try:
            with contextlib.closing(socket.socket(family, socket.SOCK_DGRAM)) as sock:
                sock.bind((self.sender, 0))
        except OSError:
            return False
        return True


def listen(sock: socket.socket) -> None:
    """Asks the kernel to keep such messages for this socket; without effect on other systems."""
    if sys.platform == "linux":
        six = sock.family == socket.AF_INET6
        level, option = (socket.IPPROTO_IPV6, _IPV6_RECVERR) if six else (socket.IPPROTO_IP, _IP_RECVERR)
        with contextlib.suppress(OSError):
            sock.setsockopt(level, option, 1)


def refusal(sock: socket.socket) -> Refusal | None:
    """The message behind the socket's error; None if it was none (a reset, the kernel's own word, an old kernel)."""
    if sys.platform != "linux":
        return None
    try:
        _, ancillary, _, _ = sock.recvmsg(256, 512, _MSG_ERRQUEUE | socket.MSG_DONTWAIT)
    except OSError:
        return None
    return next((found for item in ancillary if (found := parse(*item)) is not None), None)


def parse(level: int, kind: int, data: bytes) -> Refusal | None:
    """One ancillary message."""
    if (level, kind) not in ((socket.IPPROTO_IP, _IP_RECVERR), (socket.IPPROTO_IPV6, _IPV6_RECVERR)):
        return None
    if len(data) < _EXTENDED.size + 2:
        return None
    _, origin, icmp_type, code, _, _, _ = _EXTENDED.unpack_from(data)
    (family,) = struct.unpack_from("=H", data, _EXTENDED.size)
    if origin not in (_ORIGIN_ICMP, _ORIGIN_ICMP6) or family not in _SENDER:
        return None
    raw = data[_EXTENDED.size :][_SENDER[family]]
    if len(raw) not in (4, 16):
        return None
    return Refusal(str(ipaddress.ip_address(raw)), icmp_type, code)
