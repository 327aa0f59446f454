"""One DNS question to one server: UDP with resends, TCP when the answer is truncated."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from dataclasses import dataclass

from probes.wire.datagram import connected
from probes.wire.dnsmessage import Question, Reply, build, read
from probes.wire.sockets import Failure, endpoint, meaning, new_socket
from probes.wire.tcp import open_tcp
from selfcare.model.payloads.dns import DnsAnswer, DnsStatus

# One loss must not look like silence: two more tries inside the deadline.
RESEND_AT_S = (0.4, 0.9)
DEADLINE_S = 1.3
DNS_PORT = 53
_MAX_TCP = 65_535

_FAILURES = {
    Failure.REFUSED: DnsStatus.REFUSED_PORT,
    Failure.RESET: DnsStatus.REFUSED_PORT,
    Failure.UNREACHABLE: DnsStatus.UNREACHABLE,
    Failure.DENIED: DnsStatus.DENIED,
    Failure.TIMEOUT: DnsStatus.TIMEOUT,
}


@dataclass(frozen=True, slots=True)
class Server:
    """Where to ask. ``device`` binds the question to an interface."""

    address: str
    port: int = DNS_PORT
    device: str | None = None


class _Exchange(asyncio.DatagramProtocol):
    """Hands the first datagram that answers our question to ``done``."""

    def __init__(self, number: int, question: Question) -> None:
        self.done: asyncio.Future[Reply | OSError] = asyncio.get_running_loop().create_future()
        self.garbage = False
        self._number = number
        self._question = question

    def datagram_received(self, data: bytes, addr: object) -> None:
        reply = read(data, self._number, self._question)
        if not reply.ours:
            self.garbage = True
        elif not self.done.done():
            self.done.set_result(reply)

    def error_received(self, exc: Exception) -> None:
        if isinstance(exc, OSError) and not self.done.done():
            self.done.set_result(exc)


async def ask(server: Server, question: Question, deadline: float = DEADLINE_S) -> DnsAnswer:
    """Asks within ``deadline`` seconds. Every failure is a status of the answer."""
    started = time.perf_counter()
    number, wire = build(question)
    tries = 0
    transport: asyncio.DatagramTransport | None = None
    try:
        transport, exchange = await _open(server, number, question)
        reply: Reply | OSError | None = None
        for wait_until in (*(t for t in RESEND_AT_S if t < deadline), deadline):
            transport.sendto(wire)
            tries += 1
            reply = await _within(exchange.done, started + wait_until)
            if reply is not None:
                break
    except OSError as error:
        reply = error
    finally:
        if transport is not None:
            transport.abort()
    if isinstance(reply, OSError):
        return _answer(server, question, Reply(_FAILURES.get(meaning(reply), DnsStatus.ERROR)), started, max(tries, 1))
    if reply is None:
        # Something spoke, but never to the point.
        status = DnsStatus.MALFORMED if exchange.garbage else DnsStatus.TIMEOUT
        return _answer(server, question, Reply(status), started, tries)
    if reply.truncated:
        reply = await _ask_tcp(server, number, wire, question, started + deadline - time.perf_counter())
        return _answer(server, question, reply, started, tries, "tcp")
    return _answer(server, question, reply, started, tries)


async def _open(server: Server, number: int, question: Question) -> tuple[asyncio.DatagramTransport, _Exchange]:
    """A connected socket: the kernel drops what comes from another address or port."""
    family, target = endpoint(server.address, server.port)
    sock = new_socket(family, socket.SOCK_DGRAM, device=server.device)
    try:
        sock.connect(target)
        exchange = _Exchange(number, question)
        return await connected(sock, exchange), exchange
    except BaseException:
        sock.close()
        raise


async def _within(future: asyncio.Future[Reply | OSError], end: float) -> Reply | OSError | None:
    done, _ = await asyncio.wait([future], timeout=max(0.0, end - time.perf_counter()))
    return future.result() if done else None


async def _ask_tcp(server: Server, number: int, wire: bytes, question: Question, left_s: float) -> Reply:
    started = time.perf_counter()
    connection = await open_tcp(server.address, server.port, max(left_s, 0.05), server.device)
    if connection.sock is None:
        return Reply(_FAILURES.get(connection.failure or Failure.OTHER, DnsStatus.ERROR))
    with contextlib.closing(connection.sock) as sock:
        try:
            async with asyncio.timeout(max(left_s - (time.perf_counter() - started), 0.05)):
                await asyncio.get_running_loop().sock_sendall(sock, len(wire).to_bytes(2, "big") + wire)
                reply = read(await _read_framed(sock), number, question)
        except TimeoutError:
            return Reply(DnsStatus.TIMEOUT)
        except OSError:
            return Reply(DnsStatus.ERROR)
    return Reply(DnsStatus.MALFORMED) if reply.truncated else reply


async def _read_framed(sock: socket.socket) -> bytes:
    """One length-prefixed message, or what there was of it when the peer closed."""
    loop = asyncio.get_running_loop()
    data = b""
    while len(data) < 2 or len(data) < 2 + int.from_bytes(data[:2], "big"):
        chunk = await loop.sock_recv(sock, _MAX_TCP + 2 - len(data))
        if not chunk:
            break
        data += chunk
    return data[2 : 2 + int.from_bytes(data[:2], "big")]


_SPOKEN = {DnsStatus.NOERROR, DnsStatus.NXDOMAIN, DnsStatus.SERVFAIL, DnsStatus.REFUSED, DnsStatus.OTHER_RCODE}


def _answer(
    server: Server, question: Question, reply: Reply, started: float, tries: int, transport: str = "udp"
) -> DnsAnswer:
    rtt = (time.perf_counter() - started) * 1000
    return DnsAnswer(
        server=server.address,
        name=question.name,
        kind=question.kind,
        rrtype=question.rrtype,
        status=reply.status,
        addresses=reply.addresses,
        rtt_ms=rtt if reply.status in _SPOKEN else None,
        transport=transport,
        tries=tries,
    )
