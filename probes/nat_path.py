"""``nat.path``: which address does the gateway itself have on its far side?

One question of twelve bytes at most to the gateway and nobody else (NAT-PMP, RFC 6886);
most boxes with UPnP answer it.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import time

from probes.framework import ProbeContext, probe
from probes.hostnet.gateways import box_config
from probes.wire.sockets import endpoint, new_socket
from selfcare.model.payloads.address import AddressPayload
from selfcare.model.payloads.addressing import NatPayload
from selfcare.model.payloads.link import LinkPayload
from selfcare.model.payloads.routes import RoutePayload
from selfcare.model.probe import CannotRun, Layer, NotRunReason, ProbeCost, ProbeSpec

PORT = 5351
DEADLINE_S = 0.5
# RFC 6886 §3.1 repeats after a quarter of a second.
_SEND_AT_S = (0.0, 0.25)
_ASK_EXTERNAL = b"\0\0"
_ANSWER_EXTERNAL = 128


@probe(
    ProbeSpec(
        id="nat.path",
        version=1,
        layer=Layer.PATH,
        requires=("link.interfaces", "addr.lease", "route.table"),
        answers=("address_shared", "second_nat"),
        cost=ProbeCost(bytes_up=100, bytes_down=100),
    )
)
async def measure(ctx: ProbeContext) -> NatPayload:
    """At most 0.5 s, if the gateway does not know the protocol and does not say so."""
    addressing = ctx.need("addr.lease", AddressPayload)
    link = ctx.get("link.interfaces", LinkPayload)
    config = box_config(addressing, ctx.get("route.table", RoutePayload), link)
    if config is None or config.gateway4 is None:
        raise CannotRun(NotRunReason.NO_GATEWAY)
    external, result = await ask_external(config.gateway4, PORT)
    networks = [ipaddress.IPv4Network(n) for n in ctx.profile.networks]
    own = external is not None and any(ipaddress.IPv4Address(external) in n for n in networks)
    return NatPayload(config.gateway4, external, result, own or None)


async def ask_external(gateway: str, port: int) -> tuple[str | None, int | None]:
    """External address and result code. Never raises for what a network can do."""
    started = time.monotonic()
    try:
        family, target = endpoint(gateway, port)
        sock = new_socket(family, socket.SOCK_DGRAM)
    except OSError:
        return None, None
    with contextlib.closing(sock):
        try:
            sock.connect(target)
            for number, _ in enumerate(_SEND_AT_S):
                later = (*_SEND_AT_S[1:], DEADLINE_S)[number]
                sock.send(_ASK_EXTERNAL)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(max(started + later - time.monotonic(), 0.01)):
                        return await _answer(sock)
        except OSError:
            # "Port unreachable": the gateway does not speak this.
            return None, None
    return None, None


async def _answer(sock: socket.socket) -> tuple[str | None, int | None]:
    loop = asyncio.get_running_loop()
    while True:
        parsed = parse(await loop.sock_recv(sock, 64))
        if parsed is not None:
            return parsed


def parse(data: bytes) -> tuple[str | None, int] | None:
    """An answer to our question: the address if there is one, and the result code."""
    if len(data) < 4 or data[0] != 0 or data[1] != _ANSWER_EXTERNAL:
        return None
    result = int.from_bytes(data[2:4], "big")
    if result or len(data) < 12:
        return None, result
    address = ipaddress.IPv4Address(data[8:12])
    return (None if address.is_unspecified else str(address)), result
