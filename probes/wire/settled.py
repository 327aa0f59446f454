"""Waiting for this PC's own link-local address: just after a change of the connection it is still being checked."""

from __future__ import annotations

import asyncio
import socket
import time

from selfcare.model.payloads.address import IpConfig

SETTLE_S = 2.1
"""RFC 4862: up to 1 s before the question whether an address is unique, and 1 s for an answer (RFC 4861)."""
_LOOK_S = 0.05


async def link_local_settled(config: IpConfig, index: int) -> bool:
    """Whether a link-local address is there to be answered at, at the latest after :data:`SETTLE_S`.

    At once where one is settled, and where there is none that could.
    """
    own = [a for a in config.v6() if a.address.lower().startswith("fe80") and not a.duplicate]
    if any(not a.tentative for a in own):
        return True
    end = time.monotonic() + SETTLE_S
    while own:
        if any(_usable(a.address, index) for a in own):
            return True
        if time.monotonic() > end:
            return False
        await asyncio.sleep(_LOOK_S)
    return False


def _usable(address: str, index: int) -> bool:
    """A socket cannot be bound to an address that is not settled."""
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as asking:
        try:
            asking.bind((address.partition("%")[0], 0, 0, index))
        except OSError:
            return False
    return True
