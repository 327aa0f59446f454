"""What a front end asks of a check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from selfcare.model.symptom import Symptom

if TYPE_CHECKING:  # the window's first paint waits for every import before it
    from selfcare.model.profile import Profile


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """``only`` limits the run to these probes and what they need; ``timeout_s`` bounds the whole run.

    ``timeout_s`` None means 20 s, or 60 s with ``deep`` (contract). ``profile`` None means
    the one in use.
    """

    deep: bool = False
    only: tuple[str, ...] = ()
    timeout_s: float | None = None
    symptom: Symptom | None = None
    profile: Profile | None = None

    @property
    def limit_s(self) -> float:
        """The time limit that applies, in seconds."""
        if self.timeout_s is not None:
            return self.timeout_s
        return 60.0 if self.deep else 20.0


@dataclass(frozen=True, slots=True)
class RepairOptions:
    """``dry_run``: propose, change nothing. ``profile`` as for a check."""

    dry_run: bool = False
    profile: Profile | None = None
