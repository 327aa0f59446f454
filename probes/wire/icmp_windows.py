"""Echo requests on Windows, by IcmpSendEcho of iphlpapi: needs no privilege.

Written after the public documentation and not run on Windows yet.
"""

from __future__ import annotations

import ctypes
import socket
import time
from typing import Any

from probes.wire.icmp import NOT_PERMITTED, Echo
from probes.wire.threads import in_thread
from selfcare.model.payloads.gateway import IcmpMethod

_IP_SUCCESS = 0
_INVALID_HANDLE = ctypes.c_void_p(-1).value
_PAYLOAD = b"selfcare"


class _Options(ctypes.Structure):
    _fields_ = (
        ("ttl", ctypes.c_ubyte),
        ("tos", ctypes.c_ubyte),
        ("flags", ctypes.c_ubyte),
        ("options_size", ctypes.c_ubyte),
        ("options_data", ctypes.c_void_p),
    )


class _Reply(ctypes.Structure):
    _fields_ = (
        ("address", ctypes.c_uint32),
        ("status", ctypes.c_uint32),
        ("round_trip_ms", ctypes.c_uint32),
        ("data_size", ctypes.c_uint16),
        ("reserved", ctypes.c_uint16),
        ("data", ctypes.c_void_p),
        ("options", _Options),
    )


def send_echo(address: str, timeout_ms: int, ttl: int = 128) -> tuple[str, int, float] | None:
    """``(responder, IP_STATUS, ms)`` or None for silence. Blocking; IPv4 only. Raises OSError."""
    library: Any = ctypes.WinDLL("iphlpapi.dll", use_last_error=True)  # type: ignore[attr-defined]
    library.IcmpCreateFile.restype = ctypes.c_void_p
    handle = library.IcmpCreateFile()
    if handle == _INVALID_HANDLE:
        raise OSError("IcmpCreateFile failed")
    size = ctypes.sizeof(_Reply) + len(_PAYLOAD) + 8
    buffer = ctypes.create_string_buffer(size)
    options = _Options(ttl=ttl)
    target = ctypes.c_uint32(int.from_bytes(socket.inet_aton(address), "little"))
    try:
        started = time.perf_counter()
        count = library.IcmpSendEcho(
            ctypes.c_void_p(handle), target, _PAYLOAD, ctypes.c_uint16(len(_PAYLOAD)),
            ctypes.byref(options), buffer, ctypes.c_uint32(size), ctypes.c_uint32(timeout_ms),
        )  # fmt: skip
        elapsed = (time.perf_counter() - started) * 1000
    finally:
        library.IcmpCloseHandle(ctypes.c_void_p(handle))
    if not count:
        return None
    reply = _Reply.from_buffer(buffer)
    return socket.inet_ntoa(int(reply.address).to_bytes(4, "little")), int(reply.status), elapsed


async def echo(address: str, deadline: float) -> Echo:
    """One echo request; IPv6 is not asked this way yet."""
    if ":" in address:
        return NOT_PERMITTED
    try:
        answer = await in_thread(send_echo, address, int(deadline * 1000))
    except (OSError, AttributeError):
        return NOT_PERMITTED
    if answer is None or answer[1] != _IP_SUCCESS:
        return Echo(IcmpMethod.API, 1)
    return Echo(IcmpMethod.API, 1, (answer[2],), answer[0])
