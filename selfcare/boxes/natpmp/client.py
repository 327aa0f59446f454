"""Questions by UDP to the gateway alone, asked again as the RFCs say, but for seconds, not minutes."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.natpmp import packets
from selfcare.boxes.natpmp.packets import Reply
from selfcare.boxes.wire import Place

PORT = 5351
"""RFC 6886 §1, RFC 6887 §2: the box's side."""
FIRST_S = 0.25
"""Seconds before the first repetition; then twice as long each time (RFC 6886 §3.1)."""
DETECT_S, USE_S = 1.0, 3.0
"""Seconds in all. The RFC's own 64 s is for a program that has nothing else to do."""


class _Ear(asyncio.DatagramProtocol):
    """The socket is connected: what others than the gateway send does not get here."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[bytes | None] = asyncio.Queue(64)

    def datagram_received(self, data: bytes, addr: object) -> None:
        with contextlib.suppress(asyncio.QueueFull):
            self.heard.put_nowait(data)

    def error_received(self, exc: Exception) -> None:
        """Nobody listens there (ICMP port unreachable)."""
        with contextlib.suppress(asyncio.QueueFull):
            self.heard.put_nowait(None)


class Asker:
    """One question at a time (RFC 6886 §3.1). ``restarts``: how often the box lost its table, by its epoch."""

    def __init__(self, place: Place) -> None:
        self._address = place.authority(PORT)
        self._lock = asyncio.Lock()
        self._transport: asyncio.DatagramTransport | None = None
        self._ear = _Ear()
        self._epochs: dict[int, tuple[int, float]] = {}
        self._closed = False
        self.restarts = 0
        self.here = "0.0.0.0"

    async def close(self) -> None:
        """Lets go of the socket, for good."""
        self._closed = True
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    def move(self) -> None:
        """The next question leaves from another port: what is still on its way to this one is nobody's answer."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    async def open(self) -> None:
        """Sends nothing. ``here`` is this PC's address towards the box, afterwards."""
        if self._transport is not None and not self._transport.is_closing():
            return
        if self._closed:
            raise BoxError(BoxErrorCode.UNREACHABLE, kind="closed")
        self._ear = _Ear()
        try:
            self._transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
                lambda: self._ear, remote_addr=self._address, family=socket.AF_INET
            )
        except OSError as error:
            raise BoxError(BoxErrorCode.UNREACHABLE) from error
        self.here = str(self._transport.get_extra_info("sockname")[0])

    async def ask(self, question: bytes, wanted: Callable[[Reply], bool], limit_s: float) -> Reply:
        """The first answer that is wanted. ``TOO_SLOW`` for silence, ``UNREACHABLE`` where nobody listens."""
        async with self._lock:
            await self.open()
            while not self._ear.heard.empty():
                self._ear.heard.get_nowait()
            try:
                async with asyncio.timeout(limit_s):
                    return await self._exchange(question, wanted)
            except TimeoutError as error:
                raise BoxError(BoxErrorCode.TOO_SLOW, seconds=limit_s) from error

    async def _exchange(self, question: bytes, wanted: Callable[[Reply], bool]) -> Reply:
        wait = FIRST_S
        while True:
            assert self._transport is not None
            self._transport.sendto(question)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    return await self._hear(wanted)
            wait *= 2

    async def _hear(self, wanted: Callable[[Reply], bool]) -> Reply:
        while True:
            data = await self._ear.heard.get()
            if data is None:
                raise BoxError(BoxErrorCode.UNREACHABLE)
            reply = packets.parse(data)
            if reply is not None and wanted(reply):
                self._watch(reply)
                return reply

    def _watch(self, reply: Reply) -> None:
        if reply.epoch is None:
            return
        now = (reply.epoch, time.monotonic())
        before = self._epochs.get(reply.version)
        if before is not None and packets.began_anew(before, now, reply.version):
            self.restarts += 1
        self._epochs[reply.version] = now
