"""What the use cases need from outside: probes to run. The wiring provides them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from selfcare.model.probe import ProbeSpec

MeasureWith = Callable[[Mapping[str, Any]], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class RunnableProbe:
    """A probe ready to run: given the payloads so far, it returns its own payload or raises ``CannotRun``."""

    spec: ProbeSpec
    measure: MeasureWith


class Memory(Protocol):
    """The history of what was tried. Never raises: a full disk must not stop a repair."""

    def note(self, kind: str, subject: str, data: Mapping[str, Any]) -> None:
        """Adds one line."""

    def recall(self, entry: str) -> Mapping[str, Any] | None:
        """What was noted as the effect of the step that made this change; None if nothing is known."""

    def half_kept(self) -> list[tuple[str, ...]]:
        """The changes of steps that were being kept when the program ended: nothing was noted after."""

    @property
    def works(self) -> bool:
        """Whether everything so far could be written."""

    def close(self) -> None:
        """Lets go of the file."""
