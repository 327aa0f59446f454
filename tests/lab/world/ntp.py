"""Time servers (SNTP) whose clock can be put wrong, as seen from the PC."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from typing import cast

from tests.lab.world import clock

_UNIX = 2_208_988_800
_FORM = struct.Struct("!BBbb II4s QQQQ")


def _stamp(seconds: float) -> int:
    return int((seconds + _UNIX) * (1 << 32)) & ((1 << 64) - 1)


class Udp(asyncio.DatagramProtocol):
    def __init__(self, shift_s: Callable[[], float]) -> None:
        self.shift_s = shift_s
        self.transport: asyncio.DatagramTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if len(data) < _FORM.size:
            return
        now = _stamp(clock.now() + self.shift_s())
        transmit = _FORM.unpack_from(data)[-1]
        self.transport.sendto(_FORM.pack(0x24, 2, 6, -20, 100, 100, b"GPS\0", now, transmit, now, now), addr)
