"""Mistakes that could be made in the outbox, put in place in this very process: the sweep has to find each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from selfcare.outbox import machine, send, store, waits
from selfcare.outbox.course import Course, Do, Stage, Step


def no_search() -> None:
    """What is unknown is sent again at once."""
    right = machine.next_step

    def wrong(course: Course, *words: Any, **more: Any) -> Step:
        step = right(course, *words, **more)
        unknown = step.do is Do.LOOK and course.failures and course.stage in (Stage.CREATE, Stage.NOTE)
        return Step(Do.SEND) if unknown else step

    machine.next_step = wrong


def no_settling() -> None:
    """A search that finds nothing is believed while the server may still be writing."""
    right = machine.not_there

    def wrong(course: Course, *words: Any, **more: Any) -> tuple[Course, bool]:
        return right(course if course.stage is Stage.OVER else replace(course, maybe=None), *words, **more)

    machine.not_there = wrong


def noted_after() -> None:
    """An attempt is noted once it has ended: a kill on the way leaves no trace of it."""
    right = store.Outbox.save

    def wrong(self: store.Outbox, entry: Any, course: Course, what: str, outcome: str = "") -> bool:
        if outcome == "begun":
            entry = self.entry(entry.id)
            return entry is not None
        newer = self.entry(entry.id)
        return newer is not None and right(self, newer, course, what, outcome)

    store.Outbox.save = wrong  # type: ignore[method-assign]


def no_second_search() -> None:
    """Nobody looks whether the network delivered twice."""

    async def wrong(*_words: Any) -> bool:
        return False

    send.merged = wrong


def no_late_look() -> None:
    """What arrives after the end is never seen."""
    right = machine.ended
    machine.ended = lambda *words: replace(right(*words), wait=0.0)  # type: ignore[assignment]


def wall_clock() -> None:
    """The time to settle is believed to be over as soon as a clock says so: here, whatever its start."""
    machine.left_s = waits.left_s = lambda since, wait, now: max(0.0, wait - abs(now - since))


def yes_is_enough() -> None:
    """Whoever says 200 is believed to have kept it."""
    right = machine.sent

    def wrong(course: Course, receipt: Any, goods: Any, *words: Any) -> Course:
        return right(course, receipt, replace(goods, find=False), *words)

    machine.sent = wrong


def refusal_is_believed() -> None:
    """A 400 from in between ends a ticket that is there."""
    right = machine.failed

    def wrong(course: Course, error: Any, limits: Any, now: float, *words: Any, **more: Any) -> Course:
        after = right(course, error, limits, now, *words, **more)
        return machine.given_up(after, limits, now) if after.refused else after

    machine.failed = wrong


BROKEN: dict[str, Callable[[], None]] = {
    one.__name__: one
    for one in (no_search, no_settling, noted_after, no_second_search, no_late_look, wall_clock, yes_is_enough,
                refusal_is_believed)
}  # fmt: skip
