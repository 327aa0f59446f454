"""What crosses from the engine thread to the window: frozen data, delivered in batches and in order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from selfcare.model.events import CheckFinished, Event, VerdictChanged


class End(StrEnum):
    """How a job ended. ``FAILED`` means an exception nobody expected: our fault, told as such."""

    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Ready:
    """The engine has imported what it needs; ``error`` names the exception type if that failed."""

    error: str | None = None


@dataclass(frozen=True, slots=True)
class Emitted:
    """One event of the stream, and the job that emitted it."""

    job: int
    event: Event


@dataclass(frozen=True, slots=True)
class JobEnded:
    """The last message of a job. ``error`` is an exception type, never its text."""

    job: int
    end: End
    result: object = None
    error: str | None = None


Message = Ready | Emitted | JobEnded


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages since the last delivery, oldest first."""

    messages: tuple[Message, ...]


def is_urgent(message: Message) -> bool:
    """Whether somebody is waiting for it: answers and ends go at once, progress may wait its turn."""
    if isinstance(message, Emitted):
        return isinstance(message.event, VerdictChanged | CheckFinished)
    return True
