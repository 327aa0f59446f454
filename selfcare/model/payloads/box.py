"""``box.status``: what the box itself says of the line and of this PC, for the diagnosis."""

from __future__ import annotations

from dataclasses import dataclass

from selfcare.model.box import Absent, BoxStatus, PortMapping
from selfcare.model.units import Kbps, Seconds


@dataclass(frozen=True, slots=True)
class LineChange:
    """Two readings of the same box compared: this one and the one ``seconds`` before (minutes to hours).

    Counters that went back (a new sync, a restart) give None, not a negative number.
    """

    seconds: Seconds
    restarted: bool | None = None
    resynced: bool | None = None
    crc_errors: int | None = None
    errored_secs: int | None = None
    severely_errored_secs: int | None = None


@dataclass(frozen=True, slots=True)
class BoxPayload:
    """``status`` without anything that identifies somebody (serial number, hardware addresses, uid).

    ``status`` is None where no known box answers at the gateway, or it let nobody in (``failure``: its error code).
    ``pairing`` is what the subscriber would have to do (a ``PairingKind`` value), None where nothing is left to do.
    ``blocked_here``: the box says that it keeps this PC from the Internet. ``restarts_day`` and ``disconnections_day``
    count the last 24 hours by the box's own log, or by what this program saw. ``forwards`` lead to this PC.
    ``traffic_elsewhere`` is what other devices move through the line now, own traffic taken off.
    ``age``: of a reading given a second time, as the box may not be asked so soon again; None of one just made.
    """

    family: str | None
    status: BoxStatus | None
    pairing: str | None = None
    failure: str | None = None
    blocked_here: bool | None = None
    change: LineChange | None = None
    restarts_day: int | None = None
    disconnections_day: int | None = None
    forwards: tuple[PortMapping, ...] | Absent | None = None
    traffic_elsewhere: Kbps | None = None
    age: Seconds | None = None
