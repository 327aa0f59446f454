"""At the start of the window: was anything left by an earlier run, on this PC or on the box?"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from selfcare.app.services import Emit, Services
from ui.context import Context
from ui.messages import Batch, JobEnded


async def _look(services: Services, _emit: Emit) -> bool:
    """In the engine: where nothing was ever changed, this is all that happens, and nothing is imported for it."""
    found = services.changed_before()
    if found:
        services.repairs()  # its imports, so that the window need not wait for them
    return found


async def _look_for_box(services: Services, _emit: Emit) -> bool:
    """In the engine: the box itself is asked when its page is opened, not before."""
    import asyncio

    return await asyncio.to_thread(services.box_left)


async def _look_for_answers(services: Services, _emit: Emit) -> bool:
    """In the engine: whether anything was ever sent to an operator; only then is anybody asked for an answer."""
    import asyncio

    return await asyncio.to_thread(services.support_waiting)


class Care(QObject):
    """Asks once. ``show_notice`` is called whenever there is something new to say."""

    def __init__(self, context: Context, show_notice: Callable[[], None]) -> None:
        super().__init__(context.bridge)
        self._context, self._show_notice = context, show_notice
        services = context.services
        self._job = context.bridge.submit("care", lambda emit: _look(services, emit)).number
        self._box_job = context.bridge.submit("box care", lambda emit: _look_for_box(services, emit)).number
        self._support_job = context.bridge.submit("support care", lambda emit: _look_for_answers(services, emit)).number
        context.bridge.arrived.connect(self._on_batch)

    @Slot(object)
    def _on_batch(self, batch: Batch) -> None:
        for message in batch.messages:
            if not isinstance(message, JobEnded) or message.result is not True:
                continue
            if message.job == self._box_job:
                self._context.box_left = True
                self._show_notice()
            elif message.job == self._support_job:
                self._context.hold_support().watch_outbox()
            elif message.job == self._job:
                standing = self._context.look_after()
                standing.changed.connect(self._show_notice)
                standing.refresh(recover=True)
