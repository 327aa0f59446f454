"""Echo requests on Windows, by IcmpSendEcho and Icmp6SendEcho2 of iphlpapi: need no privilege."""

from __future__ import annotations

import asyncio
import ctypes
import socket
import time
from typing import Any

from probes.wire.gathering import collect
from probes.wire.icmp import NOT_PERMITTED, SEND_AT_S, Echo
from probes.wire.pace import Heard, Ledger, Plan
from probes.wire.sockets import endpoint
from probes.wire.threads import in_thread
from selfcare.model.payloads.gateway import IcmpMethod

_IP_SUCCESS = 0
_INVALID_HANDLE = ctypes.c_void_p(-1).value
_PAYLOAD = b"selfcare"
_AF_INET6 = 23
# IPV6_ADDRESS_EX is packed: port, flow, address, scope; the status follows on the next multiple of four.
_REPLY6_ADDRESS, _REPLY6_STATUS = 6, 28


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


def parse_reply6(data: bytes) -> tuple[str, int] | None:
    """``(responder, IP_STATUS)`` of an ICMPV6_ECHO_REPLY, whose address is packed without padding."""
    if len(data) < _REPLY6_STATUS + 4:
        return None
    address = socket.inet_ntop(socket.AF_INET6, data[_REPLY6_ADDRESS : _REPLY6_ADDRESS + 16])
    return address, int.from_bytes(data[_REPLY6_STATUS : _REPLY6_STATUS + 4], "little")


def send_echo6(address: str, timeout_ms: int) -> tuple[str, int, float] | None:
    """Like :func:`send_echo` for IPv6; ``fe80::1%12`` with the interface's index. Raises OSError."""
    target = endpoint(address, 0)[1]
    scope = target[3] if len(target) == 4 else 0
    library: Any = ctypes.WinDLL("iphlpapi.dll", use_last_error=True)  # type: ignore[attr-defined]
    library.Icmp6CreateFile.restype = ctypes.c_void_p
    handle = library.Icmp6CreateFile()
    if handle == _INVALID_HANDLE:
        raise OSError("Icmp6CreateFile failed")
    head = _AF_INET6.to_bytes(2, "little") + b"\0" * 6
    source = ctypes.create_string_buffer(head + b"\0" * 16 + b"\0" * 4, 28)
    packed = socket.inet_pton(socket.AF_INET6, target[0])
    destination = ctypes.create_string_buffer(head + packed + scope.to_bytes(4, "little"), 28)
    buffer = ctypes.create_string_buffer(256)
    try:
        started = time.perf_counter()
        count = library.Icmp6SendEcho2(
            ctypes.c_void_p(handle), None, None, None, source, destination, _PAYLOAD,
            ctypes.c_uint16(len(_PAYLOAD)), None, buffer, ctypes.c_uint32(256), ctypes.c_uint32(timeout_ms),
        )  # fmt: skip
        elapsed = (time.perf_counter() - started) * 1000
    finally:
        library.IcmpCloseHandle(ctypes.c_void_p(handle))
    reply = parse_reply6(buffer.raw) if count else None
    return (*reply, elapsed) if reply is not None else None


async def once(address: str, timeout_s: float) -> tuple[float, str] | None:
    """Round trip in ms of a single echo request and who answered; None for silence or a complaint. Raises OSError."""
    send = send_echo6 if ":" in address else send_echo
    try:
        answer = await in_thread(send, address, max(1, int(timeout_s * 1000)))
    except AttributeError as error:  # a Windows without that call
        raise OSError("no echo requests") from error
    return (answer[2], answer[0]) if answer is not None and answer[1] == _IP_SUCCESS else None


async def series(address: str, plan: Plan, device: str | None = None) -> Heard:
    """Echo requests at a steady pace, each awaited in a thread of its own; ``denied`` where Windows lets us send none.

    These calls take no interface: what is to pass a tunnel by is not asked at all.
    """
    if device is not None:
        return Heard((), denied=True)
    ledger, refused = Ledger(plan), asyncio.Event()

    async def one(number: int) -> None:
        try:
            answer = await once(address, ledger.left_s)
        except OSError:
            refused.set()
        else:
            if answer is not None and ledger.awaits(number):
                ledger.answered(number, answer[0])

    asked: list[asyncio.Task[None]] = []

    def ask(number: int) -> bool:
        if not refused.is_set():
            ledger.asked(number)
            asked.append(asyncio.create_task(one(number)))
        return not refused.is_set()

    try:
        await ledger.keep_pace(ask)
    finally:
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
    return Heard((), denied=True) if refused.is_set() else Heard(ledger.judge())


async def echo(address: str, deadline: float, log: list[IcmpMethod]) -> Echo:
    """Up to three echo requests, as one lost packet must not look like silence. Each waits to the deadline."""
    refused: list[bool] = []

    async def one(wait_s: float) -> tuple[float, str] | None:
        await asyncio.sleep(wait_s)
        log.append(IcmpMethod.API)
        try:
            return await once(address, deadline - wait_s)
        except OSError:
            refused.append(True)
            return None

    def settled(so_far: list[tuple[float, str] | None]) -> bool:
        return bool(refused) or any(answer is not None for answer in so_far)

    moments = [moment for moment in SEND_AT_S if moment < deadline]
    answers = await collect([one(moment) for moment in moments], deadline=deadline, settled=settled)
    if refused:
        return NOT_PERMITTED
    for rtt_ms, responder in filter(None, answers):
        return Echo(IcmpMethod.API, len(log), (rtt_ms,), responder)
    return Echo(IcmpMethod.API, len(log))
