"""``mtu.large``: do full-size packets get through, or only small ones?

Two known pages are asked for with a request of three kilobytes. If that stalls, the same
request in small pieces is the control.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time

from probes.framework import ProbeContext, probe
from probes.wire.gathering import collect
from probes.wire.sockets import endpoint as socket_endpoint
from probes.wire.sockets import new_socket
from probes.wire.threads import in_thread
from selfcare.model.payloads.addressing import LargePayload, LargeTry
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeCost, ProbeSpec
from selfcare.model.profile import HttpEndpoint

NAME_S = 0.7
DEADLINE_S = 1.5
# A healthy answer is there long before; then the control is not needed.
CONTROL_AFTER_S = 0.3
BYTES_UP = 3000
# Fits any line that carries IPv6's smallest packet.
SMALL_SEGMENT = 1200
_TARGETS = 2


@probe(
    ProbeSpec(
        id="mtu.large",
        version=1,
        layer=Layer.PATH,
        requires=("link.interfaces",),
        answers=("large_packets_pass", "small_segments_pass"),
        cost=ProbeCost(bytes_up=14_000, bytes_down=6000),
        time_limit_ms=3500,
    )
)
async def measure(ctx: ProbeContext) -> LargePayload:
    """Two pages; at most 0.7 s for their names, and 1.5 s for both requests."""
    if not ctx.profile.endpoints:
        raise CannotRun(NotRunReason.NOT_CONFIGURED)
    questions = [_try(endpoint) for endpoint in ctx.profile.endpoints[:_TARGETS]]
    tries = await collect(questions, deadline=NAME_S + DEADLINE_S + 0.1)
    return LargePayload(tuple(t for t in tries if t is not None))


async def _try(endpoint: HttpEndpoint) -> LargeTry | None:
    host, port, data = endpoint.host, endpoint.port, request(endpoint.host, endpoint.path)
    try:
        async with asyncio.timeout(NAME_S):
            found = await in_thread(socket.getaddrinfo, host, port, socket.AF_INET, socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return None
    address = str(found[0][4][0])
    tasks = [asyncio.ensure_future(exchange(address, port, data, DEADLINE_S))]
    try:
        done, _ = await asyncio.wait(tasks, timeout=CONTROL_AFTER_S)
        if done:
            return LargeTry(host, address, len(data), tasks[0].result())
        left = DEADLINE_S - CONTROL_AFTER_S
        tasks.append(asyncio.ensure_future(exchange(address, port, data, left, SMALL_SEGMENT)))
        passed, small = await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
    return LargeTry(host, address, len(data), passed, small)


def request(host: str, path: str) -> bytes:
    """A request that servers answer as usual, but that needs several full packets."""
    lines = ["GET " + path + " HTTP/1.1", "Host: " + host, "User-Agent: selfcare", "Connection: close"]
    head = "\r\n".join(lines)
    filler = "\r\nX-Padding: " + "0" * max(BYTES_UP - len(head) - 16, 0)
    return (head + filler + "\r\n\r\n").encode("ascii", "replace")


async def exchange(address: str, port: int, data: bytes, deadline: float, segment: int | None = None) -> bool:
    """Whether the server answered anything at all; ``segment`` caps both sides' segments, in bytes."""
    loop = asyncio.get_running_loop()
    end = time.monotonic() + deadline
    try:
        family, target = socket_endpoint(address, port)
        sock = new_socket(family, socket.SOCK_STREAM)
    except OSError:
        return False
    with contextlib.closing(sock):
        try:
            if segment is not None:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, segment)
            async with asyncio.timeout(max(end - time.monotonic(), 0.01)):
                await loop.sock_connect(sock, target)
                await loop.sock_sendall(sock, data)
                return bool(await loop.sock_recv(sock, 64))
        except OSError:
            # TimeoutError is one: a stall.
            return False
