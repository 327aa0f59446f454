"""The line's figures of the past as curves: only those that this box tells. Pure; no Qt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from selfcare.app.box_figures import compare
from selfcare.model.box import Absent, BoxStatus, ConnectionStatus, LinkStatus
from selfcare.model.box.line_sample import LineSample
from ui.line_series import Reading, Series

MOST = 800
"""Readings in a curve. More than the pixels of the chart would only cost time. A month of them, one every two minutes,
becomes stretches of four and a half hours: shorter than what would look as if nobody had read (``line_series.GAP``)."""
_KEPT = 5
"""Readings of a stretch that stay: its first and last, lowest and highest, and one gap."""
SAME_CUT_S = 300.0
"""Seconds within which the box's own log and two readings mean the same cut."""
_DAY_S = 86_400.0
_CLOCKS = (("up_time", True), ("showtime", True), ("reboots", False), ("retrains", False))
"""What tells of a restart or a new sync, and whether it grows by itself."""
_DOWN = (ConnectionStatus.DISCONNECTED.value, LinkStatus.DOWN.value)


@dataclass(frozen=True, slots=True)
class _Curve:
    field: str
    what: str
    unit: str
    factor: float = 1.0


CURVES = (
    _Curve("rx_power", "rx_power", "dBm"),
    _Curve("margin_down", "noise_margin_down", "dB"),
    _Curve("rate_down", "rate_down", "Mbit/s", 1e-3),
)


def graphs(samples: Sequence[LineSample], status: BoxStatus, days: int, now: float) -> tuple[Series, ...]:
    """The curves of the last ``days``. ``now`` is UNIX time of this PC, as in the samples."""
    since = now - days * _DAY_S
    recent = [sample for sample in samples if since <= sample.at <= now]
    crosses = tuple(map(_moment, sorted(_cuts(recent, status, since, now))))
    curves = []
    for curve in CURVES:
        readings = tuple(_reading(sample, curve) for sample in recent)
        first = next((n for n, reading in enumerate(readings) if reading.value is not None), None)
        if first is None:
            continue
        shown = thin(readings[first:])
        within = tuple(at for at in crosses if shown[0].at <= at <= shown[-1].at)
        low, high = _limits(curve, status)
        curves.append(Series(curve.what, curve.unit, shown, within, low, high))
    return tuple(curves)


def thin(readings: Sequence[Reading], most: int = MOST) -> tuple[Reading, ...]:
    """At most ``most`` of them. A dip must not be lost, and none be made where there was none."""
    if len(readings) <= most:
        return tuple(readings)
    size = -(-len(readings) * _KEPT // (most - 1))
    kept: list[Reading] = []
    for start in range(0, len(readings), size):
        kept.extend(_telling(readings[start : start + size]))
    return (*kept, readings[-1]) if kept[-1] is not readings[-1] else tuple(kept)


def _telling(stretch: Sequence[Reading]) -> list[Reading]:
    known = [(reading.value, reading) for reading in stretch if reading.value is not None]
    chosen = [stretch[0], stretch[-1], *[reading for reading in stretch if reading.value is None][:1]]
    if known:
        chosen += [min(known, key=lambda one: one[0])[1], max(known, key=lambda one: one[0])[1]]
    return [reading for reading in stretch if any(reading is one for one in chosen)]


def _reading(sample: LineSample, curve: _Curve) -> Reading:
    value = getattr(sample, curve.field)
    down = sample.session in _DOWN and sample.link in (*_DOWN, None) and curve.field != "rx_power"
    return Reading(_moment(sample.at), None if value is None or down else value * curve.factor)


def _cuts(samples: Sequence[LineSample], status: BoxStatus, since: float, now: float) -> Iterable[float]:
    """UNIX times: what the box's own log says, and what two readings prove where it has none for that moment."""
    told = [] if isinstance(status.events, Absent) else [e.at.timestamp() for e in status.events if not e.up]
    told += [] if isinstance(status.restarts, Absent) else [r.at.timestamp() for r in status.restarts]
    found: list[float] = []
    seen = (b.at for a, b in pairwise(samples) if _cut_between(a, b))
    for at in (*sorted(told), *seen):
        if since <= at <= now and all(abs(at - other) > SAME_CUT_S for other in found):
            found.append(at)
    return found


def _cut_between(before: LineSample, now: LineSample) -> bool:
    """What was already down is not cut once more when it comes back."""
    if before.session in _DOWN or before.link in _DOWN:
        return False
    if now.session in _DOWN or now.link in _DOWN:
        return True
    if all(_steady(getattr(before, name), getattr(now, name), grows) for name, grows in _CLOCKS):
        return False  # most of a month's readings: what follows costs ten times as much
    change = compare(before, now)
    return change.restarted is True or change.resynced is True


def _steady(before: float | None, now: float | None, grows: bool) -> bool:
    return before is None or now is None or (now >= before if grows else now == before)


def _limits(curve: _Curve, status: BoxStatus) -> tuple[float | None, float | None]:
    """Only the box's own."""
    if curve.field != "rx_power" or isinstance(status.optical, Absent):
        return None, None
    return status.optical.rx_low, status.optical.rx_high


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at).astimezone()
