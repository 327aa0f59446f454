"""TCP connection attempts to literal addresses."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import sys
import time
from dataclasses import dataclass

from probes.wire.sockets import Failure, endpoint, meaning, new_socket
from selfcare.model.payloads.gateway import TcpAnswer


@dataclass(frozen=True, slots=True)
class Connection:
    """How a connection attempt ended. ``sock`` is the open socket, the caller's to close."""

    answer: TcpAnswer
    rtt_ms: float | None = None
    sock: socket.socket | None = None
    failure: Failure | None = None


_ANSWERS = {
    Failure.REFUSED: TcpAnswer.REFUSED,
    # A reset instead of an answer to SYN is also somebody's word.
    Failure.RESET: TcpAnswer.REFUSED,
    Failure.UNREACHABLE: TcpAnswer.UNREACHABLE,
    Failure.TIMEOUT: TcpAnswer.SILENT,
}


async def open_tcp(address: str, port: int, deadline: float, device: str | None = None) -> Connection:
    """Connects within ``deadline`` seconds; never raises for what a network can do."""
    started = time.perf_counter()
    sock: socket.socket | None = None
    try:
        family, target = endpoint(address, port)
        sock = new_socket(family, socket.SOCK_STREAM, device=device)
        async with asyncio.timeout(deadline):
            await asyncio.get_running_loop().sock_connect(sock, target)
    except OSError as error:  # TimeoutError is one
        if sock is not None:
            sock.close()
        failure = meaning(error)
        answer = _ANSWERS.get(failure, TcpAnswer.ERROR)
        rtt = _ms_since(started) if answer is TcpAnswer.REFUSED else None
        return Connection(answer, rtt, failure=failure)
    except BaseException:
        if sock is not None:
            sock.close()
        raise
    return Connection(TcpAnswer.OPEN, _ms_since(started), sock)


async def try_tcp(address: str, port: int, deadline: float, device: str | None = None) -> Connection:
    """Like :func:`open_tcp`, but closes the connection at once."""
    connection = await open_tcp(address, port, deadline, device)
    if connection.sock is not None:
        connection.sock.close()
    return Connection(connection.answer, connection.rtt_ms, None, connection.failure)


def _ms_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


def close_by_reset(sock: socket.socket) -> None:
    """Closing it will be a reset instead of the long goodbye."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("HH" if sys.platform == "win32" else "ii", 1, 0))


def let_go(sock: socket.socket) -> None:
    """Ends a connection that an asyncio transport took over; the transport closes it when it sees the end.

    Closing the descriptor under a transport that still watches it gives its number to the next
    socket, which then belongs to nobody: seen as crashes of other probes.
    """
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
