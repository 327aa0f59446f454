"""Blocking calls in daemon threads of our own.

The default executor is joined when the loop closes: one ``getaddrinfo`` that hangs for
thirty seconds would keep the program alive as long. These threads are never joined.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

T = TypeVar("T")
A = ParamSpec("A")


async def in_thread(call: Callable[A, T], *args: A.args, **kwargs: A.kwargs) -> T:
    """Runs a blocking call; returns its value or raises its exception. Cancelling drops the result."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def deliver(value: T | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(value)  # type: ignore[arg-type]

    def work() -> None:
        value: T | None = None
        error: BaseException | None = None
        try:
            value = call(*args, **kwargs)
        except Exception as caught:
            error = caught
        # The loop may be closed by now: nobody waits any more.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(deliver, value, error)

    threading.Thread(target=work, daemon=True, name=f"probe-{getattr(call, '__name__', 'call')}").start()
    return await future
