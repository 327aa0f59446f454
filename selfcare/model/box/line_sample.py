"""The line's figures at one moment, small enough to be kept for months."""

from __future__ import annotations

from dataclasses import dataclass

from selfcare.model.units import Celsius, Db, Dbm, Kbps, Seconds


@dataclass(frozen=True, slots=True)
class LineSample:
    """``at``: UNIX time of this PC. Nothing in here names anybody; counters are those of the direction down."""

    at: float
    up_time: Seconds | None = None
    reboots: int | None = None
    session: str | None = None
    session_time: Seconds | None = None
    link: str | None = None
    showtime: Seconds | None = None
    retrains: int | None = None
    rate_down: Kbps | None = None
    rate_up: Kbps | None = None
    margin_down: Db | None = None
    margin_up: Db | None = None
    attenuation_down: Db | None = None
    crc_errors: int | None = None
    errored_secs: int | None = None
    severely_errored_secs: int | None = None
    rx_power: Dbm | None = None
    tx_power: Dbm | None = None
    onu_state: str | None = None
    temperature: Celsius | None = None
    traffic_down: Kbps | None = None
    traffic_up: Kbps | None = None
