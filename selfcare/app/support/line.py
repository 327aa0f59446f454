"""Whether there is a line, at the price of one connection: asked while something waits to be sent."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable

from selfcare.model.profile import Anchor

WAIT_S = 2.0
"""Seconds: a line that takes longer to answer than that does not carry a report either."""
_MOST = 3


async def any_answers(anchors: Iterable[Anchor], wait_s: float = WAIT_S) -> bool:
    """The first one of the profile's that takes a connection decides; nothing is said over it."""

    async def answers(one: Anchor) -> bool:
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(wait_s):
                _, writer = await asyncio.open_connection(one.address, one.port)
            writer.close()
            return True
        return False

    tries = [asyncio.ensure_future(answers(one)) for one in list(anchors)[:_MOST]]
    try:
        for done in asyncio.as_completed(tries):
            if await done:
                return True
        return False
    finally:
        for one in tries:
            one.cancel()
