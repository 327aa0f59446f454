"""Running several questions at once and stopping when enough is known."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")

_NEVER = float("inf")

# Questions end by themselves at their deadline; this long after it they are cut off, and their
# result is lost. Long enough that a PC with much to do does not lose what it measured.
FENCE_S = 1.0


async def collect(
    questions: Iterable[Coroutine[Any, Any, T]],
    *,
    deadline: float,
    settled: Callable[[list[T]], bool] = lambda _: False,
    grace: float = 0.0,
) -> list[T]:
    """Results in the order they came, until all are there, or enough is, or time is up.

    Args:
        questions: coroutines that start at once and return values for failures.
        deadline: seconds from now; what is unfinished then is cancelled and left out.
        settled: asked after each result; once it is true the stragglers get ``grace`` seconds.
        grace: seconds.
    """
    results: list[T] = []
    end = time.monotonic() + deadline
    settled_at = _NEVER
    pending = {asyncio.ensure_future(question) for question in questions}
    try:
        while pending:
            left = min(end, settled_at + grace) - time.monotonic()
            if left <= 0:
                break
            done, pending = await asyncio.wait(pending, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            results.extend(task.result() for task in done)
            if done and settled_at == _NEVER and settled(results):
                settled_at = time.monotonic()
    finally:
        await _cancel(pending)
    return results


async def _cancel(tasks: Iterable[asyncio.Future[T]]) -> None:
    """Cancels and waits, so that every socket is closed before the probe returns."""
    waiting = list(tasks)
    for task in waiting:
        task.cancel()
    if waiting:
        await asyncio.gather(*waiting, return_exceptions=True)
