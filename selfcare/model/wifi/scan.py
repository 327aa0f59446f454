"""How a search for networks ended, and what it found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from selfcare.model.wifi.reading import Bss


class ScanOutcome(StrEnum):
    """How a search for networks ended. ``DENIED``: the system wants leave first; ``BUSY``: another search goes on."""

    DONE = "done"
    DENIED = "denied"
    BUSY = "busy"
    NO_ADAPTER = "no_adapter"
    RADIO_OFF = "radio_off"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Scan:
    """What a search found; ``found`` may be what was known before, with its age, where it did not end as ``DONE``."""

    outcome: ScanOutcome
    found: tuple[Bss, ...] = ()
