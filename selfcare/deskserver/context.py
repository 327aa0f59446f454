"""What every part of a running desk is given."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from selfcare.deskserver.blobs import Blobs
from selfcare.deskserver.database import Database
from selfcare.deskserver.settings import DeskSettings


def now_ms() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


@dataclass(slots=True)
class Desk:
    """``secret``: 32 bytes of this desk, for what it seals (kept in its data folder, 0600).

    ``process``: told apart from the others that serve the same database.
    ``wakes``: by name, what waits to be told that there is something to do (``reading``, ``events``, ``mail``).
    """

    settings: DeskSettings
    database: Database
    blobs: Blobs
    secret: bytes
    now: Callable[[], int] = now_ms
    process: str = field(default_factory=lambda: secrets.token_hex(8))
    wakes: dict[str, Callable[[], None]] = field(default_factory=dict)

    def wake(self, name: str) -> None:
        """There is something to do; whoever does it looks into the database, so that nothing is lost in between."""
        if name in self.wakes:
            self.wakes[name]()
