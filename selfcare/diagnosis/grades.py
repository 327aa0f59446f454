"""A figure of the line as a word, by the limits the diagnosis decides by. One measure for check, window and report.

Words: ``good``, ``fair`` (between the limits), ``poor``, ``bad`` (a fault by this figure). None: it cannot be graded.
"""

from __future__ import annotations

from selfcare.diagnosis import thresholds

GOOD, FAIR, POOR, BAD = "good", "fair", "poor", "bad"
_SEEN = (-45.0, 5.0)
"""dBm that a receiver of a home can show."""


def plausible_power(power: float | None) -> float | None:
    """Exactly nought is a figure that is not there; beyond what a receiver can show, neither."""
    return power if power is not None and power != 0.0 and _SEEN[0] < power < _SEEN[1] else None


def light(
    power: float | None, rx_low: float | None = None, rx_high: float | None = None, pon: str | None = None
) -> str | None:
    """Received power in dBm, against the box's own limits where it has them.

    Limit and figure of the same meter share its error. A limit that is stricter than the standard's accuses nobody:
    it may be a warning's, or no limit at all.
    """
    power = plausible_power(power)
    if power is None:
        return None
    usual = thresholds.OPTICS_WINDOW_XGS_DBM if "xgs" in (pon or "").lower() else thresholds.OPTICS_WINDOW_DBM
    own_low = rx_low if rx_low is not None and -40 < rx_low < -10 else None
    own_high = rx_high if rx_high is not None and -15 < rx_high < 0 else None
    low, high = min(own_low or usual[0], usual[0]), max(own_high or usual[1], usual[1])
    meter = thresholds.OPTICS_METER_DB
    below, above = (meter if own is None else thresholds.OPTICS_OWN_DB for own in (own_low, own_high))
    if power < low - meter or power > high + meter:
        return BAD
    if power < low - below or power > high + above:
        return POOR
    inside = max(own_low or usual[0], usual[0]) + meter <= power <= min(own_high or usual[1], usual[1])
    return GOOD if inside else FAIR


def margin(noise_margin: float | None) -> str | None:
    """DSL noise margin in dB."""
    if noise_margin is None:
        return None
    if noise_margin < thresholds.DSL_MARGIN_LOW_DB:
        return BAD
    return GOOD if noise_margin >= thresholds.DSL_MARGIN_ENOUGH_DB else FAIR


def at_least(value: float | None, bad: float, good: float) -> str | None:
    """The more the better."""
    if value is None:
        return None
    return BAD if value < bad else GOOD if value >= good else FAIR


def at_most(value: float | None, good: float, bad: float) -> str | None:
    """The fewer the better; ``bad`` itself is one."""
    if value is None:
        return None
    return GOOD if value <= good else BAD if value >= bad else FAIR


def signal(dbm: float | None) -> str | None:
    """Wi-Fi signal in dBm. Nothing is accused by it, so ``bad`` is a word, not a fault."""
    if dbm is None:
        return None
    if dbm >= thresholds.RSSI_GOOD_DBM:
        return GOOD
    if dbm >= thresholds.RSSI_FAIR_DBM:
        return FAIR
    return POOR if dbm >= thresholds.RSSI_WEAK_DBM else BAD


def loss(low_pct: float | None, sent: int | None) -> str | None:
    """Packet loss: its lower bound at 95 %, in %, of enough questions."""
    if low_pct is None or sent is None:
        return None
    if low_pct > thresholds.LOSS_PCT and sent >= thresholds.MIN_SERIES:
        return BAD
    return GOOD if low_pct == 0.0 else FAIR


def delay(median_ms: float | None) -> str | None:
    """Median round trip in ms to the first routers outside."""
    if median_ms is None:
        return None
    if median_ms > thresholds.LATENCY_LIMIT_MS:
        return BAD
    return POOR if median_ms > thresholds.FAR_MS else GOOD
