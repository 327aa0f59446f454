"""One question and its answer over UDP, in the words of STUN, NTP and QUIC."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
import struct
import time

from probes.wire.sockets import Failure, endpoint, meaning, new_socket

_COOKIE = struct.pack("!I", 0x2112A442)
# A version that is reserved to be unknown (RFC 9000 §15): the answer is the list of the known ones.
_QUIC_UNKNOWN = struct.pack("!I", 0x1A2A3A4A)
_QUIC_SIZE = 1200
_RESEND_S = 0.5
_MOST = 2048


def question(talk: str) -> tuple[bytes, bytes]:
    """The packet, and a piece of it that a true answer contains."""
    if talk == "stun":
        token = secrets.token_bytes(12)
        return struct.pack("!HH", 1, 0) + _COOKIE + token, token
    if talk == "ntp":
        token = secrets.token_bytes(8)
        # A random transmit time, as the data minimisation draft advises; it comes back as the originate time.
        return bytes([0x23]) + bytes(39) + token, token
    token = secrets.token_bytes(8)
    there = secrets.token_bytes(8)
    head = bytes([0xC0]) + _QUIC_UNKNOWN + bytes([8]) + there + bytes([8]) + token
    return head.ljust(_QUIC_SIZE, b"\0"), token


async def converse(address: str, port: int, talk: str, deadline: float) -> Failure | None:
    """None when a true answer came, else why not. Asks up to three times; never raises for what a network can do."""
    packet, token = question(talk)
    try:
        family, target = endpoint(address, port)
        with contextlib.closing(new_socket(family, socket.SOCK_DGRAM)) as sock:
            sock.connect(target)
            return await _exchange(sock, packet, token, time.monotonic() + deadline)
    except OSError as error:
        return meaning(error)


async def _exchange(sock: socket.socket, packet: bytes, token: bytes, end: float) -> Failure | None:
    loop = asyncio.get_running_loop()
    while (left := end - time.monotonic()) > 0:
        sock.send(packet)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(_RESEND_S, left)):
                while True:
                    if token in await loop.sock_recv(sock, _MOST):
                        return None
    return Failure.TIMEOUT
