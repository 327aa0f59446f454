"""The line over time: a status as a sample, and two samples compared. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from selfcare.model.box import Absent, BoxStatus, ConnectionStatus
from selfcare.model.box.line_sample import LineSample
from selfcare.model.payloads.box import LineChange
from selfcare.model.units import Seconds

_SLACK_S = 90.0
"""Seconds by which a box's clock and this PC's may differ over two readings: rounding, a slow reply."""


def sample(status: BoxStatus) -> LineSample:
    """What of a status is worth a point in a graph."""
    values: dict[str, object] = {"up_time": status.device.up_time, "reboots": status.device.number_of_reboots}
    if not isinstance(status.wan, Absent):
        values |= {"session": _word(status.wan.status), "session_time": status.wan.up_time,
                   "link": _word(status.wan.link)}  # fmt: skip
    if not isinstance(status.dsl, Absent):
        down, up = status.dsl.down, status.dsl.up
        values |= {
            "link": _word(status.dsl.status), "showtime": status.dsl.showtime, "retrains": status.dsl.retrains,
            "rate_down": down.rate, "rate_up": up.rate, "margin_down": down.noise_margin, "margin_up": up.noise_margin,
            "attenuation_down": down.attenuation, "crc_errors": down.crc_errors, "errored_secs": down.errored_secs,
            "severely_errored_secs": down.severely_errored_secs,
        }  # fmt: skip
    if not isinstance(status.optical, Absent):
        light = status.optical
        values |= {"rx_power": light.rx_power, "tx_power": light.tx_power, "onu_state": _word(light.onu_state),
                   "temperature": light.temperature}  # fmt: skip
    if not isinstance(status.traffic, Absent):
        values |= {"traffic_down": status.traffic.down_rate, "traffic_up": status.traffic.up_rate}
    return LineSample(status.taken.timestamp(), **values)  # type: ignore[arg-type]


def _word(value: object) -> str | None:
    return None if value is None else str(value)


def compare(before: LineSample, now: LineSample) -> LineChange:
    """What happened between two samples of one box."""
    restarted, resynced = _restarted(before, now), _resynced(before, now)
    steady = restarted is not True and resynced is not True

    def grown(name: str) -> int | None:
        first, second = getattr(before, name), getattr(now, name)
        if not steady or first is None or second is None or second < first:
            return None
        return int(second - first)

    seconds = now.at - before.at
    if restarted is False and before.up_time is not None and now.up_time is not None:
        seconds = now.up_time - before.up_time  # the box's clock: nobody sets it in between
    return LineChange(
        Seconds(max(0.0, seconds)), restarted, resynced,
        grown("crc_errors"), grown("errored_secs"), grown("severely_errored_secs"),
    )  # fmt: skip


def _restarted(before: LineSample, now: LineSample) -> bool | None:
    """A box that was up for longer than before did not restart, unless this PC's clock says that more time passed.

    Then it may be the clock that was set, so it is not claimed.
    """
    counted = None if before.reboots is None or now.reboots is None else now.reboots > before.reboots
    if counted:
        return True
    return _began_anew(before.up_time, now.up_time, now.at - before.at, counted)


def _resynced(before: LineSample, now: LineSample) -> bool | None:
    counted = None if before.retrains is None or now.retrains is None else now.retrains > before.retrains
    if counted:
        return True
    return _began_anew(before.showtime, now.showtime, now.at - before.at, None)


def _began_anew(
    before: Seconds | None, now: Seconds | None, passed: float, otherwise: bool | None
) -> bool | None:  # fmt: skip
    if before is None or now is None:
        return otherwise
    if now < before:
        return True
    return False if abs(now - before - passed) <= _SLACK_S + passed / 100 else otherwise


def restarts(samples: Iterable[LineSample], apart_s: float = 0.0) -> int:
    """How often the box certainly restarted between the samples, oldest first.

    None where all of it lies within ``apart_s``: somebody at the switch for an hour, who looks after each time.
    """
    seen = [b.at for a, b in pairwise(samples) if _restarted(a, b) is True]
    return len(seen) if seen and seen[-1] - seen[0] >= apart_s else 0


def cuts(samples: Iterable[LineSample]) -> int:
    """How often the session certainly ended between the samples, oldest first, with or without a restart.

    By the session's own clock, else by its being there in one sample and gone in the next.
    """
    return sum(_cut(a, b) for a, b in pairwise(samples))


def _cut(before: LineSample, now: LineSample) -> bool:
    if before.session != ConnectionStatus.CONNECTED:
        return False
    if now.session is not None and now.session != ConnectionStatus.CONNECTED:
        return True
    times = before.session_time, now.session_time
    return times[0] is not None and times[1] is not None and times[1] < times[0]
