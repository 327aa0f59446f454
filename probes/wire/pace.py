"""Questions at a steady pace: how many, how long, and what became of each."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

PACE_S = 0.015
PATIENCE_S = 0.25


@dataclass(frozen=True, slots=True)
class Plan:
    """How many questions, ``pace_s`` apart, and until when (seconds from now) answers are waited for.

    Nothing at all heard after ``give_up_s`` seconds ends it: somebody who does not speak this is no loss.
    ``expect_s`` is how long answers are known to take: they are waited for accordingly.
    """

    count: int
    limit_s: float
    pace_s: float = PACE_S
    give_up_s: float = 0.5
    expect_s: float = 0.0

    @property
    def hopeless_s(self) -> float:
        """Seconds after which silence ends the series."""
        return min(self.limit_s, max(self.give_up_s, 2 * self.expect_s))


@dataclass(frozen=True, slots=True)
class Heard:
    """Round trips in ms in the order of sending, None for no answer; empty if nothing could be sent."""

    rtts_ms: tuple[float | None, ...]
    kernel_time: bool = False
    denied: bool = False


NOTHING = Heard(())


class Ledger:
    """What was asked when, and how long each answer took."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._begun = time.perf_counter()
        self._sent: dict[int, float] = {}
        self._rtts: dict[int, float] = {}

    async def keep_pace(self, ask: Callable[[int], bool]) -> None:
        """Asks one question after the other, until one cannot be asked or nobody listens; then awaits the answers."""
        self._begun = time.perf_counter()
        for number in range(self._plan.count):
            await asyncio.sleep(self._begun + number * self._plan.pace_s - time.perf_counter())
            if self._hopeless() or not ask(number):
                break
        # Being lost is a matter of age, which no event tells.
        while not self._hopeless() and not self._complete():  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    def asked(self, number: int) -> None:
        """That question leaves now."""
        self._sent[number] = time.perf_counter()

    def not_asked(self, number: int) -> bool:
        """That question did not leave after all: it is no loss. Whether it is worth going on."""
        del self._sent[number]
        return bool(self._sent) and number < 3

    def awaits(self, number: int) -> bool:
        """Whether that question was asked and is not answered yet."""
        return number in self._sent and number not in self._rtts

    def elapsed_ms(self, number: int) -> float:
        """How long ago that question was asked."""
        return (time.perf_counter() - self._sent[number]) * 1000

    def answered(self, number: int, rtt_ms: float) -> None:
        """Notes an answer that was awaited."""
        self._rtts[number] = rtt_ms

    @property
    def left_s(self) -> float:
        """Seconds until nothing is waited for any more."""
        return self._begun + self._plan.limit_s - time.perf_counter()

    def judge(self) -> tuple[float | None, ...]:
        """In the order of asking. A question that is too young to be called lost is left out."""
        oldest = time.perf_counter() - self._patience()
        return tuple(self._rtts.get(n) for n, at in self._sent.items() if n in self._rtts or at < oldest)

    def _hopeless(self) -> bool:
        elapsed = time.perf_counter() - self._begun
        return elapsed > (self._plan.limit_s if self._rtts else self._plan.hopeless_s)

    def _complete(self) -> bool:
        """All answered, or what is missing is old enough to be called lost."""
        oldest = time.perf_counter() - self._patience()
        return bool(self._rtts) and all(n in self._rtts or at < oldest for n, at in self._sent.items())

    def _patience(self) -> float:
        return patience_s(self._plan, self._rtts.values())


def patience_s(plan: Plan, rtts_ms: Iterable[float]) -> float:
    """How old an unanswered question is before it counts as lost, in seconds."""
    return max(PATIENCE_S, 2 * plan.expect_s, 2 * max(rtts_ms, default=0.0) / 1000)
