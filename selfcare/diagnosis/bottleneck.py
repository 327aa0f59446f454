"""Wi-Fi or line: which of the two was the narrower one while a download filled both.

First the queue: whatever is too narrow has the load waiting before it. A round trip to the box that grows with the
load waits before the air; one that grows beyond the box only, before the line. Where nothing waits (a box that queues
by the flow lets a ping past) the rate itself tells: the air wavers from second to second, a line hardly does. That
second step is the published one (Gatsi, Notre Dame 2025: median and inter-quartile range of one-second windows,
92.4 % precision); the limits are our own, chosen on one half of the traces of ``tests/wifi/traces``, and what they
reach on the other half stands in ``docs/accuracy-wifi.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from selfcare.diagnosis import thresholds
from selfcare.model.payloads.capacity import CapacityPayload, Place, Stop


class Side(StrEnum):
    """``UNKNOWN``: the measurement does not tell; nobody is named then."""

    WIFI = "wifi"
    LINE = "line"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Limit:
    """Who limited the download. ``air_ms``, ``line_ms``: what waited before each; ``wavering``: spread over middle.

    ``by_queue``: the queue told; else the windows did (or nothing).
    """

    side: Side
    by_queue: bool = False
    air_ms: float | None = None
    line_ms: float | None = None
    wavering: float | None = None


def wavering(payload: CapacityPayload) -> float | None:
    """Inter-quartile range over median of the one-second windows; None for fewer than four, or other windows."""
    load = payload.down
    enough = load.window_s == 1.0 and len(load.windows_mbps) > thresholds.MIN_RATE_WINDOWS
    if not enough or not load.median_mbps or load.iqr_mbps is None:
        return None
    return load.iqr_mbps / load.median_mbps


def judge(payload: CapacityPayload) -> Limit:
    """From a download over Wi-Fi that nobody of this PC shared; pure."""
    load, waver = payload.down, wavering(payload)
    if load.stop is Stop.FAILED or load.cpu_share >= thresholds.BUSY_CPU:
        return Limit(Side.UNKNOWN)
    air, line = _waits(payload)
    if air is not None and line is not None:
        found = _by_queue(air, line)
        if found is Side.LINE and waver is not None and waver > thresholds.LINE_WAVERS_AT_MOST:
            return Limit(Side.UNKNOWN, True, air, line, waver)  # somebody else fills it, or the air has its share
        if found is not Side.UNKNOWN:
            return Limit(found, True, air, line, waver)
    side = Side.UNKNOWN
    # Nothing waited anywhere that could be seen: only then the windows.
    if waver is not None and (air is None or air < thresholds.AIR_QUEUE_MS):
        if waver >= thresholds.AIR_WAVERS:
            side = Side.WIFI
        elif waver <= thresholds.LINE_WAVERS:
            side = Side.LINE
    return Limit(side, False, air, line, waver)


def _waits(payload: CapacityPayload) -> tuple[float | None, float | None]:
    """What the load adds before the box and beyond it, in ms of three answers in four."""
    beyond = Place.ISP_HOP if payload.down.series(Place.ISP_HOP) is not None else Place.ANCHOR
    box, far = (_rise(payload, place) for place in (Place.GATEWAY, beyond))
    if box is None or far is None:
        return box, None
    # Whoever lies beyond is kept waiting by the air as well: a box that is later still is late by itself.
    air = min(box, far)
    return air, max(0.0, far - max(air, 0.0))


def _rise(payload: CapacityPayload, place: Place) -> float | None:
    series = payload.down.series(place)
    if series is None or len(series.rtts_ms) < thresholds.MIN_LOADED_SAMPLES:
        return None
    return payload.surely_ms(payload.down, place)


def _by_queue(air: float, line: float) -> Side:
    """The air, if most of what waits does so before it; the line, only behind a hop that stays clean."""
    if air >= thresholds.AIR_QUEUE_MS and air >= thresholds.QUEUE_SHARE * (air + line):
        return Side.WIFI
    if line >= thresholds.LINE_QUEUE_MS and air < thresholds.AIR_QUEUE_MS:
        return Side.LINE
    return Side.UNKNOWN
