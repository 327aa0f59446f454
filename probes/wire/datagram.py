"""Connected UDP sockets for event loops whose own datagram transport cannot use them.

The Proactor loop of Windows sends through a connected socket that it was handed only with a
destination, which Windows then refuses; and it forgets the transport after the first error.
Reading by ``sock_recv`` and sending at once works on every loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from typing import Any

_MAX = 65_535


class PumpedTransport(asyncio.DatagramTransport):
    """As much of a datagram transport as a question and its answer need."""

    def __init__(self, sock: socket.socket, protocol: asyncio.DatagramProtocol) -> None:
        super().__init__()
        self._sock = sock
        self._protocol = protocol
        self._pump = asyncio.get_running_loop().create_task(self._read())

    def sendto(self, data: Any, addr: Any = None) -> None:
        """Sends to the peer of the socket; an error is the protocol's to hear."""
        try:
            self._sock.send(data)
        except BlockingIOError:
            # A full buffer loses the packet, as a network may: whoever asks, asks again.
            return
        except OSError as error:
            self._protocol.error_received(error)

    def abort(self) -> None:
        """Ends reading and closes the socket, which stays open until reading has ended."""
        if self._pump.cancelled() or self._pump.done():
            self._sock.close()
        self._pump.cancel()

    close = abort

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            # Each error may be followed by an answer; but not endlessly.
            for _ in range(64):
                try:
                    data = await loop.sock_recv(self._sock, _MAX)
                except OSError as error:
                    self._protocol.error_received(error)
                    if self._sock.fileno() < 0:
                        return
                else:
                    self._protocol.datagram_received(data, None)  # type: ignore[arg-type]
        finally:
            with contextlib.suppress(OSError):
                self._sock.close()


async def connected(sock: socket.socket, protocol: asyncio.DatagramProtocol) -> asyncio.DatagramTransport:
    """A transport over a connected UDP socket, which it closes."""
    if sys.platform == "win32":
        return PumpedTransport(sock, protocol)
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: protocol, sock=sock)
    return transport
