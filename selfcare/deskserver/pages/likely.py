"""Probable outages for the page that opens most: looked for again when something changed, and not all the time.

Among thousands of fresh tickets it takes a tenth of a second; then what was found is believed for some seconds.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from typing import Any

from sqlalchemy import Connection, func, select

from selfcare.deskserver.context import Desk
from selfcare.deskserver.core import clusters
from selfcare.deskserver.model import DeskRefusal
from selfcare.deskserver.schema import tickets

SLOW_S = 0.05
"""A look that takes longer is not taken for each page."""
SHARE = 20
"""It is believed so many times as long as it took: a twentieth of a core at the most."""
AHEAD_S = 10.0
"""Seconds between two looks beside the pages, which find them done: nobody at the desk waits for it."""
WAIT_S = 0.1
"""Seconds a page waits for a look that is under way; then it shows what the last one found."""
BELIEVED_S = 3 * AHEAD_S
"""Seconds for which a page believes such a look."""
LASTING_S = 60.0
"""So long where nothing changed: what is old drops out by itself."""
_LOG = logging.getLogger("selfcare.deskserver")
_NEWEST = select(func.max(tickets.c.id), func.max(tickets.c.updated_at))


class Likely:
    """Of one process. Several threads may ask: one looks, the others have its answer."""

    def __init__(self) -> None:
        self._one = threading.Lock()
        self._at, self._took, self._seen = -LASTING_S, 0.0, (0, 0)
        self._found: list[clusters.Cluster] = []

    def of(self, c: Connection, now: int, *, ahead: bool = False) -> list[clusters.Cluster]:
        """The largest first. ``now``: ms; ``ahead``: no page waits for it."""
        if not self._one.acquire(timeout=-1 if ahead else WAIT_S):
            return self._found  # somebody looks already, and it takes long
        try:
            return self._looked(c, now, ahead)
        finally:
            self._one.release()

    def _looked(self, c: Connection, now: int, ahead: bool) -> list[clusters.Cluster]:
        began = time.monotonic()
        age = began - self._at
        believed = self._took * SHARE if ahead else max(self._took * SHARE, BELIEVED_S)
        if self._took > SLOW_S and age < believed:
            return self._found
        newest = tuple(c.execute(_NEWEST).one())
        if newest == self._seen and age < LASTING_S:
            return self._found
        self._found, self._seen = clusters.clusters(c, now), newest
        self._at = time.monotonic()
        self._took = self._at - began
        return self._found


async def looking(desk: Desk, likely: Likely) -> None:
    """Looks before somebody asks, from the start on."""
    while True:
        try:
            await desk.database.read(lambda c: likely.of(c, desk.now(), ahead=True))
        except DeskRefusal as refusal:  # the database is away: later
            _LOG.warning("outages: %s", refusal.code)
        await asyncio.sleep(AHEAD_S)


def likely_of(state: Any) -> Likely:
    """An application's own."""
    if not isinstance(getattr(state, "likely", None), Likely):
        state.likely = Likely()
    found: Likely = state.likely
    return found
