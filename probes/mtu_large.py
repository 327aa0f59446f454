"""``mtu.large``: do full-size packets get through, or only small ones?

A page that just came is asked for again with a request of three kilobytes. If that
stalls, the same request in small pieces is the control.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time

from probes.framework import ProbeContext, probe
from probes.wire.gathering import collect
from probes.wire.sockets import endpoint, new_socket
from selfcare.model.payloads.addressing import LargePayload, LargeTry
from selfcare.model.payloads.web import WebPayload, WebStatus
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeCost, ProbeSpec

DEADLINE_S = 1.4
# A healthy answer is there long before; then the control is not needed.
CONTROL_AFTER_S = 0.35
BYTES_UP = 3000
# Fits any line that carries IPv6's smallest packet.
SMALL_SEGMENT = 1200
_TARGETS = 2


@probe(
    ProbeSpec(
        id="mtu.large",
        version=1,
        layer=Layer.PATH,
        requires=("web.name",),
        answers=("large_packets_pass", "small_segments_pass"),
        cost=ProbeCost(bytes_up=14_000, bytes_down=6000),
        time_limit_ms=2500,
    )
)
async def measure(ctx: ProbeContext) -> LargePayload:
    """Two pages at most, 1.4 s at most."""
    web = ctx.need("web.name", WebPayload)
    good = [t for t in web.tries if t.status is WebStatus.EXPECTED and t.address]
    ports = {e.host: (e.port, e.path) for e in ctx.profile.endpoints}
    targets = [(t.host, t.address or "", *ports[t.host]) for t in good if t.host in ports][:_TARGETS]
    if not targets:
        raise CannotRun(NotRunReason.NOTHING_TO_COMPARE)
    tries = await collect([_try(*target) for target in targets], deadline=DEADLINE_S + 0.2)
    return LargePayload(tuple(tries))


async def _try(host: str, address: str, port: int, path: str) -> LargeTry:
    data = request(host, path)
    whole = asyncio.ensure_future(exchange(address, port, data, DEADLINE_S))
    done, _ = await asyncio.wait({whole}, timeout=CONTROL_AFTER_S)
    if done:
        return LargeTry(host, address, len(data), whole.result())
    capped = asyncio.ensure_future(exchange(address, port, data, DEADLINE_S - CONTROL_AFTER_S, SMALL_SEGMENT))
    try:
        passed, small = await asyncio.gather(whole, capped)
    finally:
        for task in (whole, capped):
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
        family, target = endpoint(address, port)
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
