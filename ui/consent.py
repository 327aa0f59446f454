"""Consent across threads: the engine waits for an answer that is given on the main thread."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    import asyncio


class ConsentGate(QObject):
    """One question at a time. ``asked`` arrives on the main thread; ``answer`` may be called there at any time."""

    asked = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._waiting: tuple[asyncio.AbstractEventLoop, asyncio.Future[bool]] | None = None

    async def ask(self, proposal: object) -> bool:
        """Called in the engine thread; cancelling the run takes the question back."""
        import asyncio

        loop = asyncio.get_running_loop()
        future: asyncio.Future[bool] = loop.create_future()
        with self._lock:
            self._waiting = loop, future
        self.asked.emit(proposal)
        try:
            return await future
        finally:
            with self._lock:
                self._waiting = None

    def answer(self, agreed: bool) -> None:
        """The person's word; without a question it means nothing."""
        with self._lock:
            waiting, self._waiting = self._waiting, None
        if waiting is None:
            return
        loop, future = waiting
        loop.call_soon_threadsafe(lambda: None if future.done() else future.set_result(agreed))
