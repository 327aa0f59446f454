"""The result of one probe run: an outcome, never an exception."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from selfcare.model.probe import NotRunReason


class Outcome(StrEnum):
    """How a probe run ended."""

    COMPLETED = "completed"
    NOT_RUN = "not_run"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class Measurement:
    """One probe run.

    ``payload`` is the probe's own dataclass and present only when ``outcome`` is
    ``COMPLETED``; ``reason`` only when it is ``NOT_RUN``; ``error`` (an exception
    type, never user data) only when it is ``CRASHED``. ``started`` carries its offset.
    """

    id: str
    version: int
    outcome: Outcome
    started: datetime
    duration_ms: float
    interface: str | None = None
    payload: Any = None
    reason: NotRunReason | None = None
    error: str | None = None

    @property
    def completed(self) -> bool:
        """Whether there is a payload to judge."""
        return self.outcome is Outcome.COMPLETED
