"""A simulated box in a thread of its own, for commands that run their own event loop."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator

from selfcare.boxes.wire import Place
from tests.boxes.base import Simulator, serving


@contextlib.contextmanager
def in_thread(box: Simulator) -> Iterator[Place]:
    """Serves until the block ends."""
    loop, ready, ended = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    places: list[Place] = []

    async def serve() -> None:
        async with serving(box) as place:
            places.append(place)
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(60.0)
    try:
        yield places[0]
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(10.0)
        loop.close()
