"""The time by SNTP (RFC 4330, the client's half of RFC 5905)."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import struct
import time

from probes.wire.sockets import endpoint, new_socket
from selfcare.model.payloads.online import ClockSample

PORT = 123
_CLIENT = 0x23  # version 4, mode 3
_SERVER_MODES = (4, 5)
_UNSYNCHRONISED = 3
_UNIX = 2_208_988_800  # seconds from 1900 to 1970
_ERA = 1 << 32
# Servers count from 1900 in 32 bits; what lies before 2020 belongs to the era that begins in 2036.
_FIRST = 3_786_825_600
_MAX_STRATUM = 15
_FORM = struct.Struct("!BBbb II4s QQQQ")


async def ask(name: str, address: str, deadline: float, port: int = PORT) -> ClockSample | None:
    """One question, asked a second time halfway through the deadline; None for silence or nonsense."""
    loop = asyncio.get_running_loop()
    try:
        family, target = endpoint(address, port)
        sock = new_socket(family, 2)  # SOCK_DGRAM
    except OSError:
        return None
    with contextlib.closing(sock):
        try:
            await loop.sock_connect(sock, target)
            for _ in range(2):
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(deadline / 2):
                        return await _once(sock, name)
        except OSError:
            return None
    return None


async def _once(sock: object, name: str) -> ClockSample | None:
    import socket

    assert isinstance(sock, socket.socket)
    loop = asyncio.get_running_loop()
    # Random, so that nobody off the path can answer and our clock is nobody's business.
    cookie = secrets.randbits(64)
    sent, clock = time.time(), time.perf_counter()
    await loop.sock_sendall(sock, _FORM.pack(_CLIENT, 0, 0, 0, 0, 0, b"", 0, 0, 0, cookie))
    while True:
        data = await loop.sock_recv(sock, 512)
        sample = parse(data, cookie, sent, time.perf_counter() - clock, name)
        if sample is not None:
            return sample


def parse(data: bytes, cookie: int, sent: float, took: float, name: str) -> ClockSample | None:
    """The sample in an answer; None if it answers another question or the server does not know the time.

    Args:
        data: the packet.
        cookie: what was sent as our transmit time, and must come back as the origin.
        sent: wall clock when the question left, seconds since 1970.
        took: seconds until the answer came, by a clock that nobody sets.
        name: of the server.
    """
    if len(data) < _FORM.size:
        return None
    first, stratum, _, _, delay, dispersion, _, _, origin, received, transmitted = _FORM.unpack_from(data)
    leap, mode = first >> 6, first & 7
    sane = mode in _SERVER_MODES and origin == cookie and 1 <= stratum <= _MAX_STRATUM
    if not sane or leap == _UNSYNCHRONISED or not received or not transmitted:
        return None
    held = _seconds(transmitted) - _seconds(received)
    if not 0 <= held <= took:
        held = 0.0
    offset = ((_seconds(received) - sent) + (_seconds(transmitted) - (sent + took))) / 2
    uncertainty = (took - held) / 2 + delay / 131_072 + dispersion / 65_536
    return ClockSample(name, round(offset, 4), round(uncertainty, 4), stratum)


def _seconds(stamp: int) -> float:
    whole = stamp >> 32
    if whole < _FIRST:
        whole += _ERA
    return whole - _UNIX + (stamp & 0xFFFFFFFF) / _ERA
