"""Sockets for literal addresses, bound to an interface where asked, and the meaning of their errors."""

from __future__ import annotations

import errno
import ipaddress
import socket
import sys
from enum import StrEnum

# Not in Python's socket module: values of the public system headers.
_MACOS_IP_BOUND_IF = 25
_MACOS_IPV6_BOUND_IF = 125
_WINDOWS_UNICAST_IF = 31


class Failure(StrEnum):
    """Why a packet was not sent or not answered, as the operating system tells it."""

    REFUSED = "refused"
    RESET = "reset"
    UNREACHABLE = "unreachable"
    DENIED = "denied"
    TIMEOUT = "timeout"
    OTHER = "other"


# A host or network that cannot be reached, and also "no address of that family here".
_UNREACHABLE = {
    errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN,
    errno.EADDRNOTAVAIL, errno.ENODEV, errno.ENXIO, errno.EAFNOSUPPORT,
}  # fmt: skip


# Errors of overlapped input and output, which Python does not translate into an errno.
_WINDOWS = {
    121: Failure.TIMEOUT, 1225: Failure.REFUSED, 1234: Failure.REFUSED, 1231: Failure.UNREACHABLE,
    1232: Failure.UNREACHABLE, 1233: Failure.UNREACHABLE, 1236: Failure.RESET, 64: Failure.RESET,
    10013: Failure.DENIED, 10049: Failure.UNREACHABLE, 10050: Failure.UNREACHABLE, 10051: Failure.UNREACHABLE,
    10060: Failure.TIMEOUT, 10064: Failure.UNREACHABLE, 10065: Failure.UNREACHABLE,
}  # fmt: skip


def meaning(error: OSError) -> Failure:
    """What a socket error says about the network."""
    told = _WINDOWS.get(getattr(error, "winerror", None) or 0)
    if told is not None:
        return told
    if isinstance(error, ConnectionRefusedError):
        return Failure.REFUSED
    if isinstance(error, (ConnectionResetError, ConnectionAbortedError, BrokenPipeError)):
        return Failure.RESET
    if isinstance(error, PermissionError):
        return Failure.DENIED
    if isinstance(error, TimeoutError):
        return Failure.TIMEOUT
    return Failure.UNREACHABLE if error.errno in _UNREACHABLE else Failure.OTHER


SocketAddress = tuple[str, int] | tuple[str, int, int, int]


def endpoint(address: str, port: int) -> tuple[socket.AddressFamily, SocketAddress]:
    """Family and socket address of a literal like ``192.168.1.1`` or ``fe80::1%eth0``.

    Raises OSError when the text is no address or its interface does not exist, so that
    callers have one kind of failure to deal with.
    """
    host, _, zone = address.partition("%")
    try:
        parsed = ipaddress.ip_address(host)
    except ValueError as error:
        raise OSError(errno.EINVAL, "not an address") from error
    if parsed.version == 4:
        return socket.AF_INET, (host, port)
    scope = 0
    if zone:
        scope = int(zone) if zone.isdecimal() else interface_index(zone)
    return socket.AF_INET6, (host, port, 0, scope)


def interface_index(name: str) -> int:
    """The index of an interface by the name the payloads use. Raises OSError."""
    if sys.platform == "win32":
        # Users see another name than the one that if_nametoindex knows.
        from probes.hostnet.windows import calls

        return calls.interface_index(name)
    return socket.if_nametoindex(name)


def new_socket(family: int, kind: int, proto: int = 0, device: str | None = None) -> socket.socket:
    """A non-blocking socket, tied to an interface if ``device`` is given. Raises OSError."""
    sock = socket.socket(family, kind, proto)
    try:
        sock.setblocking(False)
        if device is not None:
            _bind_device(sock, device)
    except BaseException:
        sock.close()
        raise
    return sock


def _bind_device(sock: socket.socket, device: str) -> None:
    """Packets leave through that interface whatever the routing table prefers.

    Linux allows it without privilege since 5.7. The Windows and macOS branches follow
    the vendors' headers and have not been run.
    """
    if sys.platform == "linux":
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode() + b"\0")
    else:
        index = interface_index(device)
        v6 = sock.family == socket.AF_INET6
        level = socket.IPPROTO_IPV6 if v6 else socket.IPPROTO_IP
        if sys.platform == "darwin":
            sock.setsockopt(level, _MACOS_IPV6_BOUND_IF if v6 else _MACOS_IP_BOUND_IF, index)
        else:
            # Windows wants the index in network byte order for IPv4 and in host order for IPv6.
            sock.setsockopt(level, _WINDOWS_UNICAST_IF, index if v6 else socket.htonl(index))
